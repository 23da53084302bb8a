import EmbedRec
import Foundation

/// Where results go.
enum StandardOutput {
  static func write(_ text: String) { write(Data(text.utf8)) }

  /// Results that can't be written must not look like success: a full disk ends the program.
  static func write(_ data: Data) {
    do {
      try FileHandle.standardOutput.write(contentsOf: data)
    } catch  where error.systemCode == EPIPE {
      // A reader that went away, such as `head`, is no fault of ours. The signal ends the program,
      // or this does where the signal is ignored.
      exit(128 + SIGPIPE)
    } catch {
      StandardError.write("error: standard output: cannot be written: \(error.systemReason)\n")
      exit(ExitStatus.of(.storage))
    }
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
