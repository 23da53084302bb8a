/// The merges of a byte-pair vocabulary: a hash table with open addressing from two neighbouring
/// symbols to the rank of their merge and the symbol that they become.
struct PairTable: Sendable {
  struct Merge: Sendable, Equatable {
    /// The lower, the earlier.
    var rank: UInt32
    var id: Int32
  }

  /// The two symbols, or `free`.
  private var keys: [UInt64]
  private var merges: [Merge]
  private let shift: UInt64

  private static let free = UInt64.max

  /// A table with room for some merges.
  init(capacity: Int) {
    var bits: UInt64 = 4
    while 1 << bits < 2 * capacity { bits += 1 }
    keys = [UInt64](repeating: Self.free, count: 1 << Int(bits))
    merges = [Merge](repeating: Merge(rank: 0, id: 0), count: 1 << Int(bits))
    shift = 64 - bits
  }

  /// Says what two symbols become; the last word on a pair holds.
  ///
  /// - Precondition: There is room for it.
  mutating func insert(_ left: Int32, _ right: Int32, _ merge: Merge) {
    let key = Self.key(left, right)
    var slot = slot(key)
    while keys[slot] != Self.free, keys[slot] != key { slot = (slot + 1) & (keys.count - 1) }
    keys[slot] = key
    merges[slot] = merge
  }

  /// What two symbols become, or nil where they don't merge.
  @inline(__always)
  func merge(_ left: Int32, _ right: Int32) -> Merge? {
    let key = Self.key(left, right)
    var slot = slot(key)
    while true {
      let found = keys[slot]
      if found == key { return merges[slot] }
      if found == Self.free { return nil }
      slot = (slot + 1) & (keys.count - 1)
    }
  }

  @inline(__always)
  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  @inline(__always)
  private func slot(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: ((key ^ key >> 29) &* 0x9E37_79B9_7F4A_7C15) >> shift)
  }
}
