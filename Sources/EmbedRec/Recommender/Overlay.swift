import Compute
import Search

/// The items that were added since the generation was made: known by their texts alone, and scored
/// beside the others until the next build takes them in.
package struct Overlay: Sendable {
  /// The last change of the catalogue that was looked at.
  var sequence: Int64
  /// `[added]`.
  var rows: [RowID] = []
  /// `[added, dimension]`: centred vectors.
  var vectors: Matrix
  /// `[added]`: the lengths of the vectors without the mean.
  var lengths: [Float] = []
  /// `[added]`: each one's nearest by text among the used items, as in ``SignalModel/similarTexts``.
  var similarTexts: [[(column: Int32, value: Float)]] = []
  package private(set) var evidence = Evidence(values: [])

  var count: Int { rows.count }

  /// - Parameter vectors: `[added, dimension]`, as the encoder gives them.
  package init(sequence: Int64, rows: [RowID], vectors: Matrix, model: SignalModel) {
    self.sequence = sequence
    self.rows = rows
    self.vectors = model.space.centred(vectors)
    let used = (0..<model.itemCount).filter { model.counts[$0] > 0 }
    for row in 0..<rows.count {
      let vector = Array(self.vectors.row(row))
      lengths.append(model.space.length(of: vectors.row(row)))
      var nearest = TopK(SignalModel.Setting.similarTexts)
      let kernels = Kernels.current
      let base = model.vectors.values.buffer.baseAddress
      for item in used {
        nearest.offer(
          item, kernels.dot(base! + item * vector.count, vector, vector.count))
      }
      let weights = SignalModel.propagationWeights(
        nearest.sorted().map { (item: Int32($0.id), cosine: $0.score) })
      similarTexts.append(weights)
      evidence.values += Evidence.row(
        count: 0, similar: weights.lazy.map { ($0.column, $0.value) }, vector: vector, model)
    }
  }

  /// Every signal's scores of the added items: those of the log are zero.
  package func scores(of history: History, liked: [Float], _ model: SignalModel) -> SignalScores {
    var result = SignalScores(
      columns: [[Float]](
        repeating: [Float](repeating: 0, count: count), count: Signal.allCases.count))
    guard count > 0 else { return result }
    let weights = history.weights
    result[.similarText] = model.votes(of: model.voters(history, weights), count: count) {
      range, body in
      vectors.values.withUnsafeBufferPointer {
        body($0.baseAddress! + range.lowerBound * vectors.columns)
      }
    }
    if !history.items.isEmpty {
      let query = model.textQuery(history, weights)
      result[.textOfLikes] = cosines(to: query)
    }
    result[.likesOfSimilarText] = similarTexts.map { weights in
      weights.reduce(0) { $0 + $1.value * liked[Int($1.column)] }
    }
    return result
  }

  /// The dot products of each added item's centred vector with `query`.
  func cosines(to query: [Float]) -> [Float] {
    var result = [Float](repeating: 0, count: count)
    guard count > 0 else { return result }
    BLAS.multiply(
      vectors.values, rows: count, columns: vectors.columns, vector: query, into: &result)
    return result
  }
}
