/// What a call for the next line found.
enum LineResult {
  case line
  /// The line did not fit; its bytes were passed over.
  case tooLong
  case end
}

/// The lines of a file, one after another, in constant memory.
///
/// A line ends with LF or CRLF; the last one need not. A UTF-8 byte order mark at the start is
/// passed over.
struct LineReader {
  private let stream: ByteStream
  private var buffer = [UInt8](repeating: 0, count: 1 << 17)
  private var unread = 0..<0
  /// How many bytes lie before `buffer[0]`, decompressed.
  private var bufferOffset = 0
  /// How many lines have been read: the number of the latest one.
  private(set) var line = 0
  /// Where the latest line begins in the file, decompressed.
  private(set) var offset = 0
  /// Whether the latest line ended with CRLF rather than LF.
  private(set) var endedWithCRLF = false

  var path: String { stream.path }

  /// Opens a file and looks at its first bytes.
  ///
  /// - Throws: ``InputError`` where it cannot be opened, or is not UTF-8 text by its first bytes.
  init(path: String) throws(InputError) {
    stream = try ByteStream(path: path)
    // The head must hold the first line for the format to be guessed from it.
    while unread.count < buffer.count {
      let count = try stream.read(into: &buffer, at: unread.upperBound)
      if count == 0 { break }
      unread = 0..<unread.upperBound + count
    }
    if let encoding = FileSignature.foreignEncoding(of: head) {
      throw InputError(path: path, message: encoding)
    }
    if head.starts(with: [0xEF, 0xBB, 0xBF]) { unread.removeFirst(3) }
  }

  /// The first bytes of the file, before any line has been read.
  var head: ArraySlice<UInt8> { buffer[unread] }

  /// Appends the next line, without its end, to `bytes`.
  ///
  /// - Parameter limit: The most bytes that `bytes` may hold afterwards.
  mutating func next(
    appendingTo bytes: inout [UInt8], limit: Int
  ) throws(InputError) -> LineResult {
    let base = bytes.count
    var isEmpty = true
    var isTooLong = false
    offset = bufferOffset + unread.lowerBound
    while true {
      if unread.isEmpty, try !fill() {
        if isEmpty { return .end }
        break
      }
      isEmpty = false
      let newline = firstIndex(of: UInt8(ascii: "\n"), in: buffer, unread)
      let part = unread.lowerBound..<(newline ?? unread.upperBound)
      isTooLong = isTooLong || bytes.count + part.count > limit
      if !isTooLong { bytes.append(contentsOf: buffer[part]) }
      unread = (newline.map { $0 + 1 } ?? unread.upperBound)..<unread.upperBound
      if newline != nil { break }
    }
    line += 1
    endedWithCRLF = bytes.count > base && bytes.last == UInt8(ascii: "\r")
    if endedWithCRLF { bytes.removeLast() }
    return isTooLong ? .tooLong : .line
  }

  private mutating func fill() throws(InputError) -> Bool {
    bufferOffset += unread.upperBound
    unread = 0..<0
    let count = try stream.read(into: &buffer, at: 0)
    unread = 0..<count
    return count > 0
  }
}

/// First bytes that tell what a file is.
enum FileSignature {
  private static let foreign: [(bytes: [UInt8], name: String)] = [
    ([0x28, 0xB5, 0x2F, 0xFD], "zstd"), ([0x50, 0x4B, 0x03, 0x04], "zip"),
    ([0x42, 0x5A, 0x68], "bzip2"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz"),
    ([0x50, 0x41, 0x52, 0x31], "parquet"),
  ]

  /// What to tell the user where these cannot be the first bytes of UTF-8 text.
  static func foreignEncoding(of head: ArraySlice<UInt8>) -> String? {
    let marks: [(bytes: [UInt8], name: String)] = [
      ([0xFF, 0xFE, 0, 0], "UTF-32"), ([0, 0, 0xFE, 0xFF], "UTF-32"),
      ([0xFF, 0xFE], "UTF-16"), ([0xFE, 0xFF], "UTF-16"),
    ]
    if let found = marks.first(where: { head.starts(with: $0.bytes) }) {
      return "this is \(found.name): convert it to UTF-8, for example with"
        + " iconv -f \(found.name) -t UTF-8 OLD > NEW"
    }
    if head.prefix(4).contains(0) {
      return "this is no UTF-8 text: its first bytes hold a zero, as UTF-16 text does; convert it"
        + " to UTF-8, for example with iconv -f UTF-16LE -t UTF-8 OLD > NEW"
    }
    if let found = foreign.first(where: { head.starts(with: $0.bytes) }) {
      return "this is a \(found.name) file: unpack it, or convert it to JSONL or CSV"
        + " (gzip is the one compression that is read)"
    }
    return nil
  }
}
