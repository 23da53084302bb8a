public import Compute

/// Matrix factorisation for implicit feedback (Hu, Koren and Volinsky, "Collaborative filtering for
/// implicit feedback datasets", 2008).
///
/// Every pair of a user u and an item i is evidence: p_ui is 1 where they interacted and 0 where
/// not, and the confidence c_ui = 1 + α·r_ui is higher where the weight r_ui says so. The factors
/// x_u and y_i minimise
///
///     Σ_ui c_ui · (p_ui − x_u·y_i)² + λ · (Σ_u ‖x_u‖² + Σ_i ‖y_i‖²)
///
/// by turns: with one side fixed, each row of the other is the solution of a small linear system,
/// (YᵀY + Yᵀ(C_u − I)Y + λI) · x_u = YᵀC_u·p_u, approached with a few steps of the conjugate
/// gradient method from where the row stood before (Takács, Pilászy and Tikk, "Applications of the
/// conjugate gradient method for implicit feedback collaborative filtering", 2011).
///
/// The `implicit` library takes the confidence to be α'·r, without the 1 of the paper: for weights
/// of 1, its `alpha` is 1 + ours. Its `regularization` and ours are the same λ.
///
///     let model = try ImplicitALS.fit(matrix, factors: 64)
///     let user = model.foldIn([17, 4])
public struct ImplicitALS: Sendable {
  /// `[users, factors]`; zero for users without interactions.
  public let userFactors: Matrix
  /// `[items, factors]`; zero for items without interactions. An item's score for a user is the
  /// dot product of their factors.
  public let itemFactors: Matrix
  /// λ: what the squared lengths of the factors are charged with.
  public let regularization: Float
  /// α: how much an interaction adds to the confidence of 1 that every pair has.
  public let alpha: Float
  /// `[factors, factors]`: YᵀY + λI, which every new user's system shares.
  private let itemGram: Matrix

  init(userFactors: Matrix, itemFactors: Matrix, regularization: Float, alpha: Float) {
    self.userFactors = userFactors
    self.itemFactors = itemFactors
    self.regularization = regularization
    self.alpha = alpha
    itemGram = Self.gram(of: itemFactors, regularization: regularization, threads: 1)
  }

  /// Factorises `matrix`.
  ///
  /// - Parameters:
  ///   - factors: How many dimensions the factors have.
  ///   - regularization: λ, above 0 and at most 10⁹.
  ///   - alpha: How much an interaction's weight adds to its confidence, 0 or more.
  ///   - iterations: How often both sides are solved.
  ///   - conjugateGradientSteps: How many steps each solution takes; as many as there are factors
  ///     make it exact.
  ///   - seed: For the random factors that the first iteration starts from.
  /// - Throws: ``CollaborativeFilteringError`` where a setting is out of range, a confidence is above
  ///   10⁹, or λ is so small that the factors are not finite.
  /// - Complexity: O(iterations · steps · (interactions · factors + (users + items) · factors²)).
  ///   The result does not depend on `threads`.
  public static func fit(
    _ matrix: InteractionMatrix, factors: Int = 64, regularization: Float = 1, alpha: Float = 4,
    iterations: Int = 15, conjugateGradientSteps: Int = 3, seed: UInt64 = 0,
    threads: Int = availableThreads
  ) throws(CollaborativeFilteringError) -> ImplicitALS {
    try require(
      factors >= 1 && factors <= 4096, "factors", is: "between 1 and 4096", found: factors)
    // Small at first, as in `implicit`: all scores begin near 0, what most pairs' should be.
    var random = SeededRandom(seed: seed)
    func start(_ rows: Int) -> Matrix {
      let values = (0..<rows * factors).map { _ in 0.01 * Float(random.uniform()) }
      return Matrix(rows: rows, columns: factors, values: values)
    }
    let userStart = start(matrix.userCount)
    let itemStart = start(matrix.itemCount)
    return try fit(
      matrix, userStart: userStart, itemStart: itemStart, regularization: regularization,
      alpha: alpha, iterations: iterations, conjugateGradientSteps: conjugateGradientSteps,
      threads: threads)
  }

  /// Factorises `matrix` from given factors, which also continues an earlier fit.
  package static func fit(
    _ matrix: InteractionMatrix, userStart: Matrix, itemStart: Matrix, regularization: Float,
    alpha: Float, iterations: Int, conjugateGradientSteps: Int, threads: Int
  ) throws(CollaborativeFilteringError) -> ImplicitALS {
    // Beyond these, squares of what is summed up leave float32's range.
    try require(
      regularization > 0 && regularization <= 1e9, "regularization", is: "above 0 and at most 1e9",
      found: regularization)
    try require(alpha >= 0 && alpha.isFinite, "alpha", is: "0 or more", found: alpha)
    let confidence = 1 + alpha * (matrix.byUser.values.max() ?? 0)
    try require(
      confidence <= 1e9, "the greatest confidence, 1 + alpha · weight,", is: "at most 1e9",
      found: confidence)
    try require(iterations >= 0, "iterations", is: "0 or more", found: iterations)
    try require(
      conjugateGradientSteps >= 1, "conjugateGradientSteps", is: "1 or more",
      found: conjugateGradientSteps)

    var users = userStart
    var items = itemStart
    for _ in 0..<iterations {
      solve(
        &users, interactions: matrix.byUser, fixed: items, regularization: regularization,
        alpha: alpha, steps: conjugateGradientSteps, threads: threads)
      solve(
        &items, interactions: matrix.transposed, fixed: users, regularization: regularization,
        alpha: alpha, steps: conjugateGradientSteps, threads: threads)
    }
    // Without regularization to speak of, the systems of more factors than the interactions fill
    // have no unique solution, and rounding can carry the steps away.
    guard users.values.allSatisfy(\.isFinite), items.values.allSatisfy(\.isFinite) else {
      throw CollaborativeFilteringError(
        "with the regularization \(regularization), the factors are not finite: raise it (good "
          + "values lie between 0.01 and 100)")
    }
    return ImplicitALS(
      userFactors: users, itemFactors: items, regularization: regularization, alpha: alpha)
  }

  /// The factors of a user who was not among those fitted, from the items of the history: the
  /// solution of that user's linear system with the items' factors fixed.
  ///
  /// - Parameters:
  ///   - history: Items in any order; one that stands there twice counts twice.
  ///   - weights: r for each item of the history, above 0; all 1 if left out.
  /// - Returns: `[factors]`, zero for an empty history.
  /// - Precondition: Every item is one of those fitted, and there are as many weights as items.
  /// - Complexity: O(factors · (history · factors + factors²)) at most.
  public func foldIn(_ history: [Int32], weights: [Float]? = nil) -> [Float] {
    precondition(
      history.allSatisfy { $0 >= 0 && $0 < itemFactors.rows }, "the items were fitted")
    precondition((weights?.count ?? history.count) == history.count, "a weight for each item")
    var user = [Float](repeating: 0, count: itemFactors.columns)
    // In exact arithmetic one step a factor is enough; rounding can ask for more.
    Self.solveRow(
      &user, items: history, weights: weights ?? [Float](repeating: 1, count: history.count),
      fixed: itemFactors, gram: itemGram, alpha: alpha, steps: 2 * itemFactors.columns)
    return user
  }
}
