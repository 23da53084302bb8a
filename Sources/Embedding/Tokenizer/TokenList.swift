/// The vocabulary of a `tokenizer.json`: each token with its id.
struct TokenList: Sendable {
  private(set) var tokens: [(token: String, id: Int32)] = []
  let path: String

  var highestID: Int32 { tokens.reduce(0) { max($0, $1.id) } }

  /// - Parameter model: The `model`, whose `vocab` is an object of tokens and their ids.
  init(_ model: Settings) throws(EmbeddingError) {
    path = model.path
    guard let members = model.value["vocab"]?.members else {
      throw model.wrong("vocab", "an object of tokens and their ids")
    }
    tokens.reserveCapacity(members.count)
    for member in members {
      guard let id = member.value.tokenID else {
        throw EmbeddingError(
          path: path, reason: "the token \"\(member.key)\" has the id \(member.value.kind)")
      }
      tokens.append((member.key, id))
    }
  }

  /// The ids of a few tokens, in one pass.
  func ids(of names: some Sequence<String>) -> [String: Int32] {
    let names = Set(names)
    var ids: [String: Int32] = [:]
    guard !names.isEmpty else { return ids }
    for (token, id) in tokens where names.contains(token) { ids[token] = id }
    return ids
  }

  func id(of name: String) throws(EmbeddingError) -> Int32 {
    guard let id = ids(of: [name])[name] else {
      throw EmbeddingError(
        path: path, reason: "its \(tokens.count) tokens have no \"\(name)\" among them")
    }
    return id
  }
}

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

extension BertNormalizer {
  /// - Parameters:
  ///   - settings: The `normalizer` of a `tokenizer.json`; nil for the defaults.
  ///   - configuration: A `tokenizer_config.json`, whose settings go before those.
  init(_ settings: Settings?, configuration: Settings?) throws(EmbeddingError) {
    self.init()
    var asked: Bool?  // Accents go with lower-casing where nothing is said of them.
    if let settings {
      cleansText = try settings.boolean("clean_text") ?? true
      lowercases = try settings.boolean("lowercase") ?? true
      spacesChinese = try settings.boolean("handle_chinese_chars") ?? true
      asked = try settings.boolean("strip_accents")
    }
    if let configuration {
      lowercases = try configuration.boolean("do_lower_case") ?? lowercases
      spacesChinese = try configuration.boolean("tokenize_chinese_chars") ?? spacesChinese
      asked = try configuration.boolean("strip_accents") ?? asked
    }
    stripsAccents = asked ?? lowercases
  }
}

extension AddedTokens {
  /// The `added_tokens` of a `tokenizer.json`, special ones first.
  ///
  /// A token that the vocabulary has, too, goes by the id that it has there; that of another is the
  /// one that it is given here.
  static func tokens(_ file: Settings, vocabulary: TokenList) throws(EmbeddingError) -> [Token] {
    guard file.value["added_tokens"] != nil else { return [] }
    var special: [Token] = []
    var other: [Token] = []
    let elements = try file.objects("added_tokens")
    let known = vocabulary.ids(of: elements.compactMap { $0.value["content"]?.string })
    for element in elements {
      guard let content = try element.string("content"), let id = element.value["id"]?.tokenID
      else {
        throw EmbeddingError(
          path: file.path, reason: "an element of \"added_tokens\" has no content or no id")
      }
      let token = Token(
        content: content, id: known[content] ?? id,
        isSingleWord: try element.boolean("single_word") ?? false,
        stripsLeft: try element.boolean("lstrip") ?? false,
        stripsRight: try element.boolean("rstrip") ?? false,
        isNormalized: try element.boolean("normalized") ?? false)
      if try element.boolean("special") ?? false {
        special.append(token)
      } else {
        other.append(token)
      }
    }
    return special + other
  }
}
