internal import Compute

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// Rotary positions (Su et al., "RoFormer: Enhanced transformer with rotary position embedding",
/// 2021): queries and keys are turned, pair by pair of channels, by an angle that grows with the
/// position, so that their product depends on how far they lie apart.
///
/// Channel i is paired with channel i + D/2.
struct Rotation: Sendable {
  /// The base of the angles' geometric sequence.
  let base: Double
  /// D / 2
  let pairs: Int
  /// `[positions, pairs]`
  private let cosines: SharedArray<Float>
  private let sines: SharedArray<Float>

  /// - Complexity: O(positions · headSize).
  init(base: Double, headSize: Int, positions: Int) {
    self.base = base
    pairs = headSize / 2
    // Frequencies and angles are rounded to float32 as models were trained with: at position 8,000
    // the rounding is worth a thousandth of a radian.
    let frequencies = (0..<headSize / 2).map { pair in
      1 / Float(pow(base, Double(Float(2 * pair) / Float(headSize))))
    }
    func table(_ function: (Double) -> Double) -> SharedArray<Float> {
      SharedArray(count: positions * frequencies.count) { table in
        var index = 0
        for position in 0..<positions {
          for frequency in frequencies {
            table[index] = Float(function(Double(Float(position) * frequency)))
            index += 1
          }
        }
      }
    }
    cosines = table(cos)
    sines = table(sin)
  }

  /// Turns `heads` vectors of D channels that stand side by side in each row, for positions from 0.
  ///
  /// - Parameter stride: Floats from a row to the next.
  func apply(
    to x: UnsafeMutablePointer<Float>, rows: Int, stride: Int, heads: Int,
    kernels: Kernels = .current
  ) {
    for row in 0..<rows {
      kernels.rotate(
        x + row * stride, cosines.buffer.baseAddress! + row * pairs,
        sines.buffer.baseAddress! + row * pairs, heads, pairs)
    }
  }
}
