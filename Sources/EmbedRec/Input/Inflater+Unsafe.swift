internal import CZlib

/// The state of decompressing one gzip file with zlib.
final class Inflater {
  /// zlib keeps a pointer back to its stream, so the stream must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  /// Whether the last byte of a member was delivered and the next member not yet begun.
  private(set) var endedMember = false

  init() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 bits of window and 16 for "gzip only". It fails for lack of memory alone.
    let status = inflateInit2_(
      stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib has memory for its state")
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Begins the next of several concatenated members.
  func beginMember() {
    inflateReset(stream)
    endedMember = false
  }

  /// Decompresses part of `input` into `output` from index `start` on.
  ///
  /// - Returns: How many bytes were taken and delivered, and what is wrong where something is.
  func inflate(
    _ input: ArraySlice<UInt8>, into output: inout [UInt8], at start: Int
  ) -> (consumed: Int, produced: Int, fault: String?) {
    let room = output.count - start
    // Safe: zlib reads `avail_in` bytes and writes `avail_out` bytes at most, both inside their
    // arrays, and both pointers are dropped before the closures end.
    let status = input.withUnsafeBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        stream.pointee.avail_in = UInt32(source.count)
        stream.pointee.next_out = target.baseAddress! + start
        stream.pointee.avail_out = UInt32(room)
        defer {
          stream.pointee.next_in = nil
          stream.pointee.next_out = nil
        }
        return CZlib.inflate(stream, Z_NO_FLUSH)
      }
    }
    endedMember = status == Z_STREAM_END
    let isSound = status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR
    let fault = stream.pointee.msg.map { String(cString: $0) } ?? "zlib's code \(status)"
    return (
      input.count - Int(stream.pointee.avail_in), room - Int(stream.pointee.avail_out),
      isSound ? nil : fault
    )
  }
}
