public import Compute

/// What follows what: directed weights from an item to those that users turned to after it.
///
/// Each user's history, oldest first, is a walk through the items. An item b at distance
/// d = 1, 2, … `window` after an item a adds decay^(d − 1) to the count of (a, b), and
///
///     T(a, b) = count(a, b) / (n_a + shrinkage)
///
/// for the n_a users of item a: at `window` 1 and without shrinkage, the maximum-likelihood
/// estimate of a first-order Markov chain (Rendle, Freudenthaler and Schmidt-Thieme, "Factorizing
/// personalized Markov chains for next-basket recommendation", 2010), except that an item which
/// ends a history leads nowhere and so its row sums to less than 1.
public enum Transitions {
  /// For each item the strongest `weightsPerItem` transitions from it, ties by ascending id.
  ///
  /// - Parameters:
  ///   - window: How many of the next items count as following.
  ///   - decay: What each further step leaves of a transition's weight, above 0 and at most 1.
  ///   - shrinkage: How many users' worth of doubt is added to the count of the item left.
  /// - Throws: ``CollaborativeFilteringError`` where a setting is out of range.
  /// - Complexity: O(interactions · window).
  public static func weights(
    of matrix: InteractionMatrix, window: Int = 5, decay: Float = 0.5, shrinkage: Float = 1,
    weightsPerItem: Int = 200, threads: Int = availableThreads
  ) throws(CollaborativeFilteringError) -> ItemWeights {
    try require(window >= 1, "window", is: "1 or more", found: window)
    try require(decay > 0 && decay <= 1, "decay", is: "above 0 and at most 1", found: decay)
    try require(
      shrinkage >= 0 && shrinkage.isFinite, "shrinkage", is: "0 or more", found: shrinkage)
    try require(weightsPerItem >= 0, "weightsPerItem", is: "0 or more", found: weightsPerItem)

    let byItem = matrix.transposed
    let places = placesByItem(matrix)
    return SparseMatrix(
      rows: matrix.itemCount, columns: matrix.itemCount, threads: threads,
      scratch: SparseSums(count: matrix.itemCount)
    ) { item, sums, entries in
      let occurrences = byItem.entries(of: item)
      for occurrence in occurrences {
        let place = places[occurrence]
        let end = matrix.byUser.entries(of: Int(byItem.columnIndices[occurrence])).upperBound
        var weight: Float = 1
        for later in place + 1..<max(place + 1, min(end, place + 1 + min(window, end))) {
          sums.add(weight, to: matrix.histories[later])
          weight *= decay
        }
      }
      var best = TopK(weightsPerItem)
      let scale = 1 / (Float(occurrences.count) + shrinkage)
      sums.drain { other, sum in best.offer(other, sum * scale) }
      entries.append(best.sorted())
    }
  }

  /// Where in ``InteractionMatrix/histories`` each entry of ``InteractionMatrix/transposed`` stands.
  ///
  /// Both list an item's users in ascending order, and each user once: going through the histories
  /// user by user meets the entries of an item in their order.
  private static func placesByItem(_ matrix: InteractionMatrix) -> [Int] {
    var next = (0..<matrix.itemCount).map { matrix.transposed.entries(of: $0).lowerBound }
    var places = [Int](repeating: 0, count: matrix.count)
    for (place, item) in matrix.histories.enumerated() {
      places[next[Int(item)]] = place
      next[Int(item)] += 1
    }
    return places
  }
}
