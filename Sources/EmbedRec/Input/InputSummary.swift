/// What was found in an input file.
public struct InputSummary: Sendable {
  /// The file that was read.
  public let path: String
  /// The format that it was read as.
  public let format: InputFormat
  /// Records in the file, the header aside: those accepted and those skipped.
  public internal(set) var rows = 0
  /// Records that were read without a problem.
  public internal(set) var accepted = 0
  /// Records that were left out under ``ErrorPolicy/skip``.
  public internal(set) var skipped = 0
  /// Accepted records whose text is empty.
  public internal(set) var withoutText = 0
  /// What each column was taken for, in the order in which they appear.
  public internal(set) var columns: [ColumnReport] = []
  /// The first problems of skipped rows, at most ``InputLimits/problemsKept``.
  public internal(set) var problems: [InputProblem] = []
  /// What is worth knowing and stopped nothing, a sentence each.
  public internal(set) var warnings: [String] = []

  init(path: String, format: InputFormat) {
    self.path = path
    self.format = format
  }
}

/// What a column was taken for.
public struct ColumnReport: Sendable, Equatable, CustomStringConvertible {
  /// The column's name.
  public let name: String
  /// What it was taken for.
  public let use: ColumnUse

  /// For example `movieId -> item id` or `genres -> text, 2nd in the template`.
  public var description: String {
    switch use {
    case .role(let role): "\(name) -> \(role.name)"
    case .text(let position): "\(name) -> text, \(Self.ordinal(position)) in the template"
    case .field: "\(name) -> field"
    case .ignored: "\(name) -> ignored"
    }
  }

  private static func ordinal(_ number: Int) -> String {
    let isTeen = (11...13).contains(number % 100)
    let suffix = isTeen ? "th" : [1: "st", 2: "nd", 3: "rd"][number % 10] ?? "th"
    return "\(number)\(suffix)"
  }
}

/// What the values of a column are used for.
public enum ColumnUse: Sendable, Equatable {
  case role(ColumnRole)
  /// Part of the encoded text, at this place counted from 1; kept as a field too.
  case text(position: Int)
  /// Kept with the record.
  case field
  case ignored
}
