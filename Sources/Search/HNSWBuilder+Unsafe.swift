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
  private let parameters: HNSWIndex.Parameters
  private let threads: Int
  private let width: Int
  private let base: Lists
  private let upper: Lists
  private let starts: UnsafeMutableBufferPointer<UInt32>
  private let memories: WalkMemoryPool
  private let scoring: Scoring
  private let copies: Copies
  private var entry: Int?

  /// Neighbour lists with each neighbour's score, which the links back are weighed by.
  private struct Lists {
    let ids: UnsafeMutableBufferPointer<UInt32>
    let scores: UnsafeMutableBufferPointer<Float>

    init(places: Int) {
      ids = .allocate(capacity: places)
      ids.initialize(repeating: HNSWGraph.none)
      scores = .allocate(capacity: places)
      scores.initialize(repeating: 0)
    }

    func deallocate() {
      ids.deallocate()
      scores.deallocate()
    }
  }

  /// A link that `target` gets because `source` chose it.
  private struct LinkBack {
    var target: Int
    var level: Int
    var source: Scored
  }

  init(_ space: VectorSpace, _ parameters: HNSWIndex.Parameters, threads: Int) {
    precondition(space.count < Int(UInt32.max) / 2, "node numbers fit 31 bits")
    self.space = space
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
    base = Lists(places: space.count * 2 * width)
    upper = Lists(places: Int(starts[space.count]) * width)
    memories = WalkMemoryPool(nodes: space.count, places: max(2 * width, Self.batch))
    scoring = space.scoring()
  }

  deinit {
    base.deallocate()
    upper.deallocate()
    starts.deallocate()
  }

  /// Inserts every vector that can be in an answer, but of equal vectors only the first.
  ///
  /// - Parameter progress: Called after each batch with the number of vectors done.
  func build(progress: ((Int) -> Void)?) -> HNSWGraph {
    for start in stride(from: 0, to: space.count, by: Self.batch) {
      let end = min(space.count, start + Self.batch)
      insert((start..<end).filter { Self.stands($0, in: space, copies) })
      progress?(end)
    }
    return HNSWGraph(
      width: width, base: SharedArray(base.ids), starts: SharedArray(starts),
      upper: SharedArray(upper.ids), copies: SharedArray(copies.next), entry: entry)
  }

  /// Whether a vector gets a place in the graph: it can be in an answer and is no copy.
  private static func stands(_ node: Int, in space: VectorSpace, _ copies: Copies) -> Bool {
    !space.norms[node].isNaN && !copies.isCopy[node]
  }

  private func level(of node: Int) -> Int { Int(starts[node + 1] - starts[node]) }

  private var walk: GraphWalk {
    GraphWalk(
      width: width, base: UnsafePointer(base.ids.baseAddress!),
      starts: UnsafePointer(starts.baseAddress!), upper: UnsafePointer(upper.ids.baseAddress!),
      copies: nil)
  }

  private func insert(_ batch: [Int]) {
    let links = parallelMap(batch.count, threads: threads) { i in
      memories.withMemory { link(batch[i], after: batch[..<i], $0) }
    }
    var backs = Array(links.joined())
    backs.sort {
      ($0.level, $0.target, $0.source.id) < ($1.level, $1.target, $1.source.id)
    }
    var groups: [Range<Int>] = []
    var first = 0
    for i in backs.indices.dropFirst()
    where (backs[i].level, backs[i].target) != (backs[first].level, backs[first].target) {
      groups.append(first..<i)
      first = i
    }
    if first < backs.count { groups.append(first..<backs.count) }
    parallelChunks(groups.count, chunk: 16, threads: threads) { range, _ in
      for group in groups[range] { takeIn(backs[group]) }
    }
    for node in batch where entry.map({ level(of: node) > level(of: $0) }) ?? true {
      entry = node
    }
  }

  /// Gives `node` its neighbours on each of its levels (Algorithm 1 of the paper).
  ///
  /// - Returns: The links back.
  private func link(_ node: Int, after peers: ArraySlice<Int>, _ memory: WalkMemory) -> [LinkBack] {
    let scoring = scoring.from(node)
    let peers = peers.map { Scored(id: $0, score: scoring.score($0)) }
    let top = entry.map { level(of: $0) } ?? -1
    var near = entry.map { [Scored(id: $0, score: scoring.score($0))] } ?? []
    var backs: [LinkBack] = []
    let highest = level(of: node)
    for level in stride(from: top, to: highest, by: -1) {
      near = [walk.descend(from: near[0], level: level, scoring, memory)]
    }
    for level in stride(from: highest, through: 0, by: -1) {
      if level <= top {
        near = walk.search(
          from: near, level: level, ef: parameters.efConstruction, scoring, memory)!.sorted()
      }
      // The peers come last: another thread may be writing their lists.
      var candidates = level <= top ? near : []
      if parameters.extendsCandidates {
        candidates += neighbours(of: candidates, level: level, scoring)
      }
      let cut = max(parameters.efConstruction, candidates.count)
      candidates += peers.filter { self.level(of: $0.id) >= level }
      candidates.sort { $0.isBetter(than: $1) }
      let chosen = selectNeighbours(
        Array(candidates.prefix(cut)), limit: width, keepsPruned: parameters.keepsPruned, scoring)
      write(chosen, node, level)
      backs += chosen.map {
        LinkBack(target: $0.id, level: level, source: Scored(id: node, score: $0.score))
      }
    }
    return backs
  }

  /// The neighbours of the candidates that are no candidates themselves.
  private func neighbours(of candidates: [Scored], level: Int, _ scoring: Scoring) -> [Scored] {
    var met = Set(candidates.map(\.id))
    var neighbours: [Scored] = []
    for candidate in candidates {
      for neighbour in walk.list(candidate.id, level: level) where neighbour != HNSWGraph.none {
        let id = Int(neighbour)
        if met.insert(id).inserted { neighbours.append(Scored(id: id, score: scoring.score(id))) }
      }
    }
    return neighbours
  }

  /// Adds links back to the list that they belong to, and chooses anew where it overflows.
  private func takeIn(_ backs: ArraySlice<LinkBack>) {
    let (target, level) = (backs.first!.target, backs.first!.level)
    let (lists, places) = places(target, level)
    var neighbours: [Scored] = []
    for place in places {
      if lists.ids[place] == HNSWGraph.none { break }
      neighbours.append(Scored(id: Int(lists.ids[place]), score: lists.scores[place]))
    }
    neighbours += backs.map(\.source)
    if neighbours.count > places.count {
      neighbours.sort { $0.isBetter(than: $1) }
      neighbours = selectNeighbours(
        neighbours, limit: places.count, keepsPruned: parameters.keepsPruned, scoring)
    }
    write(neighbours, target, level)
  }

  private func write(_ neighbours: [Scored], _ node: Int, _ level: Int) {
    let (lists, places) = places(node, level)
    for (i, place) in places.enumerated() {
      lists.ids[place] = i < neighbours.count ? UInt32(neighbours[i].id) : HNSWGraph.none
      lists.scores[place] = i < neighbours.count ? neighbours[i].score : 0
    }
  }

  private func places(_ node: Int, _ level: Int) -> (Lists, Range<Int>) {
    if level == 0 { return (base, node * 2 * width..<(node + 1) * 2 * width) }
    let list = Int(starts[node]) + level - 1
    return (upper, list * width..<(list + 1) * width)
  }
}
