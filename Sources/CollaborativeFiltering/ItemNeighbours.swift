public import Compute

/// Item-to-item neighbours: two items are close if the same users interacted with both (Sarwar,
/// Karypis, Konstan and Riedl, "Item-based collaborative filtering recommendation algorithms",
/// 2001).
///
/// The similarity is a cosine, shrunk towards 0 where there is little evidence:
///
///     s(i, j) = Σ_u w_u·x_ui·x_uj / (√(n_i·n_j) + shrinkage),   n_i = Σ_u w_u·x_ui²
///
/// With the plain weights of 1, the numerator counts the users that the items have in common and
/// n_i the users of item i.
public enum ItemNeighbours {
  /// For each target item its `neighbours` most similar items, as weights from these to the target.
  ///
  /// - Parameters:
  ///   - neighbours: How many history items may speak for a target; the strongest, ties by
  ///     ascending id. Since it is the targets that are limited, a row can hold more.
  ///   - shrinkage: How many common users' worth of doubt, in the unit of n_i.
  ///   - userWeights: `[users]`: w_u above 0, how much each user's co-occurrences count; all 1 if
  ///     left out. ``adamicAdarWeights(of:)`` quiets those who take everything.
  /// - Throws: ``CollaborativeFilteringError`` where a setting is out of range.
  /// - Complexity: O(Σ_u h_u²) for histories of h_u items, and O(items · neighbours) entries; a
  ///   dense row of sums for each thread is all the memory that it needs beside the result.
  public static func weights(
    of matrix: InteractionMatrix, neighbours: Int = 200, shrinkage: Float = 10,
    userWeights: [Float]? = nil, threads: Int = availableThreads
  ) throws(CollaborativeFilteringError) -> ItemWeights {
    try require(neighbours >= 0, "neighbours", is: "0 or more", found: neighbours)
    try require(
      shrinkage >= 0 && shrinkage.isFinite, "shrinkage", is: "0 or more", found: shrinkage)
    let userWeights = userWeights ?? [Float](repeating: 1, count: matrix.userCount)
    try require(
      userWeights.count == matrix.userCount, "the number of userWeights",
      is: "\(matrix.userCount), one for each user", found: userWeights.count)
    try require(
      userWeights.allSatisfy { $0 > 0 && $0.isFinite }, "the least of userWeights", is: "above 0",
      found: userWeights.min() ?? 1)

    let byUser = matrix.byUser
    let byItem = matrix.transposed
    let norms = (0..<matrix.itemCount).map { item in
      byItem.entries(of: item).reduce(Float(0)) { sum, entry in
        let weight = byItem.values[entry]
        return sum + userWeights[Int(byItem.columnIndices[entry])] * weight * weight
      }.squareRoot()
    }
    // The similarity is symmetric, so a target's column is computed as a row and transposed.
    let byTarget = SparseMatrix(
      rows: matrix.itemCount, columns: matrix.itemCount, threads: threads,
      scratch: SparseSums(count: matrix.itemCount)
    ) { target, sums, entries in
      for entry in byItem.entries(of: target) {
        let user = Int(byItem.columnIndices[entry])
        let scale = userWeights[user] * byItem.values[entry]
        for other in byUser.entries(of: user) {
          sums.add(scale * byUser.values[other], to: byUser.columnIndices[other])
        }
      }
      var best = TopK(neighbours)
      sums.drain { item, sum in
        guard item != target else { return }
        best.offer(item, sum / (norms[item] * norms[target] + shrinkage))
      }
      entries.append(best.sorted())
    }
    return byTarget.transposed()
  }
}
