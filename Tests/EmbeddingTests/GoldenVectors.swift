import Compute
import Foundation
import Testing

/// What Hugging Face's libraries make of a list of texts: see `Vectors/encoder/README.md`.
struct GoldenVectors {
  struct Line: Decodable {
    var text: String
    var ids: [Int32]
  }

  let folder: String
  let lines: [Line]
  /// `[texts, dimension]`
  let embeddings: Matrix

  var texts: [String] { lines.map(\.text) }

  init(_ name: String) throws {
    folder = Self.path(name)
    let content = try Data(contentsOf: URL(fileURLWithPath: folder + "/texts.jsonl"))
    lines = try content.split(separator: UInt8(ascii: "\n")).map {
      try JSONDecoder().decode(Line.self, from: $0)
    }
    embeddings = try Self.matrix(folder + "/embeddings.npy", rows: lines.count)
  }

  /// A float32 array in NumPy's format.
  static func matrix(_ path: String, rows: Int) throws -> Matrix {
    let array = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    let start = 10 + Int(array[8]) + Int(array[9]) << 8
    let values = (0..<(array.count - start) / 4).map { index in
      let bytes = array[(start + 4 * index)..<(start + 4 * index + 4)]
      return Float(bitPattern: bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
    return Matrix(rows: rows, columns: values.count / rows, values: values)
  }

  static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Vectors/encoder/" + name).standardized.path
  }

  /// Small checkpoints with random weights: between them, every pooling, activation and storage
  /// type, both tokenizer files and both ways of naming weights.
  static let small = ["small-cls", "small-max", "small-cased", "small-plain"]
}

/// A copy of a model folder that a test may damage; it goes with the value.
final class ModelCopy {
  let path: String

  init(of name: String) throws {
    path = FileManager.default.temporaryDirectory.path + "/embedding-" + UUID().uuidString
    try FileManager.default.copyItem(atPath: GoldenVectors.path(name), toPath: path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

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

  /// Without waiting for the disk, as `Data.write(to:)` would: fuzzing writes thousands of times.
  func write(_ name: String, _ bytes: [UInt8]) throws {
    let file = try #require(fopen(path + "/" + name, "w"))
    defer { fclose(file) }
    try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
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
}
