internal import CollaborativeFiltering
internal import Compute

/// What a recommender has to beat: classics that know the log alone, each with usual settings.
public enum Baseline: String, Sendable, CaseIterable {
  /// The same for everyone: what most users have.
  case popularity
  /// Items that the same users have, by cosine: 200 for each, shrunk by 10 users.
  case itemNeighbours = "item neighbours"
  /// The linear item-to-item model in closed form, with a regularization of 200.
  case ease = "EASE"

  /// More items with interactions than this, and EASE takes too much memory and time: 4 bytes and a
  /// multiplication or two for each pair, and pair and item.
  static let easeLimit = 20_000

  func isAffordable(for matrix: InteractionMatrix) -> Bool {
    self != .ease || matrix.warmItems.count <= Self.easeLimit
  }

  /// The best `count` items that each of `users` doesn't have in `train`, `[users][count]`. Every
  /// item is ranked, also those with a score of 0; ties break by ascending number.
  ///
  /// - Complexity: That of the fit, and O(history · weights per item + items) for each user.
  func rankings(
    for users: [Int32], from train: InteractionMatrix, count: Int, threads: Int
  ) throws(CollaborativeFilteringError) -> [Ranking] {
    let addScores = try scorer(fittedTo: train, threads: threads)
    return parallelMap(users.count, threads: threads) { place in
      let history = train.history(of: Int(users[place]))
      var scores = [Float](repeating: 0, count: train.itemCount)
      addScores(history, &scores)
      // No offer is better than nothing: what isn't a number is never kept.
      for item in history { scores[Int(item)] = .nan }
      var best = TopK(count)
      for (item, score) in scores.enumerated() { best.offer(item, score) }
      return Ranking(best.sorted())
    }
  }

  /// A function that adds to the score of each item what a history says for it.
  private func scorer(
    fittedTo train: InteractionMatrix, threads: Int
  ) throws(CollaborativeFilteringError) -> @Sendable ([Int32], inout [Float]) -> Void {
    switch self {
    case .popularity:
      let counts = Popularity(of: train).counts
      return { _, scores in scores = counts }
    case .itemNeighbours:
      let weights = try ItemNeighbours.weights(of: train, threads: threads)
      return { history, scores in
        for item in history { weights.add(row: Int(item), to: &scores) }
      }
    case .ease:
      let weights = try EASE.denseWeights(of: train, threads: threads)
      let rows = Dictionary(uniqueKeysWithValues: zip(weights.items, 0...))
      return { history, scores in
        // Summed side by side first: the warm items may be scattered over the catalogue.
        var sums = [Float](repeating: 0, count: weights.items.count)
        for item in history {
          let row = weights.matrix.row(rows[item]!)
          for (place, weight) in zip(sums.indices, row) { sums[place] += weight }
        }
        for (item, sum) in zip(weights.items, sums) { scores[Int(item)] += sum }
      }
    }
  }
}
