/// A file of named arrays: flat, little-endian, 64-byte aligned, mapped and not parsed.
///
///     offset 0    header, 64 bytes: "EMBEDREC", format version, kind, where the table lies and its
///                 checksum, the file's length
///     …           the arrays' bytes, each from a multiple of 64
///     …           the table: for each array its name, element type, shape, offset and checksum
///
/// Everything in the header and the table is checked when the file is opened; the bytes of the
/// arrays are checked against their checksums then, too, unless the caller leaves that out.
public struct ArrayArchive: Sendable {
  static let magic: [UInt8] = Array("EMBEDREC".utf8)
  static let formatVersion: UInt32 = 1
  static let headerLength = 64
  static let alignment = 64

  /// Where the file was when it was mapped.
  public var path: String { file.path }
  private let file: MappedFile
  private let entries: [String: ArrayEntry]

  /// Maps the file at `path`.
  ///
  /// - Parameters:
  ///   - kind: What the file must hold; four characters, such as `HNSW`.
  ///   - verifyingContent: Whether every array's checksum is compared, which reads the whole file.
  /// - Throws: ``FileError`` where it cannot be read, is no archive, is of another kind or format
  ///   version, is truncated or damaged.
  public init(path: String, kind: String, verifyingContent: Bool = true) throws(FileError) {
    let file = try MappedFile(path: path)
    var reader = ByteReader(file.bytes)
    func damaged(_ what: String) -> FileError { Self.damaged(path, what) }

    guard file.bytes.count >= Self.headerLength else {
      throw damaged("it has \(file.bytes.count) bytes, less than its header")
    }
    guard reader.bytes(8).map(Array.init) == Self.magic else {
      throw damaged("at offset 0 it does not begin with the mark of an EmbedRec file")
    }
    let version = reader.integer(UInt32.self) ?? 0
    guard version == Self.formatVersion else {
      throw FileError(
        path: path,
        reason: "it has format version \(version) and this program reads version "
          + "\(Self.formatVersion): make it again with `embedrec index`")
    }
    let found = reader.bytes(4).map { String(decoding: $0, as: UTF8.self) } ?? ""
    guard found == kind else { throw damaged("it is of kind \(found), expected \(kind)") }
    guard let tableOffset = reader.integer(UInt64.self),
      let tableLength = reader.integer(UInt64.self),
      let tableChecksum = reader.integer(UInt64.self), let length = reader.integer(UInt64.self)
    else { throw damaged("its header is short") }
    guard length == UInt64(file.bytes.count) else {
      throw damaged("it has \(file.bytes.count) bytes and its header says \(length)")
    }
    guard tableOffset <= length, tableLength <= length - tableOffset else {
      throw damaged("its table lies outside the file, at offset \(tableOffset)")
    }
    let table = UnsafeRawBufferPointer(
      rebasing: file.bytes[Int(tableOffset)..<Int(tableOffset + tableLength)])
    guard Checksum(table).value == tableChecksum else {
      throw damaged("its table at offset \(tableOffset) does not match its checksum")
    }
    guard let entries = ArrayEntry.table(table) else {
      throw damaged("its table at offset \(tableOffset) is malformed")
    }
    for entry in entries {
      guard let byteCount = entry.byteCount, entry.offset % UInt64(Self.alignment) == 0,
        entry.offset <= tableOffset, byteCount <= tableOffset - entry.offset
      else { throw damaged("its array \(entry.name) lies outside the file") }
      if verifyingContent {
        let start = Int(entry.offset)
        let content = UnsafeRawBufferPointer(rebasing: file.bytes[start..<start + Int(byteCount)])
        guard Checksum(content).value == entry.checksum else {
          throw damaged("its array \(entry.name) at offset \(start) does not match its checksum")
        }
      }
    }
    self.file = file
    self.entries = Dictionary(
      entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The array called `name`, which stays in the mapped file.
  ///
  /// - Parameter shape: The expected extent of each dimension; nil stands for any extent.
  /// - Throws: ``FileError`` where there is no such array, or its type or shape is another.
  public func array<Element: ArrayElement>(
    _ name: String, of type: Element.Type = Element.self, shape: [Int?] = [nil]
  ) throws(FileError) -> SharedArray<Element> {
    let entry = try entry(name, type, shape)
    let start = Int(entry.offset)
    let content = UnsafeRawBufferPointer(
      rebasing: file.bytes[start..<start + Int(entry.byteCount!)])
    return SharedArray(content.bindMemory(to: Element.self), owner: file)
  }

  /// The float32 matrix called `name`, which stays in the mapped file.
  ///
  /// - Throws: ``FileError`` as ``array(_:of:shape:)`` does.
  public func matrix(
    _ name: String, rows: Int? = nil, columns: Int? = nil
  ) throws(FileError) -> SharedMatrix {
    let shape = try entry(name, Float.self, [rows, columns]).shape
    return SharedMatrix(
      rows: Int(shape[0]), columns: Int(shape[1]),
      values: try array(name, shape: [rows, columns]))
  }

  private func entry<Element: ArrayElement>(
    _ name: String, _ type: Element.Type, _ shape: [Int?]
  ) throws(FileError) -> ArrayEntry {
    guard let entry = entries[name] else {
      throw Self.damaged(path, "it has no array \(name)")
    }
    guard entry.type == Element.elementType else {
      throw Self.damaged(
        path, "its array \(name) holds \(entry.type), expected \(Element.elementType)")
    }
    let fits =
      entry.shape.count == shape.count
      && zip(entry.shape, shape).allSatisfy { $1 == nil || Int(exactly: $0) == $1 }
    guard fits else {
      let expected = shape.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
      throw Self.damaged(
        path, "its array \(name) has the shape \(entry.shape), expected [\(expected)]")
    }
    return entry
  }

  private static func damaged(_ path: String, _ what: String) -> FileError {
    FileError(
      path: path,
      reason: "\(what). The file is damaged or was made by another program: restore it, or make "
        + "it again with `embedrec index`")
  }
}

/// The type of an array's elements, as the file names it.
public enum ElementType: UInt32, Sendable {
  case float32 = 1
  case int32 = 2
  case uint32 = 3
  case int64 = 4
  case uint8 = 5
  case float64 = 6
  case uint16 = 7

  var size: UInt64 {
    switch self {
    case .uint8: 1
    case .uint16: 2
    case .float32, .int32, .uint32: 4
    case .int64, .float64: 8
    }
  }
}

/// A type that an array in an archive can hold.
public protocol ArrayElement: BitwiseCopyable, Sendable {
  static var elementType: ElementType { get }
}

extension Float: ArrayElement { public static var elementType: ElementType { .float32 } }
extension Double: ArrayElement { public static var elementType: ElementType { .float64 } }
extension Int32: ArrayElement { public static var elementType: ElementType { .int32 } }
extension UInt32: ArrayElement { public static var elementType: ElementType { .uint32 } }
extension Int64: ArrayElement { public static var elementType: ElementType { .int64 } }
extension UInt16: ArrayElement { public static var elementType: ElementType { .uint16 } }
extension UInt8: ArrayElement { public static var elementType: ElementType { .uint8 } }

/// One row of an archive's table.
struct ArrayEntry {
  var name: String
  var type: ElementType
  var shape: [UInt64]
  var offset: UInt64
  var checksum: UInt64

  /// nil where the shape does not fit in memory.
  var byteCount: UInt64? {
    var product = type.size
    for extent in shape {
      let (value, overflow) = product.multipliedReportingOverflow(by: extent)
      guard !overflow, value <= UInt64(Int.max) else { return nil }
      product = value
    }
    return product
  }

  /// The rows of a table, or nil where it is malformed.
  static func table(_ bytes: UnsafeRawBufferPointer) -> [ArrayEntry]? {
    var reader = ByteReader(bytes)
    guard let count = reader.integer(UInt32.self), count <= 1 << 16 else { return nil }
    var entries: [ArrayEntry] = []
    for _ in 0..<count {
      guard let nameLength = reader.integer(UInt32.self),
        let name = reader.bytes(Int(nameLength)), let rawType = reader.integer(UInt32.self),
        let type = ElementType(rawValue: rawType), let rank = reader.integer(UInt32.self), rank <= 8
      else { return nil }
      var shape: [UInt64] = []
      for _ in 0..<rank {
        guard let extent = reader.integer(UInt64.self) else { return nil }
        shape.append(extent)
      }
      guard let offset = reader.integer(UInt64.self), let checksum = reader.integer(UInt64.self)
      else { return nil }
      entries.append(
        ArrayEntry(
          name: String(decoding: name, as: UTF8.self), type: type, shape: shape, offset: offset,
          checksum: checksum))
    }
    return entries
  }
}

/// Reads little-endian integers and bytes one after another, never past the end.
struct ByteReader {
  private let bytes: UnsafeRawBufferPointer
  private(set) var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func integer<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type) -> T? {
    guard let field = self.bytes(MemoryLayout<T>.size) else { return nil }
    return T(littleEndian: field.loadUnaligned(as: T.self))
  }

  mutating func bytes(_ count: Int) -> UnsafeRawBufferPointer? {
    guard count >= 0, count <= bytes.count - offset else { return nil }
    defer { offset += count }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
  }
}
