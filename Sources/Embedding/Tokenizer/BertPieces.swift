/// BERT's way from a text to pieces: the text is normalised (``BertNormalizer``), split into words
/// (``BertWords``), and each word into pieces (``WordPieceVocabulary``).
///
/// A class, so that handing it on counts one reference rather than those of all its tables.
final class BertPieces: Sendable {
  let normalizer: BertNormalizer
  let vocabulary: WordPieceVocabulary
  /// Added tokens that are sought once the text is normalised.
  private let normalizedTokens: AddedTokens
  /// All steps at once, where no such token is sought between them.
  private let scanner: BertScanner

  init(
    normalizer: BertNormalizer, vocabulary: WordPieceVocabulary, addedTokens: [AddedTokens.Token]
  ) {
    self.normalizer = normalizer
    self.vocabulary = vocabulary
    scanner = BertScanner(vocabulary: vocabulary, normalizer: normalizer)
    normalizedTokens = AddedTokens(addedTokens.filter(\.isNormalized)) {
      normalizer.normalize(Array($0.content.utf8)[...])
    }
  }

  /// Appends the ids of the pieces of valid UTF-8 until there are at least `limit`.
  ///
  /// - Complexity: O(n).
  func append(_ text: Span<UInt8>, to ids: inout TokenBuffer, limit: Int) {
    guard !normalizedTokens.isEmpty else { return scanner.append(text, to: &ids, limit: limit) }
    let text = normalizer.normalize(text.withUnsafeBufferPointer { Array($0) }[...])
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
