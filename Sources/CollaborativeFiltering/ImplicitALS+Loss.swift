internal import Compute

extension ImplicitALS {
  /// The objective that ``fit`` lowers, Σ c·(p − x·y)² + λ·(Σ‖x‖² + Σ‖y‖²), over every pair of a
  /// user and an item.
  ///
  /// The pairs without an interaction are not visited: Σ (x·y)² over all pairs is the sum of the
  /// products of XᵀX and YᵀY, element by element, and each interaction then replaces its (x·y)²
  /// by c·(1 − x·y)².
  ///
  /// - Complexity: O((users + items) · factors² + interactions · factors).
  package func loss(on matrix: InteractionMatrix) -> Double {
    let factors = itemFactors.columns
    let userGram = Self.gram(of: userFactors, regularization: 0, threads: 1)
    let itemGram = Self.gram(of: itemFactors, regularization: 0, threads: 1)
    var loss = 0.0
    for (x, y) in zip(userGram.values, itemGram.values) { loss += Double(x) * Double(y) }
    for user in 0..<matrix.userCount {
      let x = userFactors.row(user)
      for entry in matrix.byUser.entries(of: user) {
        let y = itemFactors.row(Int(matrix.byUser.columnIndices[entry]))
        var score = 0.0
        for (x, y) in zip(x, y) { score += Double(x) * Double(y) }
        let confidence = 1 + Double(alpha) * Double(matrix.byUser.values[entry])
        loss += confidence * (1 - score) * (1 - score) - score * score
      }
    }
    // The sum of all squared norms of X is the trace of XᵀX.
    for factor in 0..<factors {
      loss += Double(regularization) * Double(userGram[factor, factor] + itemGram[factor, factor])
    }
    return loss
  }
}
