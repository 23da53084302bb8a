import Compute
import Embedding
import Foundation
import Testing

@Suite struct `The JSON parser` {
  private func parse(_ text: String) throws -> JSONValue {
    try JSONParser.parse(Array(text.utf8))
  }

  @Test func `reads every kind of value`() throws {
    let value = try parse(
      """
      {"a": [1, -2, 3.5, 1e3, -0.25E-2, 123456789012345678], "b": {"c": null}, "d": true,
       "e": false, "f": "x\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00é😀", "g": {}, "h": []}
      """)
    #expect(
      value["a"]
        == .array([
          .number(1), .number(-2), .number(3.5), .number(1000), .number(-0.0025),
          .number(123_456_789_012_345_678),
        ]))
    #expect(value["b"]?.members?.map(\.key) == ["c"])
    #expect(value["b"]?["c"] == nil)
    #expect(value["d"]?.boolean == true)
    #expect(value["e"]?.boolean == false)
    #expect(value["f"]?.string == "x\"\\/\u{8}\u{c}\n\r\té😀é😀")
    #expect(value["g"] == .object([]))
    #expect(value["h"]?.elements == [])
  }

  @Test func `takes the last of two members with one key, as Python does`() throws {
    #expect(try parse("{\"a\": 1, \"a\": 2}")["a"]?.integer == 2)
  }

  @Test(arguments: [
    ("", 0), ("{", 1), ("[1", 2), ("[1,]", 3), ("{\"a\"}", 4), ("{\"a\":}", 5), ("nul", 0),
    ("\"a", 2), ("\"\\x\"", 3), ("\"\\ud800\"", 7), ("\"\\u12\"", 5), ("1 2", 2), ("-", 0),
    ("+1", 0), ("1e999", 0), ("\"\u{1}\"", 1),
  ])
  func `says at which byte a text stops being JSON`(text: String, offset: Int) {
    do {
      let value = try JSONParser.parse(Array(text.utf8))
      Issue.record("\(text) was read as \(value)")
    } catch {
      #expect(error.offset == offset, "\(text): \(error)")
    }
  }

  @Test func `refuses bytes that are not UTF-8, and nesting without end`() {
    #expect(throws: JSONSyntaxError.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
    #expect(throws: JSONSyntaxError.self) {
      try JSONParser.parse([UInt8](repeating: UInt8(ascii: "["), count: 1_000_000))
    }
  }

  @Test func `agrees with Foundation on what mutated documents hold, and never crashes`() throws {
    let seed = Array(
      ##"{"model":{"vocab":{"[PAD]":0,"é":1,"#a":-2.5e1}},"list":[true,null,"\u00e9\n"]}"##.utf8)
    var random = SeededRandom(seed: 5)
    for _ in 0..<20_000 {
      var bytes = seed
      for _ in 0...random.index(below: 3) {
        switch random.index(below: 3) {
        case 0: bytes[random.index(below: bytes.count)] = UInt8(random.index(below: 256))
        case 1: bytes.remove(at: random.index(below: bytes.count))
        default:
          bytes.insert(
            bytes[random.index(below: bytes.count)], at: random.index(below: bytes.count))
        }
      }
      guard let value = try? JSONParser.parse(bytes) else { continue }
      // Ours is laxer in numbers only ("01"): where Foundation reads it too, they agree.
      guard
        let theirs = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any],
        let vocabulary = (theirs["model"] as? [String: Any])?["vocab"] as? [String: Any],
        let padding = vocabulary["[PAD]"] as? Double
      else { continue }
      #expect(value["model"]?["vocab"]?["[PAD]"]?.number == padding)
    }
  }
}
