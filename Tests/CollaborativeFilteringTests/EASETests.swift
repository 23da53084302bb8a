import CollaborativeFiltering
import Compute
import Testing

@Suite struct `EASE weights` {
  @Test func `the weights are those of numpy in double precision`() throws {
    let golden = try GoldenVectors.named("ease")
    let matrix = try InteractionMatrix(
      users: golden.users, items: golden.items, userCount: golden.userCount,
      itemCount: golden.itemCount)
    let found = try EASE.denseWeights(of: matrix, regularization: golden.regularization!)
    #expect(found.items == golden.warm)
    #expect(found.matrix.values.count == golden.weights.count)
    // Weights below 1 from an inverse with a condition number of about 20.
    for (found, expected) in zip(found.matrix.values, golden.weights) {
      #expect(abs(found - expected) < 1e-5)
    }
  }

  /// B minimises ‖X − XB‖² + λ‖B‖² with an empty diagonal: off the diagonal the gradient vanishes.
  @Test(arguments: [1, 2, 7, 8, 9, 383, 384, 385])
  func `off the diagonal the objective's gradient is zero`(itemCount: Int) throws {
    let log = RandomLog(users: 200, items: itemCount, count: 30 * itemCount, seed: 2)
    let matrix = try log.matrix(weighted: true)
    let b = try EASE.denseWeights(of: matrix, regularization: 50)
    let n = b.items.count
    let all = dense(matrix.byUser)
    var x = Matrix(rows: 200, columns: n)
    for user in 0..<200 {
      for (column, item) in b.items.enumerated() { x[user, column] = all[user, Int(item)] }
    }
    let gram = Matrix.product(x, transposingA: true, x)
    let product = Matrix.product(gram, b.matrix)
    for i in 0..<n {
      #expect(b.matrix[i, i] == 0)
      for j in 0..<n where i != j {
        let gradient = product[i, j] + 50 * b.matrix[i, j] - gram[i, j]
        // Rounding relative to the largest Gram entries.
        #expect(abs(gradient) < 1e-5 * (gram[i, i] + gram[j, j] + 50))
      }
    }
  }

  @Test(arguments: [0, 1, 5, 100])
  func `truncation keeps the strongest of each row in their places`(weightsPerItem: Int) throws {
    let log = RandomLog(users: 60, items: 70, count: 300, seed: 3)
    let matrix = try log.matrix()
    let full = try EASE.denseWeights(of: matrix, regularization: 20)
    #expect(full.items.count < 70, "some items are cold")
    var spread = Matrix(rows: 70, columns: 70)
    for (row, item) in full.items.enumerated() {
      for (column, other) in full.items.enumerated() {
        spread[Int(item), Int(other)] = full.matrix[row, column]
      }
    }
    let found = try EASE.weights(
      of: matrix, regularization: 20, weightsPerItem: weightsPerItem, threads: 2)
    #expect(found.fault == nil)
    #expect(dense(found) == strongest(spread, perRow: weightsPerItem, by: abs))
  }

  @Test func `the number of threads does not change a bit`() throws {
    let matrix = try RandomLog(users: 300, items: 500, count: 4000, seed: 4).matrix()
    let one = try EASE.denseWeights(of: matrix, threads: 1)
    let three = try EASE.denseWeights(of: matrix, threads: 3)
    #expect(one.matrix == three.matrix)
  }

  @Test(arguments: [(2, 2), (3, 40), (60, 500), (400, 800)])
  func `identical items without regularization are refused`(itemCount: Int, userCount: Int) throws {
    // Every item has an identical twin.
    let log = RandomLog(users: userCount, items: itemCount / 2 + 1, count: userCount * 5, seed: 5)
    let matrix = try InteractionMatrix(
      users: log.users + log.users, items: log.items.map { 2 * $0 } + log.items.map { 2 * $0 + 1 },
      userCount: userCount, itemCount: itemCount + 2)
    let error = #expect(throws: CollaborativeFilteringError.self) {
      _ = try EASE.denseWeights(of: matrix, regularization: 0)
    }
    #expect(error?.reason.contains("raise the regularization") == true)
    #expect(throws: Never.self) { _ = try EASE.denseWeights(of: matrix, regularization: 1) }
  }

  @Test(arguments: [-1, .nan, .infinity] as [Float])
  func `a regularization that is none is refused`(regularization: Float) throws {
    let matrix = try RandomLog(users: 3, items: 3, count: 5, seed: 6).matrix()
    let error = #expect(throws: CollaborativeFilteringError.self) {
      _ = try EASE.weights(of: matrix, regularization: regularization)
    }
    #expect(error?.reason == "regularization is \(regularization), expected 0 or more")
  }
}
