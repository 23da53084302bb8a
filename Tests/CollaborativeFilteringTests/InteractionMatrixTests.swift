import CollaborativeFiltering
import Compute
import Testing

@Suite struct `Interaction matrices` {
  @Test(
    arguments: [(0, 0), (0, 3), (3, 0), (1, 1), (7, 8), (9, 1), (1, 9), (40, 30)], [0, 1, 500])
  func `each pair is kept once, with its latest weight, and histories are in order of time`(
    extents: (users: Int, items: Int), count: Int
  ) throws {
    let log = RandomLog(users: extents.users, items: extents.items, count: count, seed: 1)
    let matrix = try log.matrix(weighted: true)
    #expect(matrix.userCount == extents.users && matrix.itemCount == extents.items)

    var expected = Matrix(rows: extents.users, columns: extents.items)
    for user in 0..<extents.users {
      // The slow way: sort all of the user's interactions, later ones replace earlier ones.
      let numbers = log.users.indices.filter { log.users[$0] == user }
        .sorted { (log.times[$0], $0) < (log.times[$1], $1) }
      var history: [Int32] = []
      for number in numbers {
        let item = log.items[number]
        history.removeAll { $0 == item }
        history.append(item)
        expected[user, Int(item)] = log.weights[number]
      }
      #expect(matrix.history(of: user) == history)
    }
    #expect(matrix.byUser.fault == nil)
    #expect(matrix.transposed.fault == nil)
    #expect(dense(matrix.byUser) == expected)
    #expect(dense(matrix.transposed) == transposed(expected))
    let counts = (0..<extents.items).map { item in
      (0..<extents.users).count { expected[$0, item] > 0 }
    }
    #expect(matrix.interactionCounts == counts)
    #expect(matrix.warmItems == counts.indices.filter { counts[$0] > 0 }.map(Int32.init))
    #expect(matrix.count == counts.reduce(0, +))
  }

  @Test func `without times the input is in order`() throws {
    let matrix = try InteractionMatrix(
      users: [1, 0, 1, 1, 1], items: [2, 2, 0, 1, 2], userCount: 2, itemCount: 3)
    #expect(matrix.history(of: 1) == [0, 1, 2])
    #expect(matrix.byUser.values.allSatisfy { $0 == 1 })
  }

  @Test func `equal times keep the order of the input`() throws {
    let matrix = try InteractionMatrix(
      users: [0, 0, 0], items: [2, 0, 1], times: [5, 5, 4], userCount: 1, itemCount: 3)
    #expect(matrix.history(of: 0) == [1, 2, 0])
  }

  @Test func `input that makes no sense is refused with the value and its place`() {
    func reason(
      users: [Int32] = [0, 1], items: [Int32] = [0, 1], times: [Double]? = nil,
      weights: [Float]? = nil, userCount: Int = 2
    ) -> String? {
      do {
        _ = try InteractionMatrix(
          users: users, items: items, times: times, weights: weights, userCount: userCount,
          itemCount: 2)
        return nil
      } catch {
        return error.description
      }
    }
    #expect(reason() == nil)
    #expect(reason(items: [0]) == "the number of items is 1, expected 2, one for each user")
    #expect(reason(times: []) == "the number of times is 0, expected 2, one for each user")
    #expect(reason(weights: [1]) == "the number of weights is 1, expected 2, one for each user")
    #expect(reason(users: [0, 2]) == "the user of interaction 1 is 2, expected 0 to below 2")
    #expect(reason(items: [-1, 0]) == "the item of interaction 0 is -1, expected 0 to below 2")
    #expect(
      reason(times: [0, .nan]) == "the time of interaction 1 is nan, expected a finite number")
    #expect(
      reason(weights: [0, 1]) == "the weight of interaction 0 is 0.0, expected a number above 0")
    #expect(
      reason(users: [], items: [], userCount: -1)
        == "the number of users is -1, expected 0 to 2147483647")
  }

  @Test func `popularity counts users`() throws {
    let matrix = try InteractionMatrix(
      users: [0, 0, 1, 1], items: [2, 2, 2, 0], userCount: 2, itemCount: 3)
    let popularity = Popularity(of: matrix)
    #expect(popularity.counts == [1, 0, 2])
    // ln 2 and ln 3, to float32's precision.
    for (found, expected) in zip(popularity.logarithms, [0.6931472, 0, 1.0986123] as [Float]) {
      #expect(abs(found - expected) < 1e-6)
    }
  }
}
