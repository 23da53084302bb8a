import Compute
import EmbedRec
import Foundation

/// A file that appears under its name at one stroke once it is complete: until then it is written
/// beside it, and if that comes to nothing, what was there stays. Standard output, devices and pipes
/// are written as they are.
struct OutputFile: ~Copyable {
  private let path: String
  /// Where a file is written before it has its name; nil for what has no beside.
  private let temporaryPath: String?
  private let descriptor: Int32
  private var isFinished = false

  /// - Parameter path: nil for standard output.
  /// - Throws: ``EmbedRecError`` of kind `storage` where the file can't be made.
  init(_ path: String?) throws(EmbedRecError) {
    guard let path else {
      self.path = "standard output"
      temporaryPath = nil
      descriptor = STDOUT_FILENO
      return
    }
    // A link stays a link: the file that it points at is the one to replace.
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    var status = stat()
    let isSpecial = stat(target, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
    self.path = path
    temporaryPath = isSpecial ? nil : target + ".partial-\(getpid())"
    descriptor = open(temporaryPath ?? target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Self.error(errno, path) }
  }

  deinit {
    if descriptor != STDOUT_FILENO { close(descriptor) }
    if let temporaryPath, !isFinished { unlink(temporaryPath) }
  }

  /// - Throws: ``EmbedRecError`` of kind `storage` where the disk is full or fails.
  func write(_ bytes: [UInt8]) throws(EmbedRecError) {
    let result = bytes.withUnsafeBytes { write($0) }
    try result.get()
  }

  /// The numbers as little-endian float32.
  func write(_ values: [Float]) throws(EmbedRecError) {
    let result = values.withUnsafeBytes { write($0) }
    try result.get()
  }

  /// Goes back to the file's beginning, to write its header once more.
  func rewind() throws(EmbedRecError) {
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw Self.error(errno, path) }
  }

  /// Puts what was written under the file's name.
  mutating func finish() throws(EmbedRecError) {
    guard let temporaryPath else { return }
    let target = String(temporaryPath.dropLast(".partial-\(getpid())".count))
    guard fsync(descriptor) == 0, rename(temporaryPath, target) == 0 else {
      throw Self.error(errno, path)
    }
    isFinished = true
  }

  private func write(_ bytes: UnsafeRawBufferPointer) -> Result<Void, EmbedRecError> {
    do throws(FileError) {
      return .success(try writeAll(bytes, to: descriptor, path: path))
    } catch {
      if error.code == EPIPE {
        // A reader that went away, such as `head`, is no fault of ours.
        exit(128 + SIGPIPE)
      }
      return .failure(Self.error(error.code ?? EIO, path))
    }
  }

  private static func error(_ code: Int32, _ path: String) -> EmbedRecError {
    EmbedRecError(.storage, "\(path): cannot be written: \(String(cString: strerror(code)))")
  }
}
