public import Compute

/// EASE, a linear item-to-item model in closed form (Steck, "Embarrassingly shallow autoencoders
/// for sparse data", 2019).
///
/// Among all matrices B with an empty diagonal, EASE takes the one that best reproduces the
/// interactions X from themselves:
///
///     min ‖X − X·B‖² + λ·‖B‖²   ⇒   P = (XᵀX + λI)⁻¹,   B_ij = −P_ij / P_jj
///
/// Row i of B holds what history item i adds to the score of each target j. Weights may be
/// negative: an item can speak against another.
///
/// Only items with interactions take part: B is dense in these "warm" items, and the others have
/// empty rows and columns. All steps run in the memory of one float32 matrix [warm, warm]: 4 bytes
/// times the square of the number of warm items, 590 MB for 12,100.
public enum EASE {
  /// B in full.
  public struct DenseWeights: Sendable {
    /// `[warm, warm]`: from history item (row) to target (column), the diagonal 0.
    public var matrix: Matrix
    /// `[warm]`: the item that each row and column stands for, ascending.
    public let items: [Int32]
  }

  /// B with the strongest `weightsPerItem` weights from each history item, by magnitude, ties by
  /// ascending id.
  ///
  /// - Parameters:
  ///   - regularization: λ, in interactions: the penalty on large weights. Good values lie between
  ///     10 and 1000 and grow with the number of interactions per item.
  /// - Throws: ``CollaborativeFilteringError`` as ``denseWeights(of:regularization:threads:)`` does,
  ///   and where `weightsPerItem` is negative.
  /// - Complexity: O(warm³) and the memory of one dense matrix.
  public static func weights(
    of matrix: InteractionMatrix, regularization: Float = 200, weightsPerItem: Int = 200,
    threads: Int = availableThreads
  ) throws(CollaborativeFilteringError) -> ItemWeights {
    try require(weightsPerItem >= 0, "weightsPerItem", is: "0 or more", found: weightsPerItem)
    let dense = try denseWeights(of: matrix, regularization: regularization, threads: threads)
    return dense.truncated(
      weightsPerItem: weightsPerItem, itemCount: matrix.itemCount, threads: threads)
  }

  /// B in full, over the items with interactions.
  ///
  /// - Throws: ``CollaborativeFilteringError`` where λ is negative or not finite, or so small that
  ///   XᵀX + λI is not positive definite to float32's precision, as with λ = 0 and two items that
  ///   the same users interacted with.
  /// - Complexity: O(warm³ + Σ_u h_u²) for histories of h_u items.
  public static func denseWeights(
    of matrix: InteractionMatrix, regularization: Float = 200, threads: Int = availableThreads
  ) throws(CollaborativeFilteringError) -> DenseWeights {
    try require(
      regularization >= 0 && regularization.isFinite, "regularization", is: "0 or more",
      found: regularization)
    let items = matrix.warmItems
    let n = items.count
    let gram = lowerGram(of: matrix, items: items, regularization: regularization, threads: threads)
    let scales = (0..<n).map { gram[$0, $0] }
    var inverse: Matrix
    do {
      inverse = try SymmetricPositiveDefinite(factorizing: gram, threads: threads)
        .inverse(threads: threads)
    } catch {
      throw singular(regularization)
    }

    // G_jj · P_jj is what item j counts over what the other items leave unexplained of it. When
    // that rest drowns in the rounding of a factor of order n, the weights have no correct digit.
    let limit = 1 / (Float.ulpOfOne * max(4, Float(n).squareRoot()))
    let diagonal = (0..<n).map { inverse[$0, $0] }
    guard zip(diagonal, scales).allSatisfy({ $0 > 0 && $0 * $1 < limit }) else {
      throw singular(regularization)
    }
    divideColumns(of: &inverse, by: diagonal.map { -$0 }, threads: threads)
    return DenseWeights(matrix: inverse, items: items)
  }

  private static func singular(_ regularization: Float) -> CollaborativeFilteringError {
    CollaborativeFilteringError(
      "with the regularization \(regularization), the items' co-occurrences are not positive "
        + "definite to float32's precision: some items have the same users; raise the "
        + "regularization (good values lie between 10 and 1000)")
  }
}

extension EASE.DenseWeights {
  /// The strongest weights of each row, by magnitude, ties by ascending id, with the rows and
  /// columns in their places among all items.
  ///
  /// - Returns: `[itemCount, itemCount]`, the diagonal and the weights of 0 left out.
  /// - Precondition: Every item is below `itemCount` and `weightsPerItem` is not negative.
  /// - Complexity: O(warm²).
  public func truncated(
    weightsPerItem: Int, itemCount: Int, threads: Int = availableThreads
  ) -> ItemWeights {
    var rowOfItem = [Int32](repeating: -1, count: itemCount)
    for (row, item) in items.enumerated() { rowOfItem[Int(item)] = Int32(row) }
    return SparseMatrix(rows: itemCount, columns: itemCount, threads: threads, scratch: ()) {
      item, _, entries in
      guard rowOfItem[item] >= 0 else { return }
      let row = matrix.row(Int(rowOfItem[item]))
      var best = TopK(weightsPerItem)
      for (column, weight) in row.enumerated() where weight != 0 && column != rowOfItem[item] {
        best.offer(column, abs(weight))
      }
      // Positions among the warm items ascend as the items do.
      entries.append(
        best.sorted().map { Scored(id: Int(items[$0.id]), score: row[row.startIndex + $0.id]) })
    }
  }
}
