import Compute

/// Ridge regressions from text vectors: what an item's text alone says about how it is used.
struct TextMap: ~Copyable {
  private let vectors: Matrix
  /// Of eᵀe + λI.
  private let factor: SymmetricPositiveDefinite

  /// - Parameter vectors: `[warm, dimension]`, centred.
  init(_ vectors: Matrix, threads: Int) {
    self.vectors = vectors
    var gram = Matrix.product(vectors, transposingA: true, vectors, threads: threads)
    for i in 0..<vectors.columns { gram[i, i] += SignalModel.Setting.textRegularization }
    // λ > 0 keeps the matrix positive definite whatever the texts are.
    factor = try! SymmetricPositiveDefinite(factorizing: gram, threads: threads)
  }

  /// (eᵀe + λI)⁻¹ · b, for b `[dimension, columns]`.
  private func solved(_ b: Matrix, threads: Int) -> Matrix {
    var x = b
    factor.solve(&x, threads: threads)
    return x
  }

  /// Q = B·e·(eᵀe + λI)⁻¹, `[warm, dimension]`, for B `[warm, warm]`.
  func queries(of weights: Matrix, threads: Int) -> Matrix {
    queries(ofProduct: Matrix.product(weights, vectors, threads: threads), threads: threads)
  }

  /// Q for a sparse B `[items, items]`, with a row for each item.
  func queries(of weights: SparseMatrix, vectors: SharedMatrix, threads: Int) -> Matrix {
    var product = Matrix(rows: weights.rows, columns: vectors.columns)
    let kernels = Kernels.current
    let width = vectors.columns
    product.values.withUnsafeMutableBufferPointer { product in
      parallelChunks(weights.rows, chunk: 64, threads: threads) { rows, _ in
        for row in rows {
          for entry in weights.entries(of: row) {
            kernels.addScaled(
              weights.values[entry],
              vectors.values.buffer.baseAddress! + Int(weights.columnIndices[entry]) * width,
              product.baseAddress! + row * width, width)
          }
        }
      }
    }
    return queries(ofProduct: product, threads: threads)
  }

  private func queries(ofProduct product: Matrix, threads: Int) -> Matrix {
    // The inverse is symmetric: (A⁻¹·(B·e)ᵀ)ᵀ = (B·e)·A⁻¹.
    solved(product.transposed(), threads: threads).transposed()
  }

  /// The ridge regression of values, `[warm]`, on the vectors: `[dimension + 1]`, the values' mean
  /// last.
  func popularity(of values: [Float]) -> [Float] {
    let mean = values.isEmpty ? 0 : values.reduce(0, +) / Float(values.count)
    let centred = Matrix(rows: values.count, columns: 1, values: values.map { $0 - mean })
    let target = Matrix.product(vectors, transposingA: true, centred, threads: 1)
    return solved(target, threads: 1).values + [mean]
  }
}

extension Matrix {
  /// Columns as rows.
  func transposed() -> Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for row in 0..<rows {
      for column in 0..<columns {
        result.values[column * rows + row] = values[row * columns + column]
      }
    }
    return result
  }

  /// The rows in the given places of a matrix of `rows` rows, zero elsewhere.
  func scattered(to places: [Int32], rows: Int) -> Matrix {
    var result = Matrix(rows: rows, columns: columns)
    for (source, target) in places.enumerated() {
      result.values.replaceSubrange(
        Int(target) * columns..<(Int(target) + 1) * columns, with: row(source))
    }
    return result
  }
}
