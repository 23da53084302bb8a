import EmbedRec
import Foundation

extension InputFile {
  /// All records of the file, and what was found.
  func all() throws -> (records: [Record], lines: [Int], summary: InputSummary) {
    var records: [Record] = []
    var lines: [Int] = []
    let summary = try readRecords { record, line in
      records.append(record)
      lines.append(line)
    }
    return (records, lines, summary)
  }

  /// The message of the error that reading ends with, without the folder; "" where it succeeds.
  func failure() -> String {
    do {
      _ = try readRecords { _, _ in }
      return ""
    } catch {
      return "\(error)".replacingOccurrences(
        of: (path as NSString).deletingLastPathComponent + "/", with: "")
    }
  }
}

/// A gzip member (RFC 1952) of stored blocks (RFC 1951, 3.2.4): the simplest there is.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  func little(_ value: UInt32, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
  }
  var result: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
  var start = 0
  repeat {
    let end = min(start + 65_535, bytes.count)
    let length = UInt32(end - start)
    result += [end == bytes.count ? 1 : 0] + little(length, 2) + little(~length, 2)
    result += bytes[start..<end]
    start = end
  } while start < bytes.count
  var crc = ~UInt32(0)
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }
  return result + little(~crc, 4) + little(UInt32(bytes.count), 4)
}
