/// A hash table from byte strings to ids that finds the longest stored prefix of a string: all
/// prefixes are hashed in one pass (FNV-1a), then tried from the longest.
struct ByteTable: Sendable {
  private var pool: [UInt8] = []
  /// Where each entry's bytes end in the pool; they begin where those of the entry before end.
  private var ends: [Int32] = [0]
  private var ids: [Int32] = []
  /// Open addressing with linear probing: the number of an entry, or −1.
  private var slots: [Int32] = []
  private var longest = 0

  var count: Int { ids.count }

  mutating func reserve(_ capacity: Int) {
    var size = 16
    while size < 2 * capacity { size *= 2 }
    slots = [Int32](repeating: -1, count: size)
    ids.reserveCapacity(capacity)
    ends.reserveCapacity(capacity + 1)
    pool.reserveCapacity(8 * capacity)
  }

  /// - Precondition: Capacity for it was reserved.
  mutating func insert(_ key: some Collection<UInt8>, _ id: Int32) {
    var hash = Self.emptyHash
    for byte in key { hash = Self.extend(hash, byte) }
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let entry = Int(slots[slot])
      if bytes(entry).elementsEqual(key) {
        ids[entry] = id
        return
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = Int32(ids.count)
    pool.append(contentsOf: key)
    ends.append(Int32(pool.count))
    ids.append(id)
    longest = max(longest, key.count)
  }

  /// The longest non-empty stored prefix of `text`, of whole characters.
  func longestPrefix(of text: ArraySlice<UInt8>) -> (length: Int, id: Int32)? {
    guard !slots.isEmpty, !text.isEmpty else { return nil }
    var hash = Self.emptyHash
    if text.count <= longest {  // Most words are tokens as they are.
      for byte in text { hash = Self.extend(hash, byte) }
      if let id = id(of: text, hash: hash) { return (text.count, id) }
      hash = Self.emptyHash
    }
    var hashes: [UInt64] = []
    hashes.reserveCapacity(longest)
    for byte in text.prefix(longest) {
      hash = Self.extend(hash, byte)
      hashes.append(hash)
    }
    for length in stride(from: min(hashes.count, text.count - 1), to: 0, by: -1) {
      let end = text.startIndex + length
      // A prefix that ends within a character is none.
      if text[end] & 0xC0 == 0x80 { continue }
      if let id = id(of: text[..<end], hash: hashes[length - 1]) { return (length, id) }
    }
    return nil
  }

  private func id(of key: ArraySlice<UInt8>, hash: UInt64) -> Int32? {
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let entry = Int(slots[slot])
      if bytes(entry).elementsEqual(key) { return ids[entry] }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  private func bytes(_ entry: Int) -> ArraySlice<UInt8> {
    pool[Int(ends[entry])..<Int(ends[entry + 1])]
  }

  private static let emptyHash: UInt64 = 0xCBF2_9CE4_8422_2325

  @inline(__always)
  private static func extend(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    // The high half is folded in, since the slot is taken from the low bits.
    let product = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    return product ^ (product >> 32)
  }
}
