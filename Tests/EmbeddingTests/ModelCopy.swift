import Embedding
import Foundation
import TestSupport
import Testing

/// A copy of a model folder that a test may damage; it goes with the value.
final class ModelCopy {
  private let folder: TemporaryFolder
  var path: String { folder.path }

  init(of name: String) throws {
    folder = try TemporaryFolder(name: "model")
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.copyItem(atPath: GoldenVectors.path(name), toPath: path)
  }

  /// Copies the model's files of another folder over those that are there.
  func overlay(_ name: String) throws {
    let folder = GoldenVectors.path(name)
    for file in try FileManager.default.subpathsOfDirectory(atPath: folder)
    where file.hasSuffix(".json") || file.hasSuffix(".safetensors") {
      let target = URL(fileURLWithPath: path + "/" + file)
      try FileManager.default.createDirectory(
        at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(contentsOf: URL(fileURLWithPath: folder + "/" + file)).write(to: target)
    }
  }

  func read(_ name: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
  }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    try folder.write(name, bytes)
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: path + "/" + name)
  }

  /// Replaces a text within a file that must be there.
  func replace(_ name: String, _ old: String, _ new: String) throws {
    let content = String(decoding: try read(name), as: UTF8.self)
    precondition(content.contains(old), "\(name) has \(old)")
    try write(name, Array(content.replacingOccurrences(of: old, with: new).utf8))
  }

  /// What loading a changed copy of a model says: "loaded", or the file within it and the reason.
  static func failure(
    of name: String, _ change: (ModelCopy) throws -> Void,
    loading load: (String) throws(EmbeddingError) -> Void
  ) throws -> String {
    let copy = try ModelCopy(of: name)
    try change(copy)
    do throws(EmbeddingError) {
      try load(copy.path)
      return "loaded"
    } catch {
      #expect(error.path.hasPrefix(copy.path))
      return error.path.dropFirst(copy.path.count) + ": " + error.reason
    }
  }
}
