/// The bytes of one record and the values that were found in them: the form in which every format
/// delivers its records, reused from row to row.
struct Row {
  var bytes: [UInt8] = []
  var cells: [Cell] = []
  /// The line on which the record begins.
  var line = 0

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}

/// One value of a row.
struct Cell {
  /// The index of its column in the reader's `columns`.
  var column: Int
  var value: CellValue
}

enum CellValue {
  /// Text, unescaped: a range of the row's bytes.
  case text(Range<Int>)
  /// A JSON number as it was written: a range of the row's bytes.
  case number(Range<Int>)
  case boolean(Bool)
  /// A JSON array of texts, numbers and booleans, without its nulls.
  case list([String])
  /// A JSON object, or an array with an object or an array in it.
  case nested
  case null
}

/// A column of a delimited file, or a field name that objects of a JSONL file have.
struct Column: Sendable {
  let name: String
  /// The name in UTF-8, for comparing without making a string.
  let bytes: [UInt8]
  let type: ColumnType
  /// What items and users take the values for; decided once, from name and type.
  let reading: ColumnReading
  /// The number of the latest JSON object that had this field: it must not have it twice.
  var lastObject = -1

  init(name: String, type: ColumnType) {
    self.name = name
    bytes = Array(name.utf8)
    self.type = type
    reading = ColumnReading(name: name, type: type)
  }
}

/// How the values of a column are written.
enum ColumnType: String, Sendable {
  /// JSON, where each value has its own type.
  case json
  /// CSV or TSV, where nothing tells a type.
  case untyped
  // RecBole's types.
  case token
  case tokenSequence = "token_seq"
  case float
  case floatSequence = "float_seq"

  /// The type in a RecBole header field `name:type`.
  init?(header: some StringProtocol) {
    guard let colon = header.lastIndex(of: ":"),
      let type = ColumnType(rawValue: String(header[header.index(after: colon)...])),
      type != .json, type != .untyped
    else { return nil }
    self = type
  }
}

/// Where rows come from. Each format has one reader.
protocol RowReader {
  /// The columns that have been met so far; they only grow.
  var columns: [Column] { get }
  /// Whether `columns` is complete before the first row.
  var knowsColumns: Bool { get }

  /// Reads the next record into `row`.
  ///
  /// - Throws: ``InputError`` where the rest of the file cannot be read.
  mutating func next(_ row: inout Row) throws(InputError) -> RowResult
}

enum RowResult {
  case row
  /// There is a record, and it cannot be used; the next call goes on behind it.
  case malformed(RowProblem)
  case end
}

extension LineReader {
  /// What is wrong with the encoding of the latest line, which begins at index `start` of `bytes`.
  func encodingProblem(in bytes: [UInt8], from start: Int = 0) -> RowProblem? {
    firstInvalidUTF8(in: bytes, from: start).map { index in
      let code = String(bytes[index], radix: 16, uppercase: true)
      return RowProblem(
        line: line,
        "byte \(index - start + 1) of the line (offset \(offset + index - start) of the file) is"
          + " 0x\(code), which is not valid UTF-8; convert the file, for example with iconv"
      )
    }
  }
}

/// Whether a line holds nothing but spaces and tabs.
func isBlank(_ bytes: [UInt8]) -> Bool {
  bytes.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
}
