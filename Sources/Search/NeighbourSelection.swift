package import Compute

/// SELECT-NEIGHBORS-HEURISTIC (Algorithm 4 of the paper), without the extension of candidates.
///
/// A candidate is chosen if it is closer to the base than to every neighbour chosen before it, so
/// the links point into different directions instead of all into the closest cluster.
///
/// - Parameters:
///   - candidates: Scored against the base, best first, without the base itself.
///   - keepsPruned: Whether places that are left go to the best of the others.
///   - scoring: Any comparison in the space.
/// - Returns: At most `limit` of them.
/// - Complexity: O(candidates · `limit` · dimension) at worst; most are passed over early.
func selectNeighbours(
  _ candidates: [Scored], limit: Int, keepsPruned: Bool, _ scoring: Scoring
) -> [Scored] {
  if candidates.count <= limit, keepsPruned { return candidates }
  var chosen: [Scored] = []
  var pruned: [Scored] = []
  chosen.reserveCapacity(limit)
  for candidate in candidates {
    if chosen.count == limit { break }
    let from = scoring.from(candidate.id)
    if chosen.allSatisfy({ candidate.score > from.score($0.id) }) {
      chosen.append(candidate)
    } else {
      pruned.append(candidate)
    }
  }
  if keepsPruned { chosen += pruned.prefix(limit - chosen.count) }
  return chosen
}

/// The same for row `base` of a matrix, for inspection: which of the rows `candidates` would be
/// its neighbours.
package func selectedNeighbours(
  of base: Int, among candidates: [Int], limit: Int, keepsPruned: Bool, in vectors: SharedMatrix,
  metric: Metric
) -> [Int] {
  let space = VectorSpace(vectors, metric: metric, threads: 1)
  return withExtendedLifetime(space) {
    let scoring = space.scoring()
    let from = scoring.from(base)
    let scored = candidates.map { Scored(id: $0, score: from.score($0)) }
    return selectNeighbours(
      scored.sorted { $0.isBetter(than: $1) }, limit: limit, keepsPruned: keepsPruned, scoring
    ).map(\.id)
  }
}
