import Compute
import Foundation

/// NumPy's file format, version 1, for arrays of two dimensions in C order.
struct NumPyFile {
  struct Unreadable: Error, CustomStringConvertible { var description: String }

  let rows: Int
  let columns: Int
  private let data: Data
  private let start: Int

  /// - Parameter type: As NumPy writes it: `<f4`, `|u1`, `<i8`.
  init(path: String, type: String) throws {
    data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    func unreadable(_ why: String) -> Unreadable { Unreadable(description: "\(path): \(why)") }
    guard data.count > 10, data.prefix(6) == Data([0x93] + Array("NUMPY".utf8)), data[6] == 1 else {
      throw unreadable("it is no NumPy file of version 1")
    }
    start = 10 + Int(data[8]) + Int(data[9]) << 8
    guard start <= data.count else { throw unreadable("its header is cut off") }
    let header = String(decoding: data[10..<start], as: UTF8.self)
    let shape = header.split(separator: "(").last?.split(separator: ")").first ?? ""
    let extents = shape.split(separator: ",").compactMap {
      Int($0.trimmingCharacters(in: .whitespaces))
    }
    guard header.contains("'\(type)'"), header.contains("'fortran_order': False"),
      extents.count == 2
    else { throw unreadable("it is not of type \(type), two dimensions and C order: \(header)") }
    (rows, columns) = (extents[0], extents[1])
  }

  func values<Element: BitwiseCopyable>(_ type: Element.Type) throws -> [Element] {
    guard data.count - start == rows * columns * MemoryLayout<Element>.size else {
      throw Unreadable(description: "a NumPy file has another length than its shape says")
    }
    return [Element](unsafeUninitializedCapacity: rows * columns) { buffer, count in
      _ = data.copyBytes(to: UnsafeMutableRawBufferPointer(buffer), from: start..<data.count)
      count = rows * columns
    }
  }

  /// The float32 matrix in a file.
  static func matrix(_ path: String) throws -> Matrix {
    let file = try NumPyFile(path: path, type: "<f4")
    return Matrix(rows: file.rows, columns: file.columns, values: try file.values(Float.self))
  }

  static func write(_ values: [Int64], rows: Int, columns: Int, to path: String) throws {
    var header = "{'descr': '<i8', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
    while (header.utf8.count + 11) % 64 != 0 { header += " " }
    header += "\n"
    var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0])
    data.append(contentsOf: [UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)])
    data.append(contentsOf: Array(header.utf8))
    values.withUnsafeBytes { data.append(contentsOf: $0) }
    try data.write(to: URL(fileURLWithPath: path))
  }
}
