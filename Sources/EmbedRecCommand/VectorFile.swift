import ArgumentParser
import Compute
import EmbedRec
import Foundation

/// How vectors are written.
enum VectorFormat: String, CaseIterable, ExpressibleByArgument {
  /// NumPy's format, version 1.0: float32, `[texts, dimension]` in C order.
  case npy
  /// A line `{"text": …, "vector": […]}` for each text.
  case jsonl
  /// A line of numbers for each text, without a header.
  case csv
}

/// A file of vectors, written block by block.
struct VectorFile: ~Copyable {
  private let format: VectorFormat
  private let dimension: Int
  private var file: OutputFile
  private var rows = 0

  /// - Parameter path: nil for standard output.
  init(_ path: String?, format: VectorFormat, dimension: Int) throws(EmbedRecError) {
    let file = try OutputFile(path)
    // How many rows there are is known in the end.
    if format == .npy { try file.write(Self.header(rows: 0, columns: dimension)) }
    self.format = format
    self.dimension = dimension
    self.file = file
  }

  /// Adds the vectors of some texts.
  mutating func add(_ vectors: Matrix, of texts: [String]) throws(EmbedRecError) {
    rows += vectors.rows
    switch format {
    case .npy: try file.write(vectors.values)
    case .csv, .jsonl:
      var lines: [UInt8] = []
      for (row, text) in texts.enumerated() {
        let numbers = vectors.row(row).map(\.description).joined(separator: ",")
        let line =
          format == .csv
          ? numbers : "{\"text\":\(Self.json(text)),\"vector\":[\(numbers)]}"
        lines += line.utf8
        lines.append(UInt8(ascii: "\n"))
      }
      try file.write(lines)
    }
  }

  /// Completes the file and gives it its name.
  mutating func finish() throws(EmbedRecError) {
    if format == .npy {
      try file.rewind()
      try file.write(Self.header(rows: rows, columns: dimension))
    }
    try file.finish()
  }

  /// 128 bytes, which have room for any shape.
  private static func header(rows: Int, columns: Int) -> [UInt8] {
    let fields = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
    var header: [UInt8] = [0x93] + "NUMPY".utf8 + [1, 0, 118, 0] + fields.utf8
    header += [UInt8](repeating: UInt8(ascii: " "), count: 127 - header.count)
    header.append(UInt8(ascii: "\n"))
    return header
  }

  /// A text as a JSON string.
  private static func json(_ text: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return String(decoding: try! encoder.encode(text), as: UTF8.self)  // Every text can be encoded.
  }
}
