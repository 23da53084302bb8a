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
    precondition(maximumTokens >= 2, "there is room for [CLS] and [SEP]")
    let bytes = Array(text.utf8)
    let limit = maximumTokens - 1
    var ids = [startID]
    for part in rawTokens.parts(of: bytes) {
      guard ids.count < limit else { break }
      switch part {
      case .token(let id): ids.append(id)
      case .text(let range):
        appendTokens(ofNormalized: normalizer.normalize(bytes[range]), to: &ids, limit: limit)
      }
    }
    if ids.count > limit { ids.removeSubrange(limit...) }
    ids.append(endID)
    return ids
  }

  private func appendTokens(ofNormalized text: [UInt8], to ids: inout [Int32], limit: Int) {
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
