internal import Compute

/// A linear layer, y = x · Wᵀ + b, its weights packed for the kernel that this CPU runs.
///
/// Packing costs one pass over the weights when the model is loaded and saves it on every product:
/// a general matrix product packs both operands each time.
struct LinearLayer: Sendable {
  let inputs: Int
  let outputs: Int
  private let packed: SharedArray<Float>
  private let bias: SharedArray<Float>
  private let kernels: Kernels

  /// - Parameters:
  ///   - weights: Matrices `[outputs, inputs]` that become one, one above the other.
  ///   - biases: A bias for each of them.
  init(
    weights: [SharedArray<Float>], biases: [SharedArray<Float>], inputs: Int,
    kernels: Kernels = .current
  ) {
    self.inputs = inputs
    self.kernels = kernels
    let outputs = biases.reduce(0) { $0 + $1.count }
    precondition(weights.reduce(0) { $0 + $1.count } == inputs * outputs, "the shapes agree")
    self.outputs = outputs
    bias = Self.joined(biases)
    let rows = Self.joined(weights)
    let panels = (outputs + kernels.panelWidth - 1) / kernels.panelWidth
    // Safe: the kernel fills all panels and reads `outputs * inputs` weights.
    packed = SharedArray(count: panels * kernels.panelWidth * inputs) {
      kernels.packWeights(rows.buffer.baseAddress!, $0.baseAddress!, outputs, inputs)
    }
  }

  private static func joined(_ parts: [SharedArray<Float>]) -> SharedArray<Float> {
    if parts.count == 1 { return parts[0] }
    return SharedArray(count: parts.reduce(0) { $0 + $1.count }) { whole in
      var end = 0
      for part in parts {
        _ = whole[end...].update(fromContentsOf: part.buffer)
        end += part.count
      }
    }
  }

  /// Writes `[rows, outputs]` to `y` for `[rows, inputs]` in `x`.
  ///
  /// A row of `y` depends on that row of `x` alone, to the last bit: rows are shared out over
  /// threads as it suits.
  ///
  /// - Precondition: The pointers are valid for those extents and don't overlap.
  func apply(
    _ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>, threads: Int = 1
  ) {
    parallelRanges(rows, threads: threads) { range in
      kernels.linear(
        x + range.lowerBound * inputs, range.count, inputs, packed.buffer.baseAddress!,
        bias.buffer.baseAddress!, y + range.lowerBound * outputs, outputs)
    }
  }
}

/// Layer normalisation of a sum (Ba et al., "Layer normalization", 2016).
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
}
