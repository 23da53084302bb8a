extension WordPieceVocabulary {
  /// - Parameter model: The `model` of a `tokenizer.json` that has these tokens.
  init(_ model: Settings, _ list: TokenList) throws(EmbeddingError) {
    self.init(
      tokens: list.tokens, unknownID: try list.id(of: try model.string("unk_token") ?? "[UNK]"),
      continuingPrefix: try model.string("continuing_subword_prefix") ?? "##",
      maximumWordLength: try model.integer(
        "max_input_chars_per_word", in: 0...1 << 20, default: 100))
  }
}

extension UnigramVocabulary {
  /// - Parameter model: The `model` of a `tokenizer.json` that has these tokens.
  init(_ model: Settings, _ list: TokenList) throws(EmbeddingError) {
    let tokens = list.tokens.map(\.token)
    guard tokens.reduce(0, { $0 + $1.utf8.count }) < 1 << 24 else {
      throw EmbeddingError(path: model.path, reason: "its tokens have 16 MB or more together")
    }
    self.init(
      tokens: tokens, scores: list.scores,
      unknownID: Int32(try model.integer("unk_id", in: 0...tokens.count - 1)),
      byteTokens: try model.boolean("byte_fallback") ?? false ? list.byteTokens : [])
  }
}

extension BytePairVocabulary {
  /// - Parameters:
  ///   - model: The `model` of a `tokenizer.json` that has these tokens.
  ///   - readsBytes: Whether words come as bytes rather than as the characters that stand for them.
  init(_ model: Settings, _ list: TokenList, readsBytes: Bool) throws(EmbeddingError) {
    let index = list.index()
    let affixes = Affixes(
      prefix: try model.string("continuing_subword_prefix") ?? "",
      suffix: try model.string("end_of_word_suffix") ?? "")
    if let dropout = model.value["dropout"], dropout != .number(0) {
      throw model.wrong("dropout", "null: the same text always has the same pieces")
    }
    let spells = try model.boolean("byte_fallback") ?? false
    guard !spells || affixes.prefix.isEmpty && affixes.suffix.isEmpty else {
      throw model.wrong("byte_fallback", "false where tokens have a prefix or suffix")
    }
    let unknown = try model.string("unk_token")
    unknownID = try unknown.map { name throws(EmbeddingError) in try list.id(of: name) }
    fusesUnknown = try model.boolean("fuse_unk") ?? false
    byteTokens = spells ? list.byteTokens : []
    pairs = try Self.pairs(model, index, prefixLength: affixes.prefix.utf8.count)
    alphabet =
      readsBytes
      ? .bytes(affixes.byteTables(index)) : .scalars(affixes.scalarTables(list))
    guard try model.boolean("ignore_merges") ?? false else {
      words = nil
      return
    }
    let known = list.tokens.compactMap { token, id in
      (readsBytes ? ByteAlphabet.decode(token) : Array(token.utf8)).map { ($0, id) }
    }
    let size = known.reduce(0) { $0 + $1.0.count }
    guard size < 1 << 24 else {
      throw EmbeddingError(path: model.path, reason: "its tokens have 16 MB or more together")
    }
    var words = ByteTrie(bytes: size)
    for (bytes, id) in known where !bytes.isEmpty { words.insert(bytes, id) }
    self.words = words
  }

  private static func pairs(
    _ model: Settings, _ index: [ExactString: Int32], prefixLength: Int
  ) throws(EmbeddingError) -> PairTable {
    guard let merges = model.value["merges"]?.elements else {
      throw model.wrong("merges", "a list of pairs of tokens")
    }
    var pairs = PairTable(capacity: merges.count)
    for (rank, merge) in merges.enumerated() {
      // Old files write a pair as one string with a space within.
      let parts =
        merge.elements?.compactMap(\.string)
        ?? merge.string?.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        ?? []
      guard parts.count == 2, !parts[0].isEmpty, parts[1].utf8.count > prefixLength else {
        throw EmbeddingError(
          path: model.path, reason: "merge \(rank) is \(merge.kind), not a pair of tokens")
      }
      let whole = parts[0] + String(decoding: parts[1].utf8.dropFirst(prefixLength), as: UTF8.self)
      var ids: [Int32] = []
      for token in [parts[0], parts[1], whole] {
        guard let id = index[ExactString(token)] else {
          throw EmbeddingError(
            path: model.path,
            reason: "merge \(rank) names the token \"\(token)\", which the vocabulary lacks")
        }
        ids.append(id)
      }
      pairs.insert(ids[0], ids[1], PairTable.Merge(rank: UInt32(rank), id: ids[2]))
    }
    return pairs
  }
}

/// How tokens are marked for where in a word they stand: those that continue it, and the last.
private struct Affixes {
  var prefix: String
  var suffix: String

  private typealias Place = BytePairVocabulary.Place

  private func affixes(_ place: Int) -> (before: String, after: String) {
    (
      place & Place.number(isFirst: false, isLast: false) == 0 ? "" : prefix,
      place & Place.number(isFirst: true, isLast: true) == 0 ? "" : suffix
    )
  }

  /// By place and byte, the id of the token.
  func byteTables(_ index: [ExactString: Int32]) -> [[Int32]] {
    (0..<Place.count).map { place in
      let (before, after) = affixes(place)
      return ByteAlphabet.scalars.map { index[ExactString(before + String($0) + after)] ?? -1 }
    }
  }

  /// By place and scalar, the id of the token.
  func scalarTables(_ list: TokenList) -> [[UInt32: Int32]] {
    let first = scalarTable(list, place: 0)
    return (0..<Place.count).map { place in
      let isMarked = affixes(place) != ("", "")
      return isMarked ? scalarTable(list, place: place) : first
    }
  }

  private func scalarTable(_ list: TokenList, place: Int) -> [UInt32: Int32] {
    let (before, after) = affixes(place)
    var table: [UInt32: Int32] = [:]
    for (token, id) in list.tokens {
      let bytes = token.utf8
      let length = bytes.count - before.utf8.count - after.utf8.count
      guard length > 0, length <= 4, bytes.starts(with: before.utf8),
        bytes.suffix(after.utf8.count).elementsEqual(after.utf8)
      else { continue }
      let middle = bytes.dropFirst(before.utf8.count).prefix(length)
      let scalars = String(decoding: middle, as: UTF8.self).unicodeScalars
      if scalars.count == 1 { table[scalars.first!.value] = id }
    }
    return table
  }
}
