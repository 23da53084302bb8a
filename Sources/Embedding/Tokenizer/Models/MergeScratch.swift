/// The symbols of a word while they merge, and the memory that takes, which serves word after word.
struct MergeScratch: Sendable {
  var symbols: [Int32] = []
  private var merges: [PairTable.Merge] = []
  private var heap: [Candidate] = []
  private var before: [Int32] = []
  private var after: [Int32] = []

  /// A pair that may merge: the place of its left symbol, and what it becomes.
  private struct Candidate {
    var rank: UInt32
    var place: Int32
    var id: Int32

    @inline(__always)
    static func < (first: Candidate, second: Candidate) -> Bool {
      first.rank != second.rank ? first.rank < second.rank : first.place < second.place
    }
  }

  /// Longer words go through a heap.
  private static let scanned = 24

  /// Merges the symbols until no two neighbours may merge.
  ///
  /// - Complexity: O(n log n).
  mutating func merge(_ pairs: PairTable) {
    if symbols.count <= Self.scanned { mergeScanning(pairs) } else { mergeWithHeap(pairs) }
  }

  private static let none = PairTable.Merge(rank: .max, id: -1)

  /// For each merge, all pairs are looked over: quadratic, and the fastest for few symbols.
  private mutating func mergeScanning(_ pairs: PairTable) {
    guard symbols.count > 1 else { return }
    merges.removeAll(keepingCapacity: true)
    for index in 1..<symbols.count {
      merges.append(pairs.merge(symbols[index - 1], symbols[index]) ?? Self.none)
    }
    while true {
      var best = 0
      var rank = UInt32.max
      for index in 0..<merges.count where merges[index].rank < rank {
        (best, rank) = (index, merges[index].rank)
      }
      guard rank != .max else { return }
      symbols[best] = merges[best].id
      symbols.remove(at: best + 1)
      merges.remove(at: best)
      if best > 0 {
        merges[best - 1] = pairs.merge(symbols[best - 1], symbols[best]) ?? Self.none
      }
      if best < merges.count {
        merges[best] = pairs.merge(symbols[best], symbols[best + 1]) ?? Self.none
      }
    }
  }

  /// Symbols in a linked list, pairs in a heap; of pairs that changed since, the heap's entries are
  /// passed over.
  private mutating func mergeWithHeap(_ pairs: PairTable) {
    let count = symbols.count
    before = (0..<Int32(count)).map { $0 - 1 }
    after = (0..<Int32(count)).map { $0 + 1 }
    heap.removeAll(keepingCapacity: true)
    for index in 0..<count - 1 { push(index, index + 1, pairs) }
    while let candidate = pop() {
      let left = Int(candidate.place)
      guard symbols[left] != Self.merged, Int(after[left]) < count else { continue }
      let right = Int(after[left])
      guard pairs.merge(symbols[left], symbols[right])?.id == candidate.id else { continue }
      symbols[left] = candidate.id
      symbols[right] = Self.merged
      after[left] = after[right]
      if Int(after[left]) < count {
        before[Int(after[left])] = Int32(left)
        push(left, Int(after[left]), pairs)
      }
      if before[left] >= 0 { push(Int(before[left]), left, pairs) }
    }
    symbols.removeAll { $0 == Self.merged }
    if count > 1 << 16 { (before, after, heap) = ([], [], []) }  // Don't keep a giant's memory.
  }

  /// The place of a symbol that went into the one before it.
  private static let merged: Int32 = -1

  private mutating func push(_ left: Int, _ right: Int, _ pairs: PairTable) {
    guard let merge = pairs.merge(symbols[left], symbols[right]) else { return }
    var child = heap.count
    let candidate = Candidate(rank: merge.rank, place: Int32(left), id: merge.id)
    heap.append(candidate)
    while child > 0, candidate < heap[(child - 1) / 2] {
      heap[child] = heap[(child - 1) / 2]
      child = (child - 1) / 2
    }
    heap[child] = candidate
  }

  private mutating func pop() -> Candidate? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first }
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
      guard heap[child] < last else { break }
      heap[parent] = heap[child]
      parent = child
    }
    heap[parent] = last
    return first
  }
}
