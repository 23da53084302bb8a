/// Turns a text into the token ids that a BERT model reads, id for id what Hugging Face's
/// `tokenizers` makes of it.
///
///     let tokenizer = try WordPieceTokenizer(folder: "all-MiniLM-L6-v2")
///     tokenizer.tokenIDs(of: "Unaffable!", maximumTokens: 256)   // [CLS] una ##ffa ##ble ! [SEP]
///
/// The steps: added tokens such as "[SEP]" are cut out; the rest is normalised (``BertNormalizer``),
/// split into words (``BertWords``), and each word into pieces (``WordPieceVocabulary``).
public struct WordPieceTokenizer: Sendable {
  let vocabulary: WordPieceVocabulary
  let normalizer: BertNormalizer
  /// Added tokens that are sought in the text as it is given, and those sought once it is
  /// normalised.
  private let words: BertWordPieces
  private let rawTokens: AddedTokens
  private let normalizedTokens: AddedTokens
  let startID: Int32
  let endID: Int32
  /// The highest id that can come out.
  let highestID: Int32

  init(
    vocabulary: WordPieceVocabulary, normalizer: BertNormalizer, addedTokens: [AddedTokens.Token],
    startID: Int32, endID: Int32, highestID: Int32
  ) {
    self.vocabulary = vocabulary
    self.normalizer = normalizer
    words = BertWordPieces(vocabulary: vocabulary, normalizer: normalizer)
    self.startID = startID
    self.endID = endID
    self.highestID = highestID
    rawTokens = AddedTokens(addedTokens.filter { !$0.isNormalized })
    normalizedTokens = AddedTokens(addedTokens.filter(\.isNormalized)) {
      normalizer.normalize(Array($0.content.utf8)[...])
    }
  }

  /// The ids of a text's tokens, from [CLS] to [SEP].
  ///
  /// - Parameter maximumTokens: A longer text loses its end, but keeps [SEP].
  /// - Precondition: `maximumTokens` ≥ 2.
  /// - Complexity: O(length of the text).
  public func tokenIDs(of text: String, maximumTokens: Int) -> [Int32] {
    var ids = TokenBuffer(capacity: min(text.utf8.count + 2, maximumTokens))
    append(text, to: &ids, maximumTokens: maximumTokens)
    return ids.ids(0..<ids.count)
  }

  /// Appends the ids of a text's tokens, from [CLS] to [SEP]: for many texts in one buffer.
  package func append(_ text: String, to ids: inout TokenBuffer, maximumTokens: Int) {
    precondition(maximumTokens >= 2, "there is room for [CLS] and [SEP]")
    let limit = ids.count + maximumTokens - 1
    ids.append(startID)
    var text = text
    text.withUTF8 { bytes in
      rawTokens.forEachPart(of: bytes) { part in
        switch part {
        case .token(let id): ids.append(id)
        case .text(let range):
          let bytes = UnsafeBufferPointer(rebasing: bytes[range])
          if normalizedTokens.isEmpty {
            words.append(bytes, to: &ids, limit: limit)
          } else {
            let normalized = normalizer.normalize(Array(bytes)[...])
            appendTokens(ofNormalized: normalized, to: &ids, limit: limit)
          }
        }
        return ids.count < limit
      }
    }
    ids.truncate(to: limit)
    ids.append(endID)
  }

  private func appendTokens(ofNormalized text: [UInt8], to ids: inout TokenBuffer, limit: Int) {
    for part in normalizedTokens.parts(of: text) {
      switch part {
      case .token(let id): ids.append(id)
      case .text(let range):
        for word in BertWords(text, range) {
          guard ids.count < limit else { return }
          vocabulary.appendPieces(of: text[word], to: &ids)
        }
      }
    }
  }
}
