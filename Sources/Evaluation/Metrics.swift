/// The quality of ranked lists against what was relevant, as means over the users who have
/// something relevant.
///
///     let metrics = Metrics(
///       lists: [[7, 3, 9], [1, 2]], relevant: [[3, 4], [5]], measures: [.recall(at: 2)])
///     metrics[.recall(at: 2)]?.mean  // 0.25
public struct Metrics: Sendable, Equatable, Codable {
  /// How many users counted: those with at least one relevant item. A user whose list is empty
  /// counts, with zeros.
  public let users: Int
  /// One estimate for each measure asked for; none when no user counted.
  public let estimates: [Measure: Estimate]

  /// Metrics that were made elsewhere.
  public init(users: Int, estimates: [Measure: Estimate]) {
    self.users = users
    self.estimates = estimates
  }

  /// Measures `lists`, one for each user and best item first, against `relevant`, in the same
  /// order.
  ///
  /// Lists are taken as they are: an item that the user has in training must have been left out
  /// by whoever ranked, and ties were broken there (by ascending id, in this project).
  ///
  /// - Parameters:
  ///   - lists: Negative ids are padding and hit nothing; a repeated item hits once.
  ///   - resamples, seed: Of the bootstrap interval; see ``Estimate``.
  /// - Precondition: As many lists as relevant sets; every cut-off is at least 1.
  /// - Complexity: O(users × (list length + measures × (k + resamples))).
  public init(
    lists: [[Int32]], relevant: [Set<Int32>], measures: [Measure] = Measure.standard,
    resamples: Int = 1000, seed: UInt64 = 0
  ) {
    precondition(lists.count == relevant.count, "one set of relevant items for each list")
    var values: [Double] = []
    var users = 0
    for (list, relevant) in zip(lists, relevant) {
      let hits = RankedHits(list: list, relevant: relevant)
      guard hits.relevantCount > 0 else { continue }
      users += 1
      for measure in measures { values.append(measure.value(of: hits)) }
    }
    self.users = users
    guard users > 0 else {
      estimates = [:]
      return
    }
    let found = Estimate.bootstrap(
      values, columns: measures.count, resamples: resamples, seed: seed)
    // A measure that is named twice has the same value twice.
    estimates = Dictionary(zip(measures, found)) { first, _ in first }
  }

  /// The estimate of a measure; nil where it was not asked for or no user counted.
  public subscript(measure: Measure) -> Estimate? { estimates[measure] }
}
