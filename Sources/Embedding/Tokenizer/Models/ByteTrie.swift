/// A trie over byte strings whose edges stand in one hash table: from a node and a byte to the next
/// node.
struct ByteTrie: Sendable {
  /// Node, byte and next node in 32, 8 and 24 bits; 0 where the slot is free, for no edge leads to
  /// the root.
  private var edges: [UInt64]
  /// The edges from the root.
  private var roots = [Int32](repeating: 0, count: 256)
  /// The id of the string that ends at each node, or −1.
  private var ids: [Int32] = [-1]
  private let shift: UInt64

  /// A trie for strings that have so many bytes together.
  ///
  /// - Precondition: `bytes` < 2²⁴.
  init(bytes: Int) {
    precondition(bytes < 1 << 24, "nodes have numbers of 24 bits")
    var bits: UInt64 = 4
    while 1 << bits < bytes + bytes / 2 { bits += 1 }
    edges = [UInt64](repeating: 0, count: 1 << Int(bits))
    shift = 64 - bits
  }

  @inline(__always)
  private func slot(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: ((key ^ key >> 7) &* 0x9E37_79B9_7F4A_7C15) >> shift)
  }

  /// Stores a string; where it stands twice, the last id holds.
  mutating func insert(_ string: some Sequence<UInt8>, _ id: Int32) {
    var node: Int32 = 0
    for byte in string {
      if let next = next(node, byte) {
        node = next
        continue
      }
      let next = Int32(ids.count)
      ids.append(-1)
      if node == 0 {
        roots[Int(byte)] = next
      } else {
        let key = UInt64(node) << 8 | UInt64(byte)
        var slot = slot(key)
        while edges[slot] != 0 { slot = (slot + 1) & (edges.count - 1) }
        edges[slot] = key << 24 | UInt64(next)
      }
      node = next
    }
    ids[Int(node)] = id
  }

  @inline(__always)
  private func next(_ node: Int32, _ byte: UInt8) -> Int32? {
    if node == 0 { return roots[Int(byte)] == 0 ? nil : roots[Int(byte)] }
    let key = UInt64(node) << 8 | UInt64(byte)
    var slot = slot(key)
    while true {
      let edge = edges[slot]
      if edge >> 24 == key { return Int32(edge & 0xFF_FFFF) }
      if edge == 0 { return nil }
      slot = (slot + 1) & (edges.count - 1)
    }
  }

  /// Calls `body` with the length and the id of each stored string that a text begins with, the
  /// shortest first.
  @inline(__always)
  func forEachPrefix(
    of text: Span<UInt8>, _ range: Range<Int>, _ body: (_ length: Int, _ id: Int32) -> Void
  ) {
    var node: Int32 = 0
    var index = range.lowerBound
    while index < range.upperBound, let next = next(node, text[index]) {
      node = next
      index += 1
      let id = ids[Int(node)]
      if id >= 0 { body(index - range.lowerBound, id) }
    }
  }

  /// The id of a stored string.
  func id(of text: Span<UInt8>, _ range: Range<Int>) -> Int32? {
    var node: Int32 = 0
    for index in range {
      guard let next = next(node, text[index]) else { return nil }
      node = next
    }
    return ids[Int(node)] >= 0 ? ids[Int(node)] : nil
  }
}
