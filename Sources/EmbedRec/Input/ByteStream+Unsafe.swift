#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// The bytes of a file from first to last, decompressed where it is a gzip file, in constant
/// memory.
///
/// A gzip file is recognised by its first two bytes, whatever its name. Concatenated members are
/// read one after another, as `gzip -d` does (RFC 1952, section 2.2), and zero bytes after the last
/// one are ignored.
final class ByteStream {
  let path: String
  private let descriptor: Int32
  /// Bytes of the file as they lie on the disk; those at `unread` are still to be used.
  private var raw = [UInt8](repeating: 0, count: 1 << 17)
  private var unread = 0..<0
  /// How many bytes of the file lie before `raw[0]`.
  private var rawOffset = 0
  private var inflater: Inflater?

  /// - Throws: ``InputError`` where the file is missing, unreadable, a folder, or named `.gz` and
  ///   no gzip file.
  init(path: String) throws(InputError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw InputError(opening: path, code: errno)
    }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw InputError(
        path: path, message: "this is a folder; name a file, or read a whole folder with --dataset")
    }
    // A pipe may deliver the two bytes one by one.
    while unread.count < 2, try fill() {}
    if raw[unread].starts(with: [0x1F, 0x8B]) {
      inflater = Inflater()
    } else if path.lowercased().hasSuffix(".gz") {
      throw InputError(path: path, message: "the name ends in .gz, but this is not a gzip file")
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Fills `buffer` from index `start` on with the next bytes and returns their number: 0 at the
  /// end of the file only.
  ///
  /// - Precondition: `start` < `buffer.count`.
  /// - Throws: ``InputError`` where the file cannot be read, or is a truncated or corrupt gzip
  ///   file: with the offset in the compressed data.
  func read(into buffer: inout [UInt8], at start: Int) throws(InputError) -> Int {
    precondition(start < buffer.count, "there is room for a byte")
    if inflater != nil { return try inflate(into: &buffer, at: start) }
    if unread.isEmpty, try !fill() { return 0 }
    let count = min(unread.count, buffer.count - start)
    let from = unread.lowerBound
    buffer.replaceSubrange(start..<start + count, with: raw[from..<from + count])
    unread = from + count..<unread.upperBound
    return count
  }

  private func inflate(into buffer: inout [UInt8], at start: Int) throws(InputError) -> Int {
    while true {
      if inflater!.endedMember {
        while unread.isEmpty ? try fill() : raw[unread.lowerBound] == 0 {
          if !unread.isEmpty, raw[unread.lowerBound] == 0 { unread.removeFirst() }
        }
        if unread.isEmpty { return 0 }
        guard raw[unread.lowerBound] == 0x1F else {
          throw InputError(
            path: path,
            message: "what follows at offset \(offset) of the compressed file is no gzip data")
        }
        inflater!.beginMember()
      }
      if unread.isEmpty, try !fill() {
        throw InputError(
          path: path,
          message:
            "the gzip data ends early, at offset \(offset) of the compressed file; is the file"
            + " complete?"
        )
      }
      let step = inflater!.inflate(raw[unread], into: &buffer, at: start)
      unread = unread.lowerBound + step.consumed..<unread.upperBound
      if let fault = step.fault {
        throw InputError(
          path: path,
          message: "the gzip data is damaged at offset \(offset) of the compressed file: \(fault)")
      }
      if step.produced > 0 { return step.produced }
    }
  }

  /// The offset of the next unused byte in the file as it lies on the disk.
  private var offset: Int { rawOffset + unread.lowerBound }

  /// Reads more of the file behind the unread bytes; false at its end.
  private func fill() throws(InputError) -> Bool {
    if unread.isEmpty {
      rawOffset += unread.upperBound
      unread = 0..<0
    }
    let end = unread.upperBound
    var count = 0
    repeat {
      // Safe: the range lies inside `raw`, which nothing else touches during the call.
      count = raw.withUnsafeMutableBytes { bytes in
        #if canImport(Darwin)
          Darwin.read(descriptor, bytes.baseAddress! + end, bytes.count - end)
        #elseif canImport(Musl)
          Musl.read(descriptor, bytes.baseAddress! + end, bytes.count - end)
        #else
          Glibc.read(descriptor, bytes.baseAddress! + end, bytes.count - end)
        #endif
      }
    } while count < 0 && errno == EINTR
    guard count >= 0 else {
      throw InputError(
        path: path,
        message:
          "cannot read this file at offset \(rawOffset + end): \(String(cString: strerror(errno)))")
    }
    unread = unread.lowerBound..<end + count
    return count > 0
  }
}
