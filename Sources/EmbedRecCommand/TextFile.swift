import EmbedRec
import Foundation

/// Text files that the command line names.
enum TextFile {
  /// The whole text of a file; `-` stands for standard input.
  ///
  /// - Throws: ``EmbedRecError`` where it can't be read or isn't UTF-8.
  static func read(_ path: String) throws -> String {
    let data: Data
    if path == "-" {
      data = try FileHandle.standardInput.readToEnd() ?? Data()
    } else {
      do {
        data = try Data(contentsOf: URL(fileURLWithPath: path))
      } catch {
        throw EmbedRecError(.notFound, "\(path): cannot be read: \(reason(error))")
      }
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw EmbedRecError(.input, "\(path): is not UTF-8: convert it, for example with iconv")
    }
    return text
  }

  private static func reason(_ error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case .fileReadNoSuchFile?: "there is no such file"
    case .fileReadNoPermission?: "permission denied"
    default: error.localizedDescription
    }
  }
}
