extension Tokenizer {
  /// Reads the tokenizer of a model folder: `tokenizer.json`, or `vocab.txt` where there is none,
  /// with BERT's special tokens. What `tokenizer_config.json` says of lower-casing, accents, Chinese
  /// characters and the side of truncation goes before either, as it does in Hugging Face's
  /// `transformers`.
  ///
  /// - Throws: ``EmbeddingError`` where the files are missing or malformed, or ask for a step that is
  ///   not supported.
  /// - Complexity: O(vocabulary), some milliseconds.
  public init(folder: String) throws(EmbeddingError) {
    try self.init(folder: ModelFolder(path: folder))
  }

  init(folder: ModelFolder) throws(EmbeddingError) {
    let configuration = try folder.settings("tokenizer_config.json")
    if let file = try folder.settings("tokenizer.json") {
      try self.init(file: file, configuration: configuration)
    } else if let file = try folder.file("vocab.txt") {
      try self.init(lines: Array(file.bytes), path: file.path, configuration: configuration)
    } else {
      throw folder.missing("tokenizer.json", "the tokenizer, and no vocab.txt either")
    }
  }

  // MARK: vocab.txt

  /// One token a line; its id is the number of the line, from 0.
  private init(
    lines: [UInt8], path: String, configuration: Settings?
  ) throws(EmbeddingError) {
    var tokens: [(token: String, id: Int32)] = []
    var lines = lines.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    for (number, line) in lines.enumerated() {
      let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      guard let token = String(validating: line, as: UTF8.self), number < 1 << 24 else {
        throw EmbeddingError(path: path, reason: "line \(number + 1) is not UTF-8")
      }
      tokens.append((token, Int32(number)))
    }
    let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].compactMap { name in
      tokens.last { $0.token == name }.map { AddedTokens.Token(content: name, id: $0.id) }
    }
    func id(_ name: String) throws(EmbeddingError) -> Int32 {
      guard let token = special.first(where: { $0.content == name }) else {
        throw EmbeddingError(
          path: path, reason: "its \(tokens.count) tokens have no \"\(name)\" among them")
      }
      return token.id
    }
    self.init(
      pieces: .bert(
        BertPieces(
          normalizer: try BertNormalizer(nil, configuration: configuration),
          vocabulary: WordPieceVocabulary(tokens: tokens, unknownID: try id("[UNK]")),
          addedTokens: [])),
      rawTokens: special, template: .bert(start: try id("[CLS]"), end: try id("[SEP]")),
      truncatesLeft: try Self.truncatesLeft(nil, configuration: configuration),
      kind: "WordPiece", vocabularySize: tokens.count, highestID: tokens.last?.id ?? 0)
  }

  // MARK: tokenizer.json

  private init(file: Settings, configuration: Settings?) throws(EmbeddingError) {
    let steps = try TokenizerFile(file, configuration: configuration)
    let ids = [steps.addedTokens.map(\.id), steps.vocabulary.tokens.map(\.id)].joined()
    let highestID = ids.max() ?? 0
    var isTaken = [Bool](repeating: false, count: Int(highestID) + 1)
    for id in ids { isTaken[Int(id)] = true }
    self.init(
      pieces: try steps.pieces(), rawTokens: steps.addedTokens.filter { !$0.isNormalized },
      template: try file.object("post_processor").map(TokenTemplate.init) ?? .bare,
      truncatesLeft: try Self.truncatesLeft(file, configuration: configuration),
      kind: steps.kind.rawValue,
      vocabularySize: isTaken.count { $0 }, highestID: highestID)
  }

  /// The side that `tokenizer_config.json` names, or else `tokenizer.json`; the right one by default.
  private static func truncatesLeft(
    _ file: Settings?, configuration: Settings?
  ) throws(EmbeddingError) -> Bool {
    if let configuration, let side = try configuration.string("truncation_side") {
      guard ["left", "right"].contains(side) else {
        throw configuration.wrong("truncation_side", "\"left\" or \"right\"")
      }
      return side == "left"
    }
    guard let truncation = try file?.object("truncation") else { return false }
    switch try truncation.string("direction") ?? "Right" {
    case "Left": return true
    case "Right": return false
    default: throw truncation.wrong("direction", "\"Left\" or \"Right\"")
    }
  }
}
