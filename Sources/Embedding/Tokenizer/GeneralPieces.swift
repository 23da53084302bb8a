internal import Compute

/// The general way from a text to pieces: the text is normalised, added tokens are cut out of it, the
/// rest is split into words, and the model divides each word.
struct GeneralPieces: Sendable {
  enum Model: Sendable {
    case wordPiece(WordPieceVocabulary)
    case bytePair(BytePairVocabulary)
    case unigram(UnigramVocabulary)
  }

  let normalizer: Normalizer
  let splitter: PreTokenizer
  let model: Model
  /// Added tokens that are sought once the text is normalised.
  private let normalizedTokens: AddedTokens
  private let workspaces = Pool { WordWorkspace() }

  init(
    normalizer: Normalizer, splitter: PreTokenizer, model: Model, addedTokens: [AddedTokens.Token]
  ) {
    self.normalizer = normalizer
    self.splitter = splitter
    self.model = model
    normalizedTokens = AddedTokens(addedTokens.filter(\.isNormalized)) {
      var keepsStart = true
      return normalizer.normalize(Array($0.content.utf8)[...], keepsStart: &keepsStart)
    }
  }

  /// Appends the ids of the pieces of valid UTF-8 until there are at least `limit`.
  ///
  /// - Parameter isStart: Whether this is where the text as it was given begins.
  /// - Complexity: O(n), O(n log n) for a single word of length n.
  func append(_ text: ArraySlice<UInt8>, isStart: Bool, to ids: inout [Int32], limit: Int) {
    var isStart = isStart
    let text = normalizer.normalize(text, keepsStart: &isStart)
    let span = text.span
    workspaces.withObject { workspace in
      for part in normalizedTokens.parts(of: text) {
        switch part {
        case .token(let id): ids.append(id)
        case .text(let range):
          let isStart = isStart && range.lowerBound == 0
          let tookAll = splitter.forEachWord(of: span, range, isStart: isStart) {
            append($0, word: $1, to: &ids, workspace)
            return ids.count < limit
          }
          if !tookAll { return }
        }
      }
    }
  }

  private func append(
    _ text: Span<UInt8>, word: Range<Int>, to ids: inout [Int32],
    _ workspace: WordWorkspace
  ) {
    guard word.count <= WordCache.maximumBytes else {
      return divide(text, word, to: &ids, workspace)
    }
    let key = WordCache.Key(text, word)
    if workspace.cache.append(key, to: &ids) { return }
    let start = ids.count
    divide(text, word, to: &ids, workspace)
    workspace.cache.keep(key, ids[start...])
  }

  private func divide(
    _ text: Span<UInt8>, _ word: Range<Int>, to ids: inout [Int32],
    _ workspace: WordWorkspace
  ) {
    switch model {
    case .wordPiece(let vocabulary):
      let bytes = word.map { text[$0] }
      vocabulary.appendPieces(of: bytes[...], to: &ids)
    case .bytePair(let vocabulary):
      vocabulary.append(text, word, to: &ids, scratch: &workspace.merging)
    case .unigram(let vocabulary):
      vocabulary.append(text, word, to: &ids, nodes: &workspace.nodes)
    }
  }
}
