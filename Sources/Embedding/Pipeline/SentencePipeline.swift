/// What follows the transformer, as a sentence-transformers folder describes it.
///
/// `modules.json` lists the steps. A plain Hugging Face folder has none: then the token vectors are
/// averaged and the result is normalised, and a text may be as long as the model has positions.
struct SentencePipeline: Sendable, Equatable {
  /// How the token vectors of a text become one.
  enum Pooling: String, Sendable, CaseIterable {
    case mean
    case cls
    case max
  }

  var pooling = Pooling.mean
  /// Whether vectors are scaled to unit length.
  var normalizes = true
  /// The longest text, in tokens, [CLS] and [SEP] included; nil where nothing limits it but the
  /// model's positions.
  var maximumTokens: Int?
  /// Whether texts are lower-cased before the tokenizer sees them.
  var lowercases = false
  /// The folder of the transformer within the model's; "" for the same.
  var transformerPath = ""

  /// - Throws: ``EmbeddingError`` where a file is malformed or asks for a step that is not
  ///   supported.
  init(folder: ModelFolder) throws(EmbeddingError) {
    guard let modules = try folder.json("modules.json") else {
      maximumTokens = try Self.tokenizerLimit(folder)
      return
    }
    let path = folder.path(of: "modules.json")
    guard let steps = modules.elements else {
      throw EmbeddingError(path: path, reason: "it holds \(modules.kind), not a list of modules")
    }
    normalizes = false
    var kinds: [String] = []
    for step in steps {
      guard let type = step["type"]?.string else {
        throw EmbeddingError(path: path, reason: "a module has no \"type\"")
      }
      let kind = String(type.split(separator: ".").last ?? "")
      let place = step["path"]?.string ?? ""
      guard !place.hasPrefix("/"), !place.split(separator: "/").contains("..") else {
        throw EmbeddingError(path: path, reason: "the path \"\(place)\" leaves the model's folder")
      }
      switch kind {
      case "Transformer": transformerPath = place
      case "Pooling": pooling = try Self.pooling(folder, place)
      case "Normalize": normalizes = true
      case "Dropout": continue  // Does nothing once training is over.
      default:
        throw EmbeddingError(
          path: path,
          reason: "the module \(type) is not supported; Transformer, Pooling and Normalize are")
      }
      kinds.append(kind)
    }
    guard kinds == ["Transformer", "Pooling"] || kinds == ["Transformer", "Pooling", "Normalize"]
    else {
      throw EmbeddingError(
        path: path,
        reason: "the modules are \(kinds), expected Transformer, Pooling and perhaps Normalize")
    }
    try readLimits(folder)
  }

  private static func pooling(
    _ folder: ModelFolder, _ place: String
  ) throws(EmbeddingError) -> Pooling {
    let name = place.isEmpty ? "config.json" : place + "/config.json"
    guard let settings = try folder.settings(name) else {
      throw folder.missing(name, "the way that token vectors are pooled")
    }
    var asked: [String] = []
    if let mode = try settings.string("pooling_mode") {
      asked = [mode]
    } else {
      let keys = [
        "cls_token": "cls", "mean_tokens": "mean", "max_tokens": "max",
        "mean_sqrt_len_tokens": "mean_sqrt_len", "weightedmean_tokens": "weightedmean",
        "lasttoken": "lasttoken",
      ]
      for (key, mode) in keys.sorted(by: { $0.key < $1.key })
      where try settings.boolean("pooling_mode_" + key) == true {
        asked.append(mode)
      }
    }
    guard asked.count == 1, let pooling = Pooling(rawValue: asked[0]) else {
      throw EmbeddingError(
        path: settings.path,
        reason: "the pooling \(asked) is not supported; one of mean, cls and max is")
    }
    return pooling
  }

  private mutating func readLimits(_ folder: ModelFolder) throws(EmbeddingError) {
    let transformer = folder.subfolder(transformerPath)
    if let settings = try transformer.settings("sentence_bert_config.json") {
      if settings.value["max_seq_length"] != nil {
        maximumTokens = try settings.integer("max_seq_length", in: 2...1 << 20)
      }
      lowercases = try settings.boolean("do_lower_case") ?? false
    }
    if maximumTokens == nil { maximumTokens = try Self.tokenizerLimit(transformer) }
    if let settings = try folder.settings("config_sentence_transformers.json"),
      let name = try settings.string("default_prompt_name"),
      let prompt = settings.value["prompts"]?[name]?.string, !prompt.isEmpty
    {
      throw EmbeddingError(
        path: settings.path,
        reason: "the default prompt \"\(name)\" is not supported: put its text before your own "
          + "texts and set \"default_prompt_name\" to null")
    }
  }

  /// The tokenizer's own limit; an absurd one stands for none.
  private static func tokenizerLimit(_ folder: ModelFolder) throws(EmbeddingError) -> Int? {
    guard let settings = try folder.settings("tokenizer_config.json"),
      let limit = settings.value["model_max_length"]?.number, limit >= 2, limit <= 0x1p20
    else { return nil }
    return Int(limit)
  }
}
