/// BERT's way from a text to pieces: the text is normalised (``BertNormalizer``), split into words
/// (``BertWords``), and each word into pieces (``WordPieceVocabulary``).
struct BertPieces: Sendable {
  let normalizer: BertNormalizer
  let vocabulary: WordPieceVocabulary
  /// Added tokens that are sought once the text is normalised.
  private let normalizedTokens: AddedTokens

  init(
    normalizer: BertNormalizer, vocabulary: WordPieceVocabulary, addedTokens: [AddedTokens.Token]
  ) {
    self.normalizer = normalizer
    self.vocabulary = vocabulary
    normalizedTokens = AddedTokens(addedTokens.filter(\.isNormalized)) {
      normalizer.normalize(Array($0.content.utf8)[...])
    }
  }

  /// Appends the ids of the pieces of valid UTF-8 until there are at least `limit`.
  ///
  /// - Complexity: O(n).
  func append(_ text: ArraySlice<UInt8>, to ids: inout [Int32], limit: Int) {
    let text = normalizer.normalize(text)
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
