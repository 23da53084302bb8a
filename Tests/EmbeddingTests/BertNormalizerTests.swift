import Compute
import Embedding
import Foundation
import Testing

@Suite struct `The normalizer` {
  private func normal(_ text: String, _ normalizer: BertNormalizer = BertNormalizer()) -> String {
    String(decoding: normalizer.normalize(Array(text.utf8)[...]), as: UTF8.self)
  }

  /// A row of `characters.txt`: what becomes of the characters of a range.
  private struct Row {
    var range: ClosedRange<UInt32>
    var kind: Substring
    var replacement: [Unicode.Scalar]?
  }

  private func rows() throws -> [Row] {
    let content = try String(contentsOfFile: GoldenVectors.path("characters.txt"), encoding: .utf8)
    return content.split(separator: "\n").map { line in
      let fields = line.split(separator: " ")
      let replacement = fields.dropFirst(3).map { Unicode.Scalar(UInt32($0, radix: 16)!)! }
      return Row(
        range: UInt32(fields[0], radix: 16)!...UInt32(fields[1], radix: 16)!, kind: fields[2],
        replacement: replacement.isEmpty ? nil : replacement)
    }
  }

  @Test func `treats every character of Unicode as Hugging Face's tokenizers does`() throws {
    var wrong: [String] = []
    for row in try rows() {
      for value in row.range {
        let scalar = Unicode.Scalar(value)!
        var kept = String.UnicodeScalarView()
        kept.append(contentsOf: row.replacement ?? [scalar])
        let expected =
          switch row.kind {
          case "removed": ""
          case "space": " "
          case "isolated": " \(kept) "
          default: String(kept)
          }
        let found = normal("a\(scalar)b")
        // Compared as bytes: strings compare equal to their decompositions.
        if !found.utf8.elementsEqual("a\(expected)b".utf8) {
          wrong.append("\(String(value, radix: 16)) \(row.kind): \(found.utf8.map { $0 })")
        }
        guard row.kind == "kept" || row.kind == "punctuation" else { continue }
        let bytes = Array("a\(expected)b".utf8)
        let words = Array(BertWords(bytes, 0..<bytes.count)).count
        if words != (row.kind == "kept" ? 1 : 3) {
          wrong.append("\(String(value, radix: 16)) \(row.kind): \(words) words")
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count) characters: \(wrong.prefix(20))")
  }

  @Test func `decomposes across characters that cleaning removes`() {
    #expect(normal("e\u{0}\u{301}x") == "ex")
    #expect(normal("한국") == "\u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}")
    #expect(normal("İI") == "ii")
  }

  @Test func `keeps case and accents where it is told to`() {
    var cased = BertNormalizer()
    cased.lowercases = false
    cased.stripsAccents = false
    #expect(normal("Ünïted中", cased) == "Ünïted 中 ")
    cased.spacesChinese = false
    cased.cleansText = false
    #expect(normal("É\u{0}中\t", cased).utf8.elementsEqual("É\u{0}中\t".utf8))
  }

  @Test func `splits words at white space and around punctuation`() {
    func words(_ text: String) -> [String] {
      let bytes = Array(text.utf8)
      return BertWords(bytes, 0..<bytes.count).map { String(decoding: bytes[$0], as: UTF8.self) }
    }
    #expect(words("") == [])
    #expect(words("  \u{3000} ") == [])
    #expect(words("don't stop.") == ["don", "'", "t", "stop", "."])
    #expect(words("..a—b ") == [".", ".", "a", "—", "b"])
  }
}
