/// Reading and writing Unicode scalars in bytes that are known to be valid UTF-8.
extension RandomAccessCollection where Element == UInt8, Index == Int {
  /// The scalar that begins at `index`, which moves past it.
  @inline(__always)
  func scalar(at index: inout Int) -> Unicode.Scalar {
    let first = UInt32(self[index])
    if first < 0x80 {
      index += 1
      return Unicode.Scalar(UInt8(first))
    }
    let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    var value = first & (0x7F >> UInt32(length))
    for offset in 1..<length { value = value << 6 | UInt32(self[index + offset]) & 0x3F }
    index += length
    return Unicode.Scalar(value) ?? "\u{FFFD}"
  }

}

extension Array where Element == UInt8 {
  @inline(__always)
  mutating func append(_ scalar: Unicode.Scalar) {
    if scalar.isASCII {
      append(UInt8(scalar.value))
    } else {
      append(contentsOf: UTF8.encode(scalar)!)
    }
  }
}
