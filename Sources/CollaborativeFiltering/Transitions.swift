public import Compute

/// What follows what: directed weights from an item to those that users turned to after it.
///
/// Each user's history, oldest first, is a walk through the items. An item b at distance
/// d = 1, 2, … `window` after an item a adds 1/d to the count of (a, b), and
///
///     T(a, b) = count(a, b) / (√(n_a·n_b) + shrinkage)
///
/// for the n_a and n_b users of the two: the directed sibling of ``ItemNeighbours``' cosine, a
/// first-order Markov chain with skips in which what everybody turns to sooner or later counts less.
public enum Transitions {
  /// For each item the strongest `weightsPerItem` transitions from it, ties by ascending id.
  ///
  /// - Parameters:
  ///   - window: How many of the next items count as following.
  ///   - shrinkage: How many users' worth of doubt, in the unit of n.
  /// - Throws: ``CollaborativeFilteringError`` where a setting is out of range.
  /// - Complexity: O(interactions · window).
  public static func weights(
    of matrix: InteractionMatrix, window: Int = 3, shrinkage: Float = 5,
    weightsPerItem: Int = 200, threads: Int = availableThreads
  ) throws(CollaborativeFilteringError) -> ItemWeights {
    try require(window >= 1, "window", is: "1 or more", found: window)
    try require(
      shrinkage >= 0 && shrinkage.isFinite, "shrinkage", is: "0 or more", found: shrinkage)
    try require(weightsPerItem >= 0, "weightsPerItem", is: "0 or more", found: weightsPerItem)

    let roots = matrix.interactionCounts.map { Float($0).squareRoot() }
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
        for later in place + 1..<max(place + 1, min(end, place + 1 + min(window, end))) {
          sums.add(1 / Float(later - place), to: matrix.histories[later])
        }
      }
      var best = TopK(weightsPerItem)
      sums.drain { other, sum in
        best.offer(other, sum / (roots[item] * roots[other] + shrinkage))
      }
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
