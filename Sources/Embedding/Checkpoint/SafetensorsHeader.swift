internal import Compute

/// The header of a safetensors file: where each tensor's bytes stand.
///
///     offset 0      length of the header, N, 64-bit little-endian
///     offset 8      the header: {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}
///     offset 8 + N  the tensors' bytes, which the offsets count from here
///
/// The format asks that the tensors follow one another without gap or overlap up to the end of the
/// file, and that is checked: a file that was cut, joined or patched does not pass.
struct SafetensorsHeader: Sendable {
  struct Entry: Sendable {
    var type: String
    var shape: [Int]
    /// Where its bytes stand in the file.
    var bytes: Range<Int>
  }

  let entries: [String: Entry]

  /// Real headers have a hundred bytes for each tensor; a long one is refused before it is parsed.
  static let lengthLimit = 1 << 22

  /// The bytes of a number of each type whose size is known.
  private static let widths = [
    "F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2,
    "U16": 2, "I8": 1, "U8": 1, "BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1,
  ]

  /// - Throws: ``EmbeddingError`` where the file is truncated or its header is malformed.
  /// - Complexity: O(length of the header + n log n) for n tensors.
  init(_ file: MappedFile) throws(EmbeddingError) {
    func damaged(_ what: String) -> EmbeddingError {
      EmbeddingError(
        path: file.path, reason: "\(what). The file is truncated or damaged: fetch it again")
    }
    let size = file.bytes.count
    guard size >= 8 else { throw damaged("it has \(size) bytes, fewer than a header") }
    let length = UInt64(littleEndian: file.bytes.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(size - 8) else {
      throw damaged("its header claims \(length) bytes at offset 8 and the file has \(size)")
    }
    guard length <= Self.lengthLimit else {
      throw damaged("its header has \(length) bytes, expected at most \(Self.lengthLimit)")
    }
    let start = 8 + Int(length)
    let header: JSONValue
    do throws(JSONSyntaxError) {
      header = try JSONParser.parse(Array(file.bytes[8..<start]))
    } catch {
      throw damaged("its header is not JSON: \(error.reason), at byte \(8 + error.offset)")
    }
    guard let members = header.members else { throw damaged("its header is no JSON object") }
    var entries: [String: Entry] = [:]
    for member in members where member.key != "__metadata__" {
      let entry: Entry
      do throws(Malformed) {
        entry = try Self.entry(member.value, from: start, in: size)
      } catch {
        throw damaged("its tensor \"\(member.key.prefix(200))\" \(error.reason)")
      }
      guard entries.updateValue(entry, forKey: member.key) == nil else {
        throw damaged("its tensor \"\(member.key.prefix(200))\" stands in the header twice")
      }
    }
    try Self.check(entries, from: start, in: size, damaged)
    self.entries = entries
  }

  private struct Malformed: Error {
    var reason: String
  }

  private static func entry(
    _ value: JSONValue, from start: Int, in size: Int
  ) throws(Malformed) -> Entry {
    guard let type = value["dtype"]?.string, let extents = value["shape"]?.elements,
      let offsets = value["data_offsets"]?.elements, offsets.count == 2
    else { throw Malformed(reason: "lacks a dtype, a shape or two data_offsets") }
    guard let lower = offsets[0].integer, let upper = offsets[1].integer, lower >= 0,
      lower <= upper, upper <= size - start
    else {
      throw Malformed(
        reason: "lies outside the file: from \(offsets[0].kind) to \(offsets[1].kind) of "
          + "\(size - start) bytes")
    }
    var shape: [Int] = []
    var count = 1
    for extent in extents {
      let product = extent.integer.flatMap { extent in
        extent < 0 ? nil : count.multipliedReportingOverflow(by: extent)
      }
      guard let product, !product.overflow, product.partialValue <= size else {
        throw Malformed(reason: "has an extent of \(extent.kind), which the file has no room for")
      }
      count = product.partialValue
      shape.append(extent.integer ?? 0)
    }
    if let width = widths[type], count * width != upper - lower {
      throw Malformed(
        reason: "has \(upper - lower) bytes, and \(count) numbers of type \(type) take "
          + "\(count * width)")
    }
    return Entry(type: type, shape: shape, bytes: start + lower..<start + upper)
  }

  /// That the tensors fill the rest of the file.
  private static func check(
    _ entries: [String: Entry], from start: Int, in size: Int,
    _ damaged: (String) -> EmbeddingError
  ) throws(EmbeddingError) {
    var end = start
    let inOrder = entries.sorted {
      ($0.value.bytes.lowerBound, $0.value.bytes.upperBound, $0.key)
        < ($1.value.bytes.lowerBound, $1.value.bytes.upperBound, $1.key)
    }
    for (name, entry) in inOrder {
      guard entry.bytes.lowerBound == end else {
        let what = entry.bytes.lowerBound < end ? "overlaps" : "leaves a gap after"
        throw damaged(
          "its tensor \"\(name.prefix(200))\" begins at byte \(entry.bytes.lowerBound) and \(what) the "
            + "one before, which ends at \(end)")
      }
      end = entry.bytes.upperBound
    }
    guard end == size else {
      throw damaged("its tensors end at byte \(end) and the file at \(size)")
    }
  }
}
