internal import Compute

extension ImplicitALS {
  /// How many rows of factors make one partial sum of a Gram matrix: fixed, so that rounding does
  /// not depend on the number of threads.
  private static let rowsPerPartialSum = 2048

  /// FᵀF + λI, `[factors, factors]`, for `factors` F `[rows, factors]`.
  static func gram(of factors: Matrix, regularization: Float, threads: Int) -> Matrix {
    let f = factors.columns
    let chunk = rowsPerPartialSum
    let chunkCount = (factors.rows + chunk - 1) / chunk
    var partial = [Float](repeating: 0, count: chunkCount * f * f)
    factors.values.withUnsafeBufferPointer { values in
      partial.withUnsafeMutableBufferPointer { partial in
        // Safe: a chunk reads its own rows of the factors and writes its own partial sum.
        parallelChunks(factors.rows, chunk: chunk, threads: threads) { rows, _ in
          let start = values.baseAddress! + rows.lowerBound * f
          BLAS.multiply(
            start, transposingA: true, lda: f, start, ldb: f,
            into: partial.baseAddress! + rows.lowerBound / chunk * f * f, ldc: f, m: f, n: f,
            k: rows.count)
        }
      }
    }
    var sum = Matrix(rows: f, columns: f)
    for chunk in 0..<chunkCount {
      for k in 0..<f * f { sum.values[k] += partial[chunk * f * f + k] }
    }
    for k in 0..<f { sum[k, k] += regularization }
    return sum
  }

  /// Solves every row of one side, `solved`, with the other side fixed.
  ///
  /// - Parameters:
  ///   - interactions: `[rows of solved, rows of fixed]`.
  static func solve(
    _ solved: inout Matrix, interactions: SparseMatrix, fixed: Matrix, regularization: Float,
    alpha: Float, steps: Int, threads: Int
  ) {
    let gram = gram(of: fixed, regularization: regularization, threads: threads)
    let f = fixed.columns
    solved.values.withUnsafeMutableBufferPointer { rows in
      fixed.values.withUnsafeBufferPointer { fixed in
        gram.values.withUnsafeBufferPointer { gram in
          // Safe: a chunk writes its own rows. The entries' columns are rows of `fixed`.
          parallelChunks(interactions.rows, chunk: 128, threads: threads) { chunk, _ in
            let system = ConjugateGradient(factors: f, gram: gram, fixed: fixed, alpha: alpha)
            defer { system.deallocate() }
            for row in chunk {
              let entries = interactions.entries(of: row)
              system.solve(
                rows.baseAddress! + row * f,
                items: UnsafeBufferPointer(rebasing: interactions.columnIndices.buffer[entries]),
                weights: UnsafeBufferPointer(rebasing: interactions.values.buffer[entries]),
                steps: steps)
            }
          }
        }
      }
    }
  }

  /// Solves one row.
  static func solveRow(
    _ row: inout [Float], items: [Int32], weights: [Float], fixed: Matrix, gram: Matrix,
    alpha: Float, steps: Int
  ) {
    row.withUnsafeMutableBufferPointer { row in
      fixed.values.withUnsafeBufferPointer { fixed in
        gram.values.withUnsafeBufferPointer { gram in
          items.withUnsafeBufferPointer { items in
            weights.withUnsafeBufferPointer { weights in
              let system = ConjugateGradient(
                factors: row.count, gram: gram, fixed: fixed, alpha: alpha)
              defer { system.deallocate() }
              system.solve(row.baseAddress!, items: items, weights: weights, steps: steps)
            }
          }
        }
      }
    }
  }
}

/// Approaches the solution of A·x = b for one row of factors, where A = YᵀY + λI + Σ α·r·y·yᵀ and
/// b = Σ (1 + α·r)·y over the row's interactions, without forming A.
private struct ConjugateGradient {
  let factors: Int
  /// `[factors, factors]`: YᵀY + λI.
  let gram: UnsafeBufferPointer<Float>
  /// `[items, factors]`: Y.
  let fixed: UnsafeBufferPointer<Float>
  let alpha: Float
  let kernels = Kernels.current
  /// b − A·x, the direction of a step, and A times that: `[3, factors]`.
  let vectors: UnsafeMutablePointer<Float>

  init(
    factors: Int, gram: UnsafeBufferPointer<Float>, fixed: UnsafeBufferPointer<Float>, alpha: Float
  ) {
    self.factors = factors
    self.gram = gram
    self.fixed = fixed
    self.alpha = alpha
    vectors = .allocate(capacity: 3 * factors)
  }

  func deallocate() { vectors.deallocate() }

  /// Improves `x` by at most `steps` steps; a row without interactions is 0.
  func solve(
    _ x: UnsafeMutablePointer<Float>, items: UnsafeBufferPointer<Int32>,
    weights: UnsafeBufferPointer<Float>, steps: Int
  ) {
    guard !items.isEmpty else { return x.update(repeating: 0, count: factors) }
    let residual = vectors
    let direction = vectors + factors
    let product = vectors + 2 * factors

    multiply(x, items, weights, into: product)
    residual.update(repeating: 0, count: factors)
    for (item, weight) in zip(items, weights) {
      kernels.addScaled(1 + alpha * weight, row(item), residual, factors)
    }
    // Measured from 0, so that a good start is not asked for digits that float32 doesn't have.
    let enough = 1e-12 * kernels.dot(residual, residual, factors)
    kernels.addScaled(-1, product, residual, factors)
    direction.update(from: residual, count: factors)

    var squaredNorm = kernels.dot(residual, residual, factors)
    for _ in 0..<steps {
      guard squaredNorm > enough else { return }
      multiply(direction, items, weights, into: product)
      let curvature = kernels.dot(direction, product, factors)
      // Positive, save where it underflows: then the row is as near as float32 can tell.
      guard curvature > 0 else { return }
      let length = squaredNorm / curvature
      kernels.addScaled(length, direction, x, factors)
      kernels.addScaled(-length, product, residual, factors)
      let next = kernels.dot(residual, residual, factors)
      kernels.scale(next / squaredNorm, direction, factors)
      kernels.addScaled(1, residual, direction, factors)
      squaredNorm = next
    }
  }

  /// A·v.
  private func multiply(
    _ v: UnsafePointer<Float>, _ items: UnsafeBufferPointer<Int32>,
    _ weights: UnsafeBufferPointer<Float>, into product: UnsafeMutablePointer<Float>
  ) {
    BLAS.multiply(gram.baseAddress!, rows: factors, columns: factors, vector: v, into: product)
    for (item, weight) in zip(items, weights) {
      let y = row(item)
      kernels.addScaled(alpha * weight * kernels.dot(y, v, factors), y, product, factors)
    }
  }

  private func row(_ item: Int32) -> UnsafePointer<Float> {
    fixed.baseAddress! + Int(item) * factors
  }
}
