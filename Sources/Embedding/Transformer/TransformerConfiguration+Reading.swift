internal import Compute

extension TransformerConfiguration {
  /// - Throws: ``EmbeddingError`` where `config.json` is missing or malformed, or describes a model
  ///   that is not supported.
  init(folder: ModelFolder) throws(EmbeddingError) {
    guard let settings = try folder.settings("config.json") else {
      throw folder.missing("config.json", "the model's sizes")
    }
    try self.init(settings)
  }

  init(_ settings: Settings) throws(EmbeddingError) {
    family = try Self.family(settings)
    // The first of the names that a size goes by in one family or another.
    func key(_ names: String...) -> String { names.first { settings.value[$0] != nil } ?? names[0] }

    // Bounds far above any real model keep products of sizes within an Int.
    vocabularySize = try settings.integer("vocab_size", in: 1...1 << 24)
    hiddenSize = try settings.integer(key("hidden_size", "dim", "n_embd"), in: 1...1 << 16)
    attentionHeads = try settings.integer(
      key("num_attention_heads", "n_heads", "n_head"), in: 1...hiddenSize)
    intermediateSize = try settings.integer(
      key("intermediate_size", "hidden_dim", "n_inner"), in: 1...1 << 18)
    guard hiddenSize % attentionHeads == 0 else {
      throw settings.wrong(
        key("hidden_size", "dim", "n_embd"), "a multiple of the attention heads, \(attentionHeads)")
    }
    let layerCount = try settings.integer(
      key("num_hidden_layers", "n_layers", "n_layer"), in: 0...1024)
    let positionRows = try settings.integer(
      key("max_position_embeddings", "n_positions"), in: 1...1 << 20)
    let epsilonKey = key("norm_eps", "layer_norm_eps", "layer_norm_epsilon")
    let epsilon = try settings.number(epsilonKey, default: family == .modernBERT ? 1e-5 : 1e-12)
    guard (0...1).contains(epsilon) else {
      throw settings.wrong(epsilonKey, "a number from 0 to 1")
    }
    layerNormEpsilon = family == .distilBERT ? 1e-12 : Float(epsilon)
    (activation, isGated) = try Self.activation(
      settings, key("hidden_activation", "hidden_act", "activation", "activation_function"), family)

    // What most have in common; the rest is what each has of its own.
    embeddingSize = hiddenSize
    hasProjection = false
    positions = .learned(padding: nil)
    maximumTokens = positionRows
    hasRelativeBias = false
    tokenTypes = 0
    normsFirst = false
    biases = Biases()
    let prefix = family.names.layer
    layers = (0..<layerCount).map { Layer(name: "\(prefix)\($0).") }
    switch family {
    case .bert: try readTokenTypes(settings)
    case .distilBERT: break
    case .roBERTa, .xlmRoBERTa, .camemBERT:
      try readTokenTypes(settings)
      let padding = try settings.integer("pad_token_id", in: 0...vocabularySize - 1, default: 1)
      try countPositions(from: Int32(padding), rows: positionRows, settings)
    case .mpNet:
      try countPositions(from: 1, rows: positionRows, settings)
      hasRelativeBias = true
      let key = "relative_attention_num_buckets"
      _ = try settings.integer(
        key, in: RelativeBias.buckets...RelativeBias.buckets, default: RelativeBias.buckets)
    case .electra, .alBERT:
      try readTokenTypes(settings)
      embeddingSize = try settings.integer("embedding_size", in: 1...1 << 16, default: 128)
      hasProjection = family == .alBERT || embeddingSize != hiddenSize
      if family == .alBERT { try shareLayers(settings) }
    case .nomicBERT: try readNomicBERT(settings)
    case .modernBERT: try readModernBERT(settings)
    }
  }

  private static func family(_ settings: Settings) throws(EmbeddingError) -> TransformerFamily {
    let type = try settings.string("model_type") ?? "bert"
    guard let family = TransformerFamily(rawValue: type) else {
      let names = TransformerFamily.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      throw settings.unsupported("the architecture \"\(type)\"", "\(names) are")
    }
    for key in ["is_decoder", "is_encoder_decoder", "add_cross_attention"]
    where try settings.boolean(key) == true {
      throw settings.unsupported("\"\(key)\": true", "encoders are, where it is false")
    }
    let positions = try settings.string("position_embedding_type") ?? "absolute"
    guard positions == "absolute" else {
      throw settings.unsupported("the position embedding \"\(positions)\"", "\"absolute\" is")
    }
    guard settings.value["quantization_config"] == nil else {
      throw settings.unsupported(
        "a quantized checkpoint (\"quantization_config\")",
        "weights in F32, F16 and BF16 are, which are packed as asked when they are loaded")
    }
    return family
  }

  /// The activation of the feed-forward block, and whether it is a gate.
  private static func activation(
    _ settings: Settings, _ key: String, _ family: TransformerFamily
  ) throws(EmbeddingError) -> (Activation, isGated: Bool) {
    var fallback = "gelu"
    if family == .alBERT { fallback = "gelu_new" }
    if family == .nomicBERT { fallback = "silu" }
    let name = try settings.string(key) ?? fallback
    if family == .nomicBERT, key == "activation_function" {
      // The older way to write the family's settings names the gate with its activation.
      switch name {
      case "swiglu": return (.silu, true)
      case "geglu": return (.gelu, true)
      default: break
      }
    }
    guard let activation = Activation(name: name) else {
      throw settings.unsupported(
        "the activation \"\(name)\"", "\(Activation.supportedNames) are")
    }
    return (
      activation, family == .modernBERT || family == .nomicBERT && key != "activation_function"
    )
  }

  private mutating func readTokenTypes(_ settings: Settings) throws(EmbeddingError) {
    tokenTypes = try settings.integer("type_vocab_size", in: 1...1 << 16, default: 2)
  }

  /// Positions that begin after the padding token's id.
  private mutating func countPositions(
    from padding: Int32, rows: Int, _ settings: Settings
  ) throws(EmbeddingError) {
    guard rows > Int(padding) + 1 else {
      throw settings.wrong(
        "max_position_embeddings",
        "more than \(padding + 1), since positions begin after the padding token's id, \(padding)")
    }
    positions = .learned(padding: padding)
    maximumTokens = rows - Int(padding) - 1
  }

  /// ALBERT's layers share the weights of their group, and a group may be several layers deep.
  private mutating func shareLayers(_ settings: Settings) throws(EmbeddingError) {
    let count = layers.count
    let groups = try settings.integer("num_hidden_groups", in: 1...max(1, count), default: 1)
    let depth = try settings.integer("inner_group_num", in: 1...64, default: 1)
    let prefix = family.names.layer
    layers = (0..<count).flatMap { layer in
      let group = layer * groups / count
      return (0..<depth).map { Layer(name: "\(prefix)\(group).albert_layers.\($0).") }
    }
  }
}

extension Settings {
  /// An error for an option that is understood, and not supported.
  ///
  /// - Parameter supported: What is, as a sentence without its beginning.
  func unsupported(_ what: String, _ supported: String) -> EmbeddingError {
    EmbeddingError(path: path, reason: "\(what) is not supported; \(supported)")
  }
}
