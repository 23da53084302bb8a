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
  /// What the model computes with: the products of anything but float32 may be rounded.
  var precision: Precision

  /// Floats of scratch memory that ``run(scratch:into:stride:kernels:)`` needs.
  static func scratchCount(length: Int, size: Int, kernels: Kernels = .current) -> Int {
    kernels.attentionScratch(length, size)
  }

  /// Writes the values that each query gathers, `[S, D]`, rows `stride` floats apart, to `context`.
  ///
  /// - Precondition: The pointers are valid for those extents, and `scratch` for
  ///   ``scratchCount(length:size:kernels:)`` floats.
  /// - Complexity: O(S² · D).
  func run(
    scratch: UnsafeMutablePointer<Float>, into context: UnsafeMutablePointer<Float>,
    stride contextStride: Int, kernels: Kernels = .current
  ) {
    let attention = precision == .float32 ? kernels.attention : kernels.roundedAttention
    attention(
      queries, keys, values, stride, length, size, scale, relativeBias, window ?? length, scratch,
      context, contextStride)
  }
}
