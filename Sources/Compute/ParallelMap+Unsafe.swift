/// `transform` of each index below `count`, in order, worked out on several threads.
///
/// - Parameters:
///   - chunk: How many indices a thread takes at once.
///   - transform: Runs on several threads at once; what it gives must depend on the index alone.
public func parallelMap<Result>(
  _ count: Int, chunk: Int = 4, threads: Int, _ transform: (Int) -> Result
) -> [Result] {
  [Result](unsafeUninitializedCapacity: count) { buffer, initialized in
    // Safe: each element is written once, by the worker that took its chunk, before the call ends.
    parallelChunks(count, chunk: chunk, threads: threads) { range, _ in
      for i in range { buffer.initializeElement(at: i, to: transform(i)) }
    }
    initialized = count
  }
}
