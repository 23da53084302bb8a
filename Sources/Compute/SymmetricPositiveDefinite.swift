/// Cholesky factorisation, solutions and inverses of symmetric positive definite matrices.
///
/// The matrix is cut into tiles of a fixed size and the tiles are shared out over threads: every
/// tile sees the same operations in the same order for any number of threads, so the result is the
/// same to the last bit (Buttari et al., "A class of parallel tiled linear algebra algorithms for
/// multicore architectures", 2009).
public struct SymmetricPositiveDefinite: ~Copyable {
  static let tile = 384

  /// The number of rows and of columns.
  public let order: Int
  /// The Cholesky factor L in the lower triangle, row-major; above it only the diagonal's tiles
  /// are zeroed, the rest means nothing.
  private var values: [Float]

  /// Factorises `matrix`, `[order, order]` row-major, of which only the lower triangle is read.
  /// Its memory is taken over, not copied.
  ///
  /// - Throws: ``NotPositiveDefinite`` where it has no factor, a NaN among its values included.
  /// - Complexity: O(n³ / 3) multiply-adds.
  public init(
    factorizing matrix: consuming Matrix, threads: Int = availableThreads
  ) throws(NotPositiveDefinite) {
    precondition(matrix.rows == matrix.columns, "the matrix is square")
    let n = matrix.rows
    var values = matrix.values
    matrix = Matrix(rows: 0, columns: 0)
    let size = Self.tile
    let tiles = (n + size - 1) / size
    let isPositive = values.withUnsafeMutableBufferPointer { buffer -> Bool in
      guard n > 0 else { return true }
      let a = buffer.baseAddress!
      func block(_ i: Int, _ j: Int) -> UnsafeMutablePointer<Float> { a + i * size * n + j * size }
      func extent(_ i: Int) -> Int { min(size, n - i * size) }
      for k in 0..<tiles {
        guard BLAS.choleskyFactor(block(k, k), lda: n, order: extent(k)) else { return false }
        let below = k + 1..<tiles
        parallelChunks(below.count, chunk: 1, threads: threads) { range, _ in
          for i in range.map({ below.lowerBound + $0 }) {
            BLAS.solveTriangular(
              block(k, k), ldl: n, left: false, transposed: true, into: block(i, k), ldx: n,
              rows: extent(i), columns: extent(k))
          }
        }
        let updates = below.flatMap { i in (k + 1...i).map { j in (i, j) } }
        parallelChunks(updates.count, chunk: 1, threads: threads) { range, _ in
          for (i, j) in updates[range] {
            BLAS.multiply(
              block(i, k), lda: n, block(j, k), transposingB: true, ldb: n, into: block(i, j),
              ldc: n, m: extent(i), n: extent(j), k: extent(k), alpha: -1, beta: 1)
          }
        }
      }
      // Later products take whole tiles: what is above the diagonal of L must be zero in them.
      for i in 0..<tiles {
        for row in 0..<extent(i) {
          for column in row + 1..<max(extent(i), row + 1) { block(i, i)[row * n + column] = 0 }
        }
      }
      return true
    }
    guard isPositive else { throw NotPositiveDefinite() }
    order = n
    self.values = values
  }

  /// Solves A · X = B in place for `b` of shape `[order, columns]`.
  ///
  /// - Complexity: O(n² · columns).
  public func solve(_ b: inout Matrix, threads: Int = availableThreads) {
    precondition(b.rows == order, "B has a row for each of A's")
    let columns = b.columns
    let n = order
    values.withUnsafeBufferPointer { l in
      b.values.withUnsafeMutableBufferPointer { x in
        guard n > 0, columns > 0 else { return }
        parallelChunks(columns, chunk: 32, threads: threads) { range, _ in
          for transposed in [false, true] {
            BLAS.solveTriangular(
              l.baseAddress!, ldl: n, left: true, transposed: transposed,
              into: x.baseAddress! + range.lowerBound, ldx: columns, rows: n, columns: range.count)
          }
        }
      }
    }
  }

  /// A⁻¹, both triangles, in the memory of the factor.
  ///
  /// - Complexity: O(2n³ / 3) multiply-adds.
  public consuming func inverse(threads: Int = availableThreads) -> Matrix {
    let n = order
    let size = Self.tile
    let tiles = (n + size - 1) / size
    var values = self.values
    self.values = []
    values.withUnsafeMutableBufferPointer { buffer in
      guard n > 0 else { return }
      let a = buffer.baseAddress!
      func block(_ i: Int, _ j: Int) -> UnsafeMutablePointer<Float> { a + i * size * n + j * size }
      func extent(_ i: Int) -> Int { min(size, n - i * size) }

      // W = L⁻¹, tile columns from the right: with W_jj = L_jj⁻¹, the tiles below it are
      // W_ij = −(Σ_{j < k ≤ i} W_ik · L_kj) · L_jj⁻¹. Column j of L is saved, since W_ij takes its
      // place.
      var saved = [Float](repeating: 0, count: size * n)
      saved.withUnsafeMutableBufferPointer { buffer in
        let saved = buffer.baseAddress!
        for j in stride(from: tiles - 1, through: 0, by: -1) {
          let width = extent(j)
          for row in j * size..<n {
            (saved + row * width).update(from: a + row * n + j * size, count: width)
          }
          let below = j + 1..<tiles
          parallelChunks(below.count, chunk: 1, threads: threads) { range, _ in
            for i in range.map({ below.lowerBound + $0 }) {
              for k in j + 1...i {
                BLAS.multiply(
                  block(i, k), lda: n, saved + k * size * width, ldb: width, into: block(i, j),
                  ldc: n, m: extent(i), n: width, k: extent(k), alpha: -1, beta: k == j + 1 ? 0 : 1)
              }
              BLAS.solveTriangular(
                saved + j * size * width, ldl: width, left: false, transposed: false,
                into: block(i, j), ldx: n, rows: extent(i), columns: width)
            }
          }
          BLAS.invertTriangular(block(j, j), lda: n, order: width)
        }

        // A⁻¹ = Wᵀ · W, tile rows from the top: tile (i, j) sums over k ≥ i, so row i, which is
        // saved, is the only one that its results overwrite and its sums still need.
        for i in 0..<tiles {
          saved.update(from: a + i * size * n, count: extent(i) * n)
          parallelChunks(i + 1, chunk: 1, threads: threads) { range, _ in
            for j in range {
              BLAS.multiply(
                saved + i * size, transposingA: true, lda: n, saved + j * size, ldb: n,
                into: block(i, j), ldc: n, m: extent(i), n: extent(j), k: extent(i))
              for k in i + 1..<max(tiles, i + 1) {
                BLAS.multiply(
                  block(k, i), transposingA: true, lda: n, block(k, j), ldb: n, into: block(i, j),
                  ldc: n, m: extent(i), n: extent(j), k: extent(k), beta: 1)
              }
            }
          }
        }
      }

      // The lower triangle is complete: mirror it.
      parallelChunks(tiles, chunk: 1, threads: threads) { range, _ in
        for i in range {
          for j in 0...i {
            for row in i * size..<i * size + extent(i) {
              for column in j * size..<min(j * size + extent(j), row) {
                a[column * n + row] = a[row * n + column]
              }
            }
          }
        }
      }
    }
    return Matrix(rows: n, columns: n, values: values)
  }
}

/// A matrix that has no Cholesky factor.
public struct NotPositiveDefinite: Error, Sendable {}
