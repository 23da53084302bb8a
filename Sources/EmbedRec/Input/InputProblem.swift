internal import Foundation

/// One thing that is wrong with an input file, and where.
public struct InputProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// The line on which the record begins, counted from 1; nil where the whole file is meant.
  public let line: Int?
  /// The column or field that is meant, as the file names it.
  public let field: String?
  /// What is wrong, with the value that was found, and what to do where there is something to do.
  public let message: String

  /// A fault at a place in a file.
  public init(path: String, line: Int? = nil, field: String? = nil, message: String) {
    self.path = path
    self.line = line
    self.field = field
    self.message = message
  }

  /// `path:line: field "x": message`, without the parts that are unknown.
  public var description: String {
    var text = path
    if let line { text += ":\(line)" }
    if let field { text += ": field \"\(field)\"" }
    return text + ": " + message
  }
}

/// Why an input file could not be read to its end.
public struct InputError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong, and where.
  public let problem: InputProblem
  /// The operating system's error number, where the file could not be opened.
  public let code: Int32?

  /// An error that ends the reading.
  public init(_ problem: InputProblem) {
    self.problem = problem
    code = nil
  }

  /// A file or folder that could not be opened.
  ///
  /// - Parameters:
  ///   - kind: What it should be, in a word.
  ///   - code: An `errno` value.
  init(opening path: String, as kind: String = "file", code: Int32) {
    problem = InputProblem(
      path: path, message: "cannot open this \(kind): \(String(cString: strerror(code)))")
    self.code = code
  }

  /// A fault at a place in a file.
  public init(path: String, line: Int? = nil, field: String? = nil, message: String) {
    self.init(InputProblem(path: path, line: line, field: field, message: message))
  }

  /// Path, line, field and message.
  public var description: String { problem.description }
}

/// What to do with a row that cannot be used.
///
/// Some problems end the reading under either policy, because nothing after them can be trusted: a
/// file that cannot be opened or decompressed, that is not UTF-8 text from its first bytes on,
/// that lacks a required column, or that names one twice.
public enum ErrorPolicy: String, Sendable, CaseIterable {
  /// The first problem is thrown as an ``InputError``.
  case stop
  /// The row is left out and counted; the first problems are kept in the ``InputSummary``.
  case skip
}

/// How much of an untrusted file is believed.
public struct InputLimits: Sendable {
  /// The longest record, in bytes: longer ones are a problem, and never held in memory.
  public var recordBytes = 16 << 20
  /// The longest id, in bytes of UTF-8.
  public var idBytes = 1_024
  /// The most different field names that the objects of a JSONL file may have together.
  public var columns = 4_096
  /// How many problems an ``InputSummary`` keeps; the others are counted.
  public var problemsKept = 20

  /// The default limits.
  public init() {}
}

/// A problem of the row at hand, before the file and the line are added to it.
struct RowProblem: Error {
  /// Where this isn't the line on which the record begins.
  var line: Int?
  var field: String?
  var message: String

  init(line: Int? = nil, field: String? = nil, _ message: String) {
    self.line = line
    self.field = field
    self.message = message
  }

  static func tooLong(limit: Int) -> RowProblem {
    RowProblem("the record is longer than \(limit) bytes; is a line break or a quote missing?")
  }
}

/// A value from outside as a message shows it: quoted, control characters escaped, not too long.
func quoted(_ text: some StringProtocol) -> String {
  let shown = text.unicodeScalars.prefix(60).map { scalar in
    scalar.value < 0x20 || scalar.value == 0x7F ? scalar.escaped(asASCII: true) : String(scalar)
  }
  return "\"\(shown.joined())\(text.unicodeScalars.count > 60 ? "…" : "")\""
}
