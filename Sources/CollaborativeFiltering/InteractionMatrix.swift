public import Compute

/// Who interacted with what: a sparse matrix [users, items] with one entry for each pair, and each
/// user's items in the order in which they came.
///
///     let matrix = try InteractionMatrix(
///       users: [0, 0, 1], items: [2, 1, 2], times: [20, 10, 30], userCount: 2, itemCount: 3)
///     matrix.history(of: 0)     // [1, 2]: oldest first
///     matrix.interactionCounts  // [0, 1, 2]
///
/// Of several interactions of one user with one item, the latest alone is kept.
public struct InteractionMatrix: Sendable {
  /// `[users, items]`: the weight of each interaction, 1 where none was given.
  public let byUser: SparseMatrix
  /// `[items, users]`: the same entries by item.
  public let transposed: SparseMatrix
  /// The items of all users, oldest first, each user's where its row lies in ``byUser``.
  public let histories: SharedArray<Int32>

  /// How many users there are, those without interactions too.
  public var userCount: Int { byUser.rows }
  /// How many items there are, those without interactions too.
  public var itemCount: Int { byUser.columns }

  /// How many interactions are kept: one for each pair of a user and an item.
  public var count: Int { histories.count }

  /// Builds the matrix from interactions in any order: number i is one of user `users[i]` with
  /// item `items[i]`.
  ///
  /// - Parameters:
  ///   - users: Each in `0..<userCount`.
  ///   - items: Each in `0..<itemCount`.
  ///   - times: When each happened, in any unit. Equal times keep the order of the input; without
  ///     times the input is taken to be in order, oldest first.
  ///   - weights: How much each counts, above 0; 1 if left out.
  /// - Throws: ``CollaborativeFilteringError`` where the arrays differ in length, an index is out
  ///   of range, a time is not finite, or a weight is not a positive number.
  /// - Complexity: O(n + users + items) by counting sorts, and O(h log h) for a history of h items
  ///   that does not come in order of time. Needs about 40 bytes an interaction while it works,
  ///   and keeps 20.
  public init(
    users: [Int32], items: [Int32], times: [Double]? = nil, weights: [Float]? = nil,
    userCount: Int, itemCount: Int
  ) throws(CollaborativeFilteringError) {
    try Self.check(
      users: users, items: items, times: times, weights: weights, userCount: userCount,
      itemCount: itemCount)

    var sorted = Self.sortedByUserAndTime(users, items, times, weights, userCount: userCount)
    var historyStarts: [Int64] = [0]
    historyStarts.reserveCapacity(userCount + 1)
    var histories: [Int32] = []
    histories.reserveCapacity(users.count)
    var historyWeights: [Float] = []
    historyWeights.reserveCapacity(users.count)
    var latestUser = [Int32](repeating: -1, count: itemCount)
    for user in 0..<userCount {
      let range = sorted.starts[user]..<sorted.starts[user + 1]
      // From the latest to the oldest: what was seen already is older than the one that is kept.
      // The kept ones move to the end of the range, which has been read by then.
      var first = range.upperBound
      for place in range.reversed() {
        let interaction = sorted.interactions[place]
        guard latestUser[Int(interaction.item)] != Int32(user) else { continue }
        latestUser[Int(interaction.item)] = Int32(user)
        first -= 1
        sorted.interactions[first] = interaction
      }
      for place in first..<range.upperBound {
        histories.append(sorted.interactions[place].item)
        historyWeights.append(sorted.interactions[place].weight)
      }
      historyStarts.append(Int64(histories.count))
    }
    sorted.interactions = []

    self.histories = SharedArray(histories)
    // Transposing sorts: from histories in order of time to users by item, and back to ascending
    // items by user.
    transposed = SparseMatrix.transposing(
      rows: userCount, columns: itemCount, rowStarts: SharedArray(historyStarts),
      columnIndices: self.histories, values: SharedArray(historyWeights))
    byUser = transposed.transposed()
  }

  /// The items of `user`, oldest first.
  ///
  /// - Precondition: `user` is in `0..<userCount`.
  public func history(of user: Int) -> [Int32] {
    Array(histories[byUser.entries(of: user)])
  }

  /// `[items]`: how many users interacted with each item.
  public var interactionCounts: [Int] {
    (0..<itemCount).map { transposed.entries(of: $0).count }
  }

  /// The items that at least one user interacted with, ascending.
  public var warmItems: [Int32] {
    (0..<Int32(itemCount)).filter { !transposed.entries(of: Int($0)).isEmpty }
  }

  private struct Interaction {
    var time: Double
    var item: Int32
    var weight: Float
  }

  /// The interactions user by user, each user's oldest first, and where each user's start.
  private static func sortedByUserAndTime(
    _ users: [Int32], _ items: [Int32], _ times: [Double]?, _ weights: [Float]?, userCount: Int
  ) -> (interactions: [Interaction], starts: [Int]) {
    var starts = [Int](repeating: 0, count: userCount + 1)
    for user in users { starts[Int(user) + 1] += 1 }
    for user in 0..<userCount { starts[user + 1] += starts[user] }
    var next = starts
    var interactions = [Interaction](
      repeating: Interaction(time: 0, item: 0, weight: 1), count: users.count)
    for (number, user) in users.enumerated() {
      // Copied whole rather than by number: from here on, memory is read in order.
      interactions[next[Int(user)]] = Interaction(
        time: times?[number] ?? 0, item: items[number], weight: weights?[number] ?? 1)
      next[Int(user)] += 1
    }
    for user in 0..<userCount {
      let range = starts[user]..<starts[user + 1]
      // Logs mostly come in order: look before sorting.
      let isInOrder = range.dropFirst().allSatisfy {
        interactions[$0 - 1].time <= interactions[$0].time
      }
      // The sort is stable: equal times keep the order of the input.
      if !isInOrder { interactions[range].sort { $0.time < $1.time } }
    }
    return (interactions, starts)
  }

  private static func check(
    users: [Int32], items: [Int32], times: [Double]?, weights: [Float]?, userCount: Int,
    itemCount: Int
  ) throws(CollaborativeFilteringError) {
    for (name, count) in [("users", userCount), ("items", itemCount)] {
      try require(
        count >= 0 && count <= Int(Int32.max), "the number of \(name)",
        is: "0 to \(Int32.max)", found: count)
    }
    let counts = [("items", items.count), ("times", times?.count), ("weights", weights?.count)]
    for (name, count) in counts {
      guard let count else { continue }
      try require(
        count == users.count, "the number of \(name)", is: "\(users.count), one for each user",
        found: count)
    }
    for (name, indices, bound) in [("user", users, userCount), ("item", items, itemCount)] {
      if let number = indices.firstIndex(where: { $0 < 0 || $0 >= bound }) {
        throw CollaborativeFilteringError(
          "the \(name) of interaction \(number) is \(indices[number]), expected 0 to below \(bound)"
        )
      }
    }
    if let times, let number = times.firstIndex(where: { !$0.isFinite }) {
      throw CollaborativeFilteringError(
        "the time of interaction \(number) is \(times[number]), expected a finite number")
    }
    if let weights, let number = weights.firstIndex(where: { !($0.isFinite && $0 > 0) }) {
      throw CollaborativeFilteringError(
        "the weight of interaction \(number) is \(weights[number]), expected a number above 0")
    }
  }
}
