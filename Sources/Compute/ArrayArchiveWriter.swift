#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// Writes an ``ArrayArchive``: add the arrays one after another, then finish.
///
/// The file appears under its name at once and is valid only after ``finish()``: write it into a
/// folder that is not published yet.
public final class ArrayArchiveWriter {
  private let path: String
  private let kind: String
  private let descriptor: Int32
  private var offset: UInt64 = 0
  private var entries: [ArrayEntry] = []

  /// - Parameter kind: Four ASCII characters that say what the file holds.
  /// - Throws: ``FileError`` where the file cannot be created.
  public init(path: String, kind: String) throws(FileError) {
    precondition(kind.utf8.count == 4, "a kind is four ASCII characters")
    self.path = path
    self.kind = kind
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError(path: path, action: "create", code: errno) }
    try append([UInt8](repeating: 0, count: ArrayArchive.headerLength))
  }

  deinit { close(descriptor) }

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

  /// Writes the table and the header and syncs the file to disk.
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
