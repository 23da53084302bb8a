/// Splits a normalised text into words: the `pre_tokenizer` of a `tokenizer.json`, one step after
/// another, each of which splits what the one before it left whole.
struct PreTokenizer: Sendable {
  enum Step: Sendable {
    case split(Finder, SplitBehavior, isInverted: Bool)
    /// White space splits and goes; punctuation characters are words of their own.
    case bert
    /// Spaces become a visible mark, with which words begin.
    case metaspace(mark: [UInt8], prefix: MetaspacePrefix, splits: Bool)
    /// A text begins with a space, and a pattern splits it; then, unless the model reads bytes,
    /// bytes become characters.
    case byteLevel(addsSpace: Bool, pattern: WordPattern?, encodes: Bool)
  }

  enum MetaspacePrefix: String, Sendable {
    case always, first, never
  }

  var steps: [Step]

  /// Calls `body` with each word of a part of a text, until it returns false.
  ///
  /// - Parameters:
  ///   - text: Valid UTF-8.
  ///   - isStart: Whether the range begins where the text as it was given begins.
  /// - Returns: Whether `body` took all.
  /// - Complexity: O(n).
  func forEachWord(
    of text: Span<UInt8>, _ range: Range<Int>, isStart: Bool,
    _ body: (Span<UInt8>, Range<Int>) -> Bool
  ) -> Bool {
    forEachWord(of: text, range, isStart: isStart, steps: steps[...], body)
  }

  private func forEachWord(
    of text: Span<UInt8>, _ range: Range<Int>, isStart: Bool, steps: ArraySlice<Step>,
    _ body: (Span<UInt8>, Range<Int>) -> Bool
  ) -> Bool {
    guard !range.isEmpty else { return true }
    guard let step = steps.first else { return body(text, range) }
    let rest = steps.dropFirst()
    /// The next step's work on a part of `text`, which may be a changed copy.
    func proceed(_ text: Span<UInt8>, _ part: Range<Int>, _ whole: Range<Int>) -> Bool {
      if rest.isEmpty { return body(text, part) }
      return forEachWord(
        of: text, part, isStart: isStart && part.lowerBound == whole.lowerBound, steps: rest, body)
    }
    switch step {
    case .split(let finder, let behavior, let isInverted):
      return behavior.forEachPart(of: text, range, finder, isInverted: isInverted) {
        proceed(text, $0, range)
      }
    case .bert:
      return SplitBehavior.removed.forEachPart(of: text, range, .whitespace, isInverted: false) {
        word in
        SplitBehavior.isolated.forEachPart(of: text, word, .punctuation, isInverted: false) {
          proceed(text, $0, range)
        }
      }
    case .metaspace(let mark, let prefix, let splits):
      let marked = Self.marked(text, range, mark, prefix, isStart: isStart)
      let whole = 0..<marked.count
      guard splits else { return proceed(marked.span, whole, whole) }
      return SplitBehavior.mergedWithNext.forEachPart(
        of: marked.span, whole, .text(mark), isInverted: false
      ) { proceed(marked.span, $0, whole) }
    case .byteLevel(let addsSpace, let pattern, let encodes):
      guard addsSpace, text[range.lowerBound] != 0x20 else {
        return split(text, range, pattern, encodes) { proceed($0, $1, $2) }
      }
      var spaced: [UInt8] = [0x20]
      spaced.reserveCapacity(range.count + 1)
      for index in range { spaced.append(text[index]) }
      return split(spaced.span, 0..<spaced.count, pattern, encodes) { proceed($0, $1, $2) }
    }
  }

  private func split(
    _ text: Span<UInt8>, _ range: Range<Int>, _ pattern: WordPattern?, _ encodes: Bool,
    _ proceed: (Span<UInt8>, Range<Int>, Range<Int>) -> Bool
  ) -> Bool {
    func take(_ part: Range<Int>) -> Bool {
      guard encodes else { return proceed(text, part, range) }
      let encoded = ByteAlphabet.encode(text, part)
      let whole = 0..<encoded.count
      // Only the first part begins where the text does; the rest begin at 1 of nothing.
      return proceed(encoded.span, whole, part.lowerBound == range.lowerBound ? whole : -1..<0)
    }
    guard let pattern else { return take(range) }
    return SplitBehavior.isolated.forEachPart(
      of: text, range, .pattern(pattern), isInverted: false, take)
  }

  private static func marked(
    _ text: Span<UInt8>, _ range: Range<Int>, _ mark: [UInt8], _ prefix: MetaspacePrefix,
    isStart: Bool
  ) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(range.count + mark.count)
    let begins = text[range.lowerBound] == 0x20 || text.hasBytes(mark.span, at: range.lowerBound)
    switch prefix {
    case .always: if !begins { result += mark }
    case .first: if !begins, isStart { result += mark }
    case .never: break
    }
    for index in range {
      if text[index] == 0x20 { result += mark } else { result.append(text[index]) }
    }
    return result
  }
}
