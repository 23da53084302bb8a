extension WordPieceTokenizer {
  /// Reads the tokenizer of a model folder: `tokenizer.json`, or `vocab.txt` where there is none,
  /// with BERT's special tokens. What `tokenizer_config.json` says of lower-casing, accents and
  /// Chinese characters goes before either, as it does in Hugging Face's `transformers`.
  ///
  /// - Throws: ``EmbeddingError`` where the files are missing or malformed, or the tokenizer is not
  ///   BERT's.
  /// - Complexity: O(vocabulary), some milliseconds.
  public init(folder: String) throws(EmbeddingError) {
    try self.init(folder: ModelFolder(path: folder))
  }

  init(folder: ModelFolder) throws(EmbeddingError) {
    var normalizer = BertNormalizer()
    var asked = NormalizerSettings()
    let file = try folder.settings("tokenizer.json")
    if let settings = try file?.object("normalizer") {
      guard try settings.string("type") == "BertNormalizer" else {
        throw settings.wrong("type", "the normalizer \"BertNormalizer\"")
      }
      asked.cleansText = try settings.boolean("clean_text") ?? true
      asked.lowercases = try settings.boolean("lowercase") ?? true
      asked.stripsAccents = try settings.boolean("strip_accents")
      asked.spacesChinese = try settings.boolean("handle_chinese_chars") ?? true
    } else if let file {
      throw file.wrong("normalizer", "a BertNormalizer")
    }
    if let settings = try folder.settings("tokenizer_config.json") {
      asked.lowercases = try settings.boolean("do_lower_case") ?? asked.lowercases
      asked.spacesChinese = try settings.boolean("tokenize_chinese_chars") ?? asked.spacesChinese
      asked.stripsAccents = try settings.boolean("strip_accents") ?? asked.stripsAccents
    }
    normalizer.cleansText = asked.cleansText
    normalizer.lowercases = asked.lowercases
    normalizer.spacesChinese = asked.spacesChinese
    normalizer.stripsAccents = asked.stripsAccents ?? asked.lowercases
    if let file {
      try self.init(tokenizerFile: file, normalizer: normalizer)
    } else {
      try self.init(vocabularyOf: folder, normalizer: normalizer)
    }
  }

  private struct NormalizerSettings {
    var cleansText = true
    var spacesChinese = true
    var lowercases = true
    /// As lower-casing where it is not set.
    var stripsAccents: Bool?
  }

  // MARK: vocab.txt

  /// One token a line; its id is the number of the line, from 0.
  private init(
    vocabularyOf folder: ModelFolder, normalizer: BertNormalizer
  ) throws(EmbeddingError) {
    guard let file = try folder.file("vocab.txt") else {
      throw folder.missing("tokenizer.json", "the tokenizer, and no vocab.txt either")
    }
    var tokens: [(token: String, id: Int32)] = []
    var lines = Array(file.bytes).split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    for (number, line) in lines.enumerated() {
      let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      guard let token = String(validating: line, as: UTF8.self), number < 1 << 24 else {
        throw EmbeddingError(path: file.path, reason: "line \(number + 1) is not UTF-8")
      }
      tokens.append((token, Int32(number)))
    }
    let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].compactMap { name in
      tokens.last { $0.token == name }.map { AddedTokens.Token(content: name, id: $0.id) }
    }
    try self.init(
      path: file.path, tokens: tokens, added: special, normalizer: normalizer,
      names: SpecialNames(), continuingPrefix: "##", maximumWordLength: 100)
  }

  // MARK: tokenizer.json

  private init(
    tokenizerFile file: Settings, normalizer: BertNormalizer
  ) throws(EmbeddingError) {
    guard let model = try file.object("model") else { throw file.wrong("model", "an object") }
    guard try model.string("type") ?? "WordPiece" == "WordPiece" else {
      throw model.wrong("type", "the model \"WordPiece\"")
    }
    let splitter = file.value["pre_tokenizer"]?["type"]?.string
    guard splitter == "BertPreTokenizer" else {
      throw file.wrong("pre_tokenizer", "a BertPreTokenizer")
    }
    guard let members = model.value["vocab"]?.members else {
      throw model.wrong("vocab", "an object of tokens and their ids")
    }
    var tokens: [(token: String, id: Int32)] = []
    tokens.reserveCapacity(members.count)
    for member in members {
      guard let id = member.value.integer, id >= 0, id < 1 << 24 else {
        throw EmbeddingError(
          path: file.path, reason: "the token \"\(member.key)\" has the id \(member.value.kind)")
      }
      tokens.append((member.key, Int32(id)))
    }
    var added: [AddedTokens.Token] = []
    for element in file.value["added_tokens"]?.elements ?? [] {
      guard let content = element["content"]?.string, let id = element["id"]?.integer, id >= 0,
        id < 1 << 24
      else {
        throw EmbeddingError(
          path: file.path, reason: "an element of \"added_tokens\" has no content or no id")
      }
      added.append(
        AddedTokens.Token(
          content: content, id: Int32(id),
          isSingleWord: element["single_word"]?.boolean ?? false,
          stripsLeft: element["lstrip"]?.boolean ?? false,
          stripsRight: element["rstrip"]?.boolean ?? false,
          isNormalized: element["normalized"]?.boolean ?? false))
    }
    var names = try Self.specialNames(file)
    names.unknown = try model.string("unk_token") ?? names.unknown
    try self.init(
      path: file.path, tokens: tokens, added: added, normalizer: normalizer, names: names,
      continuingPrefix: try model.string("continuing_subword_prefix") ?? "##",
      maximumWordLength: try model.integer(
        "max_input_chars_per_word", in: 0...1 << 20, default: 100))
  }

  /// The tokens that stand before and after a text, and the one for what is not known.
  private struct SpecialNames {
    var start = "[CLS]"
    var end = "[SEP]"
    var unknown = "[UNK]"
  }

  private static func specialNames(_ file: Settings) throws(EmbeddingError) -> SpecialNames {
    var names = SpecialNames()
    guard let processor = file.value["post_processor"] else { return names }
    let single = processor["single"]?.elements
    switch processor["type"]?.string {
    case "BertProcessing":
      guard let start = processor["cls"]?.elements?.first?.string,
        let end = processor["sep"]?.elements?.first?.string
      else { throw file.wrong("post_processor", "\"cls\" and \"sep\" with a token each") }
      (names.start, names.end) = (start, end)
    case "TemplateProcessing":
      guard let single, single.count == 3, single[1]["Sequence"] != nil,
        let start = single[0]["SpecialToken"]?["id"]?.string,
        let end = single[2]["SpecialToken"]?["id"]?.string
      else { throw file.wrong("post_processor", "one token before and one after the text") }
      (names.start, names.end) = (start, end)
    default: throw file.wrong("post_processor", "TemplateProcessing or BertProcessing")
    }
    return names
  }

  // MARK: Both

  private init(
    path: String, tokens: [(token: String, id: Int32)], added: [AddedTokens.Token],
    normalizer: BertNormalizer, names: SpecialNames, continuingPrefix: String,
    maximumWordLength: Int
  ) throws(EmbeddingError) {
    func id(_ name: String) throws(EmbeddingError) -> Int32 {
      if let token = added.last(where: { $0.content == name }) { return token.id }
      guard let token = tokens.last(where: { $0.token == name }) else {
        throw EmbeddingError(
          path: path, reason: "its \(tokens.count) tokens have no \"\(name)\" among them")
      }
      return token.id
    }
    let start = try id(names.start)
    let end = try id(names.end)
    self.init(
      vocabulary: WordPieceVocabulary(
        tokens: tokens, unknownID: try id(names.unknown), continuingPrefix: continuingPrefix,
        maximumWordLength: maximumWordLength),
      normalizer: normalizer, addedTokens: added, startID: start, endID: end,
      highestID: max(tokens.map(\.id).max() ?? 0, added.map(\.id).max() ?? 0))
  }
}
