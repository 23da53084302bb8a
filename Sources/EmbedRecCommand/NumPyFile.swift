import Compute
import EmbedRec
import Foundation

/// NumPy's `.npy` format, version 1.0.
enum NumPyFile {
  /// Writes a float32 matrix in C order.
  static func write(_ matrix: Matrix, to path: String) throws {
    var header =
      "{'descr': '<f4', 'fortran_order': False, 'shape': (\(matrix.rows), \(matrix.columns)), }"
    // Magic, version and length take 10 bytes; all together is a multiple of 64.
    let length = (10 + header.utf8.count + 1 + 63) / 64 * 64 - 10
    header += String(repeating: " ", count: length - header.utf8.count - 1) + "\n"
    var data = Data([0x93])
    data.append(contentsOf: "NUMPY".utf8)
    data.append(contentsOf: [1, 0, UInt8(length & 255), UInt8(length >> 8)])
    data.append(contentsOf: header.utf8)
    matrix.values.withUnsafeBytes { data.append(contentsOf: $0) }
    do {
      try data.write(to: URL(fileURLWithPath: path))
    } catch {
      throw EmbedRecError(.storage, "\(path): cannot be written: \(error.systemReason)")
    }
  }
}
