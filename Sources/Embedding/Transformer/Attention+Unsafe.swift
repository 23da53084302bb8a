internal import Compute

/// Attention of one head within one text: softmax(scale · Q · Kᵀ + bias) · V (Vaswani et al.,
/// "Attention is all you need", 2017, equation 1).
///
/// S is the number of the text's tokens, D the size of the head.
struct AttentionHead {
  /// Rows of queries, keys and values, `[S, D]`, each `stride` floats after the one before.
  var queries: UnsafePointer<Float>
  var keys: UnsafePointer<Float>
  var values: UnsafePointer<Float>
  var stride: Int
  var length: Int
  var size: Int
  var scale: Float
  /// What is added to the score of a key d places after the query stands at `relativeBias[d]`, for
  /// every d in −S < d < S.
  var relativeBias: UnsafePointer<Float>?
  /// How many places before and after itself a query looks at; nil for all.
  var window: Int?

  /// Queries whose scores are kept at once, so that a long text needs no S² of them.
  static let queryBlock = 128

  /// Floats of scratch memory that ``run(scores:into:stride:kernels:)`` needs.
  static func scoresCount(length: Int) -> Int { min(length, queryBlock) * length }

  /// Writes the values that each query gathers, `[S, D]`, rows `stride` floats apart, to `context`.
  ///
  /// - Precondition: The pointers are valid for those extents, and `scores` for
  ///   ``scoresCount(length:)`` floats.
  /// - Complexity: O(S · min(S, window) · D).
  func run(
    scores: UnsafeMutablePointer<Float>, into context: UnsafeMutablePointer<Float>,
    stride contextStride: Int, kernels: Kernels = .current
  ) {
    let window = window ?? length
    for first in Swift.stride(from: 0, to: length, by: Self.queryBlock) {
      let last = min(first + Self.queryBlock, length) - 1
      let start = max(0, first - window)
      let visible = min(length, last + window + 1) - start
      let rows = last - first + 1
      BLAS.multiply(
        queries + first * stride, lda: stride, keys + start * stride, transposingB: true,
        ldb: stride, into: scores, ldc: visible, m: rows, n: visible, k: size, alpha: scale)
      for row in 0..<rows {
        let query = first + row
        let seen = max(0, query - window)..<min(length, query + window + 1)
        let shares = scores + row * visible
        let own = shares + (seen.lowerBound - start)
        if let relativeBias {
          kernels.addScaled(1, relativeBias + (seen.lowerBound - query), own, seen.count)
        }
        kernels.softmax(own, 1, seen.count)
        for column in start..<seen.lowerBound { shares[column - start] = 0 }
        for column in seen.upperBound..<start + visible { shares[column - start] = 0 }
      }
      BLAS.multiply(
        scores, lda: visible, values + start * stride, ldb: stride,
        into: context + first * contextStride, ldc: contextStride, m: rows, n: size, k: visible)
    }
  }
}
