import Compute
import Testing

@Suite struct `Symmetric positive definite matrices` {
  /// A well-conditioned random one: M·Mᵀ / n + I.
  private func example(_ n: Int, seed: UInt64) -> Matrix {
    var random = SeededRandom(seed: seed)
    let m = Matrix(rows: n, columns: n, values: (0..<n * n).map { _ in Float(random.gaussian()) })
    var a = Matrix.product(m, m, transposingB: true)
    for i in 0..<n * n { a.values[i] /= Float(max(n, 1)) }
    for i in 0..<n { a[i, i] += 1 }
    return a
  }

  @Test(arguments: [0, 1, 2, 7, 383, 384, 385, 800])
  func `an inverse times its matrix is the identity`(n: Int) throws {
    let a = example(n, seed: UInt64(n))
    let inverse = try SymmetricPositiveDefinite(factorizing: a).inverse()
    let product = Matrix.product(a, inverse)
    for i in 0..<n {
      for j in 0..<n {
        // Eigenvalues lie between 1 and 5: a few hundred roundings of 1e-7 each.
        #expect(abs(product[i, j] - (i == j ? 1 : 0)) < 1e-4)
        #expect(inverse[i, j] == inverse[j, i])
      }
    }
  }

  @Test(arguments: [1, 7, 385, 800])
  func `a solution fulfils the equations`(n: Int) throws {
    let a = example(n, seed: 1)
    var random = SeededRandom(seed: 2)
    let b = Matrix(rows: n, columns: 40, values: (0..<n * 40).map { _ in Float(random.gaussian()) })
    var x = b
    try SymmetricPositiveDefinite(factorizing: a).solve(&x)
    let product = Matrix.product(a, x)
    for (found, expected) in zip(product.values, b.values) { #expect(abs(found - expected) < 1e-4) }
  }

  @Test func `the number of threads does not change a bit`() throws {
    let a = example(800, seed: 3)
    let one = try SymmetricPositiveDefinite(factorizing: a, threads: 1).inverse(threads: 1)
    let two = try SymmetricPositiveDefinite(factorizing: a, threads: 2).inverse(threads: 2)
    #expect(one == two)
  }

  @Test func `a matrix that is not positive definite has no factor`() {
    var a = example(400, seed: 4)
    a[390, 390] = -1
    #expect(throws: NotPositiveDefinite.self) {
      _ = try SymmetricPositiveDefinite(factorizing: a)
    }
  }
}
