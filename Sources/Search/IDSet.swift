/// A set of ids, one bit each: which vectors a search may answer with.
///
///     let inStock = IDSet(capacity: index.count) { stock[$0] > 0 }
///     let closest = index.search(query, k: 10, within: inStock)
///
/// An index asks a set faster than it asks a closure, and knows from the start how many it allows.
public struct IDSet: Sendable, Equatable {
  /// Ids are below it.
  public let capacity: Int
  /// How many ids are in the set.
  public private(set) var count: Int
  /// The bit of id i is bit i % 64 of word i / 64.
  private(set) var words: [UInt64]

  /// The empty set.
  ///
  /// - Precondition: `capacity` ≥ 0.
  public init(capacity: Int) {
    precondition(capacity >= 0, "a capacity is not negative")
    self.capacity = capacity
    count = 0
    words = [UInt64](repeating: 0, count: (capacity + 63) / 64)
  }

  /// The ids below `capacity` that `isMember` says yes to.
  ///
  /// - Complexity: O(`capacity`).
  public init(capacity: Int, where isMember: (Int) -> Bool) {
    self.init(capacity: capacity)
    for id in 0..<capacity where isMember(id) { insert(id) }
  }

  /// Whether `id` is in the set; false for an id outside the capacity.
  public func contains(_ id: Int) -> Bool {
    id >= 0 && id < capacity && words[id >> 6] >> UInt64(id & 63) & 1 == 1
  }

  /// Adds an id.
  ///
  /// - Precondition: `id` is in `0..<capacity`.
  public mutating func insert(_ id: Int) {
    precondition(id >= 0 && id < capacity, "an id is below the capacity")
    guard !contains(id) else { return }
    words[id >> 6] |= 1 << UInt64(id & 63)
    count += 1
  }

  /// Takes an id out, if it is there.
  public mutating func remove(_ id: Int) {
    guard contains(id) else { return }
    words[id >> 6] &= ~(1 << UInt64(id & 63))
    count -= 1
  }

  /// Calls `body` with each id, ascending.
  func visitAll(_ body: (Int) -> Void) {
    for (i, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        body(i << 6 + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
  }
}

/// What a search may answer with.
enum Filter {
  case predicate((Int) -> Bool)
  case set(IDSet)

  @inline(__always)
  func allows(_ id: Int) -> Bool {
    switch self {
    case .predicate(let isAllowed): isAllowed(id)
    case .set(let set): set.contains(id)
    }
  }
}
