internal import Compute

extension EASE {
  /// XᵀX + λI over `items` with the lower triangle filled and zeros above it, which is what a
  /// Cholesky factorisation reads.
  ///
  /// - Complexity: O(Σ_u h_u²) for histories of h_u items.
  static func lowerGram(
    of matrix: InteractionMatrix, items: [Int32], regularization: Float, threads: Int
  ) -> Matrix {
    let n = items.count
    let byUser = matrix.byUser
    let byItem = matrix.transposed
    var position = [Int32](repeating: -1, count: matrix.itemCount)
    for (row, item) in items.enumerated() { position[Int(item)] = Int32(row) }
    var result = Matrix(rows: n, columns: n)
    result.values.withUnsafeMutableBufferPointer { values in
      // Safe: a chunk writes its own rows; every position lies below n.
      parallelChunks(n, chunk: 16, threads: threads) { rows, _ in
        for i in rows {
          let row = UnsafeMutableBufferPointer(rebasing: values[i * n..<(i + 1) * n])
          for entry in byItem.entries(of: Int(items[i])) {
            let weight = byItem.values[entry]
            for other in byUser.entries(of: Int(byItem.columnIndices[entry])) {
              let j = Int(position[Int(byUser.columnIndices[other])])
              guard j <= i else { break }
              row[j] += weight * byUser.values[other]
            }
          }
          row[i] += regularization
        }
      }
    }
    return result
  }

  /// Divides each column by its divisor and empties the diagonal, in place.
  static func divideColumns(of matrix: inout Matrix, by divisors: [Float], threads: Int) {
    let n = divisors.count
    matrix.values.withUnsafeMutableBufferPointer { values in
      // Safe: a range writes its own rows.
      parallelRanges(n, threads: threads) { rows in
        for i in rows {
          for j in 0..<n { values[i * n + j] /= divisors[j] }
          values[i * n + i] = 0
        }
      }
    }
  }
}
