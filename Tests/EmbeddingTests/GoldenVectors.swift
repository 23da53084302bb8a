import Compute
import Foundation
import TestSupport
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
    lines = try Self.lines(of: folder + "/texts.jsonl")
    embeddings = try Self.matrix(folder + "/embeddings.npy", rows: lines.count)
  }

  /// The values of a file that has one in JSON on each line.
  static func lines<Value: Decodable>(of path: String) throws -> [Value] {
    try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: UInt8(ascii: "\n")).map {
      try JSONDecoder().decode(Value.self, from: $0)
    }
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

  static func path(_ name: String) -> String { TinyModel.path(name) }

  /// Small checkpoints with random weights: between them, every pooling, activation and storage
  /// type, both tokenizer files and both ways of naming weights.
  static let small = ["small-cls", "small-max", "small-cased", "small-plain"]
}
