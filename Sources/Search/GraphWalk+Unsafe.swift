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
  /// For each node the next copy of its vector, which is found with it; nil where copies are not
  /// wanted.
  let copies: UnsafePointer<UInt32>?

  /// The list of `node` on a level that it stands on.
  @inline(__always)
  func list(_ node: Int, level: Int) -> UnsafeBufferPointer<UInt32> {
    level == 0
      ? UnsafeBufferPointer(start: base + node * 2 * width, count: 2 * width)
      : UnsafeBufferPointer(
        start: upper + (Int(starts[node]) + level - 1) * width, count: width)
  }

  /// SEARCH-LAYER with ef = 1: steps to the best neighbour while that is better.
  func descend(from start: Scored, level: Int, _ scoring: Scoring, _ memory: WalkMemory) -> Scored {
    var best = start
    while true {
      let current = best.id
      var count = 0
      for neighbour in list(current, level: level) {
        if neighbour == HNSWGraph.none { break }
        memory.ids[count] = neighbour
        count += 1
      }
      scoring.scores(memory.ids, count, into: memory.scores)
      for i in 0..<count {
        let scored = Scored(id: Int(memory.ids[i]), score: memory.scores[i])
        if scored.isBetter(than: best) { best = scored }
      }
      if best.id == current { return best }
    }
  }

  /// SEARCH-LAYER (Algorithm 2 of the paper): the best `ef` nodes that a walk from `entries` meets.
  ///
  /// With a filter, the walk goes through every node and keeps allowed ones only: it goes on until
  /// `ef` allowed ones are better than all that is left to visit, so it widens as the filter
  /// narrows.
  ///
  /// - Parameter budget: How many nodes may be scored.
  /// - Returns: nil where that was not enough.
  func search(
    from entries: [Scored], level: Int, ef: Int, _ scoring: Scoring, _ memory: WalkMemory,
    budget: Int = .max, allowing isAllowed: ((Int) -> Bool)? = nil
  ) -> TopK? {
    let met = memory.forget()
    var found = TopK(ef)
    var frontier = Frontier()
    var rest = budget
    for entry in entries where met.insert(entry.id) {
      frontier.insert(entry)
      offer(entry, to: &found, allowing: isAllowed)
    }
    while let node = frontier.popBest() {
      if let worst = found.threshold, worst.isBetter(than: node) { break }
      var count = 0
      for neighbour in list(node.id, level: level) {
        if neighbour == HNSWGraph.none { break }
        if met.insert(Int(neighbour)) {
          memory.ids[count] = neighbour
          count += 1
        }
      }
      rest -= count
      if rest < 0 { return nil }
      scoring.scores(memory.ids, count, into: memory.scores)
      for i in 0..<count {
        let scored = Scored(id: Int(memory.ids[i]), score: memory.scores[i])
        if let worst = found.threshold, !scored.isBetter(than: worst) { continue }
        guard !scored.score.isNaN else { continue }
        frontier.insert(scored)
        offer(scored, to: &found, allowing: isAllowed)
      }
    }
    return found
  }

  /// Offers a node and its copies, which have its score and ascending ids.
  @inline(__always)
  private func offer(_ node: Scored, to found: inout TopK, allowing isAllowed: ((Int) -> Bool)?) {
    if isAllowed?(node.id) ?? true { found.offer(node.id, node.score) }
    guard let copies else { return }
    var copy = copies[node.id]
    while copy != HNSWGraph.none {
      let scored = Scored(id: Int(copy), score: node.score)
      if let worst = found.threshold, !scored.isBetter(than: worst) { return }
      if isAllowed?(scored.id) ?? true { found.offer(scored.id, scored.score) }
      copy = copies[scored.id]
    }
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
          upper: upper.buffer.baseAddress ?? nothing, copies: copies.buffer.baseAddress))
    }
  }
}
