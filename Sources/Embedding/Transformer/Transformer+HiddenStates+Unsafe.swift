package import Compute

extension Transformer {
  /// Loads the encoder of a model's folder.
  ///
  /// - Throws: ``EmbeddingError`` where a file is missing, damaged, contradicts another, or asks for
  ///   something that is not supported.
  package init(modelFolder path: String) throws(EmbeddingError) {
    let folder = ModelFolder(path: path)
    let configuration = try TransformerConfiguration(folder: folder)
    self.init(
      configuration: configuration,
      weights: try TransformerWeights(
        Checkpoint(folder: folder), configuration, precision: .float32))
  }

  /// The longest text, in tokens.
  package var maximumTokens: Int { configuration.maximumTokens }

  /// How many tokens the model knows; their ids are below it.
  package var vocabularySize: Int { configuration.vocabularySize }

  /// The hidden states of the last layer, `[tokens, hidden size]`, one text after another.
  ///
  /// - Parameters: As of ``run(_:types:in:threads:)``.
  package func hiddenStates(
    of texts: [[Int32]], types: [[Int32]] = [], threads: Int = 1
  ) -> Matrix {
    let workspace = TransformerWorkspace()
    run(texts[...], types: types[...], in: workspace, threads: threads)
    let tokens = texts.reduce(0) { $0 + $1.count }
    let states = UnsafeBufferPointer(
      start: workspace.hidden, count: tokens * configuration.hiddenSize)
    return Matrix(rows: tokens, columns: configuration.hiddenSize, values: Array(states))
  }
}
