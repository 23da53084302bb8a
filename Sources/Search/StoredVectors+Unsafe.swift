internal import Compute

/// What an index has of the vectors beside their codes, by their rows: ``VectorStorage``.
enum StoredVectors: Sendable {
  case float32(VectorSpace)
  /// `halves`: `[count, dimension]`, the vectors scaled to length 1; `norms`: `[count]`, their
  /// lengths, or NaN for a vector that is in no answer.
  case float16(halves: SharedArray<UInt16>, norms: SharedArray<Float>)
  case int8

  /// What `storage` keeps of the vectors.
  init(_ space: VectorSpace, _ storage: VectorStorage, threads: Int) {
    switch storage {
    case .external, .float32: self = .float32(space)
    case .float16:
      let dimension = space.dimension
      let halves = SharedArray<UInt16>(count: space.count * dimension) {
        halves in
        halves.initialize(repeating: 0)
        guard !halves.isEmpty else { return }
        // Safe: each range writes its own rows.
        let (rows, target) = (space.vectors.values.buffer, halves.baseAddress!)
        parallelRanges(space.count, threads: threads) { range in
          for row in range where space.norms[row] > 0 {
            let inverse = 1 / space.norms[row]
            for i in row * dimension..<(row + 1) * dimension {
              target[i] = Float16(rows[i] * inverse).bitPattern
            }
          }
        }
      }
      self = .float16(halves: halves, norms: space.norms)
    case .int8: self = .int8
    }
  }

  /// A query's score with `row`, a node of the codes; NaN where the row is in no answer.
  ///
  /// Safe while the vectors, the codes and the query are alive.
  @inline(__always)
  func score(_ query: QueryVector, row: Int, node: UInt32) -> Float {
    switch self {
    case .float32(let space):
      return space.scoring(of: query.vector, norm: query.norm).score(row)
    case .float16(let halves, let norms):
      let half = halves.buffer.baseAddress! + row * query.dimension
      let product = query.comparison.kernels.halfDot(query.vector, half, query.dimension)
      let norm = norms.buffer[row]
      switch query.metric {
      case .cosine: return query.norm > 0 ? (norm.isNaN ? .nan : product / query.norm) : 0 * norm
      case .dotProduct: return product * norm
      case .euclidean:
        return min(0, 2 * product * norm - query.norm * query.norm - norm * norm)
      }
    case .int8:
      return query.comparison.score(node)
    }
  }

  /// Asks for the memory of a row that will be scored soon.
  @inline(__always)
  func fetch(_ query: QueryVector, row: Int) {
    let fetch = query.comparison.kernels.fetch
    switch self {
    case .float32(let space):
      fetch(space.vectors.values.buffer.baseAddress! + row * query.dimension, 4 * query.dimension)
    case .float16(let halves, _):
      fetch(halves.buffer.baseAddress! + row * query.dimension, 2 * query.dimension)
    case .int8: break
    }
  }
}

/// A query, ready to be compared with codes and with what is kept of the vectors.
struct QueryVector {
  let vector: UnsafePointer<Float>
  let dimension: Int
  let norm: Float
  let metric: Metric
  let comparison: CodeComparison
}
