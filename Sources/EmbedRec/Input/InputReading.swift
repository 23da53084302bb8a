/// One pass over an input file: takes rows from a reader of any format, makes them records, and
/// keeps the books.
struct InputReading<Record: Sendable, Source: RowReader> {
  private let file: InputFile<Record>
  private var source: Source
  private var summary: InputSummary
  private var roles: RoleAssignment
  private var row = Row()
  /// The lines on which ids were met first.
  private var firstLine: [String: Int] = [:]
  /// In how many records a column, by index, held a nested value.
  private var nested: [Int: Int] = [:]
  /// Whether a column, by index, held a text or list: what a template may take without being told.
  private var holdsText: Set<Int> = []

  /// - Throws: ``InputError`` where the header lacks a column that is needed.
  init(
    of file: InputFile<Record>, from source: Source, format: InputFormat
  ) throws(InputError) {
    self.file = file
    self.source = source
    summary = InputSummary(path: file.path, format: format)
    roles = RoleAssignment(
      roles: file.schema.roles, required: file.schema.required,
      acceptsPlainID: file.schema.keepsFields, mapping: file.mapping)
    roles.extend(to: source.columns)
    if source.knowsColumns, !source.columns.isEmpty { try checkColumns() }
  }

  /// The next record that can be used, and the line on which it begins; nil at the end.
  ///
  /// - Throws: ``InputError`` at the end of what can be read, and under ``ErrorPolicy/stop`` for
  ///   any problem.
  mutating func next() throws(InputError) -> (record: Record, line: Int)? {
    while true {
      let problem: RowProblem
      switch try source.next(&row) {
      case .end: return nil
      case .malformed(let found): problem = found
      case .row:
        if source.columns.count > roles.roleOf.count { roles.extend(to: source.columns) }
        do {
          let record = try record()
          summary.rows += 1
          summary.accepted += 1
          return (record, row.line)
        } catch {
          problem = error
        }
      }
      summary.rows += 1
      summary.skipped += 1
      let located = InputProblem(
        path: file.path, line: problem.line ?? row.line, field: problem.field,
        message: problem.message)
      if file.policy == .stop { throw InputError(located) }
      if summary.problems.count < file.limits.problemsKept { summary.problems.append(located) }
    }
  }

  private mutating func record() throws(RowProblem) -> Record {
    let schema = file.schema
    let record = try schema.make(row, source.columns, roles, file.limits)
    guard schema.keepsFields else { return record }
    if let id = schema.uniqueID(record) {
      if let line = firstLine[id] {
        throw RowProblem(
          field: roles.columnOf[schema.required[0]].map { source.columns[$0].name },
          "the \(schema.noun) \(quoted(id)) is there already, on line \(line)")
      }
      firstLine[id] = row.line
    }
    for cell in row.cells {
      switch cell.value {
      case .nested: nested[cell.column, default: 0] += 1
      case .text, .list: holdsText.insert(cell.column)
      case .number, .boolean, .null: break
      }
    }
    if file.text(record)?.isEmpty == true { summary.withoutText += 1 }
    return record
  }

  private func checkColumns() throws(InputError) {
    let names = source.columns.map(\.name)
    if let message = roles.missingColumn(among: source.columns, orMapped: true) {
      throw InputError(path: file.path, message: message)
    }
    let unknown = file.template.unknownFields(among: names)
    if !unknown.isEmpty {
      throw InputError(
        path: file.path,
        message: "no field is named \(unknown.map { quoted($0) }.joined(separator: " or "))"
          + " as the text template asks; fields found: \(names.prefix(40).joined(separator: ", "))")
    }
  }

  /// What the pass found, once ``next()`` has returned nil.
  ///
  /// - Throws: ``InputError`` where a file of items holds no record, or a JSONL file lacks a field
  ///   that the mapping or the template names.
  consuming func finish() throws(InputError) -> InputSummary {
    let noun = file.schema.noun
    if summary.rows == 0 {
      let message = "the file holds no \(noun)s\(source.columns.isEmpty ? "" : ", only a header")"
      guard noun != "item" else { throw InputError(path: file.path, message: message) }
      summary.warnings.append(message)
    } else if summary.accepted > 0 {
      try checkColumns()
    }
    summary.warnings += roles.ambiguities(among: source.columns)
    for (column, count) in nested.sorted(by: { $0.key < $1.key }) {
      summary.warnings.append(
        "the field \(quoted(source.columns[column].name)) holds objects or arrays of them in"
          + " \(count) \(noun)s; they are left out")
    }
    if summary.withoutText > 0 {
      summary.warnings.append(
        "\(summary.withoutText) of \(summary.accepted) \(noun)s have no text")
    }
    summary.columns = columnReports()
    return summary
  }

  private func columnReports() -> [ColumnReport] {
    let fields = source.columns.indices.filter { roles.roleOf[$0] == nil }
    let names = fields.map { source.columns[$0].name }
    let template =
      switch file.schema.noun {
      case "item":
        file.template.fields
          ?? TextTemplate.itemFields(among: names, texts: { holdsText.contains(fields[$0]) })
      case "user": file.template.fields ?? TextTemplate.userFields(among: names)
      default: [String]()
      }
    return source.columns.indices.map { index in
      let name = source.columns[index].name
      let use: ColumnUse =
        if let role = roles.roleOf[index] {
          .role(role)
        } else if let position = template.firstIndex(of: name) {
          .text(position: position + 1)
        } else {
          file.schema.keepsFields ? .field : .ignored
        }
      return ColumnReport(name: name, use: use)
    }
  }
}
