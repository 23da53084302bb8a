import Foundation

/// The real model that some tests compare with sentence-transformers: all-MiniLM-L6-v2.
public enum DefaultModel {
  /// Why a test that needs it is skipped.
  public static let absence =
    "needs all-MiniLM-L6-v2: set EMBEDREC_MODEL to its folder, or put it in "
    + "~/.cache/embedrec/all-MiniLM-L6-v2"

  /// Its folder: the one that EMBEDREC_MODEL names, or the one in the user's cache; nil where that
  /// does not exist.
  public static var folder: String? {
    let environment = ProcessInfo.processInfo.environment
    let home = environment["HOME"] ?? NSHomeDirectory()
    let cache = environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? home + "/.cache"
    let folder = environment["EMBEDREC_MODEL"] ?? cache + "/embedrec/all-MiniLM-L6-v2"
    return FileManager.default.fileExists(atPath: folder + "/model.safetensors") ? folder : nil
  }
}
