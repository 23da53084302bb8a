/// What a `tokenizer.json` says of the steps from a text to pieces.
struct TokenizerFile {
  let settings: Settings
  let configuration: Settings?
  let model: Settings
  let kind: Kind
  let vocabulary: TokenList
  let addedTokens: [AddedTokens.Token]

  enum Kind: String {
    case wordPiece = "WordPiece"
    case bytePair = "BPE"
    case unigram = "Unigram"
  }

  /// - Parameter configuration: The `tokenizer_config.json`.
  init(_ settings: Settings, configuration: Settings?) throws(EmbeddingError) {
    self.settings = settings
    self.configuration = configuration
    guard let model = try settings.object("model") else {
      throw settings.wrong("model", "an object")
    }
    self.model = model
    kind = try Self.kind(model)
    vocabulary = try kind == .unigram ? TokenList(unigram: model) : TokenList(model)
    addedTokens = try AddedTokens.tokens(settings, vocabulary: vocabulary)
  }

  /// The model's kind. Old files don't name it; only BPE has merges, only WordPiece a longest word.
  private static func kind(_ model: Settings) throws(EmbeddingError) -> Kind {
    if let name = try model.string("type") {
      guard let kind = Kind(rawValue: name) else {
        throw model.wrong("type", "one of the models WordPiece, BPE and Unigram")
      }
      return kind
    }
    if model.value["merges"] != nil { return .bytePair }
    return model.value["vocab"]?.elements == nil ? .wordPiece : .unigram
  }

  func pieces() throws(EmbeddingError) -> Tokenizer.Pieces {
    let normalizer = try Normalizer(settings.object("normalizer"), configuration: configuration)
    var splitter = try PreTokenizer(settings.object("pre_tokenizer"))
    if kind == .wordPiece, normalizer.steps.count == 1, splitter.steps.count == 1,
      case .bert(let bert) = normalizer.steps[0], case .bert = splitter.steps[0]
    {
      return .bert(
        BertPieces(
          normalizer: bert, vocabulary: try WordPieceVocabulary(model, vocabulary),
          addedTokens: addedTokens))
    }
    let model: GeneralPieces.Model
    switch kind {
    case .wordPiece: model = .wordPiece(try WordPieceVocabulary(self.model, vocabulary))
    case .unigram: model = .unigram(try UnigramVocabulary(self.model, vocabulary))
    case .bytePair:
      // A byte-level model need not see the characters that stand for bytes.
      let readsBytes = splitter.dropByteAlphabet()
      model = .bytePair(try BytePairVocabulary(self.model, vocabulary, readsBytes: readsBytes))
    }
    return .general(
      GeneralPieces(
        normalizer: normalizer, splitter: splitter, model: model, addedTokens: addedTokens))
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
