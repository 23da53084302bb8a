internal import Compute

extension HNSWIndex {
  /// How many codes are compared in one go.
  static let scanBlock = 256

  /// The best `k` of all allowed rows: exact, as far as what is kept of the vectors goes.
  ///
  /// The codes are compared first. A vector whose code scores s has a score within s ± e, where e
  /// follows from what rounding can do at most; only vectors with s + e at or above the k-th best
  /// s − e are compared again.
  ///
  /// - Complexity: O(allowed · dimension), and a look at each row where few of many are allowed.
  func scan(_ query: QueryVector, k: Int, _ memory: WalkMemory, _ filter: Filter?) -> [Scored] {
    let bound = CodeError(query, codes, vectors)
    var least = TopK(k)
    var candidates: [(row: Int, node: UInt32, most: Float)] = []
    var waiting = 0
    let (rows, nodes, factors) = (graph.rows.buffer, graph.nodes.buffer, codes.factors.buffer)
    func compare() {
      query.comparison.scores(memory.ids, waiting, into: memory.scores)
      var bar = least.threshold?.score ?? -.infinity
      for i in 0..<waiting {
        let node = memory.ids[i]
        let row = Int(rows[Int(node)])
        let error = bound.of(row: row, factor: factors[Int(node)])
        let most = memory.scores[i] + error
        // NaN, the score of a vector in no answer, is below every bar.
        guard most >= bar else { continue }
        candidates.append((row, node, most))
        least.offer(row, memory.scores[i] - error)
        bar = least.threshold?.score ?? -.infinity
      }
      waiting = 0
    }
    @inline(__always) func visit(_ node: UInt32) {
      memory.ids[waiting] = node
      waiting += 1
      if waiting == Self.scanBlock { compare() }
    }
    switch filter {
    case .set(let set) where set.count < count / 8:
      set.visitAll { if $0 < count { visit(nodes[$0]) } }
    case let filter?:
      for node in 0..<UInt32(count) where filter.allows(Int(rows[Int(node)])) { visit(node) }
    case nil:
      for node in 0..<UInt32(count) { visit(node) }
    }
    compare()
    let bar = least.threshold?.score ?? -.infinity
    var best = TopK(k)
    for candidate in candidates where candidate.most >= bar {
      best.offer(
        candidate.row, vectors.score(query, row: candidate.row, node: candidate.node))
    }
    return best.sorted()
  }
}

/// How far the score of codes can be from the score of vectors.
///
/// Rounding moves a scaled vector x by at most r = ½√d, to a code c of length ‖c‖. Scaled to length
/// 1 the two are at most 2r / (‖x‖ + ‖c‖) ≤ 2r / (2‖c‖ − r) apart, and a product of vectors of
/// length 1 changes by no more than the two distances together (Cauchy and Schwarz).
struct CodeError {
  private let metric: Metric
  private let isExact: Bool
  private let radius: Float
  private let queryNorm: Float
  private let queryDistance: Float
  private let norms: UnsafePointer<Float>?

  init(_ query: QueryVector, _ codes: VectorCodes, _ vectors: StoredVectors) {
    metric = query.metric
    radius = Float(query.dimension).squareRoot() / 2
    queryNorm = query.norm
    switch vectors {
    case .float32(let space): norms = space.norms.buffer.baseAddress
    case .float16(_, let values): norms = values.buffer.baseAddress
    case .int8: norms = nil
    }
    // Without vectors to compare again, what the codes say is the score.
    isExact = norms == nil
    queryDistance = Self.distance(query.comparison.codeLength, radius)
  }

  /// Between a vector and its code, both scaled to length 1.
  private static func distance(_ length: Float, _ radius: Float) -> Float {
    2 * length > 2 * radius ? min(2, 2 * radius / (2 * length - radius)) : 2
  }

  /// Of a row whose code has that factor.
  ///
  /// Safe for rows below the index's count.
  @inline(__always)
  func of(row: Int, factor: Float) -> Float {
    if isExact { return 0 }
    let norm = norms![row]
    let length = factor > 0 ? (metric == .cosine ? 1 / factor : norm / factor) : 0
    // Half precision, and sums in single precision, move a product of length 1 by less than 0.001.
    let distance = Self.distance(length, radius) + queryDistance + 1e-3
    switch metric {
    case .cosine: return distance
    case .dotProduct: return distance * norm * queryNorm
    // The squares of the lengths are rounded, too.
    case .euclidean:
      return 2 * distance * norm * queryNorm + 1e-6 * (norm * norm + queryNorm * queryNorm)
    }
  }
}
