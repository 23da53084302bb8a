/// A recursive-descent parser over the bytes of a JSON document.
///
/// It takes all that RFC 8259 allows, up to a depth, and of what that forbids only numbers with
/// leading zeros.
package struct JSONParser {
  /// Deeper nesting is refused rather than followed to the end of the stack.
  package static let depthLimit = 64

  private let bytes: [UInt8]
  private var offset = 0

  /// Parses a whole document.
  ///
  /// - Complexity: O(n).
  package static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
    var parser = JSONParser(bytes: bytes)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { parser.offset = 3 }  // A byte order mark.
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.offset == bytes.count else { throw parser.failure("something follows the value") }
    return value
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func failure(_ reason: String) -> JSONSyntaxError {
    JSONSyntaxError(offset: offset, reason: reason)
  }

  /// The next byte, or 0, which stands for nothing in JSON, at the end.
  private var next: UInt8 { offset < bytes.count ? bytes[offset] : 0 }

  private mutating func skipSpace() {
    while next == 0x20 || next == 0x0A || next == 0x0D || next == 0x09 { offset += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    offset += 1
    return true
  }

  private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
    guard depth < Self.depthLimit else { throw failure("it nests too deep") }
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return .object(try members(depth: depth))
    case UInt8(ascii: "["): return .array(try elements(depth: depth))
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func members(depth: Int) throws(JSONSyntaxError) -> [JSONValue.Member] {
    offset += 1
    var members: [JSONValue.Member] = []
    skipSpace()
    if take(UInt8(ascii: "}")) { return members }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw failure("a key in quotes was expected") }
      let key = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw failure("\":\" was expected") }
      members.append(.init(key: key, value: try value(depth: depth + 1)))
      skipSpace()
      if take(UInt8(ascii: "}")) { return members }
      guard take(UInt8(ascii: ",")) else { throw failure("\",\" or \"}\" was expected") }
    }
  }

  private mutating func elements(depth: Int) throws(JSONSyntaxError) -> [JSONValue] {
    offset += 1
    var elements: [JSONValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return elements }
    while true {
      elements.append(try value(depth: depth + 1))
      skipSpace()
      if take(UInt8(ascii: "]")) { return elements }
      guard take(UInt8(ascii: ",")) else { throw failure("\",\" or \"]\" was expected") }
    }
  }

  private mutating func word(
    _ word: StaticString, _ value: JSONValue
  ) throws(JSONSyntaxError) -> JSONValue {
    let end = offset + word.utf8CodeUnitCount
    guard end <= bytes.count, bytes[offset..<end].elementsEqual("\(word)".utf8) else {
      throw failure("a value was expected")
    }
    offset = end
    return value
  }

  private mutating func number() throws(JSONSyntaxError) -> Double {
    let start = offset
    if next == UInt8(ascii: "-") { offset += 1 }
    var integer = 0
    let digits = offset
    while next >= UInt8(ascii: "0"), next <= UInt8(ascii: "9"), offset - digits < 15 {
      integer = integer * 10 + Int(next - UInt8(ascii: "0"))
      offset += 1
    }
    let isPlain = !Self.belongsToNumber(next)
    if isPlain, offset > digits {  // Most are short integers, such as the ids of a vocabulary.
      return Double(digits > start ? -integer : integer)
    }
    while Self.belongsToNumber(next) { offset += 1 }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    guard let first = text.utf8.first, first != UInt8(ascii: "+"), let value = Double(text),
      value.isFinite
    else {
      offset = start
      throw failure(text.isEmpty ? "a value was expected" : "\"\(text.prefix(40))\" is no number")
    }
    return value
  }

  private static func belongsToNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "e"),
      UInt8(ascii: "E"), UInt8(ascii: "+"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private mutating func string() throws(JSONSyntaxError) -> String {
    offset += 1
    let start = offset
    var all: UInt8 = 0
    while offset < bytes.count {
      let byte = bytes[offset]
      all |= byte
      switch byte {
      case UInt8(ascii: "\""):
        defer { offset += 1 }
        return try text(bytes[start..<offset], isASCII: all < 0x80)
      case UInt8(ascii: "\\"): return try escapedString(from: start)
      case 0..<0x20: throw failure("a control character stands in a string")
      default: offset += 1
      }
    }
    throw failure("a string is not closed")
  }

  private func text(
    _ slice: ArraySlice<UInt8>, isASCII: Bool
  ) throws(JSONSyntaxError) -> String {
    // Decoding, which repairs what is invalid, is many times faster than validating.
    if isASCII { return String(decoding: slice, as: UTF8.self) }
    guard let text = String(validating: slice, as: UTF8.self) else {
      throw JSONSyntaxError(offset: slice.startIndex, reason: "a string is not UTF-8")
    }
    return text
  }

  /// The rest of a string from its first escape on.
  private mutating func escapedString(from start: Int) throws(JSONSyntaxError) -> String {
    var result = Array(bytes[start..<offset])
    while offset < bytes.count {
      let byte = bytes[offset]
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        guard let text = String(validating: result, as: UTF8.self) else {
          throw JSONSyntaxError(offset: start, reason: "a string is not UTF-8")
        }
        return text
      case UInt8(ascii: "\\"):
        offset += 1
        result.append(contentsOf: String(try escapedScalar()).utf8)
      case 0..<0x20: throw failure("a control character stands in a string")
      default:
        result.append(byte)
        offset += 1
      }
    }
    throw failure("a string is not closed")
  }

  /// The character that the escape after a backslash stands for.
  private mutating func escapedScalar() throws(JSONSyntaxError) -> Character {
    let escape = next
    offset += 1
    switch escape {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
      return Character(Unicode.Scalar(escape))
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if (0xD800..<0xDC00).contains(code), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else { throw failure("half of a surrogate pair") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw failure("half of a surrogate pair") }
      return Character(scalar)
    default: throw failure("an unknown escape stands in a string")
    }
  }

  private mutating func hexadecimal() throws(JSONSyntaxError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(next)).hexDigitValue else {
        throw failure("four hexadecimal digits were expected")
      }
      code = code << 4 | UInt32(digit)
      offset += 1
    }
    return code
  }
}
