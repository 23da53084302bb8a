internal import Synchronization

/// Objects that are worth keeping from one use to the next, such as scratch memory: each is lent to
/// one user at a time, and there are as many as were ever in use at once.
package final class Pool<Object: AnyObject>: Sendable {
  /// Safe to send: an object is in here only while nobody uses it.
  private struct Idle: @unchecked Sendable {
    var objects: [Object] = []
  }

  private let idle = Mutex(Idle())
  private let make: @Sendable () -> Object
  private let isKept: @Sendable (Object) -> Bool

  /// - Parameters:
  ///   - isKept: Whether an object that comes back is to be lent again.
  ///   - make: Called where none is idle.
  package init(
    keeping isKept: @escaping @Sendable (Object) -> Bool = { _ in true },
    make: @escaping @Sendable () -> Object
  ) {
    self.isKept = isKept
    self.make = make
  }

  /// Lends an object to `body`.
  package func withObject<Result>(_ body: (Object) -> Result) -> Result {
    let object = idle.withLock { $0.objects.popLast() } ?? make()
    defer { if isKept(object) { idle.withLock { $0.objects.append(object) } } }
    return body(object)
  }
}
