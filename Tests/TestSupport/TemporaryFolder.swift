import Foundation
import Testing

/// A folder that goes when the value does.
public final class TemporaryFolder: Sendable {
  public let path: String

  /// - Parameter name: The folder's own name, for tests that read it.
  public init(name: String = "files") throws {
    path = NSTemporaryDirectory() + "embedrec-test-" + UUID().uuidString + "/" + name
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: (path as NSString).deletingLastPathComponent)
  }

  /// The path of a file in the folder.
  public func path(_ name: String) -> String { path + "/" + name }

  /// Writes a file and returns its path.
  @discardableResult
  public func write(_ name: String, _ text: String) throws -> String {
    try write(name, Array(text.utf8))
  }

  /// Writes a file and returns its path.
  @discardableResult
  public func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = path(name)
    // Not Data.write: it waits for the disk, and the tests write thousands of files.
    // Removed first, for the same reason: some file systems flush a file that is written anew.
    unlink(file)
    let stream = try #require(fopen(file, "wb"))
    try #require(fwrite(bytes, 1, bytes.count, stream) == bytes.count && fclose(stream) == 0)
    return file
  }
}
