#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// A file mapped into memory for reading: opening it costs nothing for its size, and its pages are
/// shared with every other process that maps it.
///
/// The mapping stays valid when the file is unlinked or replaced by a rename. It does not survive
/// a truncation of the same file in place: files of an index are never written to once published.
public final class MappedFile: Sendable {
  /// Where the file was when it was mapped.
  public let path: String
  /// The file's bytes, valid while this object lives.
  ///
  /// Safe to share: the pages are mapped read-only.
  nonisolated(unsafe) public let bytes: UnsafeRawBufferPointer

  /// - Throws: ``FileError`` where the file is missing, unreadable or no regular file.
  public init(path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, action: "open", code: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw FileError(path: path, action: "read the size of", code: errno)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(path: path, action: "map", reason: "it is not a regular file")
    }
    self.path = path
    let size = Int(status.st_size)
    guard size > 0 else {  // An empty range cannot be mapped.
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let start, start != MAP_FAILED else {
      throw FileError(path: path, action: "map", code: errno)
    }
    bytes = UnsafeRawBufferPointer(start: start, count: size)
  }

  /// Gives back the memory that the bytes take up; they are read from the file again when they are
  /// next used.
  package func dropPages() {
    guard let start = bytes.baseAddress else { return }
    // Safe: the pages are read-only, so that there is nothing in them that the file has not.
    madvise(UnsafeMutableRawPointer(mutating: start), bytes.count, MADV_DONTNEED)
  }

  deinit {
    if let start = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
  }
}
