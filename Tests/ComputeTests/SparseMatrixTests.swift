import Compute
import Foundation
import Testing

@Suite struct `Sparse matrices` {
  /// Entries at random places, some places twice, and the dense matrix of their sums.
  private func example(
    rows: Int, columns: Int, entries: Int, seed: UInt64
  ) -> (sparse: SparseMatrix, dense: Matrix) {
    var random = SeededRandom(seed: seed)
    var dense = Matrix(rows: rows, columns: columns)
    var rowIndices: [Int32] = []
    var columnIndices: [Int32] = []
    var values: [Float] = []
    for _ in 0..<(rows * columns == 0 ? 0 : entries) {
      let row = random.index(below: rows)
      let column = random.index(below: columns)
      let value = Float(random.index(below: 9) + 1)
      rowIndices.append(Int32(row))
      columnIndices.append(Int32(column))
      values.append(value)
      dense[row, column] += value
    }
    let sparse = SparseMatrix(
      rows: rows, columns: columns, rowIndices: rowIndices, columnIndices: columnIndices,
      values: values)
    return (sparse, dense)
  }

  private func dense(_ sparse: SparseMatrix) -> Matrix {
    var result = Matrix(rows: sparse.rows, columns: sparse.columns)
    for row in 0..<sparse.rows {
      for entry in sparse.entries(of: row) {
        result[row, Int(sparse.columnIndices[entry])] += sparse.values[entry]
      }
    }
    return result
  }

  private func temporaryPath() -> String {
    FileManager.default.temporaryDirectory
      .appendingPathComponent("sparse-\(UUID().uuidString)").path
  }

  @Test(arguments: [0, 1, 7, 8, 9, 63, 64, 65], [0, 1, 9, 40])
  func `entries in any order land in their places, added up`(rows: Int, columns: Int) {
    let (sparse, expected) = example(
      rows: rows, columns: columns, entries: rows * columns / 2 + 3, seed: 1)
    #expect(sparse.fault == nil)
    #expect(dense(sparse) == expected)
  }

  @Test(arguments: [0, 1, 7, 8, 9, 64], [0, 1, 9, 40])
  func `a transpose exchanges rows and columns`(rows: Int, columns: Int) {
    let (sparse, expected) = example(rows: rows, columns: columns, entries: 50, seed: 2)
    let transposed = sparse.transposed()
    #expect(transposed.fault == nil)
    #expect(transposed.rows == columns && transposed.columns == rows)
    let found = dense(transposed)
    for row in 0..<rows {
      for column in 0..<columns { #expect(found[column, row] == expected[row, column]) }
    }
  }

  @Test(arguments: [0, 1, 63, 64, 65, 200], [1, 2, 3])
  func `rows made on several threads land in their places`(rows: Int, threads: Int) {
    let (sparse, expected) = example(rows: rows, columns: 30, entries: 400, seed: 3)
    let copy = SparseMatrix(rows: rows, columns: 30, threads: threads, scratch: 0) {
      row, count, entries in
      count += 1
      entries.append(
        sparse.entries(of: row).reversed().map {
          Scored(id: Int(sparse.columnIndices[$0]), score: sparse.values[$0])
        })
    }
    #expect(copy.fault == nil)
    #expect(dense(copy) == expected)
  }

  @Test func `adding rows multiplies a vector with the matrix`() {
    let matrix = SparseMatrix(columns: 3, rows: [[(0, 1), (2, 2)], [], [(1, 5)]])
    var sums: [Float] = [0, 0, 0]
    matrix.add(row: 0, scaledBy: 3, to: &sums)
    matrix.add(row: 1, to: &sums)
    matrix.add(row: 2, to: &sums)
    #expect(sums == [3, 5, 6])
  }

  @Test(arguments: [0, 1, 7, 385])
  func `an archive gives back what was written`(rows: Int) throws {
    let (sparse, expected) = example(rows: rows, columns: 9, entries: 300, seed: 4)
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let writer = try ArrayArchiveWriter(path: path, kind: "TEST")
    try sparse.write(to: writer, name: "b")
    try writer.finish()
    let archive = try ArrayArchive(path: path, kind: "TEST")
    let found = try SparseMatrix(reading: archive, name: "b", rows: rows, columns: 9)
    #expect(dense(found) == expected)
    #expect(throws: FileError.self) {
      _ = try SparseMatrix(reading: archive, name: "b", rows: rows + 1, columns: 9)
    }
  }

  @Test(arguments: [
    (starts: [1, 2, 3] as [Int64], indices: [0, 1, 2] as [Int32], "its first row"),
    ([0, 2, 2], [0, 1, 2], "its last row ends at entry 2, expected 3"),
    ([0, 4, 3], [0, 1, 2], "its row 1 starts at entry 4 and ends at 3"),
    ([0, 2, 3], [0, 3, 2], "its row 0 has the column 3, expected below 3"),
    ([0, 2, 3], [0, -1, 2], "its row 0 has the column -1, expected below 3"),
    ([0, 2, 3], [1, 1, 2], "its row 0 has the column 1 after 1, expected rising ones"),
  ])
  func `an archive whose arrays are no matrix is refused with the reason`(
    starts: [Int64], indices: [Int32], reason: String
  ) throws {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let writer = try ArrayArchiveWriter(path: path, kind: "TEST")
    try writer.add("b.starts", starts)
    try writer.add("b.indices", indices)
    try writer.add("b.values", [1, 2, 3] as [Float])
    try writer.finish()
    let archive = try ArrayArchive(path: path, kind: "TEST")
    let error = #expect(throws: FileError.self) {
      _ = try SparseMatrix(reading: archive, name: "b", rows: 2, columns: 3)
    }
    #expect(error?.reason.contains(reason) == true)
    #expect(error?.reason.contains("b is malformed") == true)
  }

  @Test func `random arrays are read as a matrix that can be indexed, or refused`() throws {
    var random = SeededRandom(seed: 5)
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    var accepted = 0
    for _ in 0..<1000 {
      var starts: [Int64] = [0, 1, 2, 4]
      var indices: [Int32] = [0, 2, 1, 2]
      for _ in 0..<random.index(below: 3) {
        starts[random.index(below: 4)] = [.min, -1, 0, 1, 2, 3, 4, 5, .max].randomElement(
          using: &random)!
        indices[random.index(below: 4)] = [.min, -1, 0, 1, 2, 3, .max].randomElement(
          using: &random)!
      }
      let writer = try ArrayArchiveWriter(path: path, kind: "TEST")
      try writer.add("b.starts", starts)
      try writer.add("b.indices", indices)
      try writer.add("b.values", [1, 2, 3, 4] as [Float])
      try writer.finish()
      let archive = try ArrayArchive(path: path, kind: "TEST", verifyingContent: false)
      guard let matrix = try? SparseMatrix(reading: archive, name: "b", rows: 3, columns: 3)
      else { continue }
      accepted += 1
      #expect(dense(matrix.transposed()).values.reduce(0, +) == 10)
    }
    #expect(accepted > 300 && accepted < 900)
  }
}
