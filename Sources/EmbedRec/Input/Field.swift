/// A named value of an item or user.
public struct Field: Sendable, Equatable, Codable {
  /// The name of the column or JSON field.
  public var name: String
  /// What it holds.
  public var value: FieldValue

  /// A field with its value.
  public init(name: String, value: FieldValue) {
    self.name = name
    self.value = value
  }
}

/// The value of a field.
///
/// Coded as the plain JSON value: a string, a number, a boolean, or an array of strings.
///
/// Where the file gives no type (CSV and TSV), a cell is a number if it is written as a number
/// would be written here, so that nothing is lost (`1995`, not `007` nor `1.50`), else a text; the
/// cells of titles and descriptions are texts, and those of categories with a `|` in them lists.
public enum FieldValue: Sendable, Equatable {
  case text(String)
  /// Finite.
  case number(Double)
  case boolean(Bool)
  case list([String])

  /// The value as text: a list joined by ", ", a number without a fraction where it has none.
  public var text: String {
    switch self {
    case .text(let text): text
    case .number(let number): NumberText.text(number)
    case .boolean(let boolean): boolean ? "true" : "false"
    case .list(let elements): elements.joined(separator: ", ")
    }
  }
}

extension FieldValue: Codable {
  /// Reads a plain JSON value: a text, a number, a boolean or a list of texts.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let boolean = try? container.decode(Bool.self) {
      self = .boolean(boolean)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else {
      self = .list(try container.decode([String].self))
    }
  }

  /// Writes a plain JSON value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .number(let number): try container.encode(number)
    case .boolean(let boolean): try container.encode(boolean)
    case .list(let elements): try container.encode(elements)
    }
  }
}
