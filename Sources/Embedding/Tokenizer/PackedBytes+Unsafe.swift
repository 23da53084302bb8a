extension PackedBytes {
  /// The bytes of a collection.
  ///
  /// - Precondition: There are at most 16.
  init(_ bytes: some Collection<UInt8>) {
    let packed = bytes.withContiguousStorageIfAvailable { PackedBytes(storage: $0) }
    self = packed ?? Array(bytes).withUnsafeBufferPointer { PackedBytes(storage: $0) }
  }

  private init(storage: UnsafeBufferPointer<UInt8>) {
    precondition(storage.count <= Self.capacity, "at most 16 bytes fit")
    let (low, high) = Self.load(storage.baseAddress, available: storage.count)
    self.init(low: low, high: high, count: storage.count)
  }

  /// The 16 bytes at an address, of which those after the `available` ones are zero.
  ///
  /// Safe where so many bytes can be read: no other is touched.
  @inline(__always)
  static func load(
    _ bytes: UnsafePointer<UInt8>?, available: Int
  ) -> (low: UInt64, high: UInt64) {
    guard let bytes else { return (0, 0) }
    let raw = UnsafeRawPointer(bytes)
    var low: UInt64 = 0
    var high: UInt64 = 0
    if available >= capacity {
      low = raw.loadUnaligned(as: UInt64.self)
      high = raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    } else {
      withUnsafeMutableBytes(of: &low) {
        $0.copyMemory(from: UnsafeRawBufferPointer(start: raw, count: min(available, 8)))
      }
      if available > 8 {
        withUnsafeMutableBytes(of: &high) {
          $0.copyMemory(from: UnsafeRawBufferPointer(start: raw + 8, count: available - 8))
        }
      }
    }
    return (UInt64(littleEndian: low), UInt64(littleEndian: high))
  }
}
