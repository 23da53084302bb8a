internal import Compute

/// A node with its score as one number: the greater, the better, ties by ascending node.
///
/// The upper half holds the score's bits, turned so that they order as the scores do; below them
/// stand the node's 31 bits, inverted, and a mark that changes no order, as nodes differ.
struct RankedNode {
  var bits: UInt64

  @inline(__always)
  init(_ node: UInt32, _ score: Float) {
    let raw = score.bitPattern
    let ordered = raw ^ (UInt32(bitPattern: Int32(bitPattern: raw) >> 31) | 0x8000_0000)
    bits = UInt64(ordered) << 32 | UInt64(~(node << 1) & ~1)
  }

  @inline(__always)
  var node: UInt32 { (~UInt32(truncatingIfNeeded: bits)) >> 1 }

  @inline(__always)
  var score: Float {
    let ordered = UInt32(truncatingIfNeeded: bits >> 32)
    return Float(bitPattern: ordered & 0x8000_0000 != 0 ? ordered ^ 0x8000_0000 : ~ordered)
  }
}

/// The best nodes that a walk has met, best first, and which of them it has yet to visit: one sorted
/// array that serves as the paper's candidates and its results at once.
///
/// Moving part of a short array costs less than keeping two heaps.
///
/// Safe: positions stay below ``count``, which stays at most at the capacity.
final class NodePool {
  private var nodes = UnsafeMutablePointer<RankedNode>.allocate(capacity: 65)
  private var capacity = 64
  private(set) var count = 0
  /// All before it are visited.
  private var next = 0

  deinit { nodes.deallocate() }

  /// Makes it empty, for at most `capacity` nodes.
  func reset(_ capacity: Int) {
    if capacity > self.capacity || capacity < self.capacity / 8 {
      nodes.deallocate()
      nodes = .allocate(capacity: capacity + 1)
    }
    self.capacity = capacity
    count = 0
    next = 0
  }

  @inline(__always)
  subscript(position: Int) -> RankedNode { nodes[position] }

  /// What a node must exceed to be kept.
  @inline(__always)
  var bar: UInt64 { count == capacity ? nodes[count - 1].bits : 0 }

  @inline(__always)
  func insert(_ node: RankedNode) {
    guard node.bits > bar else { return }
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if nodes[middle].bits > node.bits { low = middle + 1 } else { high = middle }
    }
    let moved = min(count, capacity - 1) - low
    (nodes + low + 1).update(from: nodes + low, count: moved)
    nodes[low] = node
    count = min(count + 1, capacity)
    if low < next { next = low }
  }

  /// The best node that has not been visited, which it is from now on.
  @inline(__always)
  func visit() -> UInt32? {
    while next < count {
      defer { next += 1 }
      if nodes[next].bits & 1 == 0 {
        nodes[next].bits |= 1
        return nodes[next].node
      }
    }
    return nil
  }

  /// The best node that has not been visited, if it is the next one: a guess at what comes.
  @inline(__always)
  var likelyNext: UInt32? { next < count && nodes[next].bits & 1 == 0 ? nodes[next].node : nil }
}
