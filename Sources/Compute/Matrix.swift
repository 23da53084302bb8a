/// A dense float32 matrix, row after row in one array.
public struct Matrix: Sendable, Equatable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns: the distance between rows in ``values``.
  public let columns: Int
  /// `[rows, columns]`, row-major.
  public var values: [Float]

  /// A matrix of zeros.
  public init(rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns, values: [Float](repeating: 0, count: rows * columns))
  }

  /// - Precondition: `values.count` is `rows * columns`.
  public init(rows: Int, columns: Int, values: [Float]) {
    precondition(values.count == rows * columns, "values fill the matrix")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// One element.
  ///
  /// - Precondition: Row and column lie within the matrix.
  public subscript(row: Int, column: Int) -> Float {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// A copy of one row.
  public func row(_ row: Int) -> ArraySlice<Float> {
    values[row * columns..<(row + 1) * columns]
  }
}

/// An immutable float32 matrix whose rows may lie in a mapped file: shared, never copied.
public struct SharedMatrix: Sendable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns: the distance between rows in ``values``.
  public let columns: Int
  /// `[rows, columns]`, row-major.
  public let values: SharedArray<Float>

  /// - Precondition: `values.count` is `rows * columns`.
  public init(rows: Int, columns: Int, values: SharedArray<Float>) {
    precondition(values.count == rows * columns, "values fill the matrix")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// A copy of `matrix` that can be shared.
  ///
  /// - Complexity: O(rows · columns).
  public init(_ matrix: Matrix) {
    self.init(rows: matrix.rows, columns: matrix.columns, values: SharedArray(matrix.values))
  }

  /// A copy of one row.
  public func row(_ row: Int) -> [Float] {
    Array(values.buffer[row * columns..<(row + 1) * columns])
  }

  /// The rows in the given order, copied.
  public func gathered(_ rows: [Int]) -> Matrix {
    var result = Matrix(rows: rows.count, columns: columns)
    for (target, source) in rows.enumerated() {
      for column in 0..<columns {
        result.values[target * columns + column] = values[source * columns + column]
      }
    }
    return result
  }
}
