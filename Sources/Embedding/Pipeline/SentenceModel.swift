internal import Compute

/// A model folder in memory: what the encoders that differ in their options alone share.
struct SentenceModel: Sendable {
  /// What makes vectors of token ids.
  enum Core: Sendable {
    case transformer(Transformer)
    case staticTable(StaticTable)
  }

  let path: String
  let core: Core
  let tokenizer: Tokenizer
  let pipeline: SentencePipeline
  /// The longest sequence, in tokens, special ones included.
  let maximumTokens: Int
  /// A hash of everything in the folder that changes a vector, and of the precision.
  let contents: String

  /// - Throws: ``EmbeddingError`` where a file is missing, damaged, contradicts another, or asks
  ///   for something that is not supported.
  init(path: String, precision: Precision) throws(EmbeddingError) {
    self.path = path
    let folder = ModelFolder(path: path)
    pipeline = try SentencePipeline(folder: folder)
    let source = folder.subfolder(pipeline.sourcePath)
    var parts = ["embedding 2", pipeline.identity]
    let vocabularySize: Int
    switch pipeline.source {
    case .transformer:
      let configuration = try TransformerConfiguration(folder: source)
      let checkpoint = try Checkpoint(folder: source)
      let weights = try TransformerWeights(
        checkpoint, configuration, precision: precision)
      core = .transformer(Transformer(configuration: configuration, weights: weights))
      vocabularySize = configuration.vocabularySize
      maximumTokens = min(
        pipeline.maximumTokens ?? configuration.maximumTokens, configuration.maximumTokens)
      parts += [precision.rawValue, checkpoint.fingerprint, "\(configuration)"]
    case .staticTable:
      guard let file = try source.file("model.safetensors") else {
        throw source.missing("model.safetensors", "the table of token vectors")
      }
      let table = try StaticTable(SafetensorsFile(file))
      parts.append(ContentHash(file).hex)
      core = .staticTable(table)
      vocabularySize = table.tokens
      maximumTokens = pipeline.maximumTokens ?? .max
    }
    tokenizer = try Tokenizer(folder: source)
    guard Int(tokenizer.highestID) < vocabularySize else {
      throw EmbeddingError(
        path: source.path,
        reason: "the tokenizer has the id \(tokenizer.highestID) and the model vectors for "
          + "\(vocabularySize) tokens: the two belong to different models")
    }
    for name in ["tokenizer.json", "vocab.txt", "tokenizer_config.json"] {
      guard let file = try source.file(name) else { continue }
      parts.append(name + " " + ContentHash(file.bytes).hex)
    }
    contents = ContentHash(parts.joined(separator: "\n")).hex
    try checkWidths(folder)
  }

  /// The number of components of a token's vector.
  var width: Int {
    switch core {
    case .transformer(let model): model.configuration.hiddenSize
    case .staticTable(let table): table.width
    }
  }

  /// The number of components of a pooled vector.
  var pooledWidth: Int { width * (pipeline.pooling?.modes.count ?? 1) }

  /// The number of components that the pipeline ends with.
  var dimension: Int { pipeline.dimension(pooled: pooledWidth) }

  /// Each dense layer must take what the step before it gives.
  private func checkWidths(_ folder: ModelFolder) throws(EmbeddingError) {
    var width = pooledWidth
    for step in pipeline.steps {
      if case .dense(let layer) = step, layer.inputs != width {
        throw EmbeddingError(
          path: folder.path(of: "modules.json"),
          reason: "a Dense module has \(layer.inputs) \"in_features\" and is given \(width)")
      }
      width = step.width(after: width)
    }
  }
}
