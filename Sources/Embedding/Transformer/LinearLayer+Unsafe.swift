internal import Compute

/// A linear layer, y = x · Wᵀ + b, its weights packed for the kernel that this CPU runs.
///
/// Packing costs one pass over the weights when the model is loaded and saves it on every product:
/// a general matrix product packs both operands each time.
struct LinearLayer: Sendable {
  let inputs: Int
  /// The numbers that a row of the result has.
  let outputs: Int
  /// Whether the layer computes twice `outputs` numbers, of which the first half, activated, is
  /// multiplied by the second (Shazeer, "GLU variants improve transformer", 2020).
  let isGated: Bool
  private let packed: SharedArray<Float>
  private let bias: SharedArray<Float>
  private let kernels: Kernels

  /// - Parameters:
  ///   - weights: Matrices `[outputs, inputs]` that become one, one above the other.
  ///   - biases: A bias for each of them.
  ///   - isGated: Whether the first half of all outputs is the gate of the second.
  init(
    weights: [SharedArray<Float>], biases: [SharedArray<Float>], inputs: Int, isGated: Bool = false,
    kernels: Kernels = .current
  ) {
    self.inputs = inputs
    self.isGated = isGated
    self.kernels = kernels
    let computed = biases.reduce(0) { $0 + $1.count }
    precondition(weights.reduce(0) { $0 + $1.count } == inputs * computed, "the shapes agree")
    outputs = isGated ? computed / 2 : computed
    bias = Self.joined(biases)
    let rows = Self.joined(weights)
    let panels = (computed + kernels.panelWidth - 1) / kernels.panelWidth
    // Safe: the kernel fills all panels and reads `computed * inputs` weights.
    packed = SharedArray(count: panels * kernels.panelWidth * inputs) {
      kernels.packWeights(rows.buffer.baseAddress!, $0.baseAddress!, computed, inputs)
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
  /// - Parameter activation: What is applied to the result, or to the gate of it.
  /// - Precondition: The pointers are valid for those extents and don't overlap.
  func apply(
    _ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>,
    activation: Activation? = nil, threads: Int = 1
  ) {
    parallelRanges(rows, threads: threads) { range in
      if isGated {
        applyGated(x, range, into: y, activation)
      } else {
        product(
          x + range.lowerBound * inputs, rows: range.count, into: y + range.lowerBound * outputs)
        guard let function = activation?.kernel(kernels) else { return }
        // A row at a time: where a number stands within a call decides whether it is computed among
        // others or by itself, and that must not depend on the batch.
        for row in range { function(y + row * outputs, outputs) }
      }
    }
  }

  /// The layer's product with the weights, `[rows, all computed numbers]`.
  private func product(
    _ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>
  ) {
    kernels.linear(
      x, rows, inputs, packed.buffer.baseAddress!, bias.buffer.baseAddress!, y, bias.count)
  }

  /// Gates and values are computed side by side, some rows at a time, in memory that stays in cache.
  private func applyGated(
    _ x: UnsafePointer<Float>, _ range: Range<Int>, into y: UnsafeMutablePointer<Float>,
    _ activation: Activation?
  ) {
    let function = activation?.kernel(kernels)
    let block = min(16, range.count)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: block * bias.count) { both in
      for first in stride(from: range.lowerBound, to: range.upperBound, by: block) {
        let count = min(block, range.upperBound - first)
        product(x + first * inputs, rows: count, into: both.baseAddress!)
        for row in 0..<count {
          let gate = both.baseAddress! + row * bias.count
          let result = y + (first + row) * outputs
          function?(gate, outputs)
          result.update(from: gate, count: outputs)
          kernels.multiply(gate + outputs, result, outputs)
        }
      }
    }
  }
}
