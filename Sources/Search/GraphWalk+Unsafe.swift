internal import Compute

/// A graph that can be walked, finished or under construction.
///
/// Safe while the arrays behind it live, and for graphs that the builder made or
/// ``HNSWGraph/fault()`` found nothing wrong with: then every list lies within its array and every
/// neighbour within every array.
struct GraphWalk {
  let width: Int
  let base: UnsafePointer<UInt32>
  let starts: UnsafePointer<UInt32>
  let upper: UnsafePointer<UInt32>

  /// The list of `node` on a level that it stands on.
  @inline(__always)
  func list(_ node: UInt32, level: Int) -> UnsafeBufferPointer<UInt32> {
    level == 0
      ? UnsafeBufferPointer(start: base + Int(node) * 2 * width, count: 2 * width)
      : UnsafeBufferPointer(
        start: upper + (Int(starts[Int(node)]) + level - 1) * width, count: width)
  }

  /// SEARCH-LAYER with ef = 1: steps to the best neighbour while that is better.
  func descend(
    from start: RankedNode, level: Int, _ comparison: CodeComparison, _ memory: WalkMemory
  )
    -> RankedNode
  {
    var best = start
    memory.forget()
    while true {
      let current = best.node
      let count = comparison.gatherNew(list(current, level: level), memory)
      comparison.scores(memory.ids, count, into: memory.scores)
      for i in 0..<count {
        let node = RankedNode(memory.ids[i], memory.scores[i])
        if node.bits > best.bits { best = node }
      }
      if best.node == current { return best }
    }
  }

  /// SEARCH-LAYER (Algorithm 2 of the paper): the best `ef` nodes that a walk from `entries` meets
  /// are in `memory.found` afterwards.
  func search(
    from entries: [RankedNode], level: Int, ef: Int, _ comparison: CodeComparison,
    _ memory: WalkMemory
  ) {
    let found = memory.found
    found.reset(ef)
    memory.forget()
    for entry in entries where memory.meet(entry.node) { found.insert(entry) }
    while let node = found.visit() {
      let count = comparison.gatherNew(list(node, level: level), memory)
      if let next = found.likelyNext {
        comparison.kernels.fetch(list(next, level: level).baseAddress!, 8 * width)
      }
      comparison.scores(memory.ids, count, into: memory.scores)
      for i in 0..<count { found.insert(RankedNode(memory.ids[i], memory.scores[i])) }
    }
  }

  /// The same under a filter: the walk goes through every node and keeps allowed ones only. It goes
  /// on until `ef` allowed ones are better than all that is left to visit, so it widens as the
  /// filter narrows.
  ///
  /// - Parameter budget: How many nodes may be scored.
  /// - Returns: nil where that was not enough.
  func search(
    from entry: RankedNode, ef: Int, _ comparison: CodeComparison, _ memory: WalkMemory,
    budget: Int, allowing isAllowed: (UInt32) -> Bool
  ) -> [RankedNode]? {
    memory.forget()
    var found = TopK(ef)
    var frontier = Frontier()
    var rest = budget
    _ = memory.meet(entry.node)
    frontier.insert(Scored(id: Int(entry.node), score: entry.score))
    if isAllowed(entry.node) { found.offer(Int(entry.node), entry.score) }
    while let node = frontier.popBest() {
      if let worst = found.threshold, worst.isBetter(than: node) { break }
      let count = comparison.gatherNew(list(UInt32(node.id), level: 0), memory)
      rest -= count
      if rest < 0 { return nil }
      comparison.scores(memory.ids, count, into: memory.scores)
      for i in 0..<count {
        let scored = Scored(id: Int(memory.ids[i]), score: memory.scores[i])
        if let worst = found.threshold, !scored.isBetter(than: worst) { continue }
        frontier.insert(scored)
        if isAllowed(memory.ids[i]) { found.offer(scored.id, scored.score) }
      }
    }
    return found.sorted().map { RankedNode(UInt32($0.id), $0.score) }
  }
}

extension HNSWGraph {
  /// Calls `body` with the graph ready to be walked.
  func withWalk<Result>(_ body: (GraphWalk) -> Result) -> Result {
    // An empty array may have no address; it is never read.
    let nothing = UnsafePointer<UInt32>(bitPattern: 64)!
    return withExtendedLifetime(self) {
      body(
        GraphWalk(
          width: width, base: base.buffer.baseAddress ?? nothing,
          starts: starts.buffer.baseAddress ?? nothing,
          upper: upper.buffer.baseAddress ?? nothing))
    }
  }
}
