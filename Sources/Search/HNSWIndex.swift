public import Compute

/// Finds close vectors by walking a graph: hierarchical navigable small worlds (Malkov and
/// Yashunin, "Efficient and robust approximate nearest neighbor search using hierarchical navigable
/// small world graphs", IEEE TPAMI 2018).
///
///     let index = HNSWIndex(building: vectors, metric: .cosine)
///     let closest = index.search(query, k: 10)
///     try index.save(to: "items.hnsw")
///     let reopened = try HNSWIndex(opening: "items.hnsw", vectors: vectors)
///
/// Each vector is linked to some that are close and lie in different directions; a few vectors
/// stand on higher levels, which have long links. A search descends the levels greedily to a vector
/// near the query and explores level 0 from there. It compares codes of one byte a component, and the
/// best that it finds are put in order by what ``VectorStorage`` keeps of the vectors.
///
/// The answer is approximate: an id that is returned has its score, but a closer one may be
/// missing. A larger `efSearch` misses fewer. Equal vectors stand in the graph once and are found
/// together.
public struct HNSWIndex: VectorIndex {
  let graph: HNSWGraph
  let codes: VectorCodes
  let vectors: StoredVectors
  /// What the graph was built with; `efSearch` is the default of searches.
  public let parameters: Parameters
  private let memories: Pool<WalkMemory>

  /// The number of vectors.
  public var count: Int { codes.count }
  /// The number of components of each vector.
  public var dimension: Int { codes.dimension }
  /// How closeness is measured.
  public var metric: Metric { codes.metric }

  /// Builds the graph.
  ///
  /// The same vectors and parameters give the same graph for any number of threads.
  ///
  /// - Parameters:
  ///   - vectors: `[count, dimension]`, kept and not copied, or not kept: see ``VectorStorage``.
  ///   - progress: Called on the calling thread, every few hundred vectors, with the number done.
  /// - Precondition: Fewer than 2³¹ vectors.
  /// - Complexity: About O(count · log(count) · `efConstruction` · dimension).
  public init(
    building vectors: SharedMatrix, metric: Metric, parameters: Parameters = Parameters(),
    threads: Int = availableThreads, progress: (@Sendable (Int) -> Void)? = nil
  ) {
    precondition(parameters.isValid, "the parameters lie in their ranges")
    let space = VectorSpace(vectors, metric: metric, threads: threads)
    let (graph, codes) = HNSWBuilder(
      space, VectorCodes(space, threads: threads), parameters, threads: threads
    ).build(progress: progress)
    self.init(
      graph, codes, StoredVectors(space, parameters.storage, threads: threads), parameters)
  }

  init(
    _ graph: HNSWGraph, _ codes: VectorCodes, _ vectors: StoredVectors, _ parameters: Parameters
  ) {
    self.graph = graph
    self.codes = codes
    self.vectors = vectors
    self.parameters = parameters
    let places = max(2 * graph.width, Self.scanBlock)
    memories = Pool { [nodes = codes.count, stride = codes.stride] in
      WalkMemory(nodes: nodes, places: places, stride: stride)
    }
  }

  public func search(
    _ query: [Float], k: Int, allowing isAllowed: ((Int) -> Bool)?
  ) -> [Scored] {
    search(query, k: k, efSearch: parameters.efSearch, allowing: isAllowed)
  }

  /// The `k` allowed vectors closest to `query`, best first.
  ///
  /// With a filter, the walk goes through vectors that are not allowed and on until it has found
  /// `efSearch` allowed ones. Where that costs more than comparing the query with every allowed
  /// vector, or finds fewer than `k`, all of them are compared instead.
  ///
  /// - Parameters:
  ///   - efSearch: How many candidates are kept; at least `k` are. From ``count`` on, every vector
  ///     is compared.
  ///   - isAllowed: Which ids may be in the answer; nil allows all.
  /// - Precondition: `query` has ``dimension`` components and `efSearch` ≥ 1.
  /// - Complexity: About O(log(count) · `efSearch` · dimension) without a filter. At worst, as an
  ///   exact search.
  public func search(
    _ query: [Float], k: Int, efSearch: Int, allowing isAllowed: ((Int) -> Bool)? = nil
  ) -> [Scored] {
    search(query, k: k, efSearch: efSearch, isAllowed.map { .predicate($0) })
  }

  /// The `k` vectors of `allowed` closest to `query`, best first.
  public func search(_ query: [Float], k: Int, within allowed: IDSet) -> [Scored] {
    search(query, k: k, efSearch: parameters.efSearch, within: allowed)
  }

  /// The `k` vectors of `allowed` closest to `query`, best first, as
  /// ``search(_:k:efSearch:allowing:)`` finds them.
  public func search(_ query: [Float], k: Int, efSearch: Int, within allowed: IDSet) -> [Scored] {
    search(query, k: k, efSearch: efSearch, .set(allowed))
  }

  private func search(_ query: [Float], k: Int, efSearch: Int, _ filter: Filter?) -> [Scored] {
    precondition(efSearch >= 1, "efSearch is positive")
    precondition(query.count == dimension, "the query has the index's dimension")
    let k = max(0, min(k, count))
    guard k > 0, let entry = graph.entry else { return [] }
    let ef = max(k, efSearch)
    let budget = filter.map { walkBudget(ef: ef, $0) } ?? .max
    return memories.withObject { memory in
      withComparison(of: query, memory) { query in
        if ef < count, budget > 0 {
          let found = walk(
            from: UInt32(entry), ef: ef, k: k, query, memory, budget: budget, filter)
          if found.count == k { return found }
        }
        return scan(query, k: k, memory, filter)
      }
    } ?? []
  }

  /// How many vectors a filtered walk may score before a scan of the allowed ones is cheaper; 0
  /// where the walk is expected to need more.
  ///
  /// The part of the vectors that a predicate allows is estimated from a sample of them. The weights
  /// are measured: a walk for `ef` allowed vectors scores about 10 · `ef` / part; a vector scored by
  /// a walk costs four in a scan, which reads memory in order; asking a predicate costs a fifth.
  private func walkBudget(ef: Int, _ filter: Filter) -> Int {
    let part: Double
    var scanned = 0.0
    switch filter {
    case .set(let set):
      part = Double(set.count) / Double(count)
      scanned = Double(set.count)
    case .predicate(let isAllowed):
      let sample = 256
      guard count > sample else { return 0 }
      var random = SeededRandom(seed: parameters.seed)
      var allowed = 0
      for _ in 0..<sample where isAllowed(random.index(below: count)) { allowed += 1 }
      part = Double(allowed) / Double(sample)
      scanned = Double(count) * (part + 0.2)
    }
    let budget = scanned / 4
    return 10 * Double(ef) < budget * part ? Int(budget) : 0
  }
}

extension HNSWIndex {
  /// The neighbours of each vector on each of its levels, from level 0 up: a copy, for inspection.
  package var links: [[[Int]]] {
    graph.nodes.map { node in
      (0...graph.level(of: Int(node))).map { level in
        graph.neighbours(of: Int(node), level: level).map { Int(graph.rows[$0]) }
      }
    }
  }
}
