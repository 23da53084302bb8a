package import Compute

/// A safetensors file: a JSON header that names tensors, then their bytes, mapped and not copied.
///
///     offset 0      length of the header, N, 64-bit little-endian
///     offset 8      the header: {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}
///     offset 8 + N  the tensors' bytes, which the offsets count from here
///
/// Every offset is checked when the file is opened; no tensor can reach outside the file.
package struct SafetensorsFile: Sendable {
  struct Entry: Sendable {
    var type: String
    var shape: [Int]
    var bytes: Range<Int>
  }

  let file: MappedFile
  let entries: [String: Entry]

  /// - Throws: ``EmbeddingError`` where the file is truncated or its header is malformed.
  package init(_ file: MappedFile) throws(EmbeddingError) {
    self.file = file
    func damaged(_ what: String) -> EmbeddingError {
      EmbeddingError(
        path: file.path, reason: "\(what). The file is truncated or damaged: fetch it again")
    }
    let size = file.bytes.count
    guard size >= 8 else { throw damaged("it has \(size) bytes, fewer than a header") }
    let length = UInt64(littleEndian: file.bytes.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(size - 8) else {
      throw damaged("its header claims \(length) bytes at offset 8 and the file has \(size)")
    }
    let start = 8 + Int(length)
    let header: JSONValue
    do throws(JSONSyntaxError) {
      header = try JSONParser.parse(Array(file.bytes[8..<start]))
    } catch {
      throw damaged("its header is not JSON: \(error.reason), at byte \(8 + error.offset)")
    }
    guard let members = header.members else { throw damaged("its header is no JSON object") }
    var entries: [String: Entry] = [:]
    for member in members where member.key != "__metadata__" {
      guard let entry = Self.entry(member.value, from: start, in: size) else {
        throw damaged("its tensor \(member.key) lies outside the file or is malformed")
      }
      entries[member.key] = entry
    }
    self.entries = entries
  }

  /// A tensor's place, or nil where it is malformed, reaches outside the file, or its type's size
  /// and its shape disagree with its length.
  private static func entry(_ value: JSONValue, from start: Int, in size: Int) -> Entry? {
    guard let type = value["dtype"]?.string, let extents = value["shape"]?.elements,
      let offsets = value["data_offsets"]?.elements, offsets.count == 2,
      let lower = offsets[0].integer, let upper = offsets[1].integer,
      lower >= 0, lower <= upper, upper <= size - start
    else { return nil }
    var shape: [Int] = []
    var count = 1
    for extent in extents {
      guard let extent = extent.integer, extent >= 0 else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= size else { return nil }
      count = product
      shape.append(extent)
    }
    let widths = ["F32": 4, "F16": 2, "BF16": 2]
    if let width = widths[type], count * width != upper - lower { return nil }
    return Entry(type: type, shape: shape, bytes: start + lower..<start + upper)
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
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[entry.bytes])
    switch entry.type {
    case "F32":
      // Safe: the bytes live as long as `file`, and the length was checked against the shape.
      guard let start = bytes.baseAddress, Int(bitPattern: start) % 4 == 0 else {
        return SharedArray(
          (0..<bytes.count / 4).map {
            bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self)
          })
      }
      return SharedArray(bytes.bindMemory(to: Float.self), owner: file)
    case "F16":
      return SharedArray(
        (0..<bytes.count / 2).map {
          float(halfPrecision: bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self))
        })
    case "BF16":
      return SharedArray(
        (0..<bytes.count / 2).map {
          let bits = bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self)
          return Float(bitPattern: UInt32(UInt16(littleEndian: bits)) << 16)
        })
    default:
      throw EmbeddingError(
        path: file.path,
        reason: "its tensor \"\(name)\" is of type \(entry.type); F32, F16 and BF16 are supported")
    }
  }
}

/// The value of IEEE 754 half-precision bits. (`Float16` does not exist on every platform.)
private func float(halfPrecision bits: UInt16) -> Float {
  let bits = UInt32(UInt16(littleEndian: bits))
  let sign = (bits & 0x8000) << 16
  let exponent = (bits >> 10) & 0x1F
  let fraction = bits & 0x3FF
  switch exponent {
  case 0:  // Zero or subnormal: fraction · 2⁻²⁴, which float32 holds exactly.
    let magnitude = Float(fraction) * 0x1p-24
    return sign == 0 ? magnitude : -magnitude
  case 0x1F: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
  default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
  }
}
