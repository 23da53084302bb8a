#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

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

  /// The tokens with one first byte, the longest first.
  private struct Candidates {
    var first: UInt8
    var tokens: [(content: [UInt8], token: Token)]
  }

  private var candidates: [Candidates] = []
  /// The number of the candidates with a first byte, or −1.
  private var numbers = [Int16](repeating: -1, count: 256)

  package var isEmpty: Bool { candidates.isEmpty }

  /// - Parameter content: The bytes that are sought for a token, if others than its content's.
  package init(_ tokens: [Token], content: (Token) -> [UInt8] = { Array($0.content.utf8) }) {
    let contents = tokens.map { (content: content($0), token: $0) }.filter { !$0.content.isEmpty }
    for first in Set(contents.map { $0.content[0] }).sorted() {
      let tokens = contents.filter { $0.content[0] == first }
      numbers[Int(first)] = Int16(candidates.count)
      candidates.append(
        Candidates(first: first, tokens: tokens.sorted { $0.content.count > $1.content.count }))
    }
  }

  /// The parts of a text in their order: the leftmost tokens, of several the longest.
  package func parts(of text: [UInt8]) -> [Part] {
    var parts: [Part] = []
    forEachPart(of: text.span) {
      parts.append($0)
      return true
    }
    return parts
  }

  /// Calls `body` with each part of a text in their order, until it returns false.
  ///
  /// - Complexity: O(n) where few characters of the text begin a token.
  func forEachPart(of text: Span<UInt8>, _ body: (Part) -> Bool) {
    var start = 0
    var offset = 0
    while let (found, candidates) = next(in: text, from: offset) {
      guard let (length, token) = Self.match(text, at: found, candidates) else {
        offset = found + 1
        continue
      }
      var lower = found
      var upper = found + length
      if token.stripsLeft { lower = Self.spaceBefore(text, lower, from: start) }
      if token.stripsRight { upper = Self.spaceAfter(text, upper) }
      if lower > start, !body(.text(start..<lower)) { return }
      if !body(.token(token.id)) { return }
      start = upper
      offset = upper
    }
    if start < text.count { _ = body(.text(start..<text.count)) }
  }

  /// The next place where a token may begin.
  private func next(
    in text: Span<UInt8>, from offset: Int
  ) -> (offset: Int, candidates: Candidates)? {
    guard offset < text.count, !candidates.isEmpty else { return nil }
    if candidates.count == 1 {  // So it is with the special tokens of most models.
      let first = candidates[0].first
      // Safe: memchr reads the bytes from `offset` to the end of the text, and answers within them.
      let found = text.withUnsafeBufferPointer { text in
        memchr(text.baseAddress! + offset, Int32(first), text.count - offset).map {
          UnsafeRawPointer($0) - UnsafeRawPointer(text.baseAddress!)
        }
      }
      return found.map { ($0, candidates[0]) }
    }
    for offset in offset..<text.count {
      let number = numbers[Int(text[offset])]
      if number >= 0 { return (offset, candidates[Int(number)]) }
    }
    return nil
  }

  private static func match(
    _ text: Span<UInt8>, at offset: Int, _ candidates: Candidates
  ) -> (length: Int, token: Token)? {
    for (content, token) in candidates.tokens {
      let end = offset + content.count
      guard text.hasBytes(content.span, at: offset) else { continue }
      if token.isSingleWord {
        let before = offset > 0 ? scalar(text, before: offset) : nil
        var after = end
        let next = end < text.count ? text.scalar(at: &after) : nil
        if [before, next].contains(where: { $0.map(belongsToWord) ?? false }) { continue }
      }
      return (content.count, token)
    }
    return nil
  }

  private static func belongsToWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal || scalar == "_"
  }

  private static func scalar(_ text: Span<UInt8>, before offset: Int)
    -> Unicode.Scalar
  {
    var index = text.start(before: offset)
    return text.scalar(at: &index)
  }

  private static func spaceBefore(
    _ text: Span<UInt8>, _ offset: Int, from start: Int
  ) -> Int {
    var offset = offset
    while offset > start, CharacterClasses.isWhitespace(scalar(text, before: offset)) {
      offset = text.start(before: offset)
    }
    return offset
  }

  private static func spaceAfter(_ text: Span<UInt8>, _ offset: Int) -> Int {
    var offset = offset
    while offset < text.count {
      var next = offset
      guard CharacterClasses.isWhitespace(text.scalar(at: &next)) else { return offset }
      offset = next
    }
    return offset
  }
}
