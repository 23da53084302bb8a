internal import Compute

/// `transform` of each index below `count`, in order, worked out on several threads.
func parallelMap<Result>(
  _ count: Int, threads: Int, _ transform: (Int) -> [Result]
) -> [[Result]] {
  var results = [[Result]](repeating: [], count: count)
  results.withUnsafeMutableBufferPointer { buffer in
    // Safe: each element is written once, by the worker that took its chunk, before the call ends.
    parallelChunks(count, chunk: 4, threads: threads) { range, _ in
      for i in range { buffer[i] = transform(i) }
    }
  }
  return results
}
