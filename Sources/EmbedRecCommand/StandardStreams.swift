import Foundation

/// Where results go.
enum StandardOutput {
  static func write(_ text: String) {
    // A reader that went away, such as `head`, is no fault of ours: the signal ends the program.
    try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
  }

  /// Writes a value as JSON for people and programs: sorted, indented, dates in ISO 8601.
  static func write(json value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    write(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n")
  }
}

/// Where everything else goes.
enum StandardError {
  static let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1

  static func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
