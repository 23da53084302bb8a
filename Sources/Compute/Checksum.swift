internal import CXXHash

/// A 64-bit checksum (XXH3, by Yann Collet): fast enough to check a file each time it is opened.
/// It guards against damage, not against a forger.
public struct Checksum: Sendable, Hashable {
  /// The 64 bits of the checksum.
  public let value: UInt64

  /// A checksum that was stored as a number.
  public init(value: UInt64) { self.value = value }

  /// The checksum of bytes.
  ///
  /// - Complexity: O(n), near the speed of memory.
  public init(_ bytes: UnsafeRawBufferPointer) {
    value = XXH3_64bits(bytes.baseAddress, bytes.count)
  }

  /// Sixteen lower-case hexadecimal digits.
  public var hex: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// - Returns: nil unless `hex` is sixteen hexadecimal digits.
  public init?(hex: String) {
    guard hex.utf8.count == 16, hex.utf8.allSatisfy({ $0 != 0x2B }),
      let value = UInt64(hex, radix: 16)
    else { return nil }
    self.value = value
  }
}

/// A 128-bit hash of bytes (XXH3): names a content, such as a text that was encoded already.
public struct ContentHash: Sendable, Hashable {
  /// The upper 64 bits.
  public let high: UInt64
  /// The lower 64 bits.
  public let low: UInt64

  /// The hash of bytes.
  ///
  /// - Complexity: O(n), near the speed of memory.
  public init(_ bytes: UnsafeRawBufferPointer) {
    self.init(XXH3_128bits(bytes.baseAddress, bytes.count))
  }

  private init(_ hash: XXH128_hash_t) {
    high = hash.high64
    low = hash.low64
  }

  /// The hash of a mapped file's bytes, whose pages are dropped as soon as they are read: a large
  /// file never fills memory.
  package init(_ file: MappedFile) {
    let piece = 4 << 20
    guard file.bytes.count > piece, let state = XXH3_createState() else {
      self.init(file.bytes)
      return
    }
    defer { XXH3_freeState(state) }
    XXH3_128bits_reset(state)
    for start in stride(from: 0, to: file.bytes.count, by: piece) {
      let part = file.bytes[start..<min(start + piece, file.bytes.count)]
      XXH3_128bits_update(state, UnsafeRawBufferPointer(rebasing: part).baseAddress, part.count)
      file.dropPages()
    }
    self.init(XXH3_128bits_digest(state))
  }

  /// The hash of a text's UTF-8 bytes.
  public init(_ text: String) {
    var text = text
    self = text.withUTF8 { Self(UnsafeRawBufferPointer($0)) }
  }

  /// Thirty-two lower-case hexadecimal digits.
  public var hex: String { Checksum(value: high).hex + Checksum(value: low).hex }
}
