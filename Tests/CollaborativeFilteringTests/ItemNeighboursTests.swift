import CollaborativeFiltering
import Compute
import Testing

@Suite struct `Item neighbours` {
  @Test func `the weights are those of numpy over all pairs`() throws {
    let golden = try GoldenVectors.named("neighbours")
    let matrix = try InteractionMatrix(
      users: golden.users, items: golden.items, userCount: golden.userCount,
      itemCount: golden.itemCount)
    let found = try ItemNeighbours.weights(of: matrix, shrinkage: golden.shrinkage!)
    for (found, expected) in zip(dense(found).values, golden.weights) {
      #expect(abs(found - expected) < 1e-6)
    }
  }

  @Test(arguments: [0, 1, 5, 1000], [false, true])
  func `each target keeps its strongest neighbours`(neighbours: Int, isWeighted: Bool) throws {
    let matrix = try RandomLog(users: 80, items: 150, count: 900, seed: 1)
      .matrix(weighted: isWeighted)
    let userWeights = isWeighted ? ItemNeighbours.adamicAdarWeights(of: matrix) : nil
    let found = try ItemNeighbours.weights(
      of: matrix, neighbours: neighbours, shrinkage: 2, userWeights: userWeights, threads: 2)
    #expect(found.fault == nil)

    // The slow way: user by user in ascending order, as the sums are made.
    let x = dense(matrix.byUser)
    func common(_ i: Int, _ j: Int) -> Float {
      (0..<80).reduce(0) { $0 + (userWeights?[$1] ?? 1) * x[$1, i] * x[$1, j] }
    }
    var similarities = Matrix(rows: 150, columns: 150)
    for i in 0..<150 {
      for j in 0..<150 where i != j {
        similarities[i, j] =
          common(i, j) / (common(i, i).squareRoot() * common(j, j).squareRoot() + 2)
      }
    }
    let result = dense(found)
    if isWeighted {
      // Rounding may exchange nearly equal neighbours: the kept values agree, rank by rank.
      for target in 0..<150 {
        let kept = (0..<150).map { result[$0, target] }.sorted(by: >)
        let expected = (0..<150).map { similarities[$0, target] }.sorted(by: >)
          .prefix(neighbours)
        for (kept, expected) in zip(kept, expected) { #expect(abs(kept - expected) < 1e-5) }
        #expect(kept.dropFirst(neighbours).allSatisfy { $0 == 0 })
      }
    } else {
      let expected = transposed(strongest(transposed(similarities), perRow: neighbours, by: { $0 }))
      #expect(result == expected)
    }
  }

  @Test func `the number of threads does not change a bit`() throws {
    let matrix = try RandomLog(users: 300, items: 400, count: 4000, seed: 2).matrix()
    let one = try ItemNeighbours.weights(of: matrix, neighbours: 10, threads: 1)
    let three = try ItemNeighbours.weights(of: matrix, neighbours: 10, threads: 3)
    #expect(Array(one.columnIndices) == Array(three.columnIndices))
    #expect(Array(one.values) == Array(three.values))
  }

  @Test func `settings out of range are refused by name`() throws {
    let matrix = try RandomLog(users: 3, items: 3, count: 5, seed: 3).matrix()
    for (neighbours, shrinkage, userWeights, reason) in [
      (-1, 0, nil, "neighbours is -1, expected 0 or more"),
      (1, -2, nil, "shrinkage is -2.0, expected 0 or more"),
      (1, 0, [1], "the number of userWeights is 1, expected 3, one for each user"),
      (1, 0, [1, 0, 1], "the least of userWeights is 0.0, expected above 0"),
    ] as [(Int, Float, [Float]?, String)] {
      let error = #expect(throws: CollaborativeFilteringError.self) {
        _ = try ItemNeighbours.weights(
          of: matrix, neighbours: neighbours, shrinkage: shrinkage, userWeights: userWeights)
      }
      #expect(error?.reason == reason)
    }
  }
}
