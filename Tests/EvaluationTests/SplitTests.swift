import Compute
import Evaluation
import Testing

@Suite struct `A split` {
  private static let methods: [Split.Method] = [
    .lastShare(0.2), .lastShare(0), .lastShare(1), .leaveLastOneOut, .random(0.2), .random(0.5),
    .time(0.2), .time(0), .time(1),
  ]

  /// Users with 1 to 40 rows, shuffled, with times that often coincide; each row is unique.
  private static func log(users: Int, items: Int = 100, seed: UInt64) -> [Split.Row] {
    var random = SeededRandom(seed: seed)
    var rows: [Split.Row] = []
    for user in 0..<users {
      for item in random.sample(1 + random.index(below: 40), below: items) {
        let time = Double(random.index(below: 500))
        rows.append(Split.Row(user: Int32(user), item: Int32(item), time: time))
      }
    }
    rows.shuffle(using: &random)
    return rows
  }

  /// A row in words that sort and compare.
  private static func key(_ row: Split.Row) -> String {
    "\(row.user) \(row.item) \(row.time ?? -1)"
  }

  @Test(arguments: methods, [0.0, 0.2, 1.0])
  func `puts every row into exactly one part and no row of a cold item into train`(
    method: Split.Method, coldShare: Double
  ) throws {
    for users in [0, 1, 7, 8, 9, 60] {
      let log = Self.log(users: users, seed: UInt64(users))
      let split = try Split(log, by: method, coldItems: coldShare, seed: 3)
      #expect((split.train + split.test).map(Self.key).sorted() == log.map(Self.key).sorted())
      let cold = Set(split.coldItems)
      #expect(!split.train.contains { cold.contains($0.item) })
      #expect(cold.isSubset(of: split.test.map(\.item)))
      #expect(split.testUsers == Set(split.test.map(\.user)).sorted())
      #expect(try split == Split(log, by: method, coldItems: coldShare, seed: 3))
    }
  }

  @Test func `makes the asked-for share of the items cold, another draw for another seed`() throws {
    let log = Self.log(users: 60, seed: 1)
    let itemCount = Set(log.map(\.item)).count
    let split = try Split(log, by: .lastShare(0), coldItems: 0.2, seed: 1)
    #expect(split.coldItems.count == Int((0.2 * Double(itemCount)).rounded()))
    #expect(split.test.allSatisfy { split.coldItems.contains($0.item) })
    let other = try Split(log, by: .lastShare(0), coldItems: 0.2, seed: 2)
    #expect(other.coldItems != split.coldItems)
    let same = try Split(log, by: .random(0.5), coldItems: 0.2, seed: 1)
    #expect(Set(split.coldItems).isSubset(of: same.coldItems))
  }

  @Test func `holds out the last rows of each user, in the rounded share`() throws {
    let log = Self.log(users: 60, seed: 2)
    let split = try Split(log, by: .lastShare(0.2))
    for user in 0..<Int32(60) {
      // Ties in time follow the order of the log.
      let rows = log.enumerated().filter { $0.element.user == user }
        .sorted { ($0.element.time ?? 0, $0.offset) < ($1.element.time ?? 0, $1.offset) }
        .map(\.element)
      let count = rows.count < 5 ? 0 : max(1, Int((0.2 * Double(rows.count)).rounded()))
      let found = split.test.filter { $0.user == user }.map(Self.key)
      #expect(found.sorted() == rows.suffix(count).map(Self.key).sorted())
    }
  }

  @Test func `holds out as many at random, but others`() throws {
    let log = Self.log(users: 60, seed: 3)
    let last = try Split(log, by: .lastShare(0.2))
    let random = try Split(log, by: .random(0.2), seed: 1)
    #expect(random.test.map(\.user).sorted() == last.test.map(\.user).sorted())
    #expect(random != last)
    #expect(try random != Split(log, by: .random(0.2), seed: 2))
    #expect(random.testUsers == last.testUsers)
  }

  @Test func `leaves one row out of each long enough history`() throws {
    let log = Self.log(users: 60, seed: 4)
    let split = try Split(log, by: .leaveLastOneOut)
    for user in 0..<Int32(60) {
      let rows = log.filter { $0.user == user }
      let test = split.test.filter { $0.user == user }
      #expect(test.count == (rows.count >= 5 ? 1 : 0))
      let latest = rows.compactMap(\.time).max()
      #expect(test.allSatisfy { $0.time == latest })
    }
  }

  @Test func `by time parts past and future, and never holds out more than its share`() throws {
    let log = Self.log(users: 60, seed: 5)
    let split = try Split(log, by: .time(0.2), minimumHistory: 0)
    let past = try #require(split.train.compactMap(\.time).max())
    let future = try #require(split.test.compactMap(\.time).min())
    #expect(past < future)
    let share = Double(split.test.count) / Double(log.count)
    // Of 500 moments, one holds about 0.2 % of the rows.
    #expect(share <= 0.2 && share > 0.19)
  }

  @Test func `by time keeps rows of one moment together`() throws {
    let log = (0..<10).map { Split.Row(user: 0, item: $0, time: 1) }
    #expect(try Split(log, by: .time(0.3)).test.isEmpty)
  }

  @Test func `spares users with a short history`() throws {
    let log =
      (0..<4).map { Split.Row(user: 1, item: $0) } + (0..<5).map { Split.Row(user: 2, item: $0) }
    for method in [Split.Method.lastShare(0.5), .leaveLastOneOut, .random(0.5)] {
      #expect(try Split(log, by: method).testUsers == [2])
      #expect(try Split(log, by: method, minimumHistory: 4).testUsers == [1, 2])
    }
  }

  @Test func `follows the order of the log when a row has no time`() throws {
    let log = [5.0, 4, nil, 2, 1].enumerated().map {
      Split.Row(user: 0, item: Int32($0), time: $1)
    }
    #expect(try Split(log, by: .leaveLastOneOut).test.map(\.item) == [4])
  }

  @Test func `never takes a user's only row, nor all rows`() throws {
    let one = [Split.Row(user: 0, item: 0)]
    let two = one + [Split.Row(user: 0, item: 1)]
    for method in [Split.Method.lastShare(1), .leaveLastOneOut, .random(1)] {
      #expect(try Split(one, by: method, minimumHistory: 0).test.isEmpty)
      #expect(try Split(two, by: method, minimumHistory: 0).test.count == 1)
    }
  }

  @Test func `tells what is relevant in each view, without what was seen`() {
    let split = Split(
      train: [Split.Row(user: 1, item: 10), Split.Row(user: 2, item: 11)],
      test: [10, 11, 12].map { Split.Row(user: 1, item: $0) })
    #expect(split.coldItems == [12])
    #expect(split.relevant(to: [1, 7]) == [[11, 12], []])
    #expect(split.relevant(to: [1], in: .cold) == [[12]])
    #expect(split.relevant(to: [1], in: .warm) == [[11]])
    #expect(split.popularity == [10: 1, 11: 1])
  }

  @Test func `counts an item that the cut left without a row as cold`() throws {
    let log = (0..<5).map { Split.Row(user: 0, item: $0) }
    #expect(try Split(log, by: .leaveLastOneOut).coldItems == [4])
  }

  @Test func `refuses shares, ids and times that make no sense`() {
    let row = Split.Row(user: 0, item: 0, time: 0)
    for share in [-0.1, 1.1, .nan, .infinity] {
      for method in [Split.Method.lastShare(share), .random(share), .time(share)] {
        #expect(throws: EvaluationError.self) { try Split([row], by: method) }
      }
      #expect(throws: EvaluationError.self) {
        try Split([row], by: .leaveLastOneOut, coldItems: share)
      }
    }
    for bad in [
      Split.Row(user: -1, item: 0), Split.Row(user: 0, item: -1),
      Split.Row(user: 0, item: 0, time: .nan),
    ] {
      #expect(throws: EvaluationError.self) { try Split([row, bad], by: .lastShare(0.2)) }
    }
    let expected = EvaluationError(
      "row 1 of the log has no time: a split by time needs one in every row; "
        + "split by the last share of each user instead")
    #expect(throws: expected) {
      try Split([row, Split.Row(user: 0, item: 1)], by: .time(0.2))
    }
  }
}
