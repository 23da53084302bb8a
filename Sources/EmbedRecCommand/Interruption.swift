import Dispatch
import Foundation

/// Ctrl-C and SIGTERM, as cancellation.
enum Interruption {
  /// Runs `body`; the first interruption cancels it, so that it can stop between two steps, and a
  /// second one ends the program at once. Either way what was published stays as it was.
  static func cancels<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws
    -> T
  {
    let task = Task { try await body() }
    let sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if task.isCancelled { exit(128 + number) }
        StandardError.write("\nStopping at the next safe point; once more stops at once.\n")
        task.cancel()
      }
      source.resume()
      return source
    }
    defer { for source in sources { source.cancel() } }
    return try await task.value
  }
}
