import CollaborativeFiltering
import Compute
import Testing

@Suite struct `Transition weights` {
  @Test func `what follows counts, the nearer the more, and never what came before`() throws {
    let matrix = try InteractionMatrix(
      users: [0, 0, 0, 1, 1], items: [2, 0, 1, 2, 1], userCount: 2, itemCount: 4)
    let found = try Transitions.weights(of: matrix, window: 2, shrinkage: 2)
    #expect(
      dense(found)
        == Matrix(
          rows: 4, columns: 4,
          values: [
            0, 1 / (Float(2).squareRoot() + 2), 0, 0,
            0, 0, 0, 0,
            1 / (Float(2).squareRoot() + 2), 1.5 / 4, 0, 0,
            0, 0, 0, 0,
          ]))
  }

  @Test(arguments: [1, 2, 5, .max], [0, 1, 4, 1000])
  func `the counts are those of every pair in every history`(
    window: Int, weightsPerItem: Int
  ) throws {
    let matrix = try RandomLog(users: 70, items: 90, count: 800, seed: 1).matrix()
    let found = try Transitions.weights(
      of: matrix, window: window, shrinkage: 3, weightsPerItem: weightsPerItem, threads: 2)
    #expect(found.fault == nil)

    var expected = Matrix(rows: 90, columns: 90)
    for user in 0..<70 {
      let history = matrix.history(of: user).map(Int.init)
      for a in history.indices {
        for b in history.indices where b > a && b - a <= window {
          expected[history[a], history[b]] += 1 / Float(b - a)
        }
      }
    }
    let roots = matrix.interactionCounts.map { Float($0).squareRoot() }
    for a in 0..<90 {
      // The same operations as the fast path, so that ties fall the same way.
      for b in 0..<90 { expected[a, b] /= roots[a] * roots[b] + 3 }
    }
    #expect(dense(found) == strongest(expected, perRow: weightsPerItem, by: { $0 }))
  }

  @Test func `the number of threads does not change a bit`() throws {
    let matrix = try RandomLog(users: 300, items: 400, count: 4000, seed: 2).matrix()
    let one = try Transitions.weights(of: matrix, weightsPerItem: 10, threads: 1)
    let three = try Transitions.weights(of: matrix, weightsPerItem: 10, threads: 3)
    #expect(Array(one.columnIndices) == Array(three.columnIndices))
    #expect(Array(one.values) == Array(three.values))
  }

  @Test func `settings out of range are refused by name`() throws {
    let matrix = try RandomLog(users: 3, items: 3, count: 5, seed: 3).matrix()
    for (window, shrinkage, weightsPerItem, reason) in [
      (0, 0, 1, "window is 0, expected 1 or more"),
      (1, .nan, 1, "shrinkage is nan, expected 0 or more"),
      (1, 0, -1, "weightsPerItem is -1, expected 0 or more"),
    ] as [(Int, Float, Int, String)] {
      let error = #expect(throws: CollaborativeFilteringError.self) {
        _ = try Transitions.weights(
          of: matrix, window: window, shrinkage: shrinkage, weightsPerItem: weightsPerItem)
      }
      #expect(error?.reason == reason)
    }
  }
}
