/// The sizes of a BERT model (Devlin et al., "BERT: Pre-training of deep bidirectional transformers
/// for language understanding", 2019), as `config.json` gives them.
struct BertConfiguration: Sendable, Equatable {
  /// What stands between the two linear layers of a feed-forward block.
  enum Activation: String, Sendable, CaseIterable {
    /// x · Φ(x) with the exact distribution function (Hendrycks and Gimpel, "Gaussian error linear
    /// units", 2016).
    case gelu
    /// The approximation of it by tanh.
    case tanhGELU = "gelu_new"
    case relu

    init?(name: String) {
      self.init(rawValue: name == "gelu_pytorch_tanh" ? "gelu_new" : name)
    }
  }

  var vocabularySize: Int
  var hiddenSize: Int
  var layers: Int
  var attentionHeads: Int
  var intermediateSize: Int
  /// The longest sequence that has position embeddings, in tokens.
  var maximumPositions: Int
  var tokenTypes: Int
  var layerNormEpsilon: Float
  var activation: Activation

  /// Channels of one attention head.
  var headSize: Int { hiddenSize / attentionHeads }

  /// - Throws: ``EmbeddingError`` where `config.json` is missing or malformed, or describes an
  ///   architecture other than BERT.
  init(folder: ModelFolder) throws(EmbeddingError) {
    guard let settings = try folder.settings("config.json") else {
      throw folder.missing("config.json", "the model's sizes")
    }
    func unsupported(_ what: String, _ supported: String) -> EmbeddingError {
      EmbeddingError(
        path: settings.path, reason: "\(what) is not supported; \(supported)")
    }
    let type = try settings.string("model_type") ?? "bert"
    guard type == "bert" else {
      throw unsupported(
        "the architecture \"\(type)\"",
        "\"bert\" is, such as sentence-transformers/all-MiniLM-L6-v2 or BAAI/bge-small-en-v1.5")
    }
    let positions = try settings.string("position_embedding_type") ?? "absolute"
    guard positions == "absolute" else {
      throw unsupported("the position embedding \"\(positions)\"", "\"absolute\" is")
    }
    let activationName = try settings.string("hidden_act") ?? "gelu"
    guard let activation = Activation(name: activationName) else {
      let names = Activation.allCases.map(\.rawValue).joined(separator: ", ")
      throw unsupported("the activation \"\(activationName)\"", "\(names) are")
    }
    self.activation = activation
    // Bounds far above any real model keep products of sizes within an Int.
    vocabularySize = try settings.integer("vocab_size", in: 1...1 << 24)
    hiddenSize = try settings.integer("hidden_size", in: 1...1 << 16)
    layers = try settings.integer("num_hidden_layers", in: 0...1024)
    attentionHeads = try settings.integer("num_attention_heads", in: 1...hiddenSize)
    intermediateSize = try settings.integer("intermediate_size", in: 1...1 << 18)
    maximumPositions = try settings.integer("max_position_embeddings", in: 2...1 << 20)
    tokenTypes = try settings.integer("type_vocab_size", in: 1...1 << 16, default: 2)
    layerNormEpsilon = Float(try settings.number("layer_norm_eps", default: 1e-12))
    guard hiddenSize % attentionHeads == 0 else {
      throw settings.wrong("hidden_size", "a multiple of num_attention_heads, \(attentionHeads)")
    }
  }
}
