internal import Compute

extension ExactIndex {
  /// Rows of a block of vectors: its products with a block of queries stay in the cache.
  private static let rowsPerBlock = 512

  /// The answers of a block of queries, by matrix products and a second look.
  ///
  /// Safe: the pointers are into `queries`, the vectors and local arrays, which live through the
  /// call, and every extent is cut to theirs.
  func searchBlock(_ queries: Matrix, _ range: Range<Int>, k: Int) -> [[Scored]] {
    let rowsPerBlock = Self.rowsPerBlock
    var products = [Float](repeating: 0, count: range.count * rowsPerBlock)
    return queries.values.withUnsafeBufferPointer { queries in
      products.withUnsafeMutableBufferPointer { products in
        let first = queries.baseAddress! + range.lowerBound * dimension
        let rows = space.vectors.values.buffer.baseAddress!
        let scorings = (0..<range.count).map { i in
          let vector = first + i * dimension
          return space.scoring(of: vector, norm: VectorSpace.norm(of: vector, dimension))
        }
        var best = [TopK](repeating: TopK(k), count: range.count)
        for start in stride(from: 0, to: count, by: rowsPerBlock) {
          let width = min(rowsPerBlock, count - start)
          BLAS.multiply(
            first, lda: dimension, rows + start * dimension, transposingB: true, ldb: dimension,
            into: products.baseAddress!, ldc: rowsPerBlock, m: range.count, n: width, k: dimension)
          for (i, scoring) in scorings.enumerated() where !scoring.norm.isNaN {
            let product = products.baseAddress! + i * rowsPerBlock
            offer(product, start..<start + width, scoring, to: &best[i])
          }
        }
        return best.map { $0.sorted() }
      }
    }
  }

  /// Offers the rows of a block whose product with the query comes near the best.
  private func offer(
    _ products: UnsafePointer<Float>, _ rows: Range<Int>, _ scoring: Scoring, to best: inout TopK
  ) {
    let slack = slack(scoring.norm, greatestNorm)
    let (factors, lifts) = (bars.factors.buffer.baseAddress!, bars.lifts.buffer.baseAddress!)
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Self.rowsPerLook) { near in
      // The bar rises while a block is gone through, so it is asked for anew every so often.
      for first in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.rowsPerLook) {
        let bar = bars.bar((best.threshold?.score ?? -.infinity) - slack, norm: scoring.norm)
        let count = scoring.kernels.codes.atLeast(
          products + first - rows.lowerBound, factors + first, lifts + first, bar,
          min(Self.rowsPerLook, rows.upperBound - first), near.baseAddress!)
        for i in 0..<count {
          let row = first + Int(near[i])
          best.offer(row, scoring.score(row))
        }
      }
    }
  }

  /// Rows of a block between two looks at the worst of the best.
  private static let rowsPerLook = 128
}

/// What turns the product of a query and a row into a number that orders as the score does:
/// product · factor + lift.
struct ScoreBars: Sendable {
  let metric: Metric
  let factors: SharedArray<Float>
  let lifts: SharedArray<Float>

  /// Products of vectors shorter than this lose their digits: their rows are always near enough.
  private static let shortest: Float = 1e-12

  init(_ space: VectorSpace) {
    metric = space.metric
    switch metric {
    case .cosine:
      factors = SharedArray(space.norms.map { $0 < Self.shortest ? 0 : 1 / $0 })
      lifts = SharedArray(space.norms.map { $0 < Self.shortest ? .infinity : 0 })
    case .dotProduct:
      factors = SharedArray([Float](repeating: 1, count: space.count))
      lifts = SharedArray([Float](repeating: 0, count: space.count))
    case .euclidean:
      factors = SharedArray([Float](repeating: 2, count: space.count))
      lifts = SharedArray(space.norms.map { -$0 * $0 })
    }
  }

  /// The number that belongs to a score with a query of that length.
  func bar(_ score: Float, norm: Float) -> Float {
    switch metric {
    case .cosine: norm < Self.shortest ? -.infinity : score * norm
    case .dotProduct: score
    case .euclidean: score + norm * norm
    }
  }
}
