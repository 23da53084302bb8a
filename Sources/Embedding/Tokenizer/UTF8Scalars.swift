/// Reading and writing Unicode scalars in bytes that are known to be valid UTF-8.
extension Array where Element == UInt8 {
  /// The scalar that begins at `index`, which moves past it.
  @inline(__always)
  func scalar(at index: inout Int) -> Unicode.Scalar { span.scalar(at: &index) }

  @inline(__always)
  mutating func append(_ scalar: Unicode.Scalar) {
    if scalar.isASCII {
      append(UInt8(scalar.value))
    } else {
      append(contentsOf: UTF8.encode(scalar)!)
    }
  }
}

extension Span where Element == UInt8 {
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

  /// Where the scalar that ends before `index` begins.
  @inline(__always)
  func start(before index: Int) -> Int {
    var index = index - 1
    while index > 0, self[index] & 0xC0 == 0x80 { index -= 1 }
    return index
  }

  /// Whether the bytes of `range` are those of `other`.
  @inline(__always)
  func hasBytes(_ other: Span<UInt8>, at index: Int) -> Bool {
    guard index + other.count <= count else { return false }
    for offset in 0..<other.count where self[index + offset] != other[offset] { return false }
    return true
  }
}
