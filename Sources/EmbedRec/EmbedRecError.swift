import Compute
import Embedding
internal import Foundation

/// What went wrong, in words for the person who can mend it.
public struct EmbedRecError: Error, Sendable, CustomStringConvertible {
  /// Who can mend it, and how a program should react.
  public enum Kind: Sendable {
    /// The request itself makes no sense: a k of zero, two kinds of query at once.
    case usage
    /// Data from outside is malformed: a catalogue, a log, a list of candidates.
    case input
    /// Something that was named isn't there: an index, a file, a user, an item.
    case notFound
    /// A stored file is damaged, or was made by another version.
    case damaged
    /// The disk is full, a folder can't be written, a file can't be read.
    case storage
    /// Another process holds the index for building.
    case busy
    /// The encoder's model folder is missing, incomplete or another one than the index was made by.
    case model
    /// The work was stopped before it was done.
    case cancelled
  }

  /// Who can mend it.
  public let kind: Kind
  /// What is wrong, with the path, line or value, and what to do about it.
  public let description: String

  /// An error of a kind, in words.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}

extension EmbedRecError {
  /// Any error of the layers below, as one of this module's.
  public init(_ error: any Error) {
    switch error {
    case let error as EmbedRecError: self = error
    case let error as FileError:
      self.init(error.code == nil ? .damaged : .storage, error.description)
    case let error as InputError:
      let kind: Kind =
        switch error.code {
        case nil: .input
        case ENOENT?, ENOTDIR?: .notFound
        default: .storage
        }
      self.init(kind, error.description)
    case let error as EmbeddingError: self.init(.model, error.description)
    case is CancellationError:
      self.init(.cancelled, "stopped; what was published before is untouched")
    default: self.init(.storage, "\(error)")
    }
  }

  /// Runs `body`, turning what it throws into this module's error.
  static func wrapping<T>(_ body: () throws -> T) throws(EmbedRecError) -> T {
    do { return try body() } catch { throw EmbedRecError(error) }
  }
}
