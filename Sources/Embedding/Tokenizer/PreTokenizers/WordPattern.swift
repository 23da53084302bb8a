/// The regular expressions that tokenizers split words with, of which GPT-2's is the model:
///
///     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
///
/// Alternatives of character sets with repetitions, tried in their order, as far as possible to the
/// right first. What begins with a byte is known beforehand, so that few alternatives are tried.
struct WordPattern: Sendable {
  /// A set of characters, so and so often in a row; or one that must follow, or must not.
  struct Item: Sendable, Equatable {
    enum Look: Sendable { case none, ahead, aheadNot }

    var set: ScalarSet
    var minimum = 1
    var maximum = 1
    /// Gives nothing back once matched.
    var isPossessive = false
    var look = Look.none
  }

  let alternatives: [[Item]]
  private let table = ScalarKinds.shared
  /// For each byte, a bit for each alternative that may begin with it.
  private var candidates = [UInt64](repeating: 0, count: 256)

  /// - Precondition: There are at most 64 alternatives, and none matches nothing.
  init(alternatives: [[Item]]) {
    precondition(alternatives.count <= 64, "each alternative has a bit")
    self.alternatives = alternatives
    for (number, items) in alternatives.enumerated() {
      for byte in 0..<256 where Self.mayBegin(items, UInt8(byte)) {
        candidates[byte] |= 1 << UInt64(number)
      }
    }
  }

  private static func mayBegin(_ items: [Item], _ byte: UInt8) -> Bool {
    for item in items {
      if item.look != .none { return true }
      let isIn = byte < 128 ? item.set.contains(ascii: byte) : item.set.reachesBeyondASCII
      if isIn { return true }
      if item.minimum > 0 { return false }
    }
    return true
  }

  /// The first match within a range of valid UTF-8.
  ///
  /// - Complexity: O(distance) for the patterns of known models.
  func next(in text: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
    var start = range.lowerBound
    while start < range.upperBound {
      var left = candidates[Int(text[start])]
      while left != 0 {
        let number = left.trailingZeroBitCount
        left &= left - 1
        if let end = match(alternatives[number], 0, text, start, range.upperBound) {
          return start..<end
        }
      }
      _ = text.scalar(at: &start)
    }
    return nil
  }

  /// Where a match of the items from a number on, at a place, ends.
  private func match(
    _ items: [Item], _ number: Int, _ text: Span<UInt8>, _ start: Int, _ limit: Int
  ) -> Int? {
    guard number < items.count else { return start }
    let item = items[number]
    guard item.look == .none else {
      var index = start
      let isIn = start < limit && item.set.contains(text.scalar(at: &index), table)
      return isIn == (item.look == .ahead) ? match(items, number + 1, text, start, limit) : nil
    }
    var end = start
    var count = 0
    while count < item.maximum, end < limit {
      let byte = text[end]
      if byte < 128 {
        guard item.set.contains(ascii: byte) else { break }
        end += 1
      } else {
        var next = end
        guard item.set.contains(text.scalar(at: &next), table) else { break }
        end = next
      }
      count += 1
    }
    guard count >= item.minimum else { return nil }
    if number + 1 == items.count { return end }
    while true {
      if let match = match(items, number + 1, text, end, limit) { return match }
      guard count > item.minimum, !item.isPossessive else { return nil }
      end = text.start(before: end)
      count -= 1
    }
  }

  /// GPT-2's, with which byte-level BPE splits unless told otherwise.
  static let gpt2: WordPattern = {
    let source = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
    guard let pattern = try? WordPattern(source) else { fatalError("GPT-2's pattern is valid") }
    return pattern
  }()
}
