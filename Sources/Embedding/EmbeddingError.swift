/// Why a model could not be loaded.
///
/// Once a ``SentenceEncoder`` exists, encoding does not fail: every text has a vector.
public struct EmbeddingError: Error, Sendable, CustomStringConvertible {
  /// The file or folder at fault.
  public let path: String
  /// What is wrong with it: the value, what was expected, and what to do.
  public let reason: String

  /// An error about the file or folder at `path`.
  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  /// Path and reason, as a person should read them.
  public var description: String { "\(path): \(reason)" }
}
