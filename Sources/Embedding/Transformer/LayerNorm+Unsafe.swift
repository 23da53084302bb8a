internal import Compute

/// Layer normalisation (Ba et al., "Layer normalization", 2016).
struct LayerNorm: Sendable {
  let gain: SharedArray<Float>
  let bias: SharedArray<Float>
  let epsilon: Float

  /// Replaces each row of `x` by the norm of its sum with the same row of `added`.
  ///
  /// - Precondition: The pointers are valid for `rows` rows of the layer's width and don't overlap.
  func apply(
    to x: UnsafeMutablePointer<Float>, adding added: UnsafePointer<Float>, rows: Int,
    kernels: Kernels = .current
  ) {
    kernels.addLayerNorm(
      x, added, gain.buffer.baseAddress!, bias.buffer.baseAddress!, epsilon, rows, gain.count)
  }

  /// Writes the norm of each row of `x` to the same row of `y`, which may be `x` itself.
  ///
  /// - Precondition: The pointers are valid for `rows` rows of the layer's width.
  func apply(
    _ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>,
    kernels: Kernels = .current
  ) {
    kernels.layerNorm(
      x, gain.buffer.baseAddress!, bias.buffer.baseAddress!, epsilon, rows, gain.count, y)
  }
}
