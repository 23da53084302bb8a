/// What becomes of the matches at which a text is split.
enum SplitBehavior: String, Sendable {
  case removed = "Removed"
  case isolated = "Isolated"
  case mergedWithPrevious = "MergedWithPrevious"
  case mergedWithNext = "MergedWithNext"
  /// Adjacent matches are one.
  case contiguous = "Contiguous"

  /// Calls `body` with each part of a range of a text, until it returns false.
  ///
  /// - Parameter isInverted: Whether what lies between matches counts as a match, and the reverse.
  /// - Returns: Whether `body` took all.
  /// - Complexity: O(n).
  func forEachPart(
    of text: Span<UInt8>, _ range: Range<Int>, _ finder: Finder, isInverted: Bool,
    _ body: (Range<Int>) -> Bool
  ) -> Bool {
    // The part that the next segment may still join.
    var pending: Range<Int>?
    var wasMatch = false
    func take(_ segment: Range<Int>, _ isMatch: Bool) -> Bool {
      let joins: Bool
      switch self {
      case .removed: return isMatch || body(segment)
      case .isolated: return body(segment)
      case .mergedWithPrevious: joins = isMatch && !wasMatch
      case .mergedWithNext: joins = !isMatch && wasMatch
      case .contiguous: joins = isMatch == wasMatch
      }
      wasMatch = isMatch
      if joins, let first = pending {
        pending = first.lowerBound..<segment.upperBound
        return true
      }
      defer { pending = segment }
      return pending.map(body) ?? true
    }
    var start = range.lowerBound
    while start < range.upperBound {
      guard let match = finder.next(in: text, start..<range.upperBound) else {
        if !take(start..<range.upperBound, isInverted) { return false }
        break
      }
      if match.lowerBound > start, !take(start..<match.lowerBound, isInverted) { return false }
      if !take(match, !isInverted) { return false }
      start = match.upperBound
    }
    return pending.map(body) ?? true
  }
}
