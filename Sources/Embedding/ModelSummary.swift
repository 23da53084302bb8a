/// What a model is, in words and numbers for a person who chooses one.
package struct ModelSummary: Sendable, Codable, Equatable {
  /// The family of the transformer, such as "bert"; "static" for a table of token vectors.
  package var family: String
  package var layers: Int
  /// The number of components of a token's vector.
  package var hiddenSize: Int
  package var attentionHeads: Int
  package var intermediateSize: Int
  /// Numbers in the checkpoint, those that encoding has no use for included.
  package var parameters: Int
  /// The types that they are stored in, such as "F32".
  package var storedAs: [String]
  /// What divides words: "WordPiece", "BPE" or "Unigram".
  package var tokenizer: String
  package var vocabularySize: Int
  /// What happens to a text, step by step.
  package var modules: [String]
  package var prompts: [String: String]
  package var defaultPrompt: String?
  /// The longest sequence that is read at once; nil for no limit.
  package var maximumTokens: Int?
  /// The number of components of a text's vector.
  package var dimension: Int
  package var isNormalized: Bool
  package var fingerprint: String
}

extension SentenceEncoder {
  /// What the model is.
  ///
  /// - Throws: ``EmbeddingError`` where its files have gone.
  package func summary() throws(EmbeddingError) -> ModelSummary {
    let files = try model.files()
    var summary = ModelSummary(
      family: "static", layers: 0, hiddenSize: model.width, attentionHeads: 0, intermediateSize: 0,
      parameters: files.reduce(0) { $0 + $1.parameters },
      storedAs: files.reduce(into: Set()) { $0.formUnion($1.types) }.sorted(),
      tokenizer: tokenizer.kind, vocabularySize: tokenizer.vocabularySize,
      modules: model.pipeline.names, prompts: prompts.filter { !$0.value.isEmpty },
      defaultPrompt: model.pipeline.prompts.standard,
      maximumTokens: maximumTokens == .max ? nil : maximumTokens, dimension: dimension,
      isNormalized: isNormalized, fingerprint: fingerprint)
    if case .transformer(let transformer) = model.core {
      let configuration = transformer.configuration
      summary.family = configuration.family.rawValue
      summary.layers = configuration.layers.count
      summary.attentionHeads = configuration.attentionHeads
      summary.intermediateSize = configuration.intermediateSize
    }
    return summary
  }

  /// Checks what loading takes for granted: that every weight is a finite number, that every prompt
  /// leaves room for a text, and that a sentence has a vector that is finite and, where the model
  /// normalises, of unit length.
  ///
  /// - Throws: ``EmbeddingError`` for the first thing that is wrong.
  /// - Complexity: O(weights).
  package func verify() throws(EmbeddingError) {
    for file in try model.files() { try file.checkFinite() }
    for name in prompts.keys.sorted() { _ = try with(EncodingOptions(prompt: .named(name))) }
    let sentence = "The bees of the valley make a dark honey."
    let vector = encode(sentence)
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let what = "the vector of \"\(sentence)\""
    guard vector.allSatisfy({ $0.isFinite }) else {
      throw EmbeddingError(path: model.path, reason: "\(what) has a component that is not finite")
    }
    guard !isNormalized || abs(length - 1) < 1e-4 else {
      throw EmbeddingError(path: model.path, reason: "\(what) has the length \(length), expected 1")
    }
  }
}

extension SentenceModel {
  /// The files that hold the model's weights, those of dense layers too.
  fileprivate func files() throws(EmbeddingError) -> [SafetensorsFile] {
    let folder = ModelFolder(path: path)
    var files = try Checkpoint(folder: folder.subfolder(pipeline.sourcePath)).files
    for step in pipeline.steps {
      if case .dense(let layer) = step { files.append(layer.file) }
    }
    return files
  }
}

extension SentencePipeline {
  /// The modules by their names in sentence-transformers, with what sets each apart.
  fileprivate var names: [String] {
    var names = [source == .transformer ? "Transformer" : "StaticEmbedding"]
    if let pooling {
      let modes = pooling.modes.map(\.rawValue).joined(separator: ", ")
      names.append("Pooling (\(modes)\(pooling.includesPrompt ? "" : ", without the prompt"))")
    }
    for step in steps {
      switch step {
      case .dense(let layer):
        names.append("Dense (\(layer.inputs) to \(layer.outputs), \(layer.activation.rawValue))")
      case .normalize: names.append("Normalize")
      }
    }
    return names
  }
}
