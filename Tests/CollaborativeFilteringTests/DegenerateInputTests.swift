import CollaborativeFiltering
import Compute
import Testing

/// Every model on input with next to nothing in it: finite numbers, empty diagonals, no crash.
@Suite struct `Models of degenerate interactions` {
  struct Case: CustomTestStringConvertible {
    var testDescription: String
    var users: [Int32]
    var items: [Int32]
    var userCount: Int
    var itemCount: Int

    static let all = [
      Case(testDescription: "nothing", users: [], items: [], userCount: 0, itemCount: 0),
      Case(testDescription: "no items", users: [], items: [], userCount: 3, itemCount: 0),
      Case(testDescription: "no users", users: [], items: [], userCount: 0, itemCount: 3),
      Case(testDescription: "no interactions", users: [], items: [], userCount: 3, itemCount: 3),
      Case(testDescription: "one of each", users: [0], items: [0], userCount: 1, itemCount: 1),
      Case(
        testDescription: "one user", users: [0, 0, 0], items: [0, 1, 2], userCount: 1, itemCount: 3),
      Case(
        testDescription: "one item", users: [0, 1, 2], items: [0, 0, 0], userCount: 3, itemCount: 1),
      Case(
        testDescription: "one pair, many times", users: [0, 0, 0], items: [1, 1, 1], userCount: 2,
        itemCount: 3),
      Case(
        testDescription: "cold items, and a user with all the others",
        users: [0, 0, 0, 0, 1, 2], items: [0, 2, 5, 6, 2, 5], userCount: 4, itemCount: 9),
      Case(
        testDescription: "identical items", users: [0, 0, 1, 1, 2, 2], items: [0, 1, 0, 1, 0, 1],
        userCount: 3, itemCount: 2),
    ]
  }

  @Test(arguments: Case.all)
  func `give finite weights without a diagonal`(of input: Case) throws {
    let matrix = try InteractionMatrix(
      users: input.users, items: input.items, userCount: input.userCount,
      itemCount: input.itemCount)
    let warm = Set(matrix.warmItems)
    for weights in [
      try EASE.weights(of: matrix, regularization: 1),
      try ItemNeighbours.weights(of: matrix),
      try ItemNeighbours.weights(
        of: matrix, shrinkage: 0, userWeights: ItemNeighbours.adamicAdarWeights(of: matrix)),
      try Transitions.weights(of: matrix, shrinkage: 0),
    ] {
      #expect(weights.rows == input.itemCount && weights.columns == input.itemCount)
      #expect(weights.fault == nil)
      for item in 0..<input.itemCount {
        for entry in weights.entries(of: item) {
          #expect(weights.values[entry].isFinite)
          #expect(Int(weights.columnIndices[entry]) != item)
          #expect(warm.contains(Int32(item)) && warm.contains(weights.columnIndices[entry]))
        }
      }
    }
    let als = try ImplicitALS.fit(matrix, factors: 3)
    #expect(als.userFactors.rows == input.userCount && als.itemFactors.rows == input.itemCount)
    #expect((als.userFactors.values + als.itemFactors.values).allSatisfy { $0.isFinite })
    #expect(als.loss(on: matrix).isFinite)
    #expect(als.foldIn(matrix.warmItems).allSatisfy { $0.isFinite })
    #expect(Popularity(of: matrix).logarithms.count == input.itemCount)
  }
}
