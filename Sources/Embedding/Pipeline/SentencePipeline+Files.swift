extension SentencePipeline {
  /// Reads `modules.json` and the files that its modules name.
  ///
  /// - Throws: ``EmbeddingError`` where a file is malformed or asks for a module that is not
  ///   supported.
  init(folder: ModelFolder) throws(EmbeddingError) {
    try readModules(folder)
    let place = folder.subfolder(sourcePath)
    if source == .staticTable {
      try readStaticSettings(place)
    } else {
      try readLimits(place)
    }
    if let settings = try folder.settings("config_sentence_transformers.json") {
      prompts = try Prompts(settings)
      if settings.value["truncate_dim"] != nil {
        dimensions = try settings.integer("truncate_dim", in: 1...1 << 20)
      }
    }
  }

  /// The last word of a module's type, and the folder that it names.
  private struct Module {
    var kind: String
    var folder: String
  }

  private mutating func readModules(_ folder: ModelFolder) throws(EmbeddingError) {
    guard let modules = try Self.modules(folder) else {
      // A plain folder. model2vec's own say so in their configuration.
      let type = try folder.settings("config.json")?.value["model_type"]?.string
      if type == "model2vec" { (source, pooling, steps) = (.staticTable, nil, []) }
      return
    }
    let path = folder.path(of: "modules.json")
    let kinds = modules.map(\.kind)
    func misplaced(_ expected: String) -> EmbeddingError {
      EmbeddingError(path: path, reason: "the modules are \(kinds), expected \(expected)")
    }
    guard let first = modules.first else { throw misplaced("some") }
    sourcePath = first.folder
    var rest = modules[1...]
    switch first.kind {
    case "Transformer":
      guard let second = rest.popFirst(), second.kind == "Pooling" else {
        throw misplaced("Transformer, Pooling and what follows them")
      }
      pooling = try Pooling(folder: folder.subfolder(second.folder))
    case "StaticEmbedding": (source, pooling) = (.staticTable, nil)
    default: throw misplaced("Transformer or StaticEmbedding at their head")
    }
    steps = []
    for module in rest {
      switch module.kind {
      case "Dense": steps.append(.dense(try DenseLayer(folder: folder.subfolder(module.folder))))
      case "Normalize": steps.append(.normalize)
      default: throw misplaced("Dense and Normalize after Pooling")
      }
    }
  }

  /// The modules that do something, or nil where there is no list of them.
  private static func modules(_ folder: ModelFolder) throws(EmbeddingError) -> [Module]? {
    guard let file = try folder.json("modules.json") else { return nil }
    let path = folder.path(of: "modules.json")
    guard let list = file.elements else {
      throw EmbeddingError(path: path, reason: "it holds \(file.kind), not a list of modules")
    }
    let known = ["Transformer", "StaticEmbedding", "Pooling", "Dense", "Normalize", "Dropout"]
    var modules: [Module] = []
    for element in list {
      guard let type = element["type"]?.string else {
        throw EmbeddingError(path: path, reason: "a module has no \"type\"")
      }
      // The classes moved within the library from version to version, under the same names. A class
      // of another library may do anything.
      let kind = String(type.split(separator: ".").last ?? "")
      guard type.hasPrefix("sentence_transformers."), known.contains(kind) else {
        throw EmbeddingError(
          path: path,
          reason: "the module \(type) is not supported; those of sentence_transformers that are: "
            + known.joined(separator: ", "))
      }
      let place = element["path"]?.string ?? ""
      guard !place.hasPrefix("/"), !place.split(separator: "/").contains("..") else {
        throw EmbeddingError(path: path, reason: "the path \"\(place)\" leaves the model's folder")
      }
      // Dropout does nothing once training is over.
      if kind == "Dropout" { continue }
      modules.append(Module(kind: kind, folder: place == "." ? "" : place))
    }
    return modules
  }

  private mutating func readLimits(_ transformer: ModelFolder) throws(EmbeddingError) {
    if let settings = try transformer.settings("sentence_bert_config.json") {
      if settings.value["max_seq_length"] != nil {
        maximumTokens = try settings.integer("max_seq_length", in: 2...1 << 20)
      }
      lowercases = try settings.boolean("do_lower_case") ?? false
      let task = try settings.string("transformer_task") ?? "feature-extraction"
      guard task == "feature-extraction" else {
        throw settings.unsupported("the task \"\(task)\"", "\"feature-extraction\" is")
      }
    }
    // The tokenizer's own limit; an absurd one stands for none.
    if maximumTokens == nil,
      let limit = try transformer.settings("tokenizer_config.json")?.value["model_max_length"]?
        .number, limit >= 2, limit <= 0x1p20
    {
      maximumTokens = Int(limit)
    }
  }

  /// Where sentence-transformers goes by the tokenizer's file, model2vec has its `config.json`.
  private mutating func readStaticSettings(_ table: ModelFolder) throws(EmbeddingError) {
    guard let tokenizer = try table.settings("tokenizer.json") else { return }
    if let truncation = try tokenizer.object("truncation") {
      maximumTokens = try truncation.integer("max_length", in: 1...1 << 30)
    }
    guard let settings = try table.settings("config.json"),
      settings.value["model_type"]?.string == "model2vec"
    else { return }
    ignoredToken = Self.unknownToken(tokenizer)
    if try settings.boolean("normalize") == true, !normalizes { steps.append(.normalize) }
    // Where nothing is said, model2vec reads 512 tokens; where null is said, all.
    let saysLimit = settings.value.members?.contains { $0.key == "max_length" } == true
    maximumTokens =
      saysLimit && settings.value["max_length"] == nil
      ? nil : try settings.integer("max_length", in: 1...1 << 30, default: 512)
  }

  /// The id of the token that stands for words which the vocabulary has no pieces of.
  private static func unknownToken(_ tokenizer: Settings) -> Int32? {
    let model = tokenizer.value["model"]
    if let id = model?["unk_id"]?.integer { return Int32(exactly: id) }
    guard let token = model?["unk_token"]?.string else { return nil }
    let added = tokenizer.value["added_tokens"]?.elements?.first { $0["content"]?.string == token }
    return (added?["id"] ?? model?["vocab"]?[token])?.integer.flatMap(Int32.init(exactly:))
  }
}
