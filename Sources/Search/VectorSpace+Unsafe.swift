internal import Compute

/// One vector ready to be compared with the rows of a ``VectorSpace``.
///
/// Safe while the space and the vector are alive, and for rows below the space's count: callers
/// pass row numbers that a loop over the rows or a checked graph gave them.
struct Scoring {
  let metric: Metric
  let rows: UnsafePointer<Float>
  let norms: UnsafePointer<Float>
  let dimension: Int
  let kernels: Kernels
  var vector: UnsafePointer<Float>
  /// ‖vector‖
  var norm: Float

  /// The vector's score with a row; NaN where the row is in no answer.
  @inline(__always)
  func score(_ row: Int) -> Float {
    let other = rows + row * dimension
    return metric == .euclidean
      ? finish(kernels.squaredDistance(vector, other, dimension), row)
      : finish(kernels.dot(vector, other, dimension), row)
  }

  /// The score, from the dot product or the squared distance.
  @inline(__always)
  private func finish(_ value: Float, _ row: Int) -> Float {
    switch metric {
    case .cosine:
      let product = norm * norms[row]
      return product > 0 ? value / product : product  // 0, or NaN for a row in no answer
    case .dotProduct: return norms[row].isNaN ? .nan : value
    case .euclidean: return norms[row].isNaN ? .nan : -value
    }
  }
}

extension VectorSpace {
  /// Where an array without elements begins: never read.
  private static var nothing: UnsafePointer<Float> { UnsafePointer(bitPattern: 64)! }

  /// Calls `body` with `query` ready to be compared.
  ///
  /// - Returns: nil, without a call, where the query is close to nothing.
  func withScoring<Result>(of query: [Float], _ body: (Scoring) -> Result) -> Result? {
    precondition(query.count == dimension, "the query has the index's dimension")
    return query.withUnsafeBufferPointer { query in
      let vector = query.baseAddress ?? Self.nothing
      let norm = Self.norm(of: vector, dimension)
      guard !norm.isNaN else { return nil }
      return withExtendedLifetime(self) { body(scoring(of: vector, norm: norm)) }
    }
  }

  /// The comparison with `vector`, which must outlive it; so must the space.
  func scoring(of vector: UnsafePointer<Float>? = nil, norm: Float = 0) -> Scoring {
    Scoring(
      metric: metric, rows: vectors.values.buffer.baseAddress ?? Self.nothing,
      norms: norms.buffer.baseAddress ?? Self.nothing, dimension: dimension,
      kernels: Kernels.current, vector: vector ?? Self.nothing, norm: norm)
  }

  /// ‖v‖, or NaN where a component is not finite or the squared length is too great.
  static func norm(of vector: UnsafePointer<Float>, _ dimension: Int) -> Float {
    let squared = Kernels.current.dot(vector, vector, dimension)
    return squared <= greatestSquaredNorm ? squared.squareRoot() : .nan
  }

  static func norms(of vectors: SharedMatrix, threads: Int) -> SharedArray<Float> {
    var norms = [Float](repeating: 0, count: vectors.rows)
    let rows = vectors.values.buffer.baseAddress ?? nothing
    norms.withUnsafeMutableBufferPointer { norms in
      // Safe: each range writes its own elements.
      withExtendedLifetime(vectors) {
        parallelRanges(vectors.rows, threads: threads) { range in
          for row in range {
            norms[row] = norm(of: rows + row * vectors.columns, vectors.columns)
          }
        }
      }
    }
    return SharedArray(norms)
  }
}
