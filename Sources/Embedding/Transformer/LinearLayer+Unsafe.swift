internal import Compute

/// A linear layer, y = activation(x · Wᵀ + b), or a gated one, y = activation(x · Gᵀ + g) ⊙
/// (x · Wᵀ + b) (Shazeer, "GLU variants improve transformer", 2020).
struct LinearLayer: Sendable {
  private let packed: PackedWeights
  private let gate: PackedWeights?

  var inputs: Int { packed.inputs }
  /// The numbers that a row of the result has.
  var outputs: Int { packed.outputs }

  /// - Parameters:
  ///   - weights: Matrices `[outputs, inputs]` that become one, one above the other.
  ///   - biases: A bias for each of them.
  ///   - isGated: Whether the first half of all outputs is the gate of the second.
  init(
    weights: [SharedArray<Float>], biases: [SharedArray<Float>], inputs: Int, isGated: Bool = false,
    precision: Precision = .float32
  ) {
    let rows = Self.joined(weights)
    let bias = Self.joined(biases)
    precondition(rows.count == bias.count * inputs, "the shapes agree")
    let half = isGated ? bias.count / 2 : 0
    func pack(_ outputs: Range<Int>) -> PackedWeights {
      PackedWeights(
        rows.part(outputs.lowerBound * inputs..<outputs.upperBound * inputs),
        bias: bias.part(outputs), precision: precision)
    }
    gate = isGated ? pack(0..<half) : nil
    packed = pack(half..<bias.count)
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

  /// Bytes of scratch memory for `rows` rows.
  func scratchBytes(rows: Int) -> Int { packed.scratchBytes(rows: rows) }

  /// Writes `[rows, outputs]` to `y` for `[rows, inputs]` in `x`.
  ///
  /// A row of `y` depends on that row of `x` alone, to the last bit: rows are shared out over
  /// threads as it suits.
  ///
  /// - Parameters:
  ///   - activation: What is applied to the result, or to the gate of it.
  ///   - scratch: ``scratchBytes(rows:)`` bytes; nil where that is 0.
  /// - Precondition: The pointers are valid for those extents and don't overlap.
  func apply(
    _ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>,
    activation: Activation = .identity, scratch: UnsafeMutableRawPointer? = nil, threads: Int = 1
  ) {
    // Safe: each range of rows has its own part of the scratch memory.
    nonisolated(unsafe) let scratch = scratch
    parallelRanges(rows, threads: threads) { range in
      let x = x + range.lowerBound * inputs
      let y = y + range.lowerBound * outputs
      let scratch = scratch.map { $0 + scratchBytes(rows: range.lowerBound) }
      guard let gate else {
        return packed.multiply(
          x, rows: range.count, activation: activation, into: y, scratch: scratch)
      }
      gate.multiply(x, rows: range.count, activation: activation, into: y, scratch: scratch)
      // Some rows at a time, in memory that stays in cache.
      let block = min(16, range.count)
      withUnsafeTemporaryAllocation(of: Float.self, capacity: block * outputs) { values in
        for first in stride(from: 0, to: range.count, by: block) {
          let count = min(block, range.count - first)
          packed.multiply(
            x + first * inputs, rows: count, into: values.baseAddress!, scratch: scratch)
          Kernels.current.multiply(values.baseAddress!, y + first * outputs, count * outputs)
        }
      }
    }
  }
}
