internal import Compute

/// A static model: a table with one vector for each token, of which a text's vector is the mean
/// (Tulkens and van Dongen, "Model2Vec: fast state-of-the-art static embeddings", 2024).
///
/// No transformer, no order of words: some hundred times as fast as the smallest BERT, and less
/// exact.
struct StaticTable: Sendable {
  /// The number of components of a vector.
  let width: Int
  /// The tokens that have a vector: ids below this.
  let tokens: Int
  /// `[rows, width]`
  let values: SharedArray<Float>
  /// The row of each token, or nil where token t has row t. Several tokens may share a row.
  let rowOfToken: [Int32]?
  /// What each token weighs, or nil where each weighs 1.
  let weights: SharedArray<Float>?

  /// Reads `embedding.weight`, as sentence-transformers names it, or model2vec's `embeddings` with
  /// its optional `mapping` and `weights`.
  ///
  /// - Throws: ``EmbeddingError`` where a tensor is missing or of another shape or type.
  init(_ file: SafetensorsFile) throws(EmbeddingError) {
    let name = file.has("embedding.weight") ? "embedding.weight" : "embeddings"
    guard let shape = file.shape(of: name) else {
      throw EmbeddingError(
        path: file.file.path,
        reason: "it has neither a tensor \"embedding.weight\" nor one \"embeddings\": is it a "
          + "static model?")
    }
    guard shape.count == 2, shape[0] > 0, shape[1] > 0 else {
      throw EmbeddingError(
        path: file.file.path,
        reason: "its tensor \"\(name)\" has the shape \(shape), expected [tokens, dimension]")
    }
    width = shape[1]
    values = try file.numbers(name, shape: shape)
    var tokens = shape[0]
    if name == "embeddings", let count = file.shape(of: "mapping")?.first {
      let rows = try file.integers("mapping", count: count)
      for (token, row) in rows.enumerated() where row < 0 || row >= shape[0] {
        throw EmbeddingError(
          path: file.file.path,
          reason: "its tensor \"mapping\" gives the token \(token) the row \(row) of \(shape[0])")
      }
      rowOfToken = rows.map { Int32($0) }
      tokens = count
    } else {
      rowOfToken = nil
    }
    self.tokens = tokens
    weights =
      name == "embeddings" && file.has("weights")
      ? try file.numbers("weights", shape: [tokens]) : nil
  }
}
