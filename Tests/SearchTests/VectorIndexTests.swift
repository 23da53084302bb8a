import Compute
import Search
import Testing

/// What both indexes promise in the same words.
@Suite struct `Every vector index` {
  private func indexes(_ vectors: Matrix, _ metric: Metric) -> [any VectorIndex] {
    let shared = SharedMatrix(vectors)
    return [
      ExactIndex(vectors: shared, metric: metric),
      HNSWIndex(
        building: shared, metric: metric,
        parameters: .init(neighboursPerNode: 4, efConstruction: 20, efSearch: 10)),
    ]
  }

  @Test(arguments: Metric.allCases)
  func `answers with as many as it can`(metric: Metric) {
    for count in [0, 1, 7, 8, 9, 600] {
      for index in indexes(clusteredVectors(count, 24, seed: 1), metric) {
        let query = clusteredVectors(1, 24, seed: 2).values
        for k in [-1, 0, 1, 10, 50, 599, 600, 601, .max] {
          #expect(index.search(query, k: k).count == max(0, min(k, count)))
          for step in [1, 2, 7, 100, 1000] {
            let answer = index.search(query, k: k) { $0 % step == 0 }
            let allowed = count == 0 ? 0 : (count - 1) / step + 1
            #expect(answer.count == max(0, min(k, allowed)))
            #expect(answer.allSatisfy { $0.id % step == 0 })
          }
          #expect(index.search(query, k: k) { _ in false }.isEmpty)
        }
      }
    }
  }

  @Test(arguments: Metric.allCases, [Float.nan, .infinity, -.infinity, 1e30])
  func `finds nothing for a query that has no length`(metric: Metric, value: Float) {
    for index in indexes(clusteredVectors(600, 24, seed: 1), metric) {
      var query = clusteredVectors(1, 24, seed: 2).values
      query[5] = value
      #expect(index.search(query, k: 10).isEmpty)
      #expect(index.search(query, k: 10) { $0 < 20 }.isEmpty)
      #expect(index.search(Matrix(rows: 1, columns: 24, values: query), k: 10) == [[]])
    }
  }

  @Test(arguments: Metric.allCases)
  func `never answers with a row that has no length`(metric: Metric) {
    var vectors = clusteredVectors(600, 24, seed: 1)
    for (row, value) in [(0, Float.nan), (17, .infinity), (300, -.infinity), (599, 1e30)] {
      vectors[row, 3] = value
    }
    for index in indexes(vectors, metric) {
      let query = clusteredVectors(1, 24, seed: 2).values
      let ids = index.search(query, k: 600).map(\.id)
      #expect(ids.sorted() == (0..<600).filter { ![0, 17, 300, 599].contains($0) })
      #expect(index.search(query, k: 5) { [0, 17, 300, 599].contains($0) }.isEmpty)
    }
  }

  @Test(arguments: Metric.allCases)
  func `holds nothing where no row has a length`(metric: Metric) {
    let vectors = Matrix(rows: 20, columns: 2, values: [Float](repeating: .nan, count: 40))
    for index in indexes(vectors, metric) { #expect(index.search([1, 2], k: 3).isEmpty) }
  }

  @Test(arguments: Metric.allCases)
  func `gives the same scores as every other`(metric: Metric) {
    let vectors = clusteredVectors(600, 24, seed: 1)
    let query = clusteredVectors(1, 24, seed: 2).values
    let all = indexes(vectors, metric)
    let scores = Dictionary(
      uniqueKeysWithValues: all[0].search(query, k: 600).map { ($0.id, $0.score) })
    for scored in all[1].search(query, k: 10) { #expect(scores[scored.id] == scored.score) }
  }

  @Test func `answers a batch as it answers each query`() {
    for index in indexes(clusteredVectors(600, 24, seed: 1), .cosine) {
      let queries = clusteredVectors(30, 24, seed: 2)
      let single = (0..<30).map { index.search(Array(queries.row($0)), k: 5) }
      #expect(index.search(queries, k: 5) == single)
      #expect(index.search(queries, k: 5, threads: 1) == single)
    }
  }
}
