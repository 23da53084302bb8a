internal import Compute

extension ExactIndex {
  /// Rows of a block of vectors: its products with a block of queries stay in the cache.
  private static let rowsPerBlock = 1024

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
    _ product: UnsafePointer<Float>, _ rows: Range<Int>, _ scoring: Scoring, to best: inout TopK
  ) {
    let slack = slack(scoring.norm, greatestNorm)
    let squaredNorm = scoring.norm * scoring.norm
    var bar = best.threshold.map { $0.score - slack } ?? -.infinity
    for row in rows {
      let norm = scoring.norms[row]
      let product = product[row - rows.lowerBound]
      let score: Float
      switch metric {
      case .cosine:
        // Products of tiny vectors lose their digits: those, and zero vectors, go on as NaN.
        let length = scoring.norm * norm
        score = length > 1e-30 ? product / length : .nan
      case .dotProduct: score = product
      case .euclidean: score = 2 * product - squaredNorm - norm * norm
      }
      if score < bar { continue }
      best.offer(row, scoring.score(row))
      bar = best.threshold.map { $0.score - slack } ?? -.infinity
    }
  }
}
