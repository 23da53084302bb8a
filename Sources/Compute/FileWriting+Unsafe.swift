#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// Writes all of `bytes` to an open file, however often the system takes only part of them.
///
/// - Parameter path: The file's name, for the error.
/// - Throws: ``FileError`` where the disk is full or fails.
package func writeAll(
  _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String
) throws(FileError) {
  var rest = bytes[...]
  while !rest.isEmpty {
    let written = write(descriptor, rest.base.baseAddress! + rest.startIndex, rest.count)
    if written < 0, errno == EINTR { continue }
    guard written >= 0 else { throw FileError(path: path, action: "write", code: errno) }
    rest = rest.dropFirst(written)
  }
}
