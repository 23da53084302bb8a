import Compute
import Search
import Testing

@Suite struct `Exact index` {
  /// Holds an answer against scores by definition: the right scores, best first, each id's own.
  private func check(
    _ answer: [Scored], _ query: ArraySlice<Float>, _ vectors: Matrix, _ metric: Metric, k: Int,
    allowing isAllowed: (Int) -> Bool = { _ in true }
  ) {
    let scores = (0..<vectors.rows).map { referenceScore(query, vectors.row($0), metric) }
    let expected = (0..<vectors.rows).filter(isAllowed).map { scores[$0] }.sorted(by: >).prefix(k)
    #expect(answer.count == expected.count)
    for (found, best) in zip(answer, expected) {
      // Sums of up to 385 terms, up to a few thousand in size, in single precision.
      let tolerance = 1e-4 + 1e-5 * abs(best)
      #expect(abs(Double(found.score) - best) < tolerance)
      #expect(abs(Double(found.score) - scores[found.id]) < tolerance)
    }
    #expect(Set(answer.map(\.id)).count == answer.count)
    #expect(answer.allSatisfy { isAllowed($0.id) })
    #expect(zip(answer, answer.dropFirst()).allSatisfy { $0.isBetter(than: $1) })
  }

  @Test(arguments: Metric.allCases, awkwardSizes)
  func `answers are those of the definition`(metric: Metric, dimension: Int) {
    for count in [0, 1, 7, 8, 9, 300] {
      let vectors = normalVectors(count, dimension, seed: UInt64(count))
      let queries = normalVectors(3, dimension, seed: 77)
      let index = ExactIndex(vectors: SharedMatrix(vectors), metric: metric)
      for k in [0, 1, 8, 1000] {
        for query in (0..<3).map(queries.row) {
          check(index.search(Array(query), k: k), query, vectors, metric, k: k)
          let third = { (id: Int) in id % 3 == 1 }
          check(
            index.search(Array(query), k: k, allowing: third), query, vectors, metric, k: k,
            allowing: third)
        }
      }
    }
  }

  @Test(arguments: Metric.allCases)
  func `a batch gives the answers of single searches to the last bit`(metric: Metric) {
    for (count, dimension) in [(0, 8), (5, 0), (5, 1), (1023, 9), (1025, 383), (2100, 384)] {
      var vectors = clusteredVectors(count, max(dimension, 1), seed: 5)
      if dimension == 0 { vectors = Matrix(rows: count, columns: 0) }
      // Lengths over many orders of magnitude, copies, zero and unusable rows.
      for row in stride(from: 0, to: count, by: 3) {
        for column in 0..<dimension { vectors[row, column] *= Float(row % 7) * 1000 }
      }
      for row in stride(from: 0, to: count, by: 10) where dimension > 0 && row + 1 < count {
        for column in 0..<dimension { vectors[row + 1, column] = vectors[0, column] }
      }
      if count > 1000, dimension > 0 {
        vectors[500, 0] = .nan
        for column in 0..<dimension { vectors[501, column] *= 1e-21 }
      }
      let index = ExactIndex(vectors: SharedMatrix(vectors), metric: metric)
      for queryCount in [0, 1, 7, 65] {
        var queries = clusteredVectors(queryCount, max(dimension, 1), seed: 6)
        if dimension == 0 { queries = Matrix(rows: queryCount, columns: 0) }
        if queryCount == 65, dimension > 0 {
          for column in 0..<dimension { queries[3, column] = 0 }
          queries[4, 0] = .nan
        }
        for k in [0, 1, 10] {
          let single = (0..<queryCount).map { index.search(Array(queries.row($0)), k: k) }
          for threads in 1...3 {
            #expect(index.search(queries, k: k, threads: threads) == single)
          }
        }
      }
    }
  }

  @Test(arguments: Metric.allCases)
  func `the number of threads does not change a search`(metric: Metric) {
    let index = ExactIndex(
      vectors: SharedMatrix(clusteredVectors(9000, 16, seed: 1)), metric: metric)
    let query = clusteredVectors(1, 16, seed: 2).values
    for threads in 1...3 {
      #expect(index.search(query, k: 20, threads: threads) == index.search(query, k: 20))
    }
  }

  @Test func `ties break by ascending id`() {
    let vectors = Matrix(rows: 2000, columns: 4, values: [Float](repeating: 1, count: 8000))
    let index = ExactIndex(vectors: SharedMatrix(vectors), metric: .cosine)
    #expect(index.search([1, 2, 3, 4], k: 5).map(\.id) == [0, 1, 2, 3, 4])
    let queries = normalVectors(9, 4, seed: 1)
    for answer in index.search(queries, k: 5) { #expect(answer.map(\.id) == [0, 1, 2, 3, 4]) }
  }

  @Test func `zero vectors have the cosine 0`() {
    let vectors = Matrix(rows: 3, columns: 2, values: [-1, 0, 0, 0, 1, 0])
    let index = ExactIndex(vectors: SharedMatrix(vectors), metric: .cosine)
    let expected = [(2, 1), (1, 0), (0, -1)].map { Scored(id: $0, score: $1) }
    #expect(index.search([3, 0], k: 3) == expected)
    #expect(index.search([0, 0], k: 3).map(\.score) == [0, 0, 0])
  }
}
