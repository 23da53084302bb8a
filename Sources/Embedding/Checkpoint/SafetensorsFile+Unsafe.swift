package import Compute

/// A safetensors file: tensors by name, mapped and not copied.
///
/// Every offset is checked when the file is opened; no tensor can reach outside the file.
package struct SafetensorsFile: Sendable {
  let file: MappedFile
  let entries: [String: SafetensorsHeader.Entry]

  /// - Throws: ``EmbeddingError`` where the file is truncated or its header is malformed.
  package init(_ file: MappedFile) throws(EmbeddingError) {
    self.file = file
    entries = try SafetensorsHeader(file).entries
  }

  package var names: some Collection<String> { entries.keys }

  package func has(_ name: String) -> Bool { entries[name] != nil }

  static func absence(of name: String) -> String {
    "it has no tensor \"\(name)\": is it a model of the type and with as many layers as config.json "
      + "says?"
  }

  /// A tensor's values as float32: in place where they are stored so, else converted.
  ///
  /// - Throws: ``EmbeddingError`` where there is no such tensor, its shape is another, or its type
  ///   is none of F32, F16 and BF16.
  package func floats(_ name: String, shape: [Int]) throws(EmbeddingError) -> SharedArray<Float> {
    guard let entry = entries[name] else {
      throw EmbeddingError(path: file.path, reason: Self.absence(of: name))
    }
    guard entry.shape == shape else {
      throw EmbeddingError(
        path: file.path,
        reason: "its tensor \"\(name)\" has the shape \(entry.shape) and config.json asks for "
          + "\(shape): the two files belong to different models")
    }
    // Safe: the header's reader has compared the bytes with the shape, and `file` keeps them.
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[entry.bytes])
    let count = entry.shape.reduce(1, *)
    switch entry.type {
    case "F32":
      guard let start = bytes.baseAddress, Int(bitPattern: start) % 4 == 0 else {
        return converted(bytes, count, as: UInt32.self) { Float(bitPattern: $0) }
      }
      return SharedArray(bytes.bindMemory(to: Float.self), owner: file)
    case "F16": return converted(bytes, count, as: UInt16.self, float(halfPrecision:))
    case "BF16":
      return converted(bytes, count, as: UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    default:
      throw EmbeddingError(
        path: file.path,
        reason: "its tensor \"\(name)\" is of type \(entry.type); F32, F16 and BF16 are supported")
    }
  }
}

/// The numbers that `convert` makes of little-endian bits, `count` of them.
@inline(__always)
private func converted<Bits: FixedWidthInteger & BitwiseCopyable>(
  _ bytes: UnsafeRawBufferPointer, _ count: Int, as _: Bits.Type, _ convert: (Bits) -> Float
) -> SharedArray<Float> {
  SharedArray(count: count) { numbers in
    for index in 0..<count {
      let bits = bytes.loadUnaligned(
        fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
      numbers.initializeElement(at: index, to: convert(Bits(littleEndian: bits)))
    }
  }
}

/// The value of IEEE 754 half-precision bits. (`Float16` does not exist on every platform.)
///
/// Without branches, so that the loop around it vectorises: exponent and fraction are shifted into
/// place, and a product by 2¹¹² mends the exponent's bias, exactly, subnormal numbers included.
@inline(__always)
private func float(halfPrecision bits: UInt16) -> Float {
  let magnitude = Float(bitPattern: UInt32(bits & 0x7FFF) << 13) * 0x1p112
  // What is not finite has come out as 2¹⁶ and more: it keeps its fraction.
  let special: UInt32 = magnitude >= 0x1p16 ? 0x7F80_0000 : 0
  return Float(bitPattern: magnitude.bitPattern | special | UInt32(bits & 0x8000) << 16)
}
