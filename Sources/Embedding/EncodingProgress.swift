internal import Synchronization

/// Adds up what several workers report and passes the sum on, one report at a time.
final class EncodingProgress: Sendable {
  private let report: @Sendable (Int) -> Void
  private let encoded = Mutex(0)

  init(_ report: @escaping @Sendable (Int) -> Void) { self.report = report }

  func add(_ count: Int) {
    encoded.withLock {
      $0 += count
      report($0)
    }
  }
}
