/// A JSON value (RFC 8259), parsed from bytes.
///
/// Model folders keep a vocabulary of tens of thousands of words in JSON, and a program that
/// answers one query pays for reading it: members stay in one array in the order of the file,
/// without a hash table, and short strings need no allocation.
package enum JSONValue: Sendable, Equatable {
  package struct Member: Sendable, Equatable {
    package var key: String
    package var value: JSONValue
  }

  case null
  case boolean(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// The value of a member; of the last one where a key stands twice. nil where there is none, or
  /// where it is null.
  ///
  /// - Complexity: O(members).
  package subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self,
      let value = members.last(where: { $0.key == key })?.value, value != .null
    else { return nil }
    return value
  }

  package var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  package var boolean: Bool? {
    if case .boolean(let value) = self { value } else { nil }
  }

  package var number: Double? {
    if case .number(let value) = self { value } else { nil }
  }

  /// A number without a fraction, as far as a double holds one exactly.
  package var integer: Int? {
    guard let number, number == number.rounded(), abs(number) <= 0x1p53 else { return nil }
    return Int(number)
  }

  package var elements: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  package var members: [Member]? {
    if case .object(let value) = self { value } else { nil }
  }

  /// A word for what this is, for messages.
  var kind: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .number(let value): integer.map(String.init) ?? "\(value)"
    case .string(let value): "the string \"\(value.prefix(40))\""
    case .array: "a list"
    case .object: "an object"
    }
  }
}

/// Where and why bytes are no JSON.
package struct JSONSyntaxError: Error, Equatable {
  package var offset: Int
  package var reason: String
}
