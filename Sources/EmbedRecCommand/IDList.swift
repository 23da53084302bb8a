import Foundation

/// Lists of ids on the command line and in files.
enum IDList {
  /// The ids of a file, one a line; empty lines are passed over.
  static func read(_ path: String) throws -> [String] {
    try TextFile.read(path).split { $0 == "\n" || $0 == "\r\n" }.map(String.init)
  }

  /// The ids of a list separated by commas.
  static func split(_ list: String) -> [String] {
    list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
  }
}
