/// A log of interactions, parted into what a recommender may learn from and what it is asked to
/// foresee.
///
///     let split = try Split(log, by: .lastShare(0.2), coldItems: 0.2, seed: 7)
///     // train on split.train, rank for split.testUsers, then
///     let relevant = split.relevant(to: split.testUsers, in: .cold)
///
/// `init(_:by:coldItems:minimumHistory:seed:)` tells how a log is parted.
public struct Split: Sendable, Equatable {
  /// One interaction. Ids are not negative: a negative one in a ranked list is padding.
  public struct Row: Sendable, Equatable {
    /// Who, counted from 0.
    public var user: Int32
    /// What, counted from 0.
    public var item: Int32
    /// In any unit that grows, where known.
    public var time: Double?
    /// A rating, count or weight, where known. A split goes by the other three alone.
    public var value: Double?

    /// One interaction.
    public init(user: Int32, item: Int32, time: Double? = nil, value: Double? = nil) {
      self.user = user
      self.item = item
      self.time = time
      self.value = value
    }
  }

  /// What is held out of the interactions with items that aren't made cold. Every share is in
  /// 0...1; with 0 nothing is held out, so that `coldItems` alone makes the test.
  public enum Method: Sendable, Equatable {
    /// Of each user's interactions the last ones: the rounded share, but one at least, and one at
    /// least stays in train.
    case lastShare(Double)
    /// Of each user's interactions the last one. Split the train part once more for validation.
    case leaveLastOneOut
    /// As many as `lastShare`, drawn at random for each user.
    case random(Double)
    /// Everything after one moment, chosen so that the rest is the rounded share or, because
    /// interactions of that very moment stay in train together, less. Some users may have no
    /// history in train.
    case time(Double)
  }

  /// In the order of the log.
  public let train, test: [Row]
  /// The items in test that have no row in train, ascending: those that were made cold, and those
  /// that the method happened to leave without a row.
  public let coldItems: [Int32]
  /// The users with a row in test, ascending.
  public let testUsers: [Int32]

  private let trainItems, testItems: [Int32: Set<Int32>]

  /// Takes two parts that were made elsewhere.
  ///
  /// - Complexity: O(rows).
  public init(train: [Row], test: [Row]) {
    self.train = train
    self.test = test
    trainItems = Self.itemsByUser(train)
    testItems = Self.itemsByUser(test)
    coldItems = Set(test.lazy.map(\.item)).subtracting(train.lazy.map(\.item)).sorted()
    testUsers = testItems.keys.sorted()
  }

  /// What is relevant to each of `users`, in their order: the items of their test rows that lie in
  /// the view. An item that the user has in train as well is left out, since a ranking leaves out
  /// what was seen. A user without test rows gets an empty set.
  ///
  /// - Complexity: O(rows of those users).
  public func relevant(to users: [Int32], in view: Report.View = .all) -> [Set<Int32>] {
    let cold = Set(coldItems)
    return users.map { user in
      let unseen = testItems[user, default: []].subtracting(trainItems[user, default: []])
      return view.restrict(unseen, cold: cold)
    }
  }

  /// How many users each item has in train, as ``Exposure`` wants it.
  ///
  /// - Complexity: O(rows).
  public var popularity: [Int32: Int] {
    var users: [Int32: Int] = [:]
    for items in trainItems.values {
      for item in items { users[item, default: 0] += 1 }
    }
    return users
  }

  private static func itemsByUser(_ rows: [Row]) -> [Int32: Set<Int32>] {
    var items: [Int32: Set<Int32>] = [:]
    for row in rows { items[row.user, default: []].insert(row.item) }
    return items
  }
}
