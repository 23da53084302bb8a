internal import COpenBLAS

/// Matrix products on OpenBLAS.
///
/// OpenBLAS itself runs on the calling thread alone: work is split over threads by the caller, into
/// pieces that do not depend on the number of threads, so that results don't either.
public enum BLAS {
  /// Sets OpenBLAS to one thread, once for the process.
  private static let singleThreaded: Void = openblas_set_num_threads(1)

  /// C ← alpha · op(A) · op(B) + beta · C, where op is the transpose if asked for.
  ///
  /// - Parameters:
  ///   - m: Rows of op(A) and C.
  ///   - n: Columns of op(B) and C.
  ///   - k: Columns of op(A), rows of op(B).
  ///   - lda: Distance between A's rows in memory, in elements; `ldb` and `ldc` likewise.
  /// - Precondition: The pointers are valid for those extents, and C overlaps neither A nor B.
  /// - Complexity: O(m·n·k).
  public static func multiply(
    _ a: UnsafePointer<Float>, transposingA: Bool = false, lda: Int,
    _ b: UnsafePointer<Float>, transposingB: Bool = false, ldb: Int,
    into c: UnsafeMutablePointer<Float>, ldc: Int,
    m: Int, n: Int, k: Int, alpha: Float = 1, beta: Float = 0
  ) {
    guard m > 0, n > 0 else { return }
    _ = singleThreaded
    cblas_sgemm(
      CblasRowMajor, transposingA ? CblasTrans : CblasNoTrans,
      transposingB ? CblasTrans : CblasNoTrans, Int32(m), Int32(n), Int32(k), alpha,
      a, Int32(lda), b, Int32(ldb), beta, c, Int32(ldc))
  }

  /// y ← A · x for a row-major A.
  ///
  /// - Precondition: A is valid for `rows * columns` elements, x for `columns`, y for `rows`.
  public static func multiply(
    _ a: UnsafePointer<Float>, rows: Int, columns: Int, vector x: UnsafePointer<Float>,
    into y: UnsafeMutablePointer<Float>
  ) {
    guard rows > 0 else { return }
    _ = singleThreaded
    cblas_sgemv(
      CblasRowMajor, CblasNoTrans, Int32(rows), Int32(columns), 1, a, Int32(columns), x, 1, 0, y, 1)
  }

  /// X ← X · L⁻ᵀ (or L⁻¹ · X with `left`) for a lower triangular L, all row-major.
  static func solveTriangular(
    _ l: UnsafePointer<Float>, ldl: Int, left: Bool, transposed: Bool,
    into x: UnsafeMutablePointer<Float>, ldx: Int, rows: Int, columns: Int
  ) {
    guard rows > 0, columns > 0 else { return }
    _ = singleThreaded
    cblas_strsm(
      CblasRowMajor, left ? CblasLeft : CblasRight, CblasLower,
      transposed ? CblasTrans : CblasNoTrans, CblasNonUnit, Int32(rows), Int32(columns), 1,
      l, Int32(ldl), x, Int32(ldx))
  }

  /// The lower Cholesky factor of a row-major symmetric matrix, in place.
  ///
  /// - Returns: Whether the matrix is positive definite.
  static func choleskyFactor(_ a: UnsafeMutablePointer<Float>, lda: Int, order: Int) -> Bool {
    guard order > 0 else { return true }
    _ = singleThreaded
    // LAPACK is column-major: its upper triangle is the lower one of the row-major matrix.
    var n = Int32(order)
    var stride = Int32(lda)
    var info: Int32 = 0
    spotrf_("U", &n, a, &stride, &info)
    return info == 0
  }

  /// The inverse of a row-major lower triangular matrix, in place.
  static func invertTriangular(_ l: UnsafeMutablePointer<Float>, lda: Int, order: Int) {
    guard order > 0 else { return }
    _ = singleThreaded
    var n = Int32(order)
    var stride = Int32(lda)
    var info: Int32 = 0
    strtri_("U", "N", &n, l, &stride, &info)
  }
}

extension Matrix {
  /// op(A) · op(B), split by rows over threads.
  ///
  /// - Precondition: The inner extents agree.
  /// - Complexity: O(m·n·k).
  public static func product(
    _ a: Matrix, transposingA: Bool = false, _ b: Matrix, transposingB: Bool = false,
    threads: Int = availableThreads
  ) -> Matrix {
    let m = transposingA ? a.columns : a.rows
    let k = transposingA ? a.rows : a.columns
    let n = transposingB ? b.rows : b.columns
    precondition(k == (transposingB ? b.columns : b.rows), "the inner extents agree")
    var result = Matrix(rows: m, columns: n)
    guard k > 0 else { return result }
    a.values.withUnsafeBufferPointer { left in
      b.values.withUnsafeBufferPointer { right in
        result.values.withUnsafeMutableBufferPointer { c in
          // Chunks of fixed height, so that rounding doesn't depend on the number of threads.
          parallelChunks(m, chunk: 256, threads: threads) { rows, _ in
            BLAS.multiply(
              left.baseAddress! + (transposingA ? rows.lowerBound : rows.lowerBound * a.columns),
              transposingA: transposingA, lda: a.columns,
              right.baseAddress!, transposingB: transposingB, ldb: b.columns,
              into: c.baseAddress! + rows.lowerBound * n, ldc: n, m: rows.count, n: n, k: k)
          }
        }
      }
    }
    return result
  }
}
