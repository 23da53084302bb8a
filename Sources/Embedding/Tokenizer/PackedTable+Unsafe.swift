/// A hash table from up to 16 bytes to ids: open addressing with linear probing, each key beside its
/// id, so that a look-up is one multiplication or two and mostly one cache line.
///
/// The slots live in memory that is written while the table is built and never after: a table is
/// built by one owner (`init`) and only read from then on, which is why it may be shared.
final class PackedTable: @unchecked Sendable {
  struct Slot {
    var low: UInt64
    var high: UInt64
    /// 0 where the slot is empty: there is no empty key.
    var count: Int32
    var id: Int32
  }

  private let slots: UnsafeMutablePointer<Slot>
  private let shift: UInt64
  private let wrap: Int

  /// - Parameter entries: Non-empty keys. Where one stands twice, the last id holds.
  init(_ entries: [(key: PackedBytes, id: Int32)]) {
    var bits = 4
    while 1 << bits < 2 * entries.count { bits += 1 }
    shift = UInt64(64 - bits)
    wrap = 1 << bits - 1
    slots = .allocate(capacity: 1 << bits)
    slots.initialize(repeating: Slot(low: 0, high: 0, count: 0, id: 0), count: 1 << bits)
    for (key, id) in entries {
      let slot = find(key)
      slots[slot] = Slot(low: key.low, high: key.high, count: Int32(key.count), id: id)
    }
  }

  deinit { slots.deallocate() }

  /// The slot that holds a key, or the empty one where it would go.
  ///
  /// Half of the slots at least are empty, so the search ends; `wrap` keeps it within them.
  @inline(__always)
  private func find(_ key: PackedBytes) -> Int {
    var slot = Int(truncatingIfNeeded: key.hash &>> shift)
    while slots[slot].count != 0 {
      let found = slots[slot]
      if found.low == key.low, found.high == key.high, Int(found.count) == key.count { break }
      slot = (slot &+ 1) & wrap
    }
    return slot
  }

  /// The id of a non-empty key.
  @inline(__always)
  func id(of key: PackedBytes) -> Int32? {
    let slot = find(key)
    return slots[slot].count == 0 ? nil : slots[slot].id
  }
}
