public import Compute

/// Compares a query with every vector: no build, no file, and the true answer.
///
///     let index = ExactIndex(vectors: vectors, metric: .cosine)
///     let closest = index.search(query, k: 10)
///
/// It is the reference that ``HNSWIndex`` is measured against, and the faster of the two for a few
/// thousand vectors, for batches of queries, and where a filter allows few vectors.
public struct ExactIndex: VectorIndex {
  let space: VectorSpace
  /// The greatest ‖v‖ of a row that can be in an answer.
  let greatestNorm: Float
  let bars: ScoreBars

  /// The number of vectors.
  public var count: Int { space.count }
  /// The number of components of each vector.
  public var dimension: Int { space.dimension }
  /// How closeness is measured.
  public var metric: Metric { space.metric }

  /// - Parameter vectors: `[count, dimension]`, kept and not copied.
  /// - Complexity: O(count · dimension), once, for the lengths.
  public init(vectors: SharedMatrix, metric: Metric) {
    space = VectorSpace(vectors, metric: metric, threads: availableThreads)
    greatestNorm = space.norms.reduce(0) { $1 > $0 ? $1 : $0 }
    bars = ScoreBars(space)
  }

  /// The `k` allowed vectors closest to `query`, best first, on the calling thread.
  ///
  /// - Complexity: O(count) calls of `isAllowed`, O(allowed · dimension).
  public func search(
    _ query: [Float], k: Int, allowing isAllowed: ((Int) -> Bool)?
  ) -> [Scored] {
    space.scan(query, k: max(0, min(k, count)), allowing: isAllowed)
  }

  /// The same without a filter, with the vectors split over `threads`.
  public func search(_ query: [Float], k: Int, threads: Int) -> [Scored] {
    space.scan(query, k: max(0, min(k, count)), threads: threads)
  }

  /// The `k` vectors closest to each row of `queries`.
  ///
  /// Blocks of queries are multiplied with blocks of vectors (BLAS), and a product that could place
  /// among the best `k`, given how far rounding can move it, is scored again as a single search
  /// scores it. So the answers equal those of single searches to the last bit.
  ///
  /// - Complexity: O(queries · count · dimension).
  public func search(_ queries: Matrix, k: Int, threads: Int) -> [[Scored]] {
    precondition(queries.columns == dimension, "the queries have the index's dimension")
    let k = max(0, min(k, count))
    guard k > 0, dimension > 0 else {
      return parallelMap(queries.rows, threads: threads) {
        search(Array(queries.row($0)), k: k, allowing: nil)
      }
    }
    // Smaller blocks where there are few queries, so that each thread gets some.
    let block = max(8, min(256, (queries.rows + max(1, threads) - 1) / max(1, threads)))
    let blocks = parallelMap((queries.rows + block - 1) / block, threads: threads) {
      searchBlock(queries, $0 * block..<min(queries.rows, ($0 + 1) * block), k: k)
    }
    return Array(blocks.joined())
  }

  /// How far the score from a matrix product can lie from the kernels' score, for a query and row
  /// of the given lengths: each of the two sums is off by at most d·u·‖a‖·‖b‖ with u = 2⁻²⁴, times
  /// two for the few operations around them (Higham, "Accuracy and Stability of Numerical
  /// Algorithms", section 3.1).
  func slack(_ a: Float, _ b: Float) -> Float {
    let unit = 4 * Float(dimension + 8) * 0x1p-24
    switch metric {
    case .cosine: return unit
    case .dotProduct: return unit * a * b
    case .euclidean: return unit * (a + b) * (a + b)
    }
  }
}
