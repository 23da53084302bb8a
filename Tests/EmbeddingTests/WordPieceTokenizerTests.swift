import Compute
import Embedding
import TestSupport
import Testing

@Suite struct `The WordPiece tokenizer` {
  @Test(arguments: GoldenVectors.small)
  func `gives the ids that Hugging Face's tokenizers gives`(name: String) throws {
    let golden = try GoldenVectors(name)
    let tokenizer = try Tokenizer(folder: golden.folder)
    let limit = name == "small-plain" ? 48 : 40
    for line in golden.lines {
      let ids = tokenizer.tokenIDs(of: line.text, maximumTokens: limit)
      #expect(ids == line.ids, "\(line.text)")
    }
  }

  @Test(.enabled(if: DefaultModel.folder != nil, "\(DefaultModel.absence)"))
  func `gives those ids for the real vocabulary, too`() throws {
    let golden = try GoldenVectors("all-MiniLM-L6-v2")
    let tokenizer = try Tokenizer(folder: #require(DefaultModel.folder))
    for line in golden.lines {
      #expect(tokenizer.tokenIDs(of: line.text, maximumTokens: 256) == line.ids, "\(line.text)")
    }
  }

  @Test func `keeps the end token of a text that is cut, within a word, too`() throws {
    let tokenizer = try Tokenizer(folder: GoldenVectors.path("small-cls"))
    let text = String(repeating: "a zxqvwk. ", count: 20)
    let whole = tokenizer.tokenIDs(of: text, maximumTokens: 1000)
    #expect(whole.count > 6 * 20)  // The second word has several pieces.
    for limit in 2...whole.count + 1 {
      let cut = tokenizer.tokenIDs(of: text, maximumTokens: limit)
      #expect(cut == Array(whole.prefix(min(limit, whole.count) - 1)) + [whole.last!])
    }
  }

  @Test func `finds the longest pieces first, as a search by hand does`() {
    var random = SeededRandom(seed: 3)
    let letters = ["a", "b", "é", "ß", "中", "😀"]
    func word(_ length: Int) -> String {
      (0..<length).map { _ in letters[random.index(below: letters.count)] }.joined()
    }
    var ids: [String: Int32] = ["[UNK]": 0]
    for letter in letters.dropLast() { ids[letter] = Int32(ids.count) }
    for letter in letters.dropFirst() { ids["##" + letter] = Int32(ids.count) }
    for _ in 0..<150 {
      let token = (random.index(below: 2) == 0 ? "##" : "") + word(2 + random.index(below: 4))
      if ids[token] == nil { ids[token] = Int32(ids.count) }
    }
    let vocabulary = WordPieceVocabulary(
      tokens: ids.map { ($0.key, $0.value) }, unknownID: 0, maximumWordLength: 12)
    for _ in 0..<5000 {
      let text = Array(word(1 + random.index(below: 13)))
      var expected: [Int32] = text.count > 12 ? [0] : []
      var start = 0
      while text.count <= 12, start < text.count {
        let end = stride(from: text.count, to: start, by: -1).first {
          ids[(start > 0 ? "##" : "") + String(text[start..<$0])] != nil
        }
        guard let end else {
          expected = [0]
          break
        }
        expected.append(ids[(start > 0 ? "##" : "") + String(text[start..<end])]!)
        start = end
      }
      var found: [Int32] = []
      vocabulary.appendPieces(of: Array(String(text).utf8)[...], to: &found)
      #expect(found == expected, "\(String(text))")
    }
  }

  @Test func `cuts added tokens out, the leftmost and longest first`() {
    let tokens = AddedTokens([
      .init(content: "<a>", id: 1), .init(content: "<a>b", id: 2),
      .init(content: "word", id: 3, isSingleWord: true),
      .init(content: "<s>", id: 4, stripsLeft: true, stripsRight: true),
    ])
    func parts(_ text: String) -> [AddedTokens.Part] { tokens.parts(of: Array(text.utf8)) }
    #expect(parts("") == [])
    #expect(parts("x") == [.text(0..<1)])
    #expect(parts("<a><a>bc") == [.token(1), .token(2), .text(7..<8)])
    #expect(parts("word words _word éword word") == [.token(3), .text(4..<24), .token(3)])
    #expect(parts("x \u{3000}<s>\n y") == [.text(0..<1), .token(4), .text(10..<11)])
    #expect(parts("<<a") == [.text(0..<3)])
  }

  @Test func `survives any text`() throws {
    let tokenizer = try Tokenizer(folder: GoldenVectors.path("small-cls"))
    var random = SeededRandom(seed: 9)
    for _ in 0..<3000 {
      var text = String.UnicodeScalarView()
      for _ in 0..<random.index(below: 40) {
        let bound = [0x80, 0x800, 0x10000, 0x110000][random.index(below: 4)]
        if let scalar = Unicode.Scalar(UInt32(random.index(below: bound))) { text.append(scalar) }
        if random.index(below: 10) == 0 { text.append(contentsOf: "[SEP".unicodeScalars) }
      }
      let ids = tokenizer.tokenIDs(of: String(text), maximumTokens: 16)
      #expect(ids.count >= 2 && ids.count <= 16)
    }
  }
}
