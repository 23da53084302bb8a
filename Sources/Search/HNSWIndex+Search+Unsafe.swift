internal import Compute

extension HNSWIndex {
  /// Calls `body` with the query ready to be compared.
  ///
  /// Safe: all that the query points to lives through the call.
  ///
  /// - Returns: nil, without a call, where the query is close to nothing.
  func withComparison<Result>(
    of query: [Float], _ memory: WalkMemory, _ body: (QueryVector) -> Result
  ) -> Result? {
    query.withUnsafeBufferPointer { buffer in
      let vector = buffer.baseAddress ?? UnsafePointer(bitPattern: 64)!
      let norm = VectorSpace.norm(of: vector, dimension)
      guard !norm.isNaN else { return nil }
      return withExtendedLifetime((codes, vectors)) {
        body(
          QueryVector(
            vector: vector, dimension: dimension, norm: norm, metric: metric,
            comparison: CodeComparison(codes).with(
              vector, dimension, norm: norm, scratch: memory.code)))
      }
    }
  }

  /// The best `k` that a walk finds; fewer where it exceeded its budget.
  func walk(
    from entry: UInt32, ef: Int, k: Int, _ query: QueryVector, _ memory: WalkMemory, budget: Int,
    _ filter: Filter?
  ) -> [Scored] {
    graph.withWalk { walk in
      let comparison = query.comparison
      var near = RankedNode(entry, comparison.score(entry))
      for level in stride(from: graph.level(of: Int(entry)), to: 0, by: -1) {
        near = walk.descend(from: near, level: level, comparison, memory)
      }
      if let filter {
        let found = walk.search(from: near, ef: ef, comparison, memory, budget: budget) { node in
          anyCopy(of: Int(graph.rows.buffer[Int(node)]), filter)
        }
        return ordered(found ?? [], k: k, query, filter)
      }
      walk.search(from: [near], level: 0, ef: ef, comparison, memory)
      let best = min(memory.found.count, Self.reordered(k))
      return ordered((0..<best).map { memory.found[$0] }, k: k, query, nil)
    }
  }

  /// How many of the best by codes are compared again to find the best `k`.
  ///
  /// On sentence embeddings, the best ten were always among the best twelve by codes.
  private static func reordered(_ k: Int) -> Int { k + max(k / 2, 10) }

  /// The best `k` of the nodes and their copies, by what is kept of the vectors.
  private func ordered(
    _ nodes: [RankedNode], k: Int, _ query: QueryVector, _ filter: Filter?
  ) -> [Scored] {
    var best = TopK(k)
    let rows = graph.rows.buffer
    let ahead = 4
    for node in nodes.prefix(ahead) { vectors.fetch(query, row: Int(rows[Int(node.node)])) }
    for (i, node) in nodes.enumerated() {
      if i + ahead < nodes.count {
        vectors.fetch(query, row: Int(rows[Int(nodes[i + ahead].node)]))
      }
      let row = Int(rows[Int(node.node)])
      offer(row, vectors.score(query, row: row, node: node.node), to: &best, filter)
    }
    return best.sorted()
  }

  /// Offers a row and its copies, which have its score and ascending ids.
  @inline(__always)
  private func offer(
    _ row: Int, _ score: Float, to best: inout TopK, _ filter: Filter?
  ) {
    if filter?.allows(row) ?? true { best.offer(row, score) }
    let copies = graph.copies.buffer
    var copy = copies[row]
    while copy != HNSWGraph.none {
      let scored = Scored(id: Int(copy), score: score)
      if let worst = best.threshold, !scored.isBetter(than: worst) { return }
      if filter?.allows(scored.id) ?? true { best.offer(scored.id, score) }
      copy = copies[scored.id]
    }
  }

  private func anyCopy(of row: Int, _ filter: Filter) -> Bool {
    var row = UInt32(row)
    while row != HNSWGraph.none {
      if filter.allows(Int(row)) { return true }
      row = graph.copies.buffer[Int(row)]
    }
    return false
  }
}
