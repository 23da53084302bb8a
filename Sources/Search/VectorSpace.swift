internal import Compute

/// Vectors, a metric, and the length of each vector: what both indexes compare with.
struct VectorSpace: Sendable {
  /// Above this squared length, distances could overflow: such vectors are left out.
  static let greatestSquaredNorm = Float.greatestFiniteMagnitude / 8

  let metric: Metric
  /// `[count, dimension]`
  let vectors: SharedMatrix
  /// ‖v‖ of each row, or NaN for a row that is in no answer.
  let norms: SharedArray<Float>

  var count: Int { vectors.rows }
  var dimension: Int { vectors.columns }

  /// - Complexity: O(count · dimension).
  init(_ vectors: SharedMatrix, metric: Metric, threads: Int) {
    self.metric = metric
    self.vectors = vectors
    norms = Self.norms(of: vectors, threads: threads)
  }

  /// The space whose `norms` are known already.
  init(_ vectors: SharedMatrix, metric: Metric, norms: SharedArray<Float>) {
    precondition(norms.count == vectors.rows, "each row has a norm")
    self.metric = metric
    self.vectors = vectors
    self.norms = norms
  }

  /// A number that tells these vectors from others of the same shape: a checksum over 64 rows
  /// spread evenly.
  ///
  /// - Complexity: O(dimension).
  var fingerprint: UInt64 {
    let sample = min(count, 64)
    let checksums = (0..<sample).map { i in
      vectors.row(i * count / sample).withUnsafeBytes { Checksum($0).value }
    }
    return checksums.withUnsafeBytes { Checksum($0).value }
  }

  /// The best `k` of all allowed rows, each scored.
  ///
  /// - Complexity: O(count · dimension).
  func scan(
    _ query: [Float], k: Int, threads: Int = 1, allowing isAllowed: ((Int) -> Bool)? = nil
  ) -> [Scored] {
    withScoring(of: query) { scoring in
      // A filter is the caller's closure, which need not bear several threads.
      guard isAllowed == nil, threads > 1, count > 4096 else {
        var best = TopK(k)
        for row in 0..<count where isAllowed?(row) ?? true { best.offer(row, scoring.score(row)) }
        return best.sorted()
      }
      let chunk = 4096
      let parts = parallelMap((count + chunk - 1) / chunk, threads: threads) { part in
        var best = TopK(k)
        for row in part * chunk..<min(count, (part + 1) * chunk) {
          best.offer(row, scoring.score(row))
        }
        return best.sorted()
      }
      var best = TopK(k)
      for scored in parts.joined() { best.offer(scored.id, scored.score) }
      return best.sorted()
    } ?? []
  }
}
