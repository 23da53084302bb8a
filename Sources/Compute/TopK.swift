/// An id with a score. Greater is better; ties break by ascending id.
public struct Scored: Sendable, Equatable {
  /// What is scored: a row, an item.
  public var id: Int
  /// How good it is; greater is better.
  public var score: Float

  /// An id with its score.
  public init(id: Int, score: Float) {
    self.id = id
    self.score = score
  }

  /// Whether this one stands before `other` in a ranking.
  @inlinable @inline(__always)
  public func isBetter(than other: Scored) -> Bool {
    score > other.score || (score == other.score && id < other.id)
  }
}

/// Keeps the best `k` of the scored ids that are offered to it: a binary heap with the worst kept
/// one at its root.
///
/// Ties break by ascending id, so the result does not depend on the order of the offers. A NaN
/// score is never kept.
///
/// - Complexity: O(log k) for an offer that is kept, O(1) for one that isn't.
public struct TopK: Sendable {
  /// How many are kept at most.
  public let k: Int
  @usableFromInline var heap: [Scored] = []

  /// - Precondition: `k` ≥ 0.
  public init(_ k: Int) {
    precondition(k >= 0, "k is not negative")
    self.k = k
    heap.reserveCapacity(min(k, 4096))
  }

  /// The worst kept one once `k` are kept: an offer must be better than it.
  @inlinable
  public var threshold: Scored? { heap.count == k ? heap.first : nil }

  /// Keeps the id if it is among the best `k` offered so far.
  @inlinable @inline(__always)
  public mutating func offer(_ id: Int, _ score: Float) {
    let offered = Scored(id: id, score: score)
    if heap.count < k {
      guard !score.isNaN else { return }
      heap.append(offered)
      siftUp(from: heap.count - 1)
    } else if k > 0, offered.isBetter(than: heap[0]) {
      heap[0] = offered
      siftDown()
    }
  }

  /// What was kept, best first.
  ///
  /// - Complexity: O(k log k).
  public consuming func sorted() -> [Scored] {
    heap.sorted { $0.isBetter(than: $1) }
  }

  @usableFromInline
  mutating func siftUp(from start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[parent].isBetter(than: heap[child]) else { return }
      heap.swapAt(parent, child)
      child = parent
    }
  }

  @usableFromInline
  mutating func siftDown() {
    var parent = 0
    while true {
      var worst = 2 * parent + 1
      guard worst < heap.count else { return }
      if worst + 1 < heap.count, heap[worst].isBetter(than: heap[worst + 1]) { worst += 1 }
      guard heap[parent].isBetter(than: heap[worst]) else { return }
      heap.swapAt(parent, worst)
      parent = worst
    }
  }
}
