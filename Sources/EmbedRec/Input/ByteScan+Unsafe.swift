#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// The index of the first `byte` within `range` of `bytes`, or nil.
///
/// - Complexity: O(length of the range), at the speed of memory.
func firstIndex(of byte: UInt8, in bytes: [UInt8], _ range: Range<Int>) -> Int? {
  // Safe: the slice checks the range, and the pointer stays inside the closure.
  bytes[range].withUnsafeBytes { slice in
    guard let start = slice.baseAddress else { return nil }
    guard let found = memchr(start, Int32(byte), slice.count) else { return nil }
    return range.lowerBound + (UnsafeRawPointer(found) - start)
  }
}

/// The index of the first byte at or after `start` that cannot be part of UTF-8 text, or nil
/// (Unicode 16, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF).
///
/// - Complexity: O(length); eight bytes at a time where they are ASCII.
func firstInvalidUTF8(in bytes: [UInt8], from start: Int) -> Int? {
  bytes[start...].withUnsafeBytes { text in
    var i = 0
    while i < text.count {
      // Safe: the load is unaligned and its eight bytes lie inside the slice.
      if i + 8 <= text.count,
        text.loadUnaligned(fromByteOffset: i, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
      {
        i += 8
        continue
      }
      let first = text[i]
      guard first >= 0x80 else {
        i += 1
        continue
      }
      // The length of the sequence and what its second byte may be.
      let (length, second): (Int, ClosedRange<UInt8>)
      switch first {
      case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
      case 0xE0: (length, second) = (3, 0xA0...0xBF)
      case 0xED: (length, second) = (3, 0x80...0x9F)
      case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
      case 0xF0: (length, second) = (4, 0x90...0xBF)
      case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
      case 0xF4: (length, second) = (4, 0x80...0x8F)
      default: return start + i
      }
      guard i + length <= text.count, second.contains(text[i + 1]),
        (2..<length).allSatisfy({ text[i + $0] & 0xC0 == 0x80 })
      else { return start + i }
      i += length
    }
    return nil
  }
}
