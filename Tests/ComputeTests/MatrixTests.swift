import Compute
import Testing

@Suite struct `Matrices` {
  private func random(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
    var random = SeededRandom(seed: seed)
    return Matrix(
      rows: rows, columns: columns,
      values: (0..<rows * columns).map { _ in Float(random.gaussian()) })
  }

  private func element(_ m: Matrix, _ row: Int, _ column: Int, transposed: Bool) -> Double {
    Double(transposed ? m[column, row] : m[row, column])
  }

  @Test(arguments: [(0, 3, 2), (3, 0, 2), (1, 1, 1), (7, 9, 8), (257, 33, 20)])
  func `multiply as the definition says, each transposed or not`(m: Int, k: Int, n: Int) {
    for transposingA in [false, true] {
      for transposingB in [false, true] {
        let a = transposingA ? random(k, m, seed: 1) : random(m, k, seed: 1)
        let b = transposingB ? random(n, k, seed: 2) : random(k, n, seed: 2)
        let product = Matrix.product(a, transposingA: transposingA, b, transposingB: transposingB)
        #expect(product.rows == m && product.columns == n)
        for row in 0..<m {
          for column in 0..<n {
            let expected = (0..<k).reduce(0.0) {
              $0 + element(a, row, $1, transposed: transposingA)
                * element(b, $1, column, transposed: transposingB)
            }
            #expect(abs(Double(product[row, column]) - expected) < 1e-4)
          }
        }
      }
    }
  }

  @Test func `multiply to the same bits on any number of threads`() {
    let a = random(1000, 40, seed: 3)
    let b = random(40, 30, seed: 4)
    #expect(Matrix.product(a, b, threads: 1) == Matrix.product(a, b, threads: 3))
  }

  @Test func `are shared without a copy and gathered by row`() {
    let shared = SharedMatrix(random(5, 3, seed: 5))
    let gathered = shared.gathered([4, 0, 4])
    #expect(Array(gathered.row(0)) == shared.row(4) && Array(gathered.row(1)) == shared.row(0))
  }
}

@Suite struct `Checksums` {
  @Test func `are XXH3's`() {
    // xxhsum -H3 and -H128 of the empty input and of "embedrec".
    #expect(Checksum(UnsafeRawBufferPointer(start: nil, count: 0)).hex == "2d06800538d394c2")
    #expect(ContentHash("").hex == "99aa06d3014798d86001c324468d497f")
  }

  @Test func `are read back from their digits, and from nothing else`() {
    #expect(Checksum(hex: "00000000000000ff") == Checksum(value: 255))
    #expect(Checksum(value: 255).hex == "00000000000000ff")
    for wrong in ["", "ff", "00000000000000fg", "0x000000000000ff", "+00000000000000f"] {
      #expect(Checksum(hex: wrong) == nil)
    }
  }
}
