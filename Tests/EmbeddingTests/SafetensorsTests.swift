import Compute
import Embedding
import Foundation
import Testing

@Suite struct `A safetensors file` {
  private func bytes(_ header: String, _ data: [UInt8]) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) } + Array(header.utf8)
      + data
  }

  /// Opens the bytes as a file.
  private func open(_ bytes: [UInt8]) throws(EmbeddingError) -> SafetensorsFile {
    let path = FileManager.default.temporaryDirectory.path + "/" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: path) }
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      return try SafetensorsFile(MappedFile(path: path))
    } catch {
      throw error as? EmbeddingError ?? EmbeddingError(path: path, reason: "\(error)")
    }
  }

  private func littleEndian(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }
  }

  @Test(arguments: 0..<9)
  func `gives its floats, wherever the header's length puts them`(padding: Int) throws {
    let values: [Float] = [1, -2.5, .pi, 1e-30, 0, 3e38]
    let header =
      #"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}"#
      + String(repeating: " ", count: padding)
    let file = try open(bytes(header, littleEndian(values)))
    #expect(try Array(file.floats("a", shape: [2, 3])) == values)
    #expect(file.has("a"))
    #expect(!file.has("__metadata__"))
  }

  @Test func `converts half precision and bfloat16`() throws {
    let half: [UInt16] = [0x3C00, 0xC100, 0x0001, 0x83FF, 0x7BFF, 0xFC00, 0x8000, 0x3555]
    let expected: [Float] = [
      1, -2.5, 0x1p-24, -1023 * 0x1p-24, 65504, -.infinity, -0.0, 0.333251953125,
    ]
    let brain: [UInt16] = [0x3F80, 0xC020, 0x0000, 0x7F7F]
    let header =
      #"{"h":{"dtype":"F16","shape":[8],"data_offsets":[0,16]},"#
      + #""b":{"dtype":"BF16","shape":[4],"data_offsets":[16,24]}}"#
    let data = (half + brain).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let file = try open(bytes(header, data))
    #expect(try Array(file.floats("h", shape: [8])) == expected)
    #expect(try Array(file.floats("b", shape: [4])) == [1, -2.5, 0, 0x1.FEp127])
  }

  @Test func `converts every half-precision number, as the numbers are defined`() throws {
    let all = (0...UInt16.max).map { $0 }
    let header = #"{"h":{"dtype":"F16","shape":[65536],"data_offsets":[0,131072]}}"#
    let file = try open(bytes(header, all.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }))
    let wrong = zip(all, try file.floats("h", shape: [65536])).filter { bits, value in
      let sign: Float = bits & 0x8000 == 0 ? 1 : -1
      let fraction = Float(bits & 0x3FF)
      switch Int(bits >> 10 & 0x1F) {
      case 0: return value.bitPattern != (sign * fraction * 0x1p-24).bitPattern
      case 31: return fraction == 0 ? value != sign * .infinity : !value.isNaN
      case let exponent:
        let scale = Float(sign: .plus, exponent: exponent - 25, significand: 1)
        return value != sign * (1024 + fraction) * scale
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count), such as \(wrong.prefix(3))")
  }

  @Test func `names a tensor that is missing, or has another shape or type`() throws {
    let header =
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
      + #""b":{"dtype":"I64","shape":[1],"data_offsets":[8,16]}}"#
    let file = try open(bytes(header, [UInt8](repeating: 0, count: 16)))
    for (name, shape, reason) in [
      ("c", [2], "it has no tensor \"c\""),
      ("a", [3], "its tensor \"a\" has the shape [2] and config.json asks for [3]"),
      ("b", [1], "its tensor \"b\" is of type I64; F32, F16 and BF16 are supported"),
    ] {
      do {
        _ = try file.floats(name, shape: shape)
        Issue.record("\(name) was read")
      } catch {
        #expect(error.reason.hasPrefix(reason), "\(error)")
      }
    }
  }

  @Test(arguments: [
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9]}}"#, "lies outside the file"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#, "lies outside the file"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, "lies outside the file"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}"#, "lies outside the file"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,1e300]}}"#, "lies outside the file"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#, "1 numbers of type F32 take 4"),
    (#"{"a":{"dtype":"I64","shape":[2],"data_offsets":[0,8]}}"#, "2 numbers of type I64 take 16"),
    (#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, "has an extent of -2"),
    (
      #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#,
      "which the file has no room for"
    ),
    (#"{"a":{"dtype":"F32","shape":[1e300],"data_offsets":[0,8]}}"#, "has no room for"),
    (#"{"a":{"dtype":"F32","shape":[2]}}"#, "lacks a dtype, a shape or two"),
    (#"{"a":3}"#, "lacks a"),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
        + #""a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "stands in the header twice"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
        + #""b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "\"b\" begins at byte"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
        + #""b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, "overlaps the one before"
    ),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "leaves a gap after"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, "its tensors end at byte"),
    ("[]", "its header is no JSON object"), ("{", "its header is not JSON"),
  ])
  func `with a header that lies is refused with what is wrong`(
    header: String, reason: String
  ) throws {
    do throws(EmbeddingError) {
      _ = try open(bytes(header, [UInt8](repeating: 0, count: 8)))
      Issue.record("the file was opened")
    } catch {
      #expect(error.reason.contains(reason), "\(error)")
    }
  }

  @Test func `with a huge header is refused before it is parsed`() throws {
    let header = "{" + String(repeating: " ", count: 5_000_000) + "}"
    do throws(EmbeddingError) {
      _ = try open(bytes(header, []))
      Issue.record("the file was opened")
    } catch {
      #expect(error.reason.contains("expected at most 4194304"), "\(error)")
    }
  }

  @Test func `cut short or mutated anywhere is refused or read within its bounds`() throws {
    let header =
      #"{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"#
      + #""b":{"dtype":"F16","shape":[2],"data_offsets":[24,28]}}"#
    let whole = bytes(header, littleEndian([1, 2, 3, 4, 5, 6]) + [0, 0x3C, 0, 0x3C])
    for length in 0..<whole.count {
      #expect(throws: EmbeddingError.self) { try open(Array(whole[..<length])) }
    }
    var random = SeededRandom(seed: 11)
    for _ in 0..<3000 {
      var damaged = whole
      for _ in 0...random.index(below: 4) {
        damaged[random.index(below: 8 + header.utf8.count)] =
          random.index(below: 2) == 0
          ? UInt8(random.index(below: 256)) : UInt8(ascii: "0") + UInt8(random.index(below: 10))
      }
      guard let file = try? open(damaged) else { continue }
      for (name, shape) in [("a", [2, 3]), ("b", [2])] {
        if let floats = try? file.floats(name, shape: shape) {
          #expect(floats.reduce(0) { $0 + ($1.isNaN ? 1 : 0) } <= floats.count)
        }
      }
    }
  }
}
