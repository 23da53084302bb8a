/// The characters by which byte-level BPE writes bytes (Radford et al., "Language models are
/// unsupervised multitask learners", 2019): printable ones of Latin-1 stand for themselves, the other
/// 68 bytes for the characters from U+0100 on.
enum ByteAlphabet {
  static let scalars: [Unicode.Scalar] = {
    var next: UInt32 = 0x100
    return (0..<256).map { byte in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return Unicode.Scalar(UInt8(byte))
      default:
        next += 1
        return Unicode.Scalar(next - 1)!
      }
    }
  }()

  private static let bytes: [UInt32: UInt8] = Dictionary(
    uniqueKeysWithValues: scalars.enumerated().map { ($1.value, UInt8($0)) })

  /// Bytes as the characters that stand for them, in UTF-8.
  static func encode(_ text: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(2 * range.count)
    for index in range { result.append(scalars[Int(text[index])]) }
    return result
  }

  /// The bytes that a token stands for; nil where another character is in it.
  static func decode(_ token: String) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(token.utf8.count)
    for scalar in token.unicodeScalars {
      guard let byte = bytes[scalar.value] else { return nil }
      result.append(byte)
    }
    return result
  }
}
