/// Something that cannot be split, measured or written: a share beyond 1, a row without a time.
public struct EvaluationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong, what was expected, and what to do about it.
  public let description: String

  /// An error with this message.
  public init(_ description: String) { self.description = description }
}
