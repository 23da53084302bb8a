internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// Held by the one process that may build the next generation of an index.
///
/// The lock is the operating system's: it ends with its process, however that ends. The file's
/// content only says who holds it.
struct BuildLock: ~Copyable {
  private let descriptor: Int32

  /// - Throws: ``EmbedRecError`` of kind `busy` that names the holder, or of kind `storage`.
  init(folder: IndexFolder) throws(EmbedRecError) {
    let path = folder.lockPath
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw EmbedRecError(
        .storage, "\(path): cannot be written: \(String(cString: strerror(errno)))")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      var content = [UInt8](repeating: 0, count: 256)
      var length = max(0, pread(descriptor, &content, content.count, 0))
      // Whoever took the lock a moment ago may not have written its name yet.
      for _ in 0..<100 where length == 0 {
        usleep(10_000)
        length = max(0, pread(descriptor, &content, content.count, 0))
      }
      close(descriptor)
      let holder = String(decoding: content.prefix(length), as: UTF8.self)
        .trimmingCharacters(in: .whitespacesAndNewlines)
      throw EmbedRecError(
        .busy,
        "\(folder.path): is being built by \(holder.isEmpty ? "another process" : holder). "
          + "Wait until it is done; queries go on meanwhile")
    }
    ftruncate(descriptor, 0)
    let time = Date().formatted(.iso8601)
    let holder = Array("process \(getpid()) since \(time)\n".utf8)
    _ = pwrite(descriptor, holder, holder.count, 0)
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }
}
