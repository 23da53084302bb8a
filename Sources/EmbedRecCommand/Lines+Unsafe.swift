import EmbedRec
import Foundation

/// The lines of a file or of standard input, read as they are asked for: memory for a block and for
/// the longest line.
///
/// A line ends with a line feed, before which a carriage return belongs to the end; what follows the
/// last line feed is a line if it isn't empty. Bytes that are not UTF-8 become U+FFFD, one for each
/// maximal part of a character, as in Python's `errors="replace"`.
struct Lines: ~Copyable {
  private let descriptor: Int32
  private let path: String
  private var buffer: [UInt8]
  /// What has been read and not yet handed out.
  private var unread = 0..<0
  private var isAtEnd = false
  /// Lines with bytes that were replaced.
  private(set) var replacedLines = 0

  /// - Parameter path: `-` for standard input.
  /// - Throws: ``EmbedRecError`` where the file can't be opened.
  init(_ path: String, bufferSize: Int = 1 << 18) throws(EmbedRecError) {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.error(errno, path) }
    self.descriptor = descriptor
    self.path = path == "-" ? "standard input" : path
    buffer = [UInt8](repeating: 0, count: bufferSize)
  }

  deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

  /// The next line without its end; nil where there is none.
  ///
  /// - Throws: ``EmbedRecError`` where reading fails.
  /// - Complexity: O(length of the line).
  mutating func next() throws(EmbedRecError) -> String? {
    var searched = 0
    while true {
      let rest = buffer[unread].dropFirst(searched)
      if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        let line = buffer[unread.lowerBound..<end]
        unread = end + 1..<unread.upperBound
        return text(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
      }
      searched = unread.count
      if isAtEnd {
        let line = buffer[unread]
        unread = 0..<0
        return line.isEmpty ? nil : text(line)
      }
      try fill()
    }
  }

  private mutating func text(_ line: ArraySlice<UInt8>) -> String {
    if let text = String(validating: line, as: UTF8.self) { return text }
    replacedLines += 1
    return String(decoding: line, as: UTF8.self)
  }

  /// Reads once, into a buffer that has been made larger where a line fills it.
  private mutating func fill() throws(EmbedRecError) {
    if unread.lowerBound > 0 {
      buffer.replaceSubrange(0..<unread.count, with: buffer[unread])
      unread = 0..<unread.count
    }
    if unread.count == buffer.count {
      buffer.append(contentsOf: [UInt8](repeating: 0, count: buffer.count))
    }
    while true {
      let start = unread.count
      // Safe: the bytes from `start` on are the buffer's own.
      let count = buffer.withUnsafeMutableBytes {
        read(descriptor, $0.baseAddress! + start, $0.count - start)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Self.error(errno, path) }
      isAtEnd = count == 0
      unread = 0..<start + count
      return
    }
  }

  private static func error(_ code: Int32, _ path: String) -> EmbedRecError {
    EmbedRecError(unreadable: path, code: code, reason: String(cString: strerror(code)))
  }
}
