#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// A seeded generator with the same sequence on every machine: SplitMix64 (Steele, Lea and Flood,
/// "Fast splittable pseudorandom number generators", 2014).
public struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// A generator whose sequence depends on `seed` alone.
  public init(seed: UInt64) { state = seed }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number in [0, 1), with 53 random bits.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A number in `0..<bound`, without the bias of a remainder.
  ///
  /// - Precondition: `bound` > 0.
  public mutating func index(below bound: Int) -> Int {
    Int(UInt64(bound).multipliedFullWidth(by: next()).high)
  }

  /// A number from the standard normal distribution (Box and Muller).
  public mutating func gaussian() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  /// `count` different numbers from `0..<bound` in random order (Fisher and Yates).
  ///
  /// - Complexity: O(`bound`).
  public mutating func sample(_ count: Int, below bound: Int) -> [Int] {
    var pool = Array(0..<bound)
    let count = min(count, bound)
    for i in 0..<count { pool.swapAt(i, i + index(below: bound - i)) }
    return Array(pool.prefix(count))
  }
}
