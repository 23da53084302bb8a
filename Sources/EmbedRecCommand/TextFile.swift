import EmbedRec
import Foundation

/// Text files that the command line names.
enum TextFile {
  /// The whole text of a file; `-` stands for standard input.
  ///
  /// - Throws: ``EmbedRecError`` where it can't be read or isn't UTF-8.
  static func read(_ path: String) throws -> String {
    let data: Data
    do {
      // Unlike `Data(contentsOf:)`, a file handle reads pipes and devices, too.
      let file =
        path == "-"
        ? FileHandle.standardInput : try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      data = try file.readToEnd() ?? Data()
    } catch {
      throw EmbedRecError(
        unreadable: path, code: error.systemCode, reason: error.systemReason)
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw EmbedRecError(.input, "\(path): is not UTF-8: convert it, for example with iconv")
    }
    return text
  }
}

extension EmbedRecError {
  /// A file that the command line names can't be read.
  ///
  /// - Parameter code: The system's `errno`, where it is known.
  init(unreadable path: String, code: Int32?, reason: String) {
    let kind: Kind =
      switch code {
      case ENOENT?, ENOTDIR?: .notFound
      case EISDIR?: .input
      default: .storage
      }
    self.init(kind, "\(path): cannot be read: \(reason)")
  }
}
