internal import EmbedRec

/// What several recommenders gave the same test users, having learnt from the same training part.
public struct Trials: Sendable {
  /// What one of them gave.
  public struct Trial: Sendable {
    /// Its name in a report.
    public let recommender: String
    /// One for each of the users, in their order.
    public let rankings: [Ranking]
  }

  /// What was split how, in words.
  public let title: String
  /// The parts, in numbers of users and items.
  public let split: Split
  /// The id of each user's number, and of each item's.
  public let userIDs, itemIDs: [String]
  /// The users who were asked for, ascending.
  public let users: [Int32]
  /// EmbedRec first.
  public let trials: [Trial]

  /// The lists measured: all recommenders in each view that has something relevant.
  ///
  /// - Parameter seed: Of the bootstrap; the same users are drawn for every recommender.
  public func report(measures: [Measure] = Measure.standard, seed: UInt64 = 0) -> Report {
    let popularity = split.popularity
    let candidates = Set(itemIDs.indices.map(Int32.init))
    let cold = candidates.subtracting(popularity.keys)
    let exposures = trials.map { trial in
      Exposure(
        of: trial.rankings.map(\.items), candidates: candidates, popularity: popularity, cold: cold)
    }
    var report = Report(title: title)
    for view in Report.View.allCases {
      let relevant = split.relevant(to: users, in: view)
      guard relevant.contains(where: { !$0.isEmpty }) else { continue }
      for (trial, exposure) in zip(trials, exposures) {
        let metrics = Metrics(
          lists: trial.rankings.map(\.items), relevant: relevant, measures: measures, seed: seed)
        report.rows.append(
          Report.Row(
            recommender: trial.recommender, view: view, metrics: metrics, exposure: exposure))
      }
    }
    return report
  }

  /// A trial's rankings as CSV: `user,item,score` with a header, each user's best item first.
  public func csv(of trial: Trial) -> String {
    var text = CSV.line(["user", "item", "score"])
    for (user, ranking) in zip(users, trial.rankings) {
      for (item, score) in zip(ranking.items, ranking.scores) {
        text += CSV.line([userIDs[Int(user)], itemIDs[Int(item)], "\(score)"])
      }
    }
    return text
  }
}
