import Compute
import Foundation
import Search
import Testing

@Suite struct `What an index keeps of its vectors` {
  private func index(
    _ vectors: SharedMatrix, _ metric: Metric, _ storage: VectorStorage
  ) -> HNSWIndex {
    HNSWIndex(
      building: vectors, metric: metric,
      parameters: .init(neighboursPerNode: 12, efConstruction: 60, storage: storage))
  }

  @Test(arguments: Metric.allCases, VectorStorage.allCases)
  func `is enough for the recall it promises, saved and reopened`(
    metric: Metric, storage: VectorStorage
  ) throws {
    let vectors = SharedMatrix(clusteredVectors(2500, 96, seed: 1))
    let queries = clusteredVectors(100, 96, seed: 2)
    let truth = ExactIndex(vectors: vectors, metric: metric).search(queries, k: 10)
    let built = index(vectors, metric, storage)
    let found = built.search(queries, k: 10)
    #expect(recall(found, of: truth) >= (storage == .int8 ? 0.96 : 0.99))
    let tolerance: Float =
      switch storage {
      case .external, .float32: 0
      case .float16: 0.0005
      case .int8: 0.01
      }
    for (query, answer) in found.enumerated() {
      for scored in answer {
        let exact = referenceScore(queries.row(query), vectors.row(scored.id), metric)
        // Exact storage scores as single precision does.
        #expect(abs(scored.score - Float(exact)) <= tolerance * 2 + 1e-5)
      }
    }
    try withTemporaryPath { path in
      try built.save(to: path)
      let reopened = try HNSWIndex(
        opening: path, vectors: storage == .external ? vectors : nil)
      #expect(reopened.search(queries, k: 10) == found)
      #expect(reopened.parameters == built.parameters)
    }
  }

  @Test(arguments: Metric.allCases, [VectorStorage.float32, .float16])
  func `gives the exact answers where few are allowed`(metric: Metric, storage: VectorStorage) {
    // Lengths over many orders of magnitude, zero vectors and unusable ones.
    var matrix = clusteredVectors(1500, 40, seed: 1)
    for row in 0..<1500 {
      for column in 0..<40 { matrix[row, column] *= Float(row % 7) * 30 }
    }
    matrix[11, 0] = .nan
    let vectors = SharedMatrix(matrix)
    let index = index(vectors, metric, storage)
    let exact = ExactIndex(vectors: vectors, metric: metric)
    let queries = clusteredVectors(20, 40, seed: 2)
    for step in [40, 200, 1000] {
      let allowed = IDSet(capacity: 1500) { $0 % step == 11 % step }
      for query in (0..<20).map({ Array(queries.row($0)) }) {
        let found = index.search(query, k: 10, within: allowed)
        let truth = exact.search(query, k: 10, within: allowed)
        if storage == .float32 {
          #expect(found == truth)
        } else {
          // Half precision may swap what lies close.
          #expect(found.count == truth.count)
          for (a, b) in zip(found, truth) {
            let length = metric == .cosine ? 1 : Float(b.id % 7) * 30
            #expect(abs(a.score - b.score) <= 1e-3 * (1 + length))
          }
        }
      }
    }
  }

  @Test func `that it has not is asked for when the index is opened`() throws {
    let vectors = SharedMatrix(clusteredVectors(50, 8, seed: 1))
    try withTemporaryPath { path in
      try index(vectors, .cosine, .external).save(to: path)
      let error = #expect(throws: FileError.self) { _ = try HNSWIndex(opening: path) }
      #expect(error?.description.contains("it doesn't hold its vectors: open it with") == true)
    }
  }

  @Test(arguments: [VectorStorage.float16, .float32, .int8])
  func `with any byte changed is refused or answers as before`(storage: VectorStorage) throws {
    let vectors = SharedMatrix(clusteredVectors(60, 8, seed: 1))
    let queries = clusteredVectors(5, 8, seed: 2)
    let built = index(vectors, .dotProduct, storage)
    let expected = built.search(queries, k: 5)
    try withTemporaryPath { path in
      try built.save(to: path)
      let file = try Data(contentsOf: URL(fileURLWithPath: path))
      var random = SeededRandom(seed: 1)
      var refused = 0
      for trial in 0..<220 {
        var damaged = file
        if trial < 20 {
          damaged.removeLast(1 + random.index(below: file.count))
        } else {
          damaged[random.index(below: file.count)] ^= UInt8(1 << random.index(below: 8))
        }
        try damaged.write(to: URL(fileURLWithPath: path))
        do throws(FileError) {
          let opened = try HNSWIndex(opening: path)
          #expect(opened.search(queries, k: 5) == expected)
        } catch { refused += 1 }
      }
      #expect(refused > 110)
    }
  }
}
