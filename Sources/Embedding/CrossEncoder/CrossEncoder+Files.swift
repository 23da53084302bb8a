internal import Compute

extension CrossEncoder {
  init(_ folder: ModelFolder, precision: Precision) throws(EmbeddingError) {
    let folder = folder.subfolder(try Self.transformerPath(folder))
    guard let settings = try folder.settings("config.json") else {
      throw folder.missing("config.json", "the model's sizes")
    }
    labels = try Self.labels(settings)
    usesSigmoid = try Self.usesSigmoid(folder, settings, labels: labels.count)
    let configuration = try TransformerConfiguration(settings)
    let checkpoint = try Checkpoint(folder: folder)
    head = try ClassificationHead(checkpoint, configuration, settings, labels: labels.count)
    transformer = Transformer(
      configuration: configuration,
      weights: try TransformerWeights(checkpoint, configuration, precision: precision))

    tokenizer = try Tokenizer(folder: folder)
    guard Int(tokenizer.highestID) < configuration.vocabularySize else {
      throw EmbeddingError(
        path: folder.path,
        reason: "the tokenizer has the id \(tokenizer.highestID) and config.json a \"vocab_size\" "
          + "of \(configuration.vocabularySize): the two belong to different models")
    }
    let tokenizerSettings = try folder.settings("tokenizer_config.json")
    let limits = [
      try Self.limit(tokenizerSettings, "model_max_length"),
      try Self.limit(folder.settings("sentence_bert_config.json"), "max_seq_length"),
    ]
    maximumTokens = limits.compactMap { $0 }.reduce(configuration.maximumTokens, min)
    let specialTokens = tokenizer.specialTokens(pair: true)
    guard maximumTokens > specialTokens else {
      throw EmbeddingError(
        path: folder.path,
        reason: "the model reads \(maximumTokens) tokens, which leaves no room for a pair beside "
          + "\(specialTokens) special ones")
    }
    guard specialTokens > 0 else {
      throw EmbeddingError(
        path: folder.path,
        reason:
          "the tokenizer puts no special tokens around a pair of texts, which tell a model of "
          + "this kind where the second begins")
    }
    let inputs = tokenizerSettings?.value["model_input_names"]?.elements?.map(\.string)
    readsTypes = configuration.tokenTypes > 1 && inputs?.contains("token_type_ids") != false
    let types = tokenizer.sequence([0], pair: [0]).types
    guard !readsTypes || types.allSatisfy({ 0..<Int32(configuration.tokenTypes) ~= $0 }) else {
      throw EmbeddingError(
        path: folder.path,
        reason: "the tokenizer gives tokens the types \(Set(types).sorted()) and config.json a "
          + "\"type_vocab_size\" of \(configuration.tokenTypes): the two belong to different models"
      )
    }
  }

  /// The folder of the transformer within the model's, from `modules.json`; "" where there is none.
  private static func transformerPath(_ folder: ModelFolder) throws(EmbeddingError) -> String {
    guard let modules = try folder.json("modules.json") else { return "" }
    let steps = modules.elements ?? []
    let kinds = steps.map { $0["type"]?.string?.split(separator: ".").last.map(String.init) ?? "?" }
    let path = steps.first?["path"]?.string ?? ""
    guard kinds == ["Transformer"], !path.hasPrefix("/"), !path.split(separator: "/").contains("..")
    else {
      throw EmbeddingError(
        path: folder.path(of: "modules.json"),
        reason: "the modules are \(kinds), expected a Transformer within the folder alone, as a "
          + "cross-encoder has it")
    }
    return path
  }

  /// The names of the labels, from `id2label`; two where nothing is said, as in transformers.
  private static func labels(_ settings: Settings) throws(EmbeddingError) -> [String] {
    guard let names = try settings.object("id2label") else {
      let count = try settings.integer("num_labels", in: 1...1 << 16, default: 2)
      return (0..<count).map { "LABEL_\($0)" }
    }
    let count = names.value.members?.count ?? 0
    var labels: [String] = []
    for index in 0..<count {
      guard let name = try names.string("\(index)") else {
        throw settings.wrong("id2label", "a name for each number from 0 to \(count - 1)")
      }
      labels.append(name)
    }
    guard !labels.isEmpty else { throw settings.wrong("id2label", "at least one label") }
    return labels
  }

  /// Whether a score is mapped to 0…1, from where sentence-transformers' versions say so.
  private static func usesSigmoid(
    _ folder: ModelFolder, _ settings: Settings, labels: Int
  ) throws(EmbeddingError) -> Bool {
    let newest = try folder.settings("config_sentence_transformers.json")
    if let newest, let prompt = try newest.string("default_prompt_name") {
      throw newest.unsupported(
        "the default prompt \"\(prompt)\" of a cross-encoder",
        "null is: put its text before your own")
    }
    var name = try newest?.string("activation_fn")
    if name == nil { name = try settings.object("sentence_transformers")?.string("activation_fn") }
    if name == nil { name = try settings.string("sbert_ce_default_activation_function") }
    switch name?.split(separator: ".").last {
    case nil: return labels == 1
    case "Sigmoid": return true
    case "Identity": return false
    default:
      throw settings.unsupported(
        "the activation \"\(name!)\" of scores", "Sigmoid and Identity are")
    }
  }

  /// A limit on the tokens of a pair; an absurd one stands for none.
  private static func limit(_ settings: Settings?, _ key: String) throws(EmbeddingError) -> Int? {
    guard let settings, settings.value[key] != nil else { return nil }
    let limit = try settings.number(key, default: 0)
    return (2...0x1p20).contains(limit) ? Int(limit) : nil
  }
}
