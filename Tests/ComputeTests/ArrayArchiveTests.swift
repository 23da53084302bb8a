import Compute
import Foundation
import TestSupport
import Testing

@Suite struct `An archive of arrays` {
  private let folder = try! TemporaryFolder()

  private func example(_ name: String = "a.arrays") throws -> String {
    let path = folder.path(name)
    let writer = try ArrayArchiveWriter(path: path, kind: "TEST")
    try writer.add("floats", [1.5, -2, .infinity] as [Float])
    try writer.add("empty", [Int32]())
    try writer.add("matrix", Matrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6]))
    try writer.add("bytes", [7, 8] as [UInt8])
    try writer.finish()
    return path
  }

  @Test func `gives back what was written, aligned for any vector load`() throws {
    let archive = try ArrayArchive(path: example(), kind: "TEST")
    let floats: SharedArray<Float> = try archive.array("floats")
    #expect(Array(floats) == [1.5, -2, .infinity])
    #expect(UInt(bitPattern: floats.buffer.baseAddress!) % 64 == 0)
    #expect(try archive.array("empty", of: Int32.self).isEmpty)
    #expect(try archive.matrix("matrix", rows: 2, columns: 3).row(1) == [4, 5, 6])
    #expect(Array(try archive.array("bytes", of: UInt8.self)) == [7, 8])
  }

  @Test func `outlives its file's name`() throws {
    let path = try example()
    let floats: SharedArray<Float> = try ArrayArchive(path: path, kind: "TEST").array("floats")
    try FileManager.default.removeItem(atPath: path)
    #expect(Array(floats) == [1.5, -2, .infinity])
  }

  @Test func `names what doesn't fit`() throws {
    let path = try example()
    let archive = try ArrayArchive(path: path, kind: "TEST")
    func reason(_ body: () throws -> Void) -> String {
      (#expect(throws: FileError.self) { try body() })?.reason ?? ""
    }
    #expect(reason { _ = try archive.array("floats", of: Int32.self) }.contains("holds float32"))
    #expect(reason { _ = try archive.array("none", of: Float.self) }.contains("no array none"))
    #expect(
      reason { _ = try archive.matrix("matrix", rows: 3) }
        .contains("has the shape [2, 3], expected [3, any]"))
    #expect(
      reason { _ = try ArrayArchive(path: path, kind: "HNSW") }
        .contains("of kind TEST, expected HNSW"))
    let error = #expect(throws: FileError.self) {
      _ = try ArrayArchive(path: folder.path("missing"), kind: "TEST")
    }
    #expect(
      error?.description.hasSuffix("missing: cannot open this file: No such file or directory")
        == true)
  }

  @Test func `notices every flipped bit outside padding and every truncation`() throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: example()))
    let path = folder.path("damaged")
    func opens(_ data: Data) throws -> Bool {
      try data.write(to: URL(fileURLWithPath: path))
      do throws(FileError) {
        _ = try ArrayArchive(path: path, kind: "TEST")
        return true
      } catch {
        #expect(error.path == path)
        return false
      }
    }
    for length in 0..<whole.count { #expect(try !opens(whole.prefix(length))) }

    var random = SeededRandom(seed: 1)
    var unnoticed = 0
    for byte in 0..<whole.count {
      var damaged = whole
      damaged[byte] ^= 1 << UInt8(random.index(below: 8))
      if try opens(damaged) { unnoticed += 1 }
    }
    // Zeros that fill up to 64: 16 after the header's fields, the rest after the arrays.
    let padding = 16 + (64 - 12) + (64 - 24) + (64 - 2)
    #expect(unnoticed <= padding)
  }

  @Test func `refuses a shape whose size overflows`() throws {
    let path = try example()
    var data = try Data(contentsOf: URL(fileURLWithPath: path))
    // The table is found through the header; its first entry's extent becomes 2⁶³.
    let table = Int(data[16..<24].withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })
    let extent = table + 4 + 4 + "floats".utf8.count + 4 + 4
    data.replaceSubrange(
      extent..<extent + 8, with: withUnsafeBytes(of: UInt64(1) << 63) { Data($0) })
    let length = Int(data[24..<32].withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })
    let checksum = data[table..<table + length].withUnsafeBytes { Checksum($0).value }
    data.replaceSubrange(32..<40, with: withUnsafeBytes(of: checksum) { Data($0) })
    try data.write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: FileError.self) { _ = try ArrayArchive(path: path, kind: "TEST") }
    #expect(error?.reason.contains("array floats lies outside the file") == true)
  }

  @Test func `says so when it can't be created`() {
    let error = #expect(throws: FileError.self) {
      _ = try ArrayArchiveWriter(path: folder.path("no/such/folder"), kind: "TEST")
    }
    #expect(error?.code == ENOENT)
  }
}
