internal import Compute

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// A learned bias of attention for each head and each distance between query and key, the distances
/// grouped into buckets (Raffel et al., "Exploring the limits of transfer learning", 2020, section
/// 2.1; Song et al., "MPNet", 2020).
struct RelativeBias: Sendable {
  static let buckets = 32
  /// Distances from here on share a bucket.
  private static let farthest = 128

  private let positions: Int
  /// `[heads, 2 · positions − 1]`, by distance from −(positions − 1) on.
  private let biases: SharedArray<Float>

  /// - Parameter table: `[buckets, heads]`
  init(_ table: SharedArray<Float>, heads: Int, positions: Int) {
    self.positions = positions
    biases = SharedArray(
      (0..<heads).flatMap { head in
        (1 - positions..<positions).map { table[Self.bucket(distance: $0) * heads + head] }
      })
  }

  /// The biases of a head: that of a key d places after the query stands at offset d.
  ///
  /// Valid while this value, or a copy of it, is alive.
  func pointer(head: Int) -> UnsafePointer<Float> {
    biases.buffer.baseAddress! + head * (2 * positions - 1) + positions - 1
  }

  /// The bucket of a key `distance` places after the query: one half of the buckets for each
  /// direction, half of those for one distance each, the rest for ranges that grow by a factor.
  static func bucket(distance: Int) -> Int {
    let half = buckets / 2
    let exact = half / 2
    let first = distance > 0 ? half : 0
    let distance = abs(distance)
    guard distance >= exact else { return first + distance }
    // In float32, as models were trained with: the rounding decides at the ranges' ends.
    let share = logf(Float(distance) / Float(exact)) / Float(log(Double(farthest / exact)))
    return first + min(exact + Int(share * Float(half - exact)), half - 1)
  }
}
