internal import Compute

extension SafetensorsFile {
  /// How many numbers its tensors have, lists of integers aside.
  var parameters: Int { weights.reduce(0) { $0 + $1.shape.reduce(1, *) } }

  /// The types that they are stored in.
  var types: Set<String> { Set(weights.map(\.type)) }

  private var weights: [SafetensorsHeader.Entry] {
    entries.values.filter { !["I64", "I32", "I16", "U8", "BOOL"].contains($0.type) }
  }

  /// - Throws: ``EmbeddingError`` where a weight is infinite or not a number, as a training that went
  ///   astray or a damaged file leaves it.
  /// - Complexity: O(weights).
  func checkFinite() throws(EmbeddingError) {
    for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
      let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[entry.bytes])
      // A number whose exponent has all bits set is none or infinite.
      let place =
        switch entry.type {
        case "F64": Self.first(in: bytes, of: UInt64.self, with: 0x7FF0_0000_0000_0000)
        case "F32": Self.first(in: bytes, of: UInt32.self, with: 0x7F80_0000)
        case "F16": Self.first(in: bytes, of: UInt16.self, with: 0x7C00)
        case "BF16": Self.first(in: bytes, of: UInt16.self, with: 0x7F80)
        default: nil as Int?
        }
      if let place {
        throw EmbeddingError(
          path: file.path,
          reason:
            "its tensor \"\(name)\" has an infinite value or none at index \(place), expected "
            + "finite numbers: fetch the file again")
      }
    }
  }

  /// The first number with all bits of a mask set.
  private static func first<Bits: FixedWidthInteger>(
    in bytes: UnsafeRawBufferPointer, of type: Bits.Type, with mask: Bits
  ) -> Int? {
    let width = MemoryLayout<Bits>.size
    // Safe: the file's reader has checked the tensor's bounds.
    return (0..<bytes.count / width).first {
      let bits = bytes.loadUnaligned(fromByteOffset: $0 * width, as: Bits.self)
      return Bits(littleEndian: bits) & mask == mask
    }
  }
}
