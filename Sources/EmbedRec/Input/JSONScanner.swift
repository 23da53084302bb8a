/// A strict scanner of JSON text (RFC 8259) that unescapes strings in place and leaves numbers as
/// they are written, so that an id of twenty digits survives.
struct JSONScanner {
  /// The text, valid UTF-8; a string that has been scanned lies in it unescaped.
  private(set) var bytes: [UInt8]
  private var i = 0
  /// How deep arrays and objects may lie in one another: the scanner calls itself for each level.
  private static let depth = 64

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// The next byte that is not white space; nil at the end.
  mutating func peek() -> UInt8? {
    while i < bytes.count {
      switch bytes[i] {
      case 0x20, 0x09, 0x0A, 0x0D: i += 1
      default: return bytes[i]
      }
    }
    return nil
  }

  /// Passes over `byte` where it comes next.
  mutating func skip(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    i += 1
    return true
  }

  mutating func expect(_ byte: UInt8) throws(RowProblem) {
    if !skip(byte) { throw unexpected("'\(Character(Unicode.Scalar(byte)))'") }
  }

  mutating func expectEnd() throws(RowProblem) {
    if peek() != nil { throw unexpected("the end of the line behind the object") }
  }

  private func unexpected(_ expected: String) -> RowProblem {
    guard i < bytes.count else {
      return RowProblem("malformed JSON: expected \(expected), found the end of the line")
    }
    let found = quoted(String(decoding: bytes[i..<min(i + 12, bytes.count)], as: UTF8.self))
    return RowProblem("malformed JSON at byte \(i + 1): expected \(expected), found \(found)")
  }

  /// Any value. Nested ones are checked and passed over.
  mutating func value(depth: Int = 0) throws(RowProblem) -> CellValue {
    switch peek() {
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "-"): return .number(try number())
    case let digit? where UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit:
      return .number(try number())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "["): return try array(depth: depth + 1)
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    default: throw unexpected("a JSON value")
    }
  }

  private mutating func word(
    _ word: StaticString, _ value: CellValue
  ) throws(RowProblem) -> CellValue {
    let end = i + word.utf8CodeUnitCount
    guard end <= bytes.count, bytes[i..<end].elementsEqual("\(word)".utf8) else {
      throw unexpected("a JSON value")
    }
    i = end
    return value
  }

  private mutating func array(depth: Int) throws(RowProblem) -> CellValue {
    try enter(depth)
    var elements: [String] = []
    var isNested = false
    guard !skip(UInt8(ascii: "]")) else { return .list([]) }
    repeat {
      switch try value(depth: depth) {
      case .text(let range), .number(let range):
        elements.append(String(decoding: bytes[range], as: UTF8.self))
      case .boolean(let value): elements.append(value ? "true" : "false")
      case .null: break
      case .list, .nested: isNested = true
      }
    } while skip(UInt8(ascii: ","))
    try expect(UInt8(ascii: "]"))
    return isNested ? .nested : .list(elements)
  }

  private mutating func object(depth: Int) throws(RowProblem) -> CellValue {
    try enter(depth)
    guard !skip(UInt8(ascii: "}")) else { return .nested }
    repeat {
      _ = try string()
      try expect(UInt8(ascii: ":"))
      _ = try value(depth: depth)
    } while skip(UInt8(ascii: ","))
    try expect(UInt8(ascii: "}"))
    return .nested
  }

  private mutating func enter(_ depth: Int) throws(RowProblem) {
    guard depth <= Self.depth else {
      throw RowProblem("malformed JSON: nested more than \(Self.depth) deep at byte \(i + 1)")
    }
    i += 1
  }

  private mutating func number() throws(RowProblem) -> Range<Int> {
    let start = i
    func isDigit(_ i: Int) -> Bool {
      i < bytes.count && UInt8(ascii: "0") <= bytes[i] && bytes[i] <= UInt8(ascii: "9")
    }
    if bytes[i] == UInt8(ascii: "-") { i += 1 }
    guard isDigit(i) else { throw unexpected("a digit") }
    let hasLeadingZero = bytes[i] == UInt8(ascii: "0") && isDigit(i + 1)
    guard !hasLeadingZero else { throw unexpected("a number without leading zeros") }
    while isDigit(i) { i += 1 }
    if i < bytes.count, bytes[i] == UInt8(ascii: ".") {
      i += 1
      guard isDigit(i) else { throw unexpected("a digit") }
      while isDigit(i) { i += 1 }
    }
    if i < bytes.count, bytes[i] | 0x20 == UInt8(ascii: "e") {
      i += 1
      if i < bytes.count, bytes[i] == UInt8(ascii: "+") || bytes[i] == UInt8(ascii: "-") { i += 1 }
      guard isDigit(i) else { throw unexpected("a digit") }
      while isDigit(i) { i += 1 }
    }
    return start..<i
  }

  /// A string: the range in `bytes` where it lies unescaped.
  mutating func string() throws(RowProblem) -> Range<Int> {
    try expect(UInt8(ascii: "\""))
    let start = i
    // Most strings have no escape, and stay where they are.
    while i < bytes.count, bytes[i] != UInt8(ascii: "\""), bytes[i] != UInt8(ascii: "\\") {
      guard bytes[i] >= 0x20 else { throw unexpected("an escaped control character") }
      i += 1
    }
    var end = i
    while true {
      guard i < bytes.count else { throw unexpected("a closing quote") }
      let byte = bytes[i]
      switch byte {
      case UInt8(ascii: "\""):
        i += 1
        return start..<end
      case UInt8(ascii: "\\"): try escape(writingAt: &end)
      case 0..<0x20: throw unexpected("an escaped control character")
      default:
        bytes[end] = byte
        end += 1
        i += 1
      }
    }
  }

  /// An escape: it is never shorter than the UTF-8 that it stands for.
  private mutating func escape(writingAt end: inout Int) throws(RowProblem) {
    let scalar: Unicode.Scalar
    switch i + 1 < bytes.count ? bytes[i + 1] : 0 {
    case UInt8(ascii: "\""): scalar = "\""
    case UInt8(ascii: "\\"): scalar = "\\"
    case UInt8(ascii: "/"): scalar = "/"
    case UInt8(ascii: "b"): scalar = "\u{8}"
    case UInt8(ascii: "f"): scalar = "\u{C}"
    case UInt8(ascii: "n"): scalar = "\n"
    case UInt8(ascii: "r"): scalar = "\r"
    case UInt8(ascii: "t"): scalar = "\t"
    case UInt8(ascii: "u"):
      guard var code = codeUnit(at: i) else { throw unexpected("an escape like \\u00e9") }
      if 0xD800..<0xDC00 ~= code, let low = codeUnit(at: i + 6), 0xDC00..<0xE000 ~= low {
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        i += 6
      }
      guard let found = Unicode.Scalar(code) else {
        throw unexpected("both halves of a surrogate pair")
      }
      scalar = found
      i += 4
    default: throw unexpected("an escape like \\n or \\u00e9")
    }
    i += 2
    for byte in UTF8.encode(scalar)! {
      bytes[end] = byte
      end += 1
    }
  }

  /// The value of `\uXXXX` at an index.
  private func codeUnit(at index: Int) -> UInt32? {
    guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"),
      bytes[index + 1] == UInt8(ascii: "u")
    else { return nil }
    let digits = bytes[index + 2..<index + 6]
    guard digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }) else { return nil }
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}
