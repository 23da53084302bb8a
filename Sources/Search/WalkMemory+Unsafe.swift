internal import Compute
internal import Synchronization

/// What one walk needs to remember, kept from walk to walk: which nodes it has met, and room for
/// one list of neighbours with their scores.
///
/// A node was met if its stamp is the current one, so a new walk begins by taking the next stamp
/// and nothing is cleared.
///
/// Safe to send between threads, and never shared: it is in the pool or in the hands of one walk.
final class WalkMemory: @unchecked Sendable {
  private let stamps: UnsafeMutablePointer<UInt32>
  private let count: Int
  private var stamp: UInt32 = 0
  /// Room for `places` ids and scores.
  let ids: UnsafeMutablePointer<UInt32>
  let scores: UnsafeMutablePointer<Float>

  init(nodes: Int, places: Int) {
    count = nodes
    stamps = .allocate(capacity: nodes)
    stamps.initialize(repeating: 0, count: nodes)
    ids = .allocate(capacity: places)
    scores = .allocate(capacity: places)
  }

  deinit {
    stamps.deallocate()
    ids.deallocate()
    scores.deallocate()
  }

  /// Forgets every node and gives the means to remember them.
  func forget() -> Met {
    if stamp == .max {
      stamps.update(repeating: 0, count: count)
      stamp = 0
    }
    stamp += 1
    return Met(stamps: stamps, stamp: stamp)
  }

  /// The nodes that a walk has met. Valid until the next ``forget()``.
  ///
  /// Safe for nodes below the memory's count, which is that of the graph being walked.
  struct Met {
    fileprivate let stamps: UnsafeMutablePointer<UInt32>
    fileprivate let stamp: UInt32

    /// Remembers `node` and says whether it is new.
    @inline(__always)
    func insert(_ node: Int) -> Bool {
      if stamps[node] == stamp { return false }
      stamps[node] = stamp
      return true
    }
  }
}

/// Walk memories that no walk is using: one for each thread that ever walked at the same time.
final class WalkMemoryPool: Sendable {
  private let nodes: Int
  private let places: Int
  private let idle = Mutex<[WalkMemory]>([])

  init(nodes: Int, places: Int) {
    self.nodes = nodes
    self.places = places
  }

  func withMemory<Result>(_ body: (WalkMemory) -> Result) -> Result {
    let memory = idle.withLock { $0.popLast() } ?? WalkMemory(nodes: nodes, places: places)
    let result = body(memory)
    idle.withLock { $0.append(memory) }
    return result
  }
}
