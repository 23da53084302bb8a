/// A sparse float32 matrix, row after row: for each row the columns that hold something, ascending,
/// and their values (compressed sparse rows).
///
/// Immutable and shared: a copy costs reference counts, and the arrays may lie in a mapped file.
///
///     let b = SparseMatrix(
///       rows: 2, columns: 3, rowIndices: [0, 1, 1], columnIndices: [2, 0, 1], values: [1, 2, 3])
///     for entry in b.entries(of: 1) { print(b.columnIndices[entry], b.values[entry]) }
///
/// Invariant: `rowStarts` begins with 0, never falls and ends with the number of entries; within a
/// row the column indices rise strictly and lie in `0..<columns`. ``fault`` tests it.
public struct SparseMatrix: Sendable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// `[rows + 1]`: row r holds the entries `rowStarts[r]..<rowStarts[r + 1]`.
  public let rowStarts: SharedArray<Int64>
  /// `[entries]`: the column of each entry.
  public let columnIndices: SharedArray<Int32>
  /// `[entries]`: the value of each entry.
  public let values: SharedArray<Float>

  /// Takes the arrays as they are.
  ///
  /// - Precondition: The extents agree; the caller keeps the type's invariant.
  package init(
    rows: Int, columns: Int, rowStarts: SharedArray<Int64>, columnIndices: SharedArray<Int32>,
    values: SharedArray<Float>
  ) {
    precondition(rowStarts.count == rows + 1, "every row has a start, and the last an end")
    precondition(columnIndices.count == values.count, "every entry has a column and a value")
    self.rows = rows
    self.columns = columns
    self.rowStarts = rowStarts
    self.columnIndices = columnIndices
    self.values = values
  }

  /// A matrix from its entries in any order; values of the same row and column are added up, in
  /// the order given.
  ///
  /// - Precondition: The three arrays are equally long and the indices lie within the extents.
  /// - Complexity: O(entries + rows + columns).
  public init(
    rows: Int, columns: Int, rowIndices: [Int32], columnIndices: [Int32], values: [Float]
  ) {
    precondition(
      rowIndices.count == values.count && columnIndices.count == values.count,
      "every entry has a row, a column and a value")
    precondition(columnIndices.allSatisfy { $0 >= 0 && $0 < columns }, "columns within the matrix")
    var starts = [Int64](repeating: 0, count: rows + 1)
    for row in rowIndices { starts[Int(row) + 1] += 1 }
    for row in 0..<rows { starts[row + 1] += starts[row] }
    var next = starts
    var sortedColumns = [Int32](repeating: 0, count: values.count)
    var sortedValues = [Float](repeating: 0, count: values.count)
    for (entry, row) in rowIndices.enumerated() {
      let place = Int(next[Int(row)])
      next[Int(row)] += 1
      sortedColumns[place] = columnIndices[entry]
      sortedValues[place] = values[entry]
    }
    // Transposing sorts: once there and back, and equal columns lie side by side.
    let sorted = Self.transposing(
      rows: rows, columns: columns, rowStarts: SharedArray(starts),
      columnIndices: SharedArray(sortedColumns), values: SharedArray(sortedValues)
    ).transposed()
    var rowsOfEntries = SparseRows()
    for row in 0..<rows {
      var entry = sorted.entries(of: row).lowerBound
      let end = sorted.entries(of: row).upperBound
      while entry < end {
        let column = sorted.columnIndices[entry]
        var sum: Float = 0
        while entry < end, sorted.columnIndices[entry] == column {
          sum += sorted.values[entry]
          entry += 1
        }
        rowsOfEntries.append(column, sum)
      }
      rowsOfEntries.endRow()
    }
    self.init(columns: columns, [rowsOfEntries])
  }

  /// A matrix from its rows.
  ///
  /// - Precondition: In each row the columns rise strictly and lie in `0..<columns`.
  public init(columns: Int, rows: [[(column: Int32, value: Float)]]) {
    var result = SparseRows()
    for row in rows {
      for (column, value) in row { result.append(column, value) }
      result.endRow()
    }
    self.init(columns: columns, [result])
    if let fault { preconditionFailure(fault) }
  }

  /// How many entries are stored.
  public var entryCount: Int { values.count }

  /// Where the entries of `row` lie in ``columnIndices`` and ``values``.
  ///
  /// - Precondition: `row` is in `0..<rows`.
  @inlinable
  public func entries(of row: Int) -> Range<Int> {
    Int(rowStarts[row])..<Int(rowStarts[row + 1])
  }

  /// The value at a place; 0 where nothing is stored.
  ///
  /// - Precondition: `row` is in `0..<rows`.
  /// - Complexity: O(log(entries of the row)).
  public subscript(row: Int, column: Int) -> Float {
    var range = entries(of: row)
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      let found = Int(columnIndices[middle])
      if found == column { return values[middle] }
      range =
        found < column ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return 0
  }

  /// Adds `scale` times row `row` to `sums`, `[columns]`.
  ///
  /// With one call for each item of a user's history, `sums` becomes that user's scores.
  ///
  /// - Precondition: `row` is in `0..<rows` and `sums` has `columns` elements.
  /// - Complexity: O(entries of the row).
  public func add(row: Int, scaledBy scale: Float = 1, to sums: inout [Float]) {
    precondition(sums.count == columns, "a sum for each column")
    for entry in entries(of: row) { sums[Int(columnIndices[entry])] += scale * values[entry] }
  }

  /// The same entries with rows and columns exchanged.
  ///
  /// - Complexity: O(entries + rows + columns): a counting sort, without comparisons.
  public func transposed() -> SparseMatrix {
    Self.transposing(
      rows: rows, columns: columns, rowStarts: rowStarts, columnIndices: columnIndices,
      values: values)
  }

  /// The transpose, `[columns, rows]`, of rows whose columns may stand in any order, even twice: a
  /// stable counting sort by column.
  ///
  /// - Precondition: Every column index lies in `0..<columns`.
  package static func transposing(
    rows: Int, columns: Int, rowStarts: SharedArray<Int64>, columnIndices: SharedArray<Int32>,
    values: SharedArray<Float>
  ) -> SparseMatrix {
    var starts = [Int64](repeating: 0, count: columns + 1)
    for column in columnIndices { starts[Int(column) + 1] += 1 }
    for column in 0..<columns { starts[column + 1] += starts[column] }
    var next = starts
    var rowIndices = [Int32](repeating: 0, count: values.count)
    var transposedValues = [Float](repeating: 0, count: values.count)
    for row in 0..<rows {
      for entry in Int(rowStarts[row])..<Int(rowStarts[row + 1]) {
        let column = Int(columnIndices[entry])
        let place = Int(next[column])
        next[column] += 1
        rowIndices[place] = Int32(row)
        transposedValues[place] = values[entry]
      }
    }
    return SparseMatrix(
      rows: columns, columns: rows, rowStarts: SharedArray(starts),
      columnIndices: SharedArray(rowIndices), values: SharedArray(transposedValues))
  }

  /// What breaks the type's invariant, or nil: for arrays that come from outside.
  ///
  /// - Complexity: O(entries + rows).
  package var fault: String? {
    guard rowStarts.first == 0 else { return "its first row does not start at entry 0" }
    guard rowStarts.last == Int64(entryCount) else {
      return "its last row ends at entry \(rowStarts.last ?? 0), expected \(entryCount)"
    }
    for row in 0..<rows where rowStarts[row] > rowStarts[row + 1] {
      return "its row \(row) starts at entry \(rowStarts[row]) and ends at \(rowStarts[row + 1])"
    }
    for row in 0..<rows {
      var previous: Int32 = -1
      for entry in entries(of: row) {
        let column = columnIndices[entry]
        guard column >= 0, column < columns else {
          return "its row \(row) has the column \(column), expected below \(columns)"
        }
        guard column > previous else {
          return "its row \(row) has the column \(column) after \(previous), expected rising ones"
        }
        previous = column
      }
    }
    return nil
  }
}
