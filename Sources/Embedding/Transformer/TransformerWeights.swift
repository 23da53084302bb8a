internal import Compute

/// The weights of an encoder, read from a checkpoint.
struct TransformerWeights: Sendable {
  /// One layer of the encoder.
  struct Layer: Sendable {
    /// Query, key and value in one: `[hidden] → [3 · hidden]`.
    var queryKeyValue: LinearLayer
    var attentionOutput: LinearLayer
    var attentionNorm: LayerNorm?
    /// `[hidden] → [intermediate]`, gated where the configuration says so.
    var expansion: LinearLayer
    var contraction: LinearLayer
    var outputNorm: LayerNorm
  }

  /// What the linear layers compute with.
  let precision: Precision
  /// `[vocabulary, embedding size]`
  let words: SharedArray<Float>
  /// `[position rows, embedding size]`
  let positions: SharedArray<Float>?
  /// `[token types, embedding size]`
  let tokenTypes: SharedArray<Float>?
  let embeddingNorm: LayerNorm
  /// `[embedding size] → [hidden]`
  let projection: LinearLayer?
  let relativeBias: RelativeBias?
  /// In the order in which they run; layers that share weights share memory.
  let layers: [Layer]
  let finalNorm: LayerNorm?

  /// Bytes of scratch memory that a linear layer needs for `rows` rows, at most.
  func scratchBytes(rows: Int) -> Int {
    let linear = layers.first.map {
      [$0.queryKeyValue, $0.attentionOutput, $0.expansion, $0.contraction]
    }
    return ((linear ?? []) + [projection].compactMap { $0 })
      .map { $0.scratchBytes(rows: rows) }.max() ?? 0
  }

  /// - Throws: ``EmbeddingError`` where a tensor is missing, or has another shape than the
  ///   configuration asks for or a type that is not supported.
  /// - Complexity: O(weights of the linear layers), which are packed; tables stay mapped where they
  ///   are stored as float32.
  init(
    _ checkpoint: Checkpoint, _ configuration: TransformerConfiguration, precision: Precision
  ) throws(EmbeddingError) {
    self.precision = precision
    let names = configuration.family.names
    let reader = TensorReader(checkpoint, configuration, precision: precision)
    let hidden = configuration.hiddenSize
    let width = configuration.embeddingSize
    words = try reader.table(names.words, rows: configuration.vocabularySize, width)
    positions =
      configuration.positions == .rotary
      ? nil : try reader.table(names.positions, rows: configuration.positionRows, width)
    tokenTypes =
      configuration.tokenTypes == 0
      ? nil : try reader.table(names.tokenTypes, rows: configuration.tokenTypes, width)
    embeddingNorm = try reader.norm(names.embeddingNorm, width)
    projection =
      configuration.hasProjection ? try reader.linear([names.projection], width, hidden) : nil
    if configuration.hasRelativeBias {
      let heads = configuration.attentionHeads
      relativeBias = RelativeBias(
        try reader.table(names.relativeBias, rows: RelativeBias.buckets, heads),
        heads: heads, positions: configuration.maximumTokens)
    } else {
      relativeBias = nil
    }
    var read: [String: Layer] = [:]
    layers = try configuration.layers.map { layer throws(EmbeddingError) in
      if let shared = read[layer.name] { return shared }
      let weights = try Layer(reader, layer, configuration)
      read[layer.name] = weights
      checkpoint.dropPages()
      return weights
    }
    finalNorm = configuration.normsFirst ? try reader.norm(names.finalNorm, hidden) : nil
  }
}

extension TransformerWeights.Layer {
  fileprivate init(
    _ reader: TensorReader, _ layer: TransformerConfiguration.Layer,
    _ configuration: TransformerConfiguration
  ) throws(EmbeddingError) {
    let names = configuration.family.names
    let hidden = configuration.hiddenSize
    let intermediate = configuration.intermediateSize
    let biases = configuration.biases
    func within(_ names: [String]) -> [String] { names.map { layer.name + $0 } }
    queryKeyValue = try reader.linear(
      within(names.queryKeyValue), hidden, 3 * hidden, bias: biases.attention)
    attentionOutput = try reader.linear(
      within([names.attentionOutput]), hidden, hidden, bias: biases.attention)
    attentionNorm =
      layer.hasAttentionNorm ? try reader.norm(layer.name + names.attentionNorm, hidden) : nil
    expansion =
      configuration.isGated
      ? try reader.linear(
        within(names.gatedExpansion), hidden, 2 * intermediate, bias: biases.expansion,
        isGated: true)
      : try reader.linear(within(names.expansion), hidden, intermediate, bias: biases.expansion)
    contraction = try reader.linear(
      within([names.contraction]), intermediate, hidden, bias: biases.contraction)
    outputNorm = try reader.norm(layer.name + names.outputNorm, hidden)
  }
}
