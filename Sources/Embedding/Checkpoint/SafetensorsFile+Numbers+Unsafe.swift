internal import Compute

/// Tensors whose shape and type are not known beforehand, as tables of static models are stored. That
/// shapes, types and lengths agree was checked when the header was read.
extension SafetensorsFile {
  /// The extents of a tensor, or nil where there is none of that name.
  func shape(of name: String) -> [Int]? { entries[name]?.shape }

  /// A tensor's values as float32, from the types that ``floats(_:shape:)`` reads, F64 and I8.
  ///
  /// - Throws: ``EmbeddingError`` as ``floats(_:shape:)`` does.
  func numbers(_ name: String, shape: [Int]) throws(EmbeddingError) -> SharedArray<Float> {
    guard let entry = entries[name], entry.shape == shape else {
      return try floats(name, shape: shape)
    }
    let count = shape.reduce(1, *)
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[entry.bytes])
    switch entry.type {
    case "I8":
      return SharedArray(bytes.map { Float(Int8(bitPattern: $0)) })
    case "F64":
      return SharedArray(
        (0..<count).map {
          let bits = bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)
          return Float(Double(bitPattern: UInt64(littleEndian: bits)))
        })
    default: return try floats(name, shape: shape)
    }
  }

  /// The values of a list of integers, I32 or I64.
  ///
  /// - Throws: ``EmbeddingError`` where there is no such tensor, or it is of another type or shape.
  func integers(_ name: String, count: Int) throws(EmbeddingError) -> [Int] {
    guard let entry = entries[name], entry.shape == [count] else {
      throw EmbeddingError(
        path: file.path, reason: "it has no tensor \"\(name)\" of \(count) integers")
    }
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[entry.bytes])
    switch entry.type {
    case "I32":
      return (0..<count).map {
        Int(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self)))
      }
    case "I64":
      return (0..<count).map {
        Int(Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Int64.self)))
      }
    default:
      throw EmbeddingError(
        path: file.path,
        reason: "its tensor \"\(name)\" is of type \(entry.type); I32 and I64 are supported")
    }
  }
}
