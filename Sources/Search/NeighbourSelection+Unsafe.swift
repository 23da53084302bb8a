package import Compute

/// SELECT-NEIGHBORS-HEURISTIC (Algorithm 4 of the paper), without the extension of candidates.
///
/// A candidate is chosen if it is closer to the base than to every neighbour chosen before it, so
/// the links point into different directions instead of all into the closest cluster.
///
/// - Parameters:
///   - candidates: Scored against the base, best first, without the base itself.
///   - keepsPruned: Whether places that are left go to the best of the others.
///   - comparison: Any comparison of the codes.
/// - Returns: At most `limit` of them.
/// - Complexity: O(candidates · `limit` · dimension) at worst; most are passed over early.
func selectNeighbours(
  _ candidates: [RankedNode], limit: Int, keepsPruned: Bool, _ comparison: CodeComparison
) -> [UInt32] {
  if candidates.count <= limit, keepsPruned { return candidates.map(\.node) }
  var pruned: [UInt32] = []
  return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: limit) { chosen in
    withUnsafeTemporaryAllocation(of: Float.self, capacity: comparedAtOnce) { scores in
      var count = 0
      for candidate in candidates {
        if count == limit { break }
        let from = comparison.from(candidate.node)
        var isClosest = true
        var first = 0
        while isClosest, first < count {
          let some = min(comparedAtOnce, count - first)
          from.scores(chosen.baseAddress! + first, some, into: scores.baseAddress!)
          for i in 0..<some where scores[i] >= candidate.score { isClosest = false }
          first += some
        }
        if isClosest {
          chosen[count] = candidate.node
          count += 1
        } else if keepsPruned, pruned.count < limit {
          pruned.append(candidate.node)
        }
      }
      return Array(chosen[..<count]) + pruned.prefix(limit - count)
    }
  }
}

/// How many are compared before it is looked whether one of them is closer.
private let comparedAtOnce = 4

/// The same for row `base` of a matrix, for inspection: which of the rows `candidates` would be
/// its neighbours.
package func selectedNeighbours(
  of base: Int, among candidates: [Int], limit: Int, keepsPruned: Bool, in vectors: SharedMatrix,
  metric: Metric
) -> [Int] {
  let space = VectorSpace(vectors, metric: metric, threads: 1)
  let codes = VectorCodes(space, threads: 1)
  return withExtendedLifetime(codes) {
    let comparison = CodeComparison(codes)
    let from = comparison.from(UInt32(base))
    let ranked = candidates.map { RankedNode(UInt32($0), from.score(UInt32($0))) }
    return selectNeighbours(
      ranked.sorted { $0.bits > $1.bits }, limit: limit, keepsPruned: keepsPruned, comparison
    ).map { Int($0) }
  }
}
