/// Interactions or settings that no model can be made of.
public struct CollaborativeFilteringError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong, with the offending value, and what to do about it.
  public let reason: String

  init(_ reason: String) { self.reason = reason }

  /// The same as ``reason``.
  public var description: String { reason }
}

/// Stops at a setting outside its range.
func require(
  _ isFulfilled: Bool, _ name: String, is expected: String, found: some CustomStringConvertible
) throws(CollaborativeFilteringError) {
  guard isFulfilled else {
    throw CollaborativeFilteringError("\(name) is \(found), expected \(expected)")
  }
}
