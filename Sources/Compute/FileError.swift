#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// A file that could not be opened, read, written or trusted.
public struct FileError: Error, Sendable, CustomStringConvertible {
  /// The file that the error is about.
  public let path: String
  /// What is wrong and, where there is something to do about it, what to do.
  public let reason: String
  /// The operating system's error number, where it reported one.
  public let code: Int32?

  /// An error that the operating system did not report.
  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
    code = nil
  }

  init(path: String, action: String, reason: String) {
    self.init(path: path, reason: "cannot \(action) this file: \(reason)")
  }

  /// - Parameter code: An `errno` value.
  public init(path: String, action: String, code: Int32) {
    self.path = path
    reason = "cannot \(action) this file: \(String(cString: strerror(code)))"
    self.code = code
  }

  /// Path and reason, as a person should read them.
  public var description: String { "\(path): \(reason)" }
}
