internal import Compute

/// Finds an encoder's tensors in a checkpoint, whatever stands before their names.
struct TensorReader {
  let checkpoint: Checkpoint
  let configuration: TransformerConfiguration
  let precision: Precision
  /// What stands before every name of the encoder: nothing, or the name that a larger model gave it,
  /// such as "bert.".
  private var prefix: String

  init(
    _ checkpoint: Checkpoint, _ configuration: TransformerConfiguration,
    precision: Precision = .float32
  ) {
    self.checkpoint = checkpoint
    self.precision = precision
    self.configuration = configuration
    let known = configuration.family.names.words + ".weight"
    let candidates = checkpoint.names.filter { $0.hasSuffix(known) }
      .map { $0.dropLast(known.count) }
      .filter { $0.isEmpty || $0.hasSuffix(".") }
    prefix = candidates.min { ($0.count, $0) < ($1.count, $1) }.map(String.init) ?? ""
  }

  /// A reader of what stands beside the encoder, such as a classifier.
  var withoutPrefix: TensorReader {
    var reader = self
    reader.prefix = ""
    return reader
  }

  /// An embedding table, `[rows, width]`.
  func table(_ name: String, rows: Int, _ width: Int) throws(EmbeddingError) -> SharedArray<Float> {
    try checkpoint.floats(prefix + name + ".weight", shape: [rows, width])
  }

  /// A linear layer made of one or several, whose outputs come one after another.
  ///
  /// - Parameters:
  ///   - outputs: How many numbers they compute together, a like number each.
  ///   - bias: Whether they have biases; where not, they are 0.
  func linear(
    _ names: [String], _ inputs: Int, _ outputs: Int, bias: Bool = true, isGated: Bool = false
  ) throws(EmbeddingError) -> LinearLayer {
    var weights: [SharedArray<Float>] = []
    var biases: [SharedArray<Float>] = []
    for name in names {
      let own = outputs / names.count
      weights.append(try checkpoint.floats(prefix + name + ".weight", shape: [own, inputs]))
      biases.append(
        bias ? try checkpoint.floats(prefix + name + ".bias", shape: [own]) : zeros(own))
    }
    return LinearLayer(
      weights: weights, biases: biases, inputs: inputs, isGated: isGated, precision: precision)
  }

  /// Checkpoints from TensorFlow call the weight gamma and the bias beta.
  func norm(_ name: String, _ width: Int) throws(EmbeddingError) -> LayerNorm {
    let isOld = checkpoint.has(prefix + name + ".gamma")
    return LayerNorm(
      gain: try checkpoint.floats(prefix + name + (isOld ? ".gamma" : ".weight"), shape: [width]),
      bias: configuration.biases.norms
        ? try checkpoint.floats(prefix + name + (isOld ? ".beta" : ".bias"), shape: [width])
        : zeros(width),
      epsilon: configuration.layerNormEpsilon)
  }

  private func zeros(_ count: Int) -> SharedArray<Float> {
    SharedArray(repeatElement(0, count: count))
  }
}
