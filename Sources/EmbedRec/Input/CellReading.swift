extension Row {
  /// An id: a text, or an integer as it is written. Nil where there is none.
  ///
  /// - Throws: ``RowProblem`` for an empty id, one of another type, one with a control character,
  ///   and one that is too long.
  func id(
    _ value: CellValue, _ column: Column, _ role: ColumnRole, _ limits: InputLimits
  ) throws(RowProblem) -> String? {
    let range: Range<Int>
    switch value {
    case .text(let text): range = text
    case .number(let digits):
      guard
        !bytes[digits].contains(where: { $0 | 0x20 == UInt8(ascii: "e") || $0 == UInt8(ascii: ".") }
        )
      else {
        throw RowProblem(
          field: column.name,
          "the \(role.name) \(text(digits)) is neither a text nor an integer")
      }
      range = digits
    case .null: return nil
    case .boolean, .list, .nested:
      throw RowProblem(
        field: column.name,
        "the \(role.name) must be a text or an integer, found \(Self.name(of: value))")
    }
    guard range.count <= limits.idBytes else {
      throw RowProblem(
        field: column.name,
        "the \(role.name) has \(range.count) bytes, at most \(limits.idBytes) are allowed")
    }
    if let control = bytes[range].first(where: { $0 < 0x20 || $0 == 0x7F }) {
      throw RowProblem(
        field: column.name,
        "the \(role.name) \(quoted(text(range))) holds the control character"
          + " U+00\(control < 16 ? "0" : "")\(String(control, radix: 16, uppercase: true))")
    }
    guard bytes[range].contains(where: { $0 != UInt8(ascii: " ") }) else {
      throw RowProblem(field: column.name, "the \(role.name) is empty")
    }
    return text(range)
  }

  /// The value or the time of an interaction; nil where there is none.
  ///
  /// - Throws: ``RowProblem`` for what is no finite number and, where it may be one, no time.
  func number(
    _ value: CellValue, _ column: Column, isTime: Bool
  ) throws(RowProblem) -> Double? {
    let found: String
    switch value {
    case .null: return nil
    case .text(let range), .number(let range):
      if range.isEmpty { return nil }
      if let number = NumberText.decimal(bytes[range]) { return number }
      if isTime, let time = NumberText.iso8601(bytes[range]) { return time }
      found = quoted(text(range))
    case .boolean, .list, .nested: found = Self.name(of: value)
    }
    let expected = isTime ? "a finite number nor an ISO 8601 time" : "a finite number"
    throw RowProblem(field: column.name, "\(found) is \(isTime ? "neither" : "not") \(expected)")
  }

  /// The value of a field of an item or user; nil where there is none.
  ///
  /// What is absent: null, the empty text of a delimited file, and JSON objects and arrays of
  /// objects or arrays, which have no meaning to the engine.
  func fieldValue(_ value: CellValue, _ column: Column) throws(RowProblem) -> FieldValue? {
    switch value {
    case .null, .nested: return nil
    case .boolean(let value): return .boolean(value)
    case .list(let elements): return .list(elements)
    case .number(let range):
      guard let number = NumberText.decimal(bytes[range]) else {
        throw RowProblem(
          field: column.name, "\(text(range)) is beyond the range of a number; write it as a text")
      }
      return .number(number)
    case .text(let range):
      if range.isEmpty, column.type != .json { return nil }
      switch column.reading {
      case .text: return .text(text(range))
      case .textOrNumber:
        guard NumberText.isCanonical(bytes[range]) else { return .text(text(range)) }
        return NumberText.decimal(bytes[range]).map { .number($0) }
      case .number:
        guard let number = NumberText.decimal(bytes[range]) else {
          throw RowProblem(
            field: column.name, "\(quoted(text(range))) is not a finite number, as the type asks")
        }
        return .number(number)
      case .list(let separator, let always):
        guard always || bytes[range].contains(separator) else { return .text(text(range)) }
        return .list(
          bytes[range].split(separator: separator).map { String(decoding: $0, as: UTF8.self) })
      }
    }
  }

  /// The JSON type of a value, as messages call it.
  private static func name(of value: CellValue) -> String {
    switch value {
    case .text: "a text"
    case .number: "a number"
    case .boolean(let value): value ? "true" : "false"
    case .list: "an array"
    case .nested: "an object"
    case .null: "null"
    }
  }
}

/// What the text of a column is taken for.
enum ColumnReading: Sendable, Equatable {
  case text
  /// A number where it is written just as we would write it: `1995`, but not `007`.
  case textOrNumber
  case number
  /// A list; where not `always`, one element without a separator is a text.
  case list(separator: UInt8, always: Bool)

  init(name: String, type: ColumnType) {
    switch type {
    case .json, .token: self = .text
    case .float: self = .number
    case .floatSequence: self = .list(separator: UInt8(ascii: " "), always: true)
    case .tokenSequence:
      // The words of a title or of a description are one text, and no list.
      let isProse = TextTemplate.isTitle(name) || TextTemplate.isDescription(name)
      self = isProse ? .text : .list(separator: UInt8(ascii: " "), always: true)
    case .untyped:
      // MovieLens and many after it write genres as "Comedy|Drama".
      if TextTemplate.isCategory(name) {
        self = .list(separator: UInt8(ascii: "|"), always: false)
      } else {
        self =
          TextTemplate.isTitle(name) || TextTemplate.isDescription(name) ? .text : .textOrNumber
      }
    }
  }
}
