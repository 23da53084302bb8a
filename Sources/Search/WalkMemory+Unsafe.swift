internal import Compute

/// What one walk needs to remember, kept from walk to walk: which nodes it has met, the best that it
/// has found, and room for a list of neighbours with their scores and for a query's code.
///
/// A node was met if its stamp is the current one, so a new walk begins by taking the next stamp
/// and nothing is cleared.
///
/// Not to be shared: one walk, one memory.
final class WalkMemory {
  let stamps: UnsafeMutablePointer<UInt16>
  private let count: Int
  private(set) var stamp: UInt16 = 0
  /// Room for `places` ids and scores.
  let ids: UnsafeMutablePointer<UInt32>
  let scores: UnsafeMutablePointer<Float>
  /// Room for a row of codes.
  let code: UnsafeMutablePointer<UInt8>
  let found = NodePool()

  init(nodes: Int, places: Int, stride: Int) {
    count = nodes
    stamps = .allocate(capacity: nodes)
    stamps.initialize(repeating: 0, count: nodes)
    ids = .allocate(capacity: places)
    scores = .allocate(capacity: places)
    code = UnsafeMutableRawPointer.allocate(byteCount: stride, alignment: 64)
      .bindMemory(to: UInt8.self, capacity: stride)
  }

  deinit {
    stamps.deallocate()
    ids.deallocate()
    scores.deallocate()
    code.deallocate()
  }

  /// Forgets every node.
  func forget() {
    if stamp == .max {
      stamps.update(repeating: 0, count: count)
      stamp = 0
    }
    stamp += 1
  }

  /// Remembers `node` and says whether it is new.
  @inline(__always)
  func meet(_ node: UInt32) -> Bool {
    if stamps[Int(node)] == stamp { return false }
    stamps[Int(node)] = stamp
    return true
  }
}
