import Foundation

/// Where results go.
enum StandardOutput {
  static func write(_ text: String) {
    // A reader that went away, such as `head`, is no fault of ours: the signal ends the program.
    try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
  }
}

/// Where everything else goes.
enum StandardError {
  static let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1

  static func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
