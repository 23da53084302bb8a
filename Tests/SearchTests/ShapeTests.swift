import Compute
import Foundation
import Search
import Testing

@Suite struct `A graph index of any shape` {
  private let small = HNSWIndex.Parameters(
    neighboursPerNode: 6, efConstruction: 40, efSearch: 400, storage: .float32)

  @Test(arguments: Metric.allCases)
  func `answers as the exact one, from 0 to 300 vectors`(metric: Metric) {
    let queries = clusteredVectors(2, 12, seed: 2)
    for count in 0...300 {
      let vectors = SharedMatrix(clusteredVectors(count, 12, seed: 1))
      let exact = ExactIndex(vectors: vectors, metric: metric)
      let index = HNSWIndex(building: vectors, metric: metric, parameters: small, threads: 1)
      #expect(index.search(queries, k: 7, threads: 1) == exact.search(queries, k: 7, threads: 1))
      // Walks, too: an ef below the count.
      for query in (0..<2).map({ Array(queries.row($0)) }) {
        #expect(index.search(query, k: 3, efSearch: max(3, count - 1)).count == min(3, count))
      }
    }
  }

  @Test(arguments: Metric.allCases, [1, 2, 3, 63, 64, 65, 4096])
  func `has any number of components`(metric: Metric, dimension: Int) {
    let vectors = SharedMatrix(normalVectors(300, dimension, seed: 1))
    let queries = normalVectors(10, dimension, seed: 2)
    let exact = ExactIndex(vectors: vectors, metric: metric)
    let index = HNSWIndex(building: vectors, metric: metric, parameters: small)
    let truth = exact.search(queries, k: 5)
    let found = (0..<10).map { index.search(Array(queries.row($0)), k: 5, efSearch: 200) }
    // In one dimension all cosines are 1 or −1: scores agree, which of the equals doesn't matter.
    let same = zip(found, truth).map { $0.map(\.score) == $1.map(\.score) }
    #expect(same.count { $0 } >= 9)
  }

  @Test(arguments: Metric.allCases)
  func `holds equal vectors and zero vectors`(metric: Metric) {
    for value in [Float(0), 1, -1e-20] {
      let vectors = SharedMatrix(
        Matrix(rows: 600, columns: 4, values: [Float](repeating: value, count: 2400)))
      let index = HNSWIndex(building: vectors, metric: metric, parameters: small)
      let exact = ExactIndex(vectors: vectors, metric: metric)
      #expect(index.search([1, 2, 3, 4], k: 5) == exact.search([1, 2, 3, 4], k: 5))
    }
  }

  @Test func `finds the greatest inner products of factors whose lengths differ`() {
    // As of matrix factorisation: lengths log-normal, directions around few tastes.
    var factors = clusteredVectors(6000, 64, seed: 1)
    var random = SeededRandom(seed: 3)
    for row in 0..<6000 {
      let length = Float(exp(0.7 * random.gaussian()))
      for column in 0..<64 {
        factors[row, column] = (factors[row, column] + 0.02 * Float(random.gaussian())) * length
      }
    }
    let vectors = SharedMatrix(factors)
    let queries = clusteredVectors(200, 64, seed: 2)
    let truth = ExactIndex(vectors: vectors, metric: .dotProduct).search(queries, k: 10)
    let index = HNSWIndex(building: vectors, metric: .dotProduct)
    #expect(recall(index.search(queries, k: 10), of: truth) >= 0.98)
  }

  @Test func `a set of ids is what it was made of`() {
    var set = IDSet(capacity: 130) { $0 % 3 == 0 }
    #expect(set.count == 44 && set.contains(129) && !set.contains(1))
    #expect(!set.contains(-1) && !set.contains(130) && !set.contains(.max))
    set.insert(1)
    set.insert(1)
    set.remove(0)
    set.remove(0)
    set.remove(500)
    #expect(set.count == 44 && set.contains(1) && !set.contains(0))
    #expect(set == IDSet(capacity: 130) { ($0 % 3 == 0 && $0 > 0) || $0 == 1 })
  }

  @Test(arguments: Metric.allCases)
  func `a set of ids filters as a closure does`(metric: Metric) {
    let vectors = SharedMatrix(clusteredVectors(3000, 24, seed: 1))
    let queries = clusteredVectors(10, 24, seed: 2)
    let index = HNSWIndex(building: vectors, metric: metric)
    let exact = ExactIndex(vectors: vectors, metric: metric)
    for part in [1.0, 0.5, 0.1, 0.01, 0] {
      var random = SeededRandom(seed: 5)
      let allowed = IDSet(capacity: 3000) { _ in random.uniform() < part }
      for query in (0..<10).map({ Array(queries.row($0)) }) {
        let truth = exact.search(query, k: 10) { allowed.contains($0) }
        #expect(exact.search(query, k: 10, within: allowed) == truth)
        let found = index.search(query, k: 10, efSearch: 200, within: allowed)
        #expect(
          recall([found], of: [truth.isEmpty ? [Scored(id: 0, score: 0)] : truth])
            >= (truth.isEmpty ? 0 : 0.9))
        #expect(found.count == truth.count && found.allSatisfy { allowed.contains($0.id) })
      }
    }
  }
}
