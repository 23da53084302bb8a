internal import Compute

/// A linear layer that a sentence's vector goes through: f(W · x + b).
struct DenseLayer: Sendable {
  /// The function f.
  enum Activation: String, Sendable, CaseIterable {
    case identity = "Identity"
    case tanh = "Tanh"
    case gelu = "GELU"
    case relu = "ReLU"
    case sigmoid = "Sigmoid"
  }

  let inputs: Int
  let outputs: Int
  let activation: Activation
  /// `[outputs, inputs]`
  let weights: SharedArray<Float>
  /// `[outputs]`, or nil for zeros.
  let bias: SharedArray<Float>?
  /// Where they are stored.
  let file: SafetensorsFile
  /// Names the weights and the function.
  let identity: String

  /// Reads a Dense module's folder: `config.json` and `model.safetensors`.
  ///
  /// - Throws: ``EmbeddingError`` where a file is missing or malformed, or asks for something that is
  ///   not supported.
  init(folder: ModelFolder) throws(EmbeddingError) {
    guard let settings = try folder.settings("config.json") else {
      throw folder.missing("config.json", "the sizes of a Dense module")
    }
    inputs = try settings.integer("in_features", in: 1...1 << 20)
    outputs = try settings.integer("out_features", in: 1...1 << 20)
    // The name is a path, such as torch.nn.modules.activation.Tanh.
    let name = try settings.string("activation_function") ?? "torch.nn.Tanh"
    guard name.hasPrefix("torch.nn."),
      let activation = Activation(rawValue: String(name.split(separator: ".").last!))
    else {
      let known = Activation.allCases.map(\.rawValue).joined(separator: ", ")
      throw EmbeddingError(
        path: settings.path,
        reason: "the activation function \"\(name)\" is not supported; torch's \(known) are")
    }
    self.activation = activation
    for key in ["module_input_name", "module_output_name"] {
      guard try settings.string(key) ?? "sentence_embedding" == "sentence_embedding" else {
        throw settings.wrong(key, "\"sentence_embedding\"; nothing else is supported")
      }
    }
    guard try settings.boolean("use_residual") != true else {
      throw settings.wrong("use_residual", "false; a residual connection is not supported")
    }
    guard let bytes = try folder.file("model.safetensors") else {
      throw folder.missing("model.safetensors", "the weights of a Dense module")
    }
    file = try SafetensorsFile(bytes)
    weights = try file.floats("linear.weight", shape: [outputs, inputs])
    let hasBias = try settings.boolean("bias") ?? true
    bias = hasBias ? try file.floats("linear.bias", shape: [outputs]) : nil
    identity = "dense \(hasBias) \(activation) \(ContentHash(bytes.bytes).hex)"
  }
}
