internal import Foundation

/// How the records of an input file are written down.
public enum InputFormat: String, Sendable, CaseIterable {
  /// One JSON object (RFC 8259) a line; blank lines are passed over.
  case jsonLines
  /// Comma-separated values with a header (RFC 4180): a quoted field may hold commas, line breaks
  /// and doubled quotes. A quote inside an unquoted field is an ordinary character.
  case csv
  /// Tab-separated values with a header. A field that begins with a quote and ends with one before
  /// the next tab or the end of the line is taken as quoted; any other quote is an ordinary
  /// character. A field holds no line break.
  case tsv
  /// A RecBole atomic file: tab-separated, no quoting, and a header of `name:type` with the types
  /// `token`, `token_seq`, `float` and `float_seq`; sequences are separated by spaces.
  case atomic

  /// The format that a file's name tells, whether or not `.gz` follows.
  init?(path: String) {
    var name = path.lowercased()
    if name.hasSuffix(".gz") { name.removeLast(3) }
    switch (name as NSString).pathExtension {
    case "jsonl", "ndjson": self = .jsonLines
    case "csv": self = .csv
    case "tsv": self = .tsv
    case "inter", "item", "user": self = .atomic
    default: return nil
    }
  }

  /// The format that a file's first bytes suggest: JSONL where the first is a brace, else by the
  /// first line: atomic where each tab-separated name has a type, TSV where there is a tab, else
  /// CSV.
  init(head: ArraySlice<UInt8>) {
    let text = head.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
    let line = text.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    let names = String(decoding: line, as: UTF8.self).split(separator: "\t")
    if text.first == UInt8(ascii: "{") {
      self = .jsonLines
    } else if !names.isEmpty, names.allSatisfy({ ColumnType(header: $0) != nil }) {
      self = .atomic
    } else {
      self = names.count > 1 ? .tsv : .csv
    }
  }
}
