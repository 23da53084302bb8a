internal import Compute

/// The nodes that a walk has yet to visit: a binary heap with the best at its root.
struct Frontier {
  private var heap: [Scored] = []

  init() { heap.reserveCapacity(256) }

  @inline(__always)
  mutating func insert(_ node: Scored) {
    heap.append(node)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].isBetter(than: heap[parent]) else { return }
      heap.swapAt(parent, child)
      child = parent
    }
  }

  @inline(__always)
  mutating func popBest() -> Scored? {
    guard let best = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return best }
    heap[0] = last
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { return best }
      if child + 1 < heap.count, heap[child + 1].isBetter(than: heap[child]) { child += 1 }
      guard heap[child].isBetter(than: heap[parent]) else { return best }
      heap.swapAt(parent, child)
      parent = child
    }
  }
}
