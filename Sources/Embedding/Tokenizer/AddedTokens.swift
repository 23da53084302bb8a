/// Tokens that are found in a text as they are written, before anything else splits it, such as
/// "[SEP]": the `added_tokens` of a `tokenizer.json`.
package struct AddedTokens: Sendable {
  package struct Token: Sendable, Equatable {
    package var content: String
    package var id: Int32
    /// Only where no letter, digit or underscore stands beside it.
    package var isSingleWord = false
    /// The white space before it, or after it, belongs to it.
    package var stripsLeft = false
    package var stripsRight = false
    /// Sought in the normalised text rather than in the text as it was given.
    package var isNormalized = false

    package init(
      content: String, id: Int32, isSingleWord: Bool = false, stripsLeft: Bool = false,
      stripsRight: Bool = false, isNormalized: Bool = false
    ) {
      self.content = content
      self.id = id
      self.isSingleWord = isSingleWord
      self.stripsLeft = stripsLeft
      self.stripsRight = stripsRight
      self.isNormalized = isNormalized
    }
  }

  /// A part of a text: an added token, or bytes that hold none.
  package enum Part: Equatable {
    case token(Int32)
    case text(Range<Int>)
  }

  /// The tokens by the first byte of their content, the longest first.
  private var candidates: [UInt8: [(content: [UInt8], token: Token)]] = [:]

  /// - Parameter content: The bytes that are sought for a token, if others than its content's.
  package init(_ tokens: [Token], content: (Token) -> [UInt8] = { Array($0.content.utf8) }) {
    for token in tokens {
      let bytes = content(token)
      guard let first = bytes.first else { continue }
      candidates[first, default: []].append((bytes, token))
    }
    for first in candidates.keys {
      candidates[first]!.sort { $0.content.count > $1.content.count }
    }
  }

  /// The parts of a text in their order: the leftmost tokens, of several the longest.
  ///
  /// - Complexity: O(n) where few characters of the text begin a token.
  package func parts(of text: [UInt8]) -> [Part] {
    guard !candidates.isEmpty else { return text.isEmpty ? [] : [.text(0..<text.count)] }
    var isFirst = [Bool](repeating: false, count: 256)
    for byte in candidates.keys { isFirst[Int(byte)] = true }
    var parts: [Part] = []
    var start = 0
    var offset = 0
    while offset < text.count {
      guard isFirst[Int(text[offset])], let (length, token) = match(text, at: offset) else {
        offset += 1
        continue
      }
      var lower = offset
      var upper = offset + length
      if token.stripsLeft { lower = Self.spaceBefore(text, lower, from: start) }
      if token.stripsRight { upper = Self.spaceAfter(text, upper) }
      if lower > start { parts.append(.text(start..<lower)) }
      parts.append(.token(token.id))
      start = upper
      offset = upper
    }
    if start < text.count { parts.append(.text(start..<text.count)) }
    return parts
  }

  private func match(_ text: [UInt8], at offset: Int) -> (length: Int, token: Token)? {
    for (content, token) in candidates[text[offset]] ?? [] {
      let end = offset + content.count
      guard end <= text.count, text[offset..<end].elementsEqual(content) else { continue }
      if token.isSingleWord {
        let before = offset > 0 ? Self.scalar(text, before: offset) : nil
        var after = end
        let next = end < text.count ? text.scalar(at: &after) : nil
        if [before, next].contains(where: { $0.map(Self.belongsToWord) ?? false }) { continue }
      }
      return (content.count, token)
    }
    return nil
  }

  private static func belongsToWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal || scalar == "_"
  }

  private static func start(_ text: [UInt8], before offset: Int) -> Int {
    var index = offset - 1
    while index > 0, text[index] & 0xC0 == 0x80 { index -= 1 }
    return index
  }

  private static func scalar(_ text: [UInt8], before offset: Int) -> Unicode.Scalar {
    var index = start(text, before: offset)
    return text.scalar(at: &index)
  }

  private static func spaceBefore(_ text: [UInt8], _ offset: Int, from start: Int) -> Int {
    var offset = offset
    while offset > start, CharacterClasses.isWhitespace(scalar(text, before: offset)) {
      offset = Self.start(text, before: offset)
    }
    return offset
  }

  private static func spaceAfter(_ text: [UInt8], _ offset: Int) -> Int {
    var offset = offset
    while offset < text.count {
      var next = offset
      guard CharacterClasses.isWhitespace(text.scalar(at: &next)) else { return offset }
      offset = next
    }
    return offset
  }
}
