internal import Dispatch
internal import Foundation
internal import Synchronization

/// How many threads a computation may use when the caller doesn't say: one for each core.
public var availableThreads: Int { ProcessInfo.processInfo.activeProcessorCount }

/// Runs `body` once for each of at most `threads` contiguous ranges that together cover
/// `0..<count`, and returns when all are done.
///
/// The ranges differ in length by at most one. `body` runs on several threads at once: what it
/// writes must be disjoint for disjoint ranges. A result that is written for each index alone does
/// not depend on `threads`; a sum over ranges would.
public func parallelRanges(_ count: Int, threads: Int, _ body: (Range<Int>) -> Void) {
  let workers = max(1, min(threads, count))
  guard count > 0 else { return }
  guard workers > 1 else { return body(0..<count) }
  // Safe: the call returns before `body` ends, and the caller promises disjoint writes.
  nonisolated(unsafe) let body = body
  DispatchQueue.concurrentPerform(iterations: workers) { worker in
    body(count * worker / workers..<count * (worker + 1) / workers)
  }
}

/// Runs `body` for consecutive chunks of `0..<count`, each taken by the next worker that is free:
/// for work whose cost varies from index to index.
///
/// - Parameters:
///   - body: Called with a chunk and the number of the worker, below `threads`, that runs it, so
///     that each worker can keep scratch memory of its own. Which worker gets a chunk varies from
///     run to run; what is written must depend on the chunk alone.
public func parallelChunks(
  _ count: Int, chunk: Int, threads: Int, _ body: (Range<Int>, _ worker: Int) -> Void
) {
  precondition(chunk > 0, "a chunk holds at least one index")
  let chunks = (count + chunk - 1) / chunk
  let workers = max(1, min(threads, chunks))
  let next = Atomic<Int>(0)
  // Safe: as above.
  nonisolated(unsafe) let body = body
  @Sendable func work(_ worker: Int) {
    while true {
      let taken = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard taken < chunks else { return }
      body(taken * chunk..<min(count, (taken + 1) * chunk), worker)
    }
  }
  guard workers > 1 else { return work(0) }
  DispatchQueue.concurrentPerform(iterations: workers) { work($0) }
}
