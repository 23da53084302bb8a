internal import Compute

extension Split {
  /// Parts a log. Every row goes into exactly one part.
  ///
  /// First, if `coldItems` asks for it, items are drawn uniformly, and all their rows go into test.
  /// Then `method` holds out some of what is left. Users with fewer than `minimumHistory` rows are
  /// spared that: they stay in train, but for rows of cold items. (Under `.time` this shows the
  /// future to whoever trains; set `minimumHistory` to 0 where that matters.)
  ///
  /// A user's order is by time if every row of the log has one, rows of the same time in the order
  /// of the log; otherwise it is the order of the log.
  ///
  /// - Parameters:
  ///   - log: A repeated pair of user and item counts as two rows and may end up in both parts.
  ///   - coldItems: The share, 0...1, of the items that occur in the log; it is rounded.
  ///   - minimumHistory: Rows of the user in the whole log.
  ///   - seed: Of the draws: the same log, settings and seed give the same split. Which items are
  ///     drawn depends on the seed, the share and the items alone, not on `method`.
  /// - Throws: If a share lies outside 0...1, an id is negative, a time is not finite, or `.time`
  ///   is asked for and a row has no time.
  /// - Complexity: O(n log n) for n rows.
  public init(
    _ log: [Row], by method: Method, coldItems: Double = 0, minimumHistory: Int = 5,
    seed: UInt64 = 0
  ) throws(EvaluationError) {
    try Self.check(log, method, coldItems)
    var random = SeededRandom(seed: seed)
    var isTest = [Bool](repeating: false, count: log.count)

    let items = Set(log.lazy.map(\.item)).sorted()
    let coldCount = Self.rounded(coldItems, of: items.count)
    let cold = Set(random.sample(coldCount, below: items.count).map { items[$0] })
    var history: [Int32: Int] = [:]
    for row in log { history[row.user, default: 0] += 1 }
    var open: [Int] = []
    for row in Self.ordered(log) {
      if cold.contains(log[row].item) {
        isTest[row] = true
      } else if history[log[row].user, default: 0] >= minimumHistory {
        open.append(row)
      }
    }
    for row in Self.heldOut(of: open, in: log, by: method, random: &random) { isTest[row] = true }

    self.init(
      train: log.indices.filter { !isTest[$0] }.map { log[$0] },
      test: log.indices.filter { isTest[$0] }.map { log[$0] })
  }

  /// What `method` takes of the rows `open`, given in order of time.
  private static func heldOut(
    of open: [Int], in log: [Row], by method: Method, random: inout SeededRandom
  ) -> [Int] {
    var byUser: [Int32: [Int]] = [:]
    for row in open { byUser[log[row].user, default: []].append(row) }
    // Dictionaries have no order of their own, and the draws need one.
    let histories = byUser.sorted { $0.key < $1.key }.map(\.value)
    switch method {
    case .lastShare(let share):
      return histories.flatMap { $0.suffix(heldOutCount(share, of: $0.count)) }
    case .leaveLastOneOut:
      return histories.flatMap { $0.count > 1 ? $0.suffix(1) : [] }
    case .random(let share):
      return histories.flatMap { rows in
        random.sample(heldOutCount(share, of: rows.count), below: rows.count).map { rows[$0] }
      }
    case .time(let share):
      let kept = open.count - rounded(share, of: open.count)
      guard kept > 0, let cut = log[open[kept - 1]].time else { return open }
      return open.filter { row in log[row].time.map { $0 > cut } ?? false }
    }
  }

  private static func heldOutCount(_ share: Double, of count: Int) -> Int {
    share > 0 ? min(max(1, rounded(share, of: count)), max(count - 1, 0)) : 0
  }

  private static func rounded(_ share: Double, of count: Int) -> Int {
    Int((share * Double(count)).rounded())
  }

  /// The rows' positions in order of time, or in the order of the log unless all have a time.
  private static func ordered(_ log: [Row]) -> [Int] {
    let times = log.compactMap(\.time)
    guard times.count == log.count else { return Array(log.indices) }
    return log.indices.sorted { (times[$0], $0) < (times[$1], $1) }
  }

  private static func check(
    _ log: [Row], _ method: Method, _ coldShare: Double
  ) throws(EvaluationError) {
    try check(share: coldShare, of: "cold items")
    var needsTime = false
    switch method {
    case .lastShare(let share), .random(let share): try check(share: share, of: "held-out rows")
    case .time(let share):
      try check(share: share, of: "held-out rows")
      needsTime = true
    case .leaveLastOneOut: break
    }
    for (number, row) in log.enumerated() {
      guard row.user >= 0, row.item >= 0 else {
        throw EvaluationError(
          "row \(number) of the log has user \(row.user) and item \(row.item): ids count from 0")
      }
      if let time = row.time, !time.isFinite {
        throw EvaluationError("row \(number) of the log has the time \(time): leave it out instead")
      }
      if needsTime, row.time == nil {
        throw EvaluationError(
          "row \(number) of the log has no time: a split by time needs one in every row; "
            + "split by the last share of each user instead")
      }
    }
  }

  private static func check(share: Double, of what: String) throws(EvaluationError) {
    guard (0...1).contains(share) else {
      throw EvaluationError("the share of \(what) is \(share): expected a number from 0 to 1")
    }
  }
}
