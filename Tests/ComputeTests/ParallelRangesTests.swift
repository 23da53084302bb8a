import Compute
import Synchronization
import Testing

@Suite struct `Work split over threads` {
  @Test(arguments: [0, 1, 2, 7, 100, 1001], [1, 2, 3, 16])
  func `covers every index once`(count: Int, threads: Int) {
    let seen = Mutex([Int](repeating: 0, count: count))
    parallelRanges(count, threads: threads) { range in
      seen.withLock { for i in range { $0[i] += 1 } }
    }
    #expect(seen.withLock { $0.allSatisfy { $0 == 1 } })
    for chunk in [1, 3, 64] {
      parallelChunks(count, chunk: chunk, threads: threads) { range, worker in
        seen.withLock { for i in range { $0[i] += 1 } }
        #expect(range.count <= chunk && range.lowerBound % chunk == 0)
        #expect(worker >= 0 && worker < threads)
      }
    }
    #expect(seen.withLock { $0.allSatisfy { $0 == 4 } })
  }

  @Test func `gives a worker its scratch memory alone`() {
    let busy = Mutex(Set<Int>())
    parallelChunks(500, chunk: 1, threads: 4) { _, worker in
      let isNew = busy.withLock { $0.insert(worker).inserted }
      #expect(isNew)
      _ = busy.withLock { $0.remove(worker) }
    }
  }
}
