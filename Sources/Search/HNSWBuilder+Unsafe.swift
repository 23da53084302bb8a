internal import Compute

/// Builds an ``HNSWGraph`` on several threads, with the same result for any number of them.
///
/// Vectors are inserted in batches, in the order of their ids. First every vector of the batch
/// looks for its neighbours, in the graph as it was when the batch began and, by plain comparison,
/// among the batch's vectors before it; it writes nothing but its own lists. Then the links back
/// are sorted by the node they lead from, and each such node takes them in at once. So every list
/// is written by one thread, from input that no other thread changes.
///
/// The price, against inserting one by one: half a batch of comparisons for each vector, a few
/// percent of the whole. The graph is no worse for it, since a vector misses none of those before.
///
/// Safe: the pointers are into arrays that this object owns and that have their final size from the
/// start; node numbers are below the count, and levels are those that the level table gives.
final class HNSWBuilder {
  static let batch = 256

  private let space: VectorSpace
  private let codes: VectorCodes
  private let parameters: HNSWIndex.Parameters
  private let threads: Int
  private let width: Int
  private let base: UnsafeMutableBufferPointer<UInt32>
  private let upper: UnsafeMutableBufferPointer<UInt32>
  private let starts: UnsafeMutableBufferPointer<UInt32>
  private let memories: Pool<WalkMemory>
  private let comparison: CodeComparison
  private let copies: Copies
  private var entry: Int?

  /// A link that `target` gets because the batch's vector number `source` chose it, as one number
  /// that orders by level, target and source.
  private struct LinkBack {
    var bits: UInt64

    init(level: Int, target: UInt32, source: Int) {
      bits = UInt64(level) << 48 | UInt64(target) << 16 | UInt64(source)
    }

    var level: Int { Int(bits >> 48) }
    var target: UInt32 { UInt32(truncatingIfNeeded: bits >> 16) }
    var source: Int { Int(bits & 0xFFFF) }
    /// Level and target.
    var list: UInt64 { bits >> 16 }
  }

  init(
    _ space: VectorSpace, _ codes: VectorCodes, _ parameters: HNSWIndex.Parameters, threads: Int
  ) {
    precondition(space.count < Int(UInt32.max) / 2, "node numbers fit 31 bits")
    self.space = space
    self.codes = codes
    self.parameters = parameters
    self.threads = threads
    width = parameters.neighboursPerNode
    copies = Copies(in: space)
    starts = .allocate(capacity: space.count + 1)
    starts.initialize(repeating: 0)
    // P(level ≥ l) = M⁻ˡ, which is the paper's ⌊−ln(uniform) / ln M⌋.
    var random = SeededRandom(seed: parameters.seed)
    for node in 0..<space.count {
      var level: UInt32 = 0
      while level < 32, random.uniform() * Double(width) < 1 { level += 1 }
      starts[node + 1] = starts[node] + (Self.stands(node, in: space, copies) ? level : 0)
    }
    base = .allocate(capacity: space.count * 2 * width)
    base.initialize(repeating: HNSWGraph.none)
    upper = .allocate(capacity: Int(starts[space.count]) * width)
    upper.initialize(repeating: HNSWGraph.none)
    memories = Pool {
      [nodes = space.count, places = 2 * width + Self.batch, stride = codes.stride] in
      WalkMemory(nodes: nodes, places: places, stride: stride)
    }
    comparison = CodeComparison(codes)
  }

  deinit {
    base.deallocate()
    upper.deallocate()
    starts.deallocate()
  }

  /// Inserts every vector that can be in an answer, but of equal vectors only the first.
  ///
  /// - Parameter progress: Called after each batch with the number of vectors done.
  /// - Returns: The graph, its nodes in the order that walks like, and their codes.
  func build(progress: ((Int) -> Void)?) -> (HNSWGraph, VectorCodes) {
    for start in stride(from: 0, to: space.count, by: Self.batch) {
      let end = min(space.count, start + Self.batch)
      insert((start..<end).filter { Self.stands($0, in: space, copies) }.map { UInt32($0) })
      progress?(end)
    }
    return reordered()
  }

  /// Whether a vector gets a place in the graph: it can be in an answer and is no copy.
  private static func stands(_ node: Int, in space: VectorSpace, _ copies: Copies) -> Bool {
    !space.norms[node].isNaN && !copies.isCopy[node]
  }

  private func level(of node: Int) -> Int { Int(starts[node + 1] - starts[node]) }

  private var walk: GraphWalk {
    GraphWalk(
      width: width, base: UnsafePointer(base.baseAddress!),
      starts: UnsafePointer(starts.baseAddress!), upper: UnsafePointer(upper.baseAddress!))
  }

  private func insert(_ batch: [UInt32]) {
    let links = parallelMap(batch.count, threads: threads) { i in
      memories.withObject { link(batch, i, $0) }
    }
    var backs = Array(links.joined())
    backs.sort { $0.bits < $1.bits }
    var groups: [Range<Int>] = []
    var first = 0
    for i in backs.indices.dropFirst() where backs[i].list != backs[first].list {
      groups.append(first..<i)
      first = i
    }
    if first < backs.count { groups.append(first..<backs.count) }
    parallelChunks(groups.count, chunk: 16, threads: threads) { range, _ in
      memories.withObject { for group in groups[range] { takeIn(backs[group], batch, $0) } }
    }
    for node in batch where entry.map({ level(of: Int(node)) > level(of: $0) }) ?? true {
      entry = Int(node)
    }
  }

  /// Gives a vector of the batch its neighbours on each of its levels (Algorithm 1 of the paper).
  ///
  /// - Returns: The links back.
  private func link(_ batch: [UInt32], _ i: Int, _ memory: WalkMemory) -> [LinkBack] {
    let node = batch[i]
    let comparison = comparison.from(node)
    batch.withUnsafeBufferPointer { comparison.scores($0.baseAddress!, i, into: memory.scores) }
    let peers = (0..<i).map { RankedNode(batch[$0], memory.scores[$0]) }
    let top = entry.map { level(of: $0) } ?? -1
    var near = entry.map { [RankedNode(UInt32($0), comparison.score(UInt32($0)))] } ?? []
    var backs: [LinkBack] = []
    let highest = level(of: Int(node))
    for level in stride(from: top, to: highest, by: -1) {
      near = [walk.descend(from: near[0], level: level, comparison, memory)]
    }
    for level in stride(from: highest, through: 0, by: -1) {
      let ef = parameters.efConstruction
      // The peers come last: another thread may be writing their lists.
      if level <= top {
        walk.search(from: near, level: level, ef: ef, comparison, memory)
        near = (0..<memory.found.count).map { memory.found[$0] }
      } else {
        memory.found.reset(ef)
      }
      for peer in peers where self.level(of: Int(peer.node)) >= level { memory.found.insert(peer) }
      let candidates = (0..<memory.found.count).map { memory.found[$0] }
      let chosen = selectNeighbours(
        candidates, limit: width, keepsPruned: parameters.keepsPruned, comparison)
      write(chosen, places(node, level))
      backs += chosen.map { LinkBack(level: level, target: $0, source: i) }
    }
    return backs
  }

  /// Adds links back to the list that they belong to, and chooses anew where it overflows.
  private func takeIn(_ backs: ArraySlice<LinkBack>, _ batch: [UInt32], _ memory: WalkMemory) {
    let target = backs.first!.target
    let places = places(target, backs.first!.level)
    var neighbours = Array(places.prefix { $0 != HNSWGraph.none })
    neighbours += backs.map { batch[$0.source] }
    if neighbours.count > places.count {
      comparison.from(target).scores(neighbours, neighbours.count, into: memory.scores)
      var ranked = neighbours.indices.map { RankedNode(neighbours[$0], memory.scores[$0]) }
      ranked.sort { $0.bits > $1.bits }
      neighbours = selectNeighbours(
        ranked, limit: places.count, keepsPruned: parameters.keepsPruned, comparison)
    }
    write(neighbours, places)
  }

  private func write(_ neighbours: [UInt32], _ places: UnsafeMutableBufferPointer<UInt32>) {
    for i in places.indices { places[i] = i < neighbours.count ? neighbours[i] : HNSWGraph.none }
  }

  private func places(_ node: UInt32, _ level: Int) -> UnsafeMutableBufferPointer<UInt32> {
    if level == 0 {
      return UnsafeMutableBufferPointer(
        start: base.baseAddress! + Int(node) * 2 * width, count: 2 * width)
    }
    let list = Int(starts[Int(node)]) + level - 1
    return UnsafeMutableBufferPointer(start: upper.baseAddress! + list * width, count: width)
  }

  /// The graph and the codes with the nodes in another order.
  private func reordered() -> (HNSWGraph, VectorCodes) {
    let count = space.count
    let order = breadthFirstOrder(
      Array(base), count: count, places: 2 * width, entry: entry)
    var nodes = [UInt32](repeating: 0, count: count)
    for (node, row) in order.enumerated() { nodes[Int(row)] = UInt32(node) }
    func renumbered(_ list: some Sequence<UInt32>) -> some Sequence<UInt32> {
      list.lazy.map { $0 == HNSWGraph.none ? $0 : nodes[Int($0)] }
    }
    let base = SharedArray<UInt32>(count: base.count) { target in
      for (node, row) in order.enumerated() {
        let list = renumbered(places(row, 0))
        for (i, neighbour) in list.enumerated() { target[node * 2 * width + i] = neighbour }
      }
    }
    var newStarts: [UInt32] = [0]
    newStarts.reserveCapacity(count + 1)
    var newUpper: [UInt32] = []
    newUpper.reserveCapacity(upper.count)
    for row in order {
      for level in 1..<level(of: Int(row)) + 1 { newUpper += renumbered(places(row, level)) }
      newStarts.append(UInt32(newUpper.count / width))
    }
    let graph = HNSWGraph(
      width: width, base: base, starts: SharedArray(newStarts), upper: SharedArray(newUpper),
      rows: SharedArray(order), nodes: SharedArray(nodes), copies: SharedArray(copies.next),
      entry: entry.map { Int(nodes[$0]) })
    return (graph, codes.reordered(order))
  }
}
