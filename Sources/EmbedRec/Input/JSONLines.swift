/// Reads JSONL files: one object a line.
///
/// The columns are the field names in the order in which they first appear. Objects mostly repeat
/// the fields of the object before, so the column after the last one is tried first.
struct JSONLinesReader: RowReader {
  private(set) var columns: [Column] = []
  let knowsColumns = false
  private var columnOfName: [String: Int] = [:]
  private var objects = 0
  private var lines: LineReader
  private let limits: InputLimits

  init(lines: LineReader, limits: InputLimits) {
    self.lines = lines
    self.limits = limits
  }

  mutating func next(_ row: inout Row) throws(InputError) -> RowResult {
    repeat {
      row.bytes.removeAll(keepingCapacity: true)
      row.cells.removeAll(keepingCapacity: true)
      let result = try lines.next(appendingTo: &row.bytes, limit: limits.recordBytes)
      row.line = lines.line
      switch result {
      case .end: return .end
      case .tooLong: return .malformed(.tooLong(limit: limits.recordBytes))
      case .line: break
      }
    } while isBlank(row.bytes)
    if let problem = lines.encodingProblem(in: row.bytes) { return .malformed(problem) }
    let known = columns.count
    do {
      try object(&row)
      return .row
    } catch {
      // Only a sound object brings new columns: half of one could give a role to the wrong field.
      while columns.count > known { columnOfName[columns.removeLast().name] = nil }
      return .malformed(error)
    }
  }

  private mutating func object(_ row: inout Row) throws(RowProblem) {
    objects += 1
    var scanner = JSONScanner(bytes: row.bytes)
    // The scanner owns the bytes meanwhile, so that unescaping in place copies nothing.
    row.bytes = []
    defer { row.bytes = scanner.bytes }
    if scanner.peek() == UInt8(ascii: "[") {
      throw RowProblem(
        "expected one JSON object a line, found an array; write each element on a line of its own,"
          + " for example with jq -c '.[]'")
    }
    try scanner.expect(UInt8(ascii: "{"))
    guard !scanner.skip(UInt8(ascii: "}")) else { return try scanner.expectEnd() }
    var expected = 0
    repeat {
      let name = try scanner.string()
      let column = try column(scanner.bytes[name], expected: expected)
      try scanner.expect(UInt8(ascii: ":"))
      guard columns[column].lastObject != objects else {
        throw RowProblem(field: columns[column].name, "the object has this field twice")
      }
      columns[column].lastObject = objects
      row.cells.append(Cell(column: column, value: try scanner.value()))
      expected = column + 1
    } while scanner.skip(UInt8(ascii: ","))
    try scanner.expect(UInt8(ascii: "}"))
    try scanner.expectEnd()
  }

  private mutating func column(
    _ name: ArraySlice<UInt8>, expected: Int
  ) throws(RowProblem) -> Int {
    if expected < columns.count, name.elementsEqual(columns[expected].bytes) { return expected }
    let name = String(decoding: name, as: UTF8.self)
    if let known = columnOfName[name] { return known }
    guard columns.count < limits.columns else {
      throw RowProblem(
        field: name,
        "the objects of this file have more than \(limits.columns) different field names together;"
          + " put what varies into values")
    }
    columnOfName[name] = columns.count
    columns.append(Column(name: name, type: .json))
    return columns.count - 1
  }
}
