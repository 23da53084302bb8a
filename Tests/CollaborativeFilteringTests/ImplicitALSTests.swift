import CollaborativeFiltering
import Compute
import Testing

@Suite struct `Implicit ALS` {
  @Test(arguments: [false, true])
  func `loss and scores are those of the implicit library from the same start`(
    isExact: Bool
  ) throws {
    let golden = try GoldenVectors.named("als")
    let matrix = try InteractionMatrix(
      users: golden.users, items: golden.items, weights: golden.weights,
      userCount: golden.userCount, itemCount: golden.itemCount)
    let factors = golden.factors!
    let model = try ImplicitALS.fit(
      matrix,
      userStart: Matrix(rows: golden.userCount, columns: factors, values: golden.userStart!),
      itemStart: Matrix(rows: golden.itemCount, columns: factors, values: golden.itemStart!),
      regularization: golden.regularization!, alpha: golden.alpha!, iterations: golden.iterations!,
      conjugateGradientSteps: isExact ? 4 * factors : 3, threads: 2)
    // `implicit` divides by the sum of all confidences, 1 for pairs without an interaction.
    let pairs = golden.userCount * golden.itemCount
    let confidences = golden.confidenceSum! + Double(pairs - golden.users.count)
    let loss = model.loss(on: matrix) / confidences
    let expected = isExact ? golden.exact! : golden.conjugateGradient!
    // Eight iterations in float32 on both sides; the two expected losses differ by 1.5e-4.
    #expect(abs(loss - expected) < 1e-6)

    let scores = Matrix.product(model.userFactors, model.itemFactors, transposingB: true)
    let expectedScores = isExact ? golden.exactScores! : golden.conjugateGradientScores!
    for (found, expected) in zip(scores.values, expectedScores) {
      #expect(abs(found - expected) < 1e-3)
    }
  }

  @Test func `the loss is the sum over all pairs`() throws {
    let matrix = try RandomLog(users: 20, items: 15, count: 60, seed: 1).matrix(weighted: true)
    let model = try ImplicitALS.fit(matrix, factors: 5, regularization: 2, alpha: 3, iterations: 2)
    let weights = dense(matrix.byUser)
    var expected = 0.0
    for user in 0..<20 {
      for item in 0..<15 {
        let score = zip(model.userFactors.row(user), model.itemFactors.row(item))
          .reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        let weight = Double(weights[user, item])
        let error = (weight > 0 ? 1 : 0) - score
        expected += (1 + 3 * weight) * error * error
      }
    }
    for value in model.userFactors.values + model.itemFactors.values {
      expected += 2 * Double(value) * Double(value)
    }
    #expect(abs(model.loss(on: matrix) / expected - 1) < 1e-6)
  }

  @Test func `each iteration lowers the loss`() throws {
    let matrix = try RandomLog(users: 200, items: 150, count: 2000, seed: 2).matrix()
    let losses = try (1...6).map {
      try ImplicitALS.fit(matrix, factors: 16, iterations: $0).loss(on: matrix)
    }
    for (before, after) in zip(losses, losses.dropFirst()) { #expect(after < before) }
  }

  /// The slow way: the whole system in double precision, by elimination.
  private func solution(
    _ y: Matrix, history: [(item: Int, weight: Double)], regularization: Double, alpha: Double
  ) -> [Double] {
    let f = y.columns
    var a = [[Double]](repeating: [Double](repeating: 0, count: f + 1), count: f)
    for item in 0..<y.rows {
      let weights = history.filter { $0.item == item }.map { $0.weight }
      let confidence = 1 + alpha * weights.reduce(0, +)
      for i in 0..<f {
        for j in 0..<f { a[i][j] += confidence * Double(y[item, i]) * Double(y[item, j]) }
        for weight in weights { a[i][f] += (1 + alpha * weight) * Double(y[item, i]) }
      }
    }
    for i in 0..<f { a[i][i] += regularization }
    for i in 0..<f {
      for k in 0..<f where k != i {
        let factor = a[k][i] / a[i][i]
        for j in i...f { a[k][j] -= factor * a[i][j] }
      }
    }
    return (0..<f).map { a[$0][f] / a[$0][$0] }
  }

  @Test(arguments: [1, 7, 8, 9, 64])
  func `folding in a user solves the system of the history`(factors: Int) throws {
    let matrix = try RandomLog(users: 100, items: 90, count: 900, seed: 3).matrix()
    let model = try ImplicitALS.fit(
      matrix, factors: factors, regularization: 0.5, alpha: 6, iterations: 4)
    var random = SeededRandom(seed: 4)
    for length in [0, 1, 2, 9, 80] {
      let history = random.sample(length, below: 90)
      let weights = history.map { _ in Float(random.index(below: 3) + 1) }
      let found = model.foldIn(history.map(Int32.init), weights: weights)
      let expected = solution(
        model.itemFactors, history: zip(history, weights).map { ($0, Double($1)) },
        regularization: 0.5, alpha: 6)
      let size = max(1e-3, expected.map(abs).max()!)
      // The method stops at a residual of 1e-6; the systems' condition numbers are some hundreds.
      for (found, expected) in zip(found, expected) {
        #expect(abs(Double(found) - expected) < 1e-3 * size)
      }
    }
    let plain = model.foldIn([3, 5])
    #expect(plain == model.foldIn([3, 5], weights: [1, 1]))
  }

  @Test func `folding in a fitted user's history finds nearly the fitted factors`() throws {
    let matrix = try RandomLog(users: 200, items: 150, count: 2000, seed: 5).matrix()
    let model = try ImplicitALS.fit(matrix, factors: 8, iterations: 60)
    let found = model.foldIn(matrix.history(of: 7))
    // The items moved once more after the users were solved.
    for (found, fitted) in zip(found, model.userFactors.row(7)) {
      #expect(abs(found - fitted) < 0.02)
    }
  }

  @Test func `neither the number of threads nor a second run changes a bit`() throws {
    let matrix = try RandomLog(users: 5000, items: 300, count: 20000, seed: 6).matrix()
    let one = try ImplicitALS.fit(matrix, factors: 9, iterations: 2, seed: 3, threads: 1)
    let three = try ImplicitALS.fit(matrix, factors: 9, iterations: 2, seed: 3, threads: 3)
    #expect(one.userFactors == three.userFactors)
    #expect(one.itemFactors == three.itemFactors)
    let other = try ImplicitALS.fit(matrix, factors: 9, iterations: 2, seed: 4)
    #expect(one.userFactors != other.userFactors)
  }

  @Test func `users and items without interactions get zero factors`() throws {
    let matrix = try InteractionMatrix(
      users: [0, 0, 2], items: [1, 3, 1], userCount: 3, itemCount: 4)
    let model = try ImplicitALS.fit(matrix, factors: 3)
    #expect(Array(model.userFactors.row(1)) == [0, 0, 0])
    #expect(Array(model.itemFactors.row(0)) == [0, 0, 0])
    #expect(model.userFactors.values.allSatisfy { $0.isFinite })
    #expect(model.foldIn([0]) == [0, 0, 0])
  }

  @Test(arguments: [1e-3, 1, 1e6, 1e9] as [Float], [0, 1, 4.9e8] as [Float])
  func `extreme settings give finite factors`(
    regularization: Float, alpha: Float
  ) throws {
    let matrix = try RandomLog(users: 30, items: 20, count: 100, seed: 8).matrix()
    let model = try ImplicitALS.fit(
      matrix, factors: 24, regularization: regularization, alpha: alpha, iterations: 20,
      conjugateGradientSteps: 48)
    #expect(model.loss(on: matrix).isFinite)
    #expect(model.foldIn([1, 2]).allSatisfy { $0.isFinite })
  }

  @Test func `hardly any regularization gives finite factors or the advice to raise it`() throws {
    let matrix = try RandomLog(users: 30, items: 20, count: 100, seed: 8).matrix()
    let result = Result { () throws(CollaborativeFilteringError) in
      try ImplicitALS.fit(
        matrix, factors: 24, regularization: 1e-30, alpha: 0, iterations: 20,
        conjugateGradientSteps: 48)
    }
    switch result {
    case .success(let model): #expect(model.loss(on: matrix).isFinite)
    case .failure(let error): #expect(error.reason.contains("are not finite: raise it"))
    }
  }

  @Test func `settings out of range are refused by name`() throws {
    let matrix = try RandomLog(users: 3, items: 3, count: 5, seed: 7).matrix()
    func reason(
      factors: Int = 2, regularization: Float = 1, alpha: Float = 1, iterations: Int = 1,
      steps: Int = 1
    ) -> String? {
      do {
        _ = try ImplicitALS.fit(
          matrix, factors: factors, regularization: regularization, alpha: alpha,
          iterations: iterations, conjugateGradientSteps: steps)
        return nil
      } catch {
        return error.reason
      }
    }
    #expect(reason() == nil)
    #expect(reason(factors: 0) == "factors is 0, expected between 1 and 4096")
    #expect(reason(regularization: 0) == "regularization is 0.0, expected above 0 and at most 1e9")
    #expect(reason(regularization: 2e9) != nil)
    #expect(
      reason(alpha: 1e10)
        == "the greatest confidence, 1 + alpha · weight, is 1e+10, expected at most 1e9")
    #expect(reason(alpha: .nan) == "alpha is nan, expected 0 or more")
    #expect(reason(iterations: -1) == "iterations is -1, expected 0 or more")
    #expect(reason(steps: 0) == "conjugateGradientSteps is 0, expected 1 or more")
  }
}
