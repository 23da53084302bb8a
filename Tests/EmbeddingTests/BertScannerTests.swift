import Compute
import Embedding
import Foundation
import TestSupport
import Testing

@Suite struct `BERT's way in one pass` {
  /// Words and parts of words of every kind, drawn with a seed.
  private struct TextGenerator {
    var random: SeededRandom
    let words: [String]

    /// Where scripts, marks, controls and whatever else is treated apart lie.
    private static let ranges: [ClosedRange<UInt32>] = [
      0...0x7F, 0x80...0xFF, 0x100...0x24F, 0x300...0x36F, 0x370...0x5FF, 0x600...0x8FF,
      0x900...0xDFF, 0xE00...0x10FF, 0x1100...0x11FF, 0x1E00...0x1FFF, 0x2000...0x206F,
      0x2070...0x2BFF, 0x3000...0x30FF, 0x4E00...0x4E40, 0xAC00...0xAD00, 0xE000...0xE001,
      0xF900...0xFAFF, 0xFE00...0xFFFF, 0x11300...0x1137F, 0x1D100...0x1D1FF, 0x1F300...0x1F6FF,
      0x2F800...0x2F820, 0xE0000...0xE01EF, 0x10FFF0...0x10FFFF,
    ]
    /// Marks that stay where accents go, so that their order matters, among those that don't.
    static let marks = [
      "\u{301}", "\u{323}", "\u{1885}", "\u{1DF6}\u{1DF7}", "\u{8E3}\u{301}", "\u{8D3}\u{8D4}",
      "\u{302E}\u{16FF0}", "\u{16FF0}\u{302E}", "\u{1D165}\u{16FF0}", "\u{345}", "\u{200D}",
      "\u{0}",
    ]

    mutating func pick<T>(_ choices: [T]) -> T { choices[random.index(below: choices.count)] }

    mutating func part() -> String {
      switch random.index(below: 12) {
      case 0...4: return pick(words)
      case 5: return pick(words).uppercased()
      case 6:
        let length = pick([1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 99, 100, 101, 250])
        return String(repeating: pick(["a", "Z", "7", "é", "щ", "ab"]), count: length)
      case 7, 8:
        let range = pick(Self.ranges)
        let value = range.lowerBound + UInt32(random.index(below: range.count))
        return Unicode.Scalar(value).map { String($0) } ?? ""
      case 9: return pick(Self.marks)
      case 10: return pick(["[SEP]", "[CLS]", "[sep]", "[", "\u{FFFD}", "’", "—", "中文"])
      default: return pick([".", ",", "\t", "\n", "  ", "\u{3000}", "\u{7F}", "\u{B}"])
      }
    }

    mutating func text() -> String {
      var text = ""
      for _ in 0..<random.index(below: 16) {
        text.unicodeScalars.append(contentsOf: part().unicodeScalars)
        if random.index(below: 2) == 0 { text += " " }
      }
      return text
    }
  }

  /// What the steps give one after the other.
  private func reference(
    _ text: String, _ normalizer: BertNormalizer, _ vocabulary: WordPieceVocabulary
  ) -> [Int32] {
    let bytes = normalizer.normalize(Array(text.utf8)[...])
    var ids: [Int32] = []
    for word in BertWords(bytes, 0..<bytes.count) {
      vocabulary.appendPieces(of: bytes[word], to: &ids)
    }
    return ids
  }

  private func scan(_ text: String, _ scanner: BertScanner, limit: Int = .max) -> [Int32] {
    var ids = TokenBuffer()
    scanner.append(Array(text.utf8).span, to: &ids, limit: limit)
    return ids.ids(0..<ids.count)
  }

  private func words() throws -> [String] {
    let content = try String(
      contentsOfFile: GoldenVectors.path("small-cased/vocab.txt"), encoding: .utf8)
    let pieces = content.split(separator: "\n").map(String.init)
    // Tokens of marks show their order.
    let marks = Set(TextGenerator.marks.joined().unicodeScalars.map { String($0) }).sorted()
    return pieces + pieces.filter { $0.hasPrefix("##") }.map { "the" + $0.dropFirst(2) }
      + marks + marks.map { "##" + $0 }
  }

  private static let settings: [BertNormalizer] = (0..<16).map { bits in
    var normalizer = BertNormalizer()
    normalizer.cleansText = bits & 1 == 0
    normalizer.spacesChinese = bits & 2 == 0
    normalizer.stripsAccents = bits & 4 == 0
    normalizer.lowercases = bits & 8 == 0
    return normalizer
  }

  @Test(arguments: 0..<16)
  func `gives what its steps give one after the other`(setting: Int) throws {
    let normalizer = Self.settings[setting]
    let words = try words()
    var generator = TextGenerator(random: SeededRandom(seed: UInt64(setting)), words: words)
    for longest in [100, 9] {
      let tokens = words.enumerated().map { ($1, Int32($0)) }
      let vocabulary = WordPieceVocabulary(
        tokens: tokens, unknownID: 1, maximumWordLength: longest)
      let scanner = BertScanner(vocabulary: vocabulary, normalizer: normalizer)
      for _ in 0..<2000 {
        let text = generator.text()
        let expected = reference(text, normalizer, vocabulary)
        #expect(scan(text, scanner) == expected, "\(Array(text.unicodeScalars))")
        let limit = generator.random.index(below: 8)
        let cut = scan(text, scanner, limit: limit)
        #expect(
          cut.prefix(limit) == expected.prefix(limit) && cut.count >= min(limit, expected.count))
      }
    }
  }

  @Test func `gives the same on several threads, whoever meets a character first`() async throws {
    let words = try words()
    var generator = TextGenerator(random: SeededRandom(seed: 77), words: words)
    let texts = (0..<300).map { _ in generator.text() }
    let vocabulary = WordPieceVocabulary(
      tokens: words.enumerated().map { ($1, Int32($0)) }, unknownID: 1)
    let expected = texts.map { reference($0, BertNormalizer(), vocabulary) }
    for _ in 0..<10 {
      let scanner = BertScanner(vocabulary: vocabulary, normalizer: BertNormalizer())
      let found = await withTaskGroup(of: [[Int32]].self) { group in
        for _ in 0..<4 { group.addTask { texts.map { self.scan($0, scanner) } } }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(found.allSatisfy { $0 == expected })
    }
  }

  @Test(arguments: ["a", "word ", "é", "щ ", "中", "e\u{301}", "\u{16FF0}", "[", "\u{0}", "😀", "##"])
  func `takes ten megabytes of anything in its stride`(unit: String) throws {
    let tokenizer = try Tokenizer(folder: GoldenVectors.path("small-cls"))
    let text = String(repeating: unit, count: 10_000_000 / unit.utf8.count)
    let start = ContinuousClock.now
    let cut = tokenizer.tokenIDs(of: text, maximumTokens: 256)
    let whole = tokenizer.tokenIDs(of: text, maximumTokens: .max)
    #expect(cut.count <= 256 && cut.dropLast() == whole.prefix(cut.count - 1))
    // A hundred times what it takes: a bound that only more than linear work breaks.
    #expect(ContinuousClock.now - start < .seconds(60))
  }

  @Test func `puts many texts in one buffer, each cut by itself`() throws {
    let tokenizer = try Tokenizer(folder: GoldenVectors.path("small-cls"))
    var generator = TextGenerator(random: SeededRandom(seed: 5), words: try words())
    let texts = (0..<500).map { _ in generator.text() }
    var ids = TokenBuffer(capacity: 1)
    var ends = [0]
    for text in texts {
      tokenizer.append(text, to: &ids, maximumTokens: 12)
      ends.append(ids.count)
    }
    for (index, text) in texts.enumerated() {
      let alone = tokenizer.tokenIDs(of: text, maximumTokens: 12)
      #expect(ids.ids(ends[index]..<ends[index + 1]) == alone)
      #expect(alone == tokenizer.encode(text, maximumTokens: 12).ids)
    }
  }

  @Test func `repairs invalid bytes as Swift's strings and Python do`() throws {
    let tokenizer = try Tokenizer(folder: GoldenVectors.path("small-cls"))
    let bytes: [UInt8] = [0x74, 0x68, 0x65, 0xFF, 0xC3, 0x20, 0xE4, 0xB8, 0x61, 0xED, 0xA0, 0x80]
    let repaired = String(decoding: bytes, as: UTF8.self)
    #expect(repaired.unicodeScalars.filter { $0 == "\u{FFFD}" }.count == 6)
    // Cleaning removes what stands for them.
    #expect(
      tokenizer.tokenIDs(of: repaired, maximumTokens: 99)
        == tokenizer.tokenIDs(of: "the a", maximumTokens: 99))
  }
}
