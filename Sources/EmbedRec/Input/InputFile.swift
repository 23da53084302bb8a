/// A file of items, users or interactions, read record by record in constant memory.
///
///     let summary = try ItemFile(path: "items.jsonl.gz").readRecords { item, line in
///       print(line, item.id)
///     }
///
/// The format is told by the name (``InputFormat``), else by the first bytes; gzip by its first two
/// bytes. Columns are recognised by name (``ColumnRole``) unless the mapping names them.
///
/// | what is found | under ``ErrorPolicy/stop`` | under ``ErrorPolicy/skip`` |
/// |---|---|---|
/// | missing or unreadable file, folder, damaged gzip, UTF-16, other archives | error | error |
/// | no column for a required id, or for a name in the mapping or template | error | error |
/// | a header that names a column twice, or lacks the types of an atomic file | error | error |
/// | no record in a file of items | error | error |
/// | no record in a file of users or interactions | warning | warning |
/// | malformed JSON or CSV, wrong number of fields, a field given twice | error | row skipped |
/// | a quote that is never closed (the line that opened it is named) | error | rest skipped |
/// | bytes that are not UTF-8 | error | row skipped |
/// | a record beyond ``InputLimits/recordBytes``; the next line follows | error | row skipped |
/// | id missing, empty, too long, of another type, with control characters | error | row skipped |
/// | an item or user id for the second time (the first one counts) | error | row skipped |
/// | value that is no number, or negative; time that is no number or date | error | row skipped |
/// | more than ``InputLimits/columns`` field names in a JSONL file | error | row skipped |
/// | an item without text | kept, warning | kept, warning |
/// | JSON objects and arrays of arrays or objects | left out, warning | left out, warning |
/// | two columns that could have one role: the first in the list has it | warning | warning |
/// | blank lines | passed over | passed over |
///
/// Ids and texts are kept as they are written: spaces around them, too. The memory used doesn't
/// grow with the file, but for the ids of items and users, which are kept to find duplicates.
public struct InputFile<Record: Sendable>: Sendable {
  /// Where the file is.
  public let path: String
  /// Columns that aren't recognised by their names.
  public let mapping: ColumnMapping
  /// What happens at a malformed row.
  public let policy: ErrorPolicy
  /// The template whose fields must exist, and whose empty texts are counted.
  public let template: TextTemplate
  /// What is too long or too much.
  public let limits: InputLimits
  let schema: RecordSchema<Record>
  /// The text of a record; nil for one that has none by nature.
  let text: @Sendable (Record) -> String?

  /// Reads the whole file and calls `body` with each accepted record and the number of the line on
  /// which it begins, in the order of the file.
  ///
  /// - Throws: ``InputError``, after `body` has had the records before; and what `body` throws.
  /// - Complexity: O(length of the file), in constant memory.
  public func readRecords(_ body: (Record, _ line: Int) throws -> Void) throws -> InputSummary {
    let lines = try LineReader(path: path)
    let format = InputFormat(path: path) ?? InputFormat(head: lines.head)
    if format == .jsonLines {
      return try read(JSONLinesReader(lines: lines, limits: limits), format, body)
    }
    return try read(DelimitedReader(lines: lines, format: format, limits: limits), format, body)
  }

  private func read(
    _ source: some RowReader, _ format: InputFormat, _ body: (Record, Int) throws -> Void
  ) throws -> InputSummary {
    var reading = try InputReading(of: self, from: source, format: format)
    while let (record, line) = try reading.next() { try body(record, line) }
    return try reading.finish()
  }
}

/// A file of items: see ``InputFile``.
public typealias ItemFile = InputFile<ItemRecord>
/// A file of users: see ``InputFile``.
public typealias UserFile = InputFile<UserRecord>
/// A file of interactions: see ``InputFile``.
public typealias InteractionFile = InputFile<InteractionRecord>

extension InputFile where Record == ItemRecord {
  /// A file that is opened when it is read.
  public init(
    path: String, mapping: ColumnMapping = ColumnMapping(), policy: ErrorPolicy = .stop,
    template: TextTemplate = TextTemplate(), limits: InputLimits = InputLimits()
  ) {
    self.init(
      path: path, mapping: mapping, policy: policy, template: template, limits: limits,
      schema: .item, text: { template.text(of: $0) })
  }
}

extension InputFile where Record == UserRecord {
  /// A file that is opened when it is read.
  public init(
    path: String, mapping: ColumnMapping = ColumnMapping(), policy: ErrorPolicy = .stop,
    template: TextTemplate = TextTemplate(), limits: InputLimits = InputLimits()
  ) {
    self.init(
      path: path, mapping: mapping, policy: policy, template: template, limits: limits,
      schema: .user, text: { template.text(of: $0) })
  }
}

extension InputFile where Record == InteractionRecord {
  /// A file that is opened when it is read.
  public init(
    path: String, mapping: ColumnMapping = ColumnMapping(), policy: ErrorPolicy = .stop,
    limits: InputLimits = InputLimits()
  ) {
    self.init(
      path: path, mapping: mapping, policy: policy, template: TextTemplate(), limits: limits,
      schema: .interaction, text: { _ in nil })
  }
}
