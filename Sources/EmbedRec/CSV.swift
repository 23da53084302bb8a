/// Lines of comma-separated values as RFC 4180 has them.
package enum CSV {
  /// The fields, quoted where they must be, with a line feed at the end.
  package static func line(_ fields: [String]) -> String {
    fields.map(field).joined(separator: ",") + "\n"
  }

  private static func field(_ text: String) -> String {
    text.utf8.contains { ",\"\r\n".utf8.contains($0) }
      ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }
}
