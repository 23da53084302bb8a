/// Up to 16 bytes in two registers, the first byte lowest: the words and pieces that a tokenizer
/// meets are mostly that short, and held so they are hashed, compared and cut without a loop.
///
/// Bytes from `count` on are zero.
struct PackedBytes: Equatable {
  static let capacity = 16

  var low: UInt64
  var high: UInt64
  var count: Int

  init(low: UInt64, high: UInt64, count: Int) {
    self.low = low & Self.mask(count)
    self.high = high & Self.mask(count - 8)
    self.count = count
  }

  /// The first `length` bytes, of as many at least.
  @inline(__always)
  func prefix(_ length: Int) -> PackedBytes {
    PackedBytes(low: low, high: high, count: length)
  }

  /// What is left without the first `length` bytes, of as many at least.
  @inline(__always)
  func dropFirst(_ length: Int) -> PackedBytes {
    var rest = self
    let bits = UInt64(truncatingIfNeeded: 8 * length)
    // Shifts by more than the width give zero, and those by negative amounts go the other way.
    rest.low = low >> bits | high << (64 - Int64(bits))
    rest.high = high >> bits
    rest.count = count - length
    return rest
  }

  /// - Precondition: There is room for them.
  @inline(__always)
  mutating func append(_ other: PackedBytes) {
    let bits = 8 * Int64(count)
    low |= other.low << bits
    high |= other.high << bits | other.low >> (64 - bits)
    count &+= other.count
  }

  var bytes: [UInt8] {
    (0..<count).map { index in
      UInt8(truncatingIfNeeded: (index < 8 ? low : high) >> (8 * (index % 8)))
    }
  }

  @inline(__always)
  private static func mask(_ count: Int) -> UInt64 {
    count <= 0 ? 0 : count >= 8 ? .max : (1 &<< UInt64(truncatingIfNeeded: 8 &* count)) &- 1
  }

  /// Mixes all bytes into the upper bits (a multilinear hash: Lemire and Kaser, "Strongly universal
  /// string hashing is fast", 2014).
  @inline(__always)
  var hash: UInt64 {
    let mixed =
      (low ^ low >> 32) &* 0x9E37_79B9_7F4A_7C15 &+ (high &+ UInt64(count)) &* 0xD6E8_FEB8_6659_FD93
    return mixed ^ mixed << 29
  }
}
