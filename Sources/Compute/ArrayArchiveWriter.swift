#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// Writes an ``ArrayArchive``: add the arrays one after another, then finish.
///
/// The file appears under its name when it is finished, whole and synced, and takes the place of one
/// that is there: who has that one mapped keeps it. A writer that ends earlier leaves nothing behind,
/// nor does a process that is killed, where the file system can make files without a name.
public final class ArrayArchiveWriter {
  private let path: String
  private let kind: String
  private let descriptor: Int32
  /// What the file is called until it is finished; nil where it has no name.
  private var temporary: String?
  private var offset: UInt64 = 0
  private var entries: [ArrayEntry] = []

  /// - Parameter kind: Four ASCII characters that say what the file holds.
  /// - Throws: ``FileError`` where the file cannot be created.
  public init(path: String, kind: String) throws(FileError) {
    precondition(kind.utf8.count == 4, "a kind is four ASCII characters")
    self.path = path
    self.kind = kind
    let named = "\(path).\(getpid()).partial"
    if let unnamed = Self.openWithoutName(besides: path) {
      descriptor = unnamed
    } else {
      temporary = named
      descriptor = open(named, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else {
        temporary = nil
        throw FileError(path: path, action: "create", code: errno)
      }
    }
    try append([UInt8](repeating: 0, count: ArrayArchive.headerLength))
  }

  deinit {
    close(descriptor)
    if let temporary { unlink(temporary) }
  }

  /// A file in the folder of `path` that goes when it is closed, unless it gets a name.
  private static func openWithoutName(besides path: String) -> Int32? {
    #if os(Linux) && arch(x86_64)
      let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
      let unnamed: Int32 = 0o20_200_000  // O_TMPFILE, a macro that Swift cannot import.
      let descriptor = open(folder, O_WRONLY | O_CLOEXEC | unnamed, 0o644)
      return descriptor >= 0 ? descriptor : nil
    #else
      return nil
    #endif
  }

  /// Gives the file its name.
  private func publish() throws(FileError) {
    if temporary == nil {
      #if os(Linux)
        let source = "/proc/self/fd/\(descriptor)"
        if linkat(AT_FDCWD, source, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 { return }
        // A link doesn't replace a file; a rename does.
        let named = "\(path).\(getpid()).partial"
        unlink(named)
        guard linkat(AT_FDCWD, source, AT_FDCWD, named, AT_SYMLINK_FOLLOW) == 0 else {
          throw FileError(path: path, action: "create", code: errno)
        }
        temporary = named
      #endif
    }
    guard rename(temporary!, path) == 0 else {
      throw FileError(path: path, action: "create", code: errno)
    }
    temporary = nil
  }

  /// Adds an array. `shape` is `[values.count]` unless given.
  ///
  /// - Precondition: The name is new and the shape's product is the number of values.
  /// - Throws: ``FileError`` where the disk is full or fails.
  public func add<Element: ArrayElement>(
    _ name: String, _ values: [Element], shape: [Int]? = nil
  ) throws(FileError) {
    let result = values.withUnsafeBytes { bytes -> Result<Void, FileError> in
      do throws(FileError) {
        return .success(try add(name, Element.elementType, shape ?? [values.count], bytes))
      } catch { return .failure(error) }
    }
    try result.get()
  }

  /// Adds an array that is shared or mapped.
  public func add<Element: ArrayElement>(
    _ name: String, _ values: SharedArray<Element>, shape: [Int]? = nil
  ) throws(FileError) {
    try add(
      name, Element.elementType, shape ?? [values.count], UnsafeRawBufferPointer(values.buffer))
  }

  /// Adds a matrix as an array of shape `[rows, columns]`.
  public func add(_ name: String, _ matrix: Matrix) throws(FileError) {
    try add(name, matrix.values, shape: [matrix.rows, matrix.columns])
  }

  /// Adds a matrix that is shared or mapped, as an array of shape `[rows, columns]`.
  public func add(_ name: String, _ matrix: SharedMatrix) throws(FileError) {
    try add(name, matrix.values, shape: [matrix.rows, matrix.columns])
  }

  /// Writes the table and the header, syncs the file to disk and gives it its name.
  ///
  /// - Throws: ``FileError`` where the disk is full or fails.
  public func finish() throws(FileError) {
    try pad()
    var table: [UInt8] = []
    table.append(littleEndian: UInt32(entries.count))
    for entry in entries {
      table.append(littleEndian: UInt32(entry.name.utf8.count))
      table.append(contentsOf: entry.name.utf8)
      table.append(littleEndian: entry.type.rawValue)
      table.append(littleEndian: UInt32(entry.shape.count))
      for extent in entry.shape { table.append(littleEndian: extent) }
      table.append(littleEndian: entry.offset)
      table.append(littleEndian: entry.checksum)
    }
    let tableOffset = offset
    try append(table)

    var header = ArrayArchive.magic
    header.append(littleEndian: ArrayArchive.formatVersion)
    header.append(contentsOf: kind.utf8)
    header.append(littleEndian: tableOffset)
    header.append(littleEndian: UInt64(table.count))
    header.append(littleEndian: table.withUnsafeBytes { Checksum($0).value })
    header.append(littleEndian: offset)
    guard lseek(descriptor, 0, SEEK_SET) == 0 else {
      throw FileError(path: path, action: "write", code: errno)
    }
    try append(header)
    guard fsync(descriptor) == 0 else { throw FileError(path: path, action: "sync", code: errno) }
    try publish()
  }

  private func add(
    _ name: String, _ type: ElementType, _ shape: [Int], _ bytes: UnsafeRawBufferPointer
  ) throws(FileError) {
    precondition(!entries.contains { $0.name == name }, "the name \(name) is new")
    try pad()
    let entry = ArrayEntry(
      name: name, type: type, shape: shape.map(UInt64.init), offset: offset,
      checksum: Checksum(bytes).value)
    precondition(entry.byteCount == UInt64(bytes.count), "the shape holds the values")
    entries.append(entry)
    try append(bytes)
  }

  private func pad() throws(FileError) {
    let excess = Int(offset) % ArrayArchive.alignment
    if excess > 0 { try append([UInt8](repeating: 0, count: ArrayArchive.alignment - excess)) }
  }

  private func append(_ bytes: [UInt8]) throws(FileError) {
    let result = bytes.withUnsafeBytes { bytes -> Result<Void, FileError> in
      do throws(FileError) { return .success(try append(bytes)) } catch { return .failure(error) }
    }
    try result.get()
  }

  private func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    try writeAll(bytes, to: descriptor, path: path)
    offset += UInt64(bytes.count)
  }
}

extension [UInt8] {
  mutating func append<T: FixedWidthInteger>(littleEndian value: T) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}
