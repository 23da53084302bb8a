internal import Compute

/// The items that a recommender gave one user, best first, with their scores.
public struct Ranking: Sendable, Equatable {
  /// Numbers of items, none twice.
  public let items: [Int32]
  /// One for each item; greater is better, and comparable within one ranking only.
  public let scores: [Float]

  /// - Precondition: As many items as scores.
  public init(items: [Int32], scores: [Float]) {
    precondition(items.count == scores.count, "one score for each item")
    self.items = items
    self.scores = scores
  }

  init(_ scored: [Scored]) {
    self.init(items: scored.map { Int32($0.id) }, scores: scored.map(\.score))
  }
}
