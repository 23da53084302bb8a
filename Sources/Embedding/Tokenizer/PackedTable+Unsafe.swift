/// A hash table from up to 16 bytes to ids that finds whole keys and longest prefixes.
///
/// Slots (open addressing, linear probing) hold the number of an entry and eight bits of its hash,
/// so that a key that is not there is mostly known by the slot alone. Entries stand in the order of
/// insertion: vocabularies begin with the frequent tokens, which so share a few cache lines.
///
/// The memory is written while `init` builds the table, before anyone else has it, and only read
/// after, which is why it may be shared between threads.
final class PackedTable: @unchecked Sendable {
  private struct Entry {
    var low: UInt64
    var high: UInt64
    var count: Int32
    var id: Int32
  }

  private let entries: UnsafeMutablePointer<Entry>
  /// An entry's number from 1 on, times 256, plus the low bits of its hash; 0 where there is none.
  private let slots: UnsafeMutablePointer<UInt32>
  private let slotBits: UInt64
  /// By a hash of a key's first three bytes, the lengths of keys with it: bit n − 1 for length n.
  private let lengths: UnsafeMutablePointer<UInt16>
  private let lengthBits: UInt64

  /// - Parameter keys: Non-empty keys with their ids. Where one stands twice, the last id holds.
  /// - Precondition: There are fewer than 2²⁴.
  init(_ keys: [(key: PackedBytes, id: Int32)]) {
    precondition(keys.count < 1 << 24, "an entry's number has 24 bits")
    var bits = 4
    while 1 << bits < 2 * keys.count { bits += 1 }
    slotBits = UInt64(bits)
    lengthBits = UInt64(max(bits - 3, 4))
    entries = .allocate(capacity: keys.count)
    slots = .allocate(capacity: 1 << bits)
    slots.initialize(repeating: 0, count: 1 << bits)
    // Keys of one or two bytes, which are few, may begin any text.
    lengths = .allocate(capacity: 1 << lengthBits)
    lengths.initialize(repeating: 0b11, count: 1 << lengthBits)
    var count = 0
    for (key, id) in keys {
      let hash = key.hash
      var slot = firstSlot(hash)
      while let entry = entry(slot), !matches(entry, key) { slot = nextSlot(slot) }
      if let entry = entry(slot) {
        entries[entry].id = id
      } else {
        (entries + count).initialize(
          to: Entry(low: key.low, high: key.high, count: Int32(key.count), id: id))
        count += 1
        slots[slot] = UInt32(count) << 8 | UInt32(hash & 0xFF)
        lengths[lengthsSlot(key)] |= 1 << (key.count - 1)
      }
    }
  }

  deinit {
    entries.deallocate()
    slots.deallocate()
    lengths.deallocate()
  }

  /// The id of a non-empty key.
  @inline(__always)
  func id(of key: PackedBytes) -> Int32? {
    // Safe: slot numbers stay below 2^slotBits, and a slot names an entry that was written. At
    // least half of the slots are empty, so that the search ends.
    let hash = key.hash
    var slot = firstSlot(hash)
    while let entry = entry(slot) {
      if slots[slot] & 0xFF == hash & 0xFF, matches(entry, key) { return entries[entry].id }
      slot = nextSlot(slot)
    }
    return nil
  }

  /// The longest non-empty prefix of at most `longest` bytes that is a key.
  @inline(__always)
  func longestPrefix(of text: PackedBytes, longest: Int) -> (length: Int, id: Int32)? {
    var candidates = lengths[lengthsSlot(text)] & (0xFFFF >> UInt16(16 - longest))
    while candidates != 0 {
      let length = 16 - candidates.leadingZeroBitCount
      if let id = id(of: text.prefix(length)) { return (length, id) }
      candidates ^= 1 << UInt16(length - 1)
    }
    return nil
  }

  @inline(__always)
  private func firstSlot(_ hash: UInt64) -> Int {
    Int(truncatingIfNeeded: hash &>> (64 &- slotBits))
  }

  @inline(__always)
  private func nextSlot(_ slot: Int) -> Int {
    (slot &+ 1) & (1 &<< Int(slotBits) &- 1)
  }

  @inline(__always)
  private func lengthsSlot(_ key: PackedBytes) -> Int {
    let start = key.low & 0xFF_FFFF
    return Int(truncatingIfNeeded: (start &* 0x9E37_79B9_7F4A_7C15) &>> (64 &- lengthBits))
  }

  @inline(__always)
  private func entry(_ slot: Int) -> Int? {
    let number = Int(slots[slot] >> 8)
    return number == 0 ? nil : number &- 1
  }

  @inline(__always)
  private func matches(_ entry: Int, _ key: PackedBytes) -> Bool {
    let found = entries[entry]
    return found.low == key.low && found.high == key.high && Int(found.count) == key.count
  }
}
