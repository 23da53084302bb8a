internal import Foundation

/// Reads CSV, TSV and atomic files: see ``InputFormat`` for what each allows.
///
/// Lines that are empty or hold only spaces are passed over; so are lines of tabs alone.
struct DelimitedReader: RowReader {
  private(set) var columns: [Column] = []
  let knowsColumns = true
  private var lines: LineReader
  private let format: InputFormat
  private let separator: UInt8
  private let limit: Int

  private static let quote = UInt8(ascii: "\"")

  /// Reads the header. A file without one has no columns.
  ///
  /// - Throws: ``InputError`` where the header is malformed or names a column twice.
  init(lines: LineReader, format: InputFormat, limits: InputLimits) throws(InputError) {
    self.lines = lines
    self.format = format
    separator = UInt8(ascii: format == .csv ? "," : "\t")
    limit = limits.recordBytes
    var row = Row()
    switch try record(&row) {
    case .end: return
    case .malformed(let problem):
      throw InputError(
        path: lines.path, line: problem.line ?? row.line,
        message: "in the header: \(problem.message)")
    case .row: break
    }
    for cell in row.cells {
      guard case .text(let range) = cell.value else { continue }
      do {
        columns.append(try column(header: row.text(range)))
      } catch {
        throw InputError(path: lines.path, line: row.line, message: error.message)
      }
    }
  }

  private func column(header: String) throws(RowProblem) -> Column {
    var name = header.trimmingCharacters(in: .whitespaces)
    var type = ColumnType.untyped
    if format == .atomic {
      guard let found = ColumnType(header: name) else {
        throw RowProblem(
          "the header names \(quoted(name)); an atomic file needs name:type there, with the types"
            + " token, token_seq, float or float_seq")
      }
      type = found
      name = String(name[..<name.lastIndex(of: ":")!])
    }
    if name.isEmpty { name = "column \(columns.count + 1)" }
    guard !columns.contains(where: { $0.name == name }) else {
      throw RowProblem("the header names \(quoted(name)) twice")
    }
    return Column(name: name, type: type)
  }

  mutating func next(_ row: inout Row) throws(InputError) -> RowResult {
    let result = try record(&row)
    if case .row = result, row.cells.count != columns.count {
      return .malformed(
        RowProblem("\(row.cells.count) fields, but the header has \(columns.count)"))
    }
    return result
  }

  private mutating func record(_ row: inout Row) throws(InputError) -> RowResult {
    repeat {
      row.bytes.removeAll(keepingCapacity: true)
      row.cells.removeAll(keepingCapacity: true)
      let result = try lines.next(appendingTo: &row.bytes, limit: limit)
      row.line = lines.line
      switch result {
      case .end: return .end
      case .tooLong: return .malformed(.tooLong(limit: limit))
      case .line: break
      }
    } while isBlank(row.bytes)
    var problem = lines.encodingProblem(in: row.bytes)
    var i = 0
    while true {
      let start = i
      if i < row.bytes.count, row.bytes[i] == Self.quote, format == .csv {
        // The field is unescaped in place: what is written never overtakes what is read.
        let openingLine = lines.line
        var end = i + 1
        i += 1
        while true {
          if i == row.bytes.count {
            switch try continueQuoted(&row.bytes, problem: &problem) {
            case .line: continue
            case .tooLong: return .malformed(.tooLong(limit: limit))
            case .end:
              return .malformed(
                RowProblem(line: openingLine, "a quote opened on this line is never closed"))
            }
          }
          let byte = row.bytes[i]
          i += 1
          if byte == Self.quote {
            guard i < row.bytes.count, row.bytes[i] == Self.quote else { break }
            i += 1
          }
          row.bytes[end] = byte
          end += 1
        }
        row.cells.append(Cell(column: row.cells.count, value: .text(start + 1..<end)))
        if i < row.bytes.count, row.bytes[i] != separator {
          problem =
            problem
            ?? RowProblem(
              line: lines.line,
              "text follows the closing quote of field \(row.cells.count); a quote inside a quoted"
                + " field is written twice")
          // Passed over, so that a quote which opens later is still seen.
          while i < row.bytes.count, row.bytes[i] != separator { i += 1 }
        }
      } else {
        while i < row.bytes.count, row.bytes[i] != separator { i += 1 }
        row.cells.append(
          Cell(column: row.cells.count, value: .text(unquoted(&row.bytes, start..<i))))
      }
      if i == row.bytes.count { break }
      i += 1
    }
    return problem.map { .malformed($0) } ?? .row
  }

  /// Appends the line break inside a quoted field, and the line behind it.
  private mutating func continueQuoted(
    _ bytes: inout [UInt8], problem: inout RowProblem?
  ) throws(InputError) -> LineResult {
    if lines.endedWithCRLF { bytes.append(UInt8(ascii: "\r")) }
    bytes.append(UInt8(ascii: "\n"))
    let base = bytes.count
    let result = try lines.next(appendingTo: &bytes, limit: limit)
    if problem == nil { problem = lines.encodingProblem(in: bytes, from: base) }
    return result
  }

  /// The inner range of a TSV field that is quoted as a whole, its doubled quotes made single; else
  /// the range itself.
  private func unquoted(_ bytes: inout [UInt8], _ range: Range<Int>) -> Range<Int> {
    guard format == .tsv, range.count > 1, bytes[range.lowerBound] == Self.quote,
      bytes[range.upperBound - 1] == Self.quote
    else { return range }
    let inner = range.dropFirst().dropLast()
    var kept: [UInt8] = []
    var i = inner.startIndex
    while i < inner.endIndex {
      if bytes[i] == Self.quote {
        // `"A" and "B"` is no quoted field: its inner quotes are single.
        guard i + 1 < inner.endIndex, bytes[i + 1] == Self.quote else { return range }
        i += 1
      }
      kept.append(bytes[i])
      i += 1
    }
    let result = inner.startIndex..<inner.startIndex + kept.count
    bytes.replaceSubrange(result, with: kept)
    return result
  }
}
