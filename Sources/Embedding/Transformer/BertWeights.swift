internal import Compute

/// The weights of a BERT model, read from a safetensors file.
struct BertWeights: Sendable {
  /// One layer of the encoder.
  struct Layer: Sendable {
    /// Query, key and value in one: `[hidden] → [3 · hidden]`.
    var queryKeyValue: LinearLayer
    var attentionOutput: LinearLayer
    var attentionNorm: LayerNorm
    var expansion: LinearLayer
    var contraction: LinearLayer
    var outputNorm: LayerNorm
  }

  /// `[vocabulary, hidden]`
  let words: SharedArray<Float>
  /// `[positions, hidden]`: position embeddings with the first token type's added, since every token
  /// of a single text is of that type.
  let positions: SharedArray<Float>
  let embeddingNorm: LayerNorm
  let layers: [Layer]

  /// - Throws: ``EmbeddingError`` where a tensor is missing, or has another shape than the
  ///   configuration asks for or a type that is not supported.
  /// - Complexity: O(weights of the linear layers), which are packed; the rest stays mapped.
  init(_ file: SafetensorsFile, _ configuration: BertConfiguration) throws(EmbeddingError) {
    let hidden = configuration.hiddenSize
    let reader = TensorReader(file: file, epsilon: configuration.layerNormEpsilon)
    words = try reader.tensor(
      "embeddings.word_embeddings.weight", [configuration.vocabularySize, hidden])
    let types = try reader.tensor(
      "embeddings.token_type_embeddings.weight", [configuration.tokenTypes, hidden])
    let positions = try reader.tensor(
      "embeddings.position_embeddings.weight", [configuration.maximumPositions, hidden])
    self.positions = SharedArray(positions.indices.map { positions[$0] + types[$0 % hidden] })
    embeddingNorm = try reader.norm("embeddings.LayerNorm", hidden)
    var layers: [Layer] = []
    for number in 0..<configuration.layers {
      let name = "encoder.layer.\(number)."
      layers.append(
        Layer(
          queryKeyValue: try reader.linear(
            ["query", "key", "value"].map { name + "attention.self." + $0 }, hidden, hidden),
          attentionOutput: try reader.linear([name + "attention.output.dense"], hidden, hidden),
          attentionNorm: try reader.norm(name + "attention.output.LayerNorm", hidden),
          expansion: try reader.linear(
            [name + "intermediate.dense"], hidden, configuration.intermediateSize),
          contraction: try reader.linear(
            [name + "output.dense"], configuration.intermediateSize, hidden),
          outputNorm: try reader.norm(name + "output.LayerNorm", hidden)))
    }
    self.layers = layers
  }
}

/// Finds tensors under the names that BERT checkpoints give them.
private struct TensorReader {
  let file: SafetensorsFile
  let epsilon: Float
  /// What stands before every name: nothing, or the name that a larger model gave its encoder,
  /// such as "bert.".
  let prefix: String

  init(file: SafetensorsFile, epsilon: Float) {
    self.file = file
    self.epsilon = epsilon
    let known = "embeddings.word_embeddings.weight"
    let candidates = file.names.filter { $0.hasSuffix(known) }.map { $0.dropLast(known.count) }
    prefix = candidates.min { ($0.count, $0) < ($1.count, $1) }.map(String.init) ?? ""
  }

  func tensor(_ name: String, _ shape: [Int]) throws(EmbeddingError) -> SharedArray<Float> {
    try file.floats(prefix + name, shape: shape)
  }

  func linear(
    _ names: [String], _ inputs: Int, _ outputs: Int
  ) throws(EmbeddingError) -> LinearLayer {
    var weights: [SharedArray<Float>] = []
    var biases: [SharedArray<Float>] = []
    for name in names {
      weights.append(try tensor(name + ".weight", [outputs, inputs]))
      biases.append(try tensor(name + ".bias", [outputs]))
    }
    return LinearLayer(weights: weights, biases: biases, inputs: inputs)
  }

  /// Checkpoints from TensorFlow call the weight gamma and the bias beta.
  func norm(_ name: String, _ width: Int) throws(EmbeddingError) -> LayerNorm {
    let isOld = file.has(prefix + name + ".gamma")
    return LayerNorm(
      gain: try tensor(name + (isOld ? ".gamma" : ".weight"), [width]),
      bias: try tensor(name + (isOld ? ".beta" : ".bias"), [width]), epsilon: epsilon)
  }
}
