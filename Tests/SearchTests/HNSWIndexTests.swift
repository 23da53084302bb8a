import Compute
import Search
import Synchronization
import Testing

@Suite struct `HNSW index` {
  @Test(arguments: Metric.allCases)
  func `finds 99 of 100 true neighbours at its defaults`(metric: Metric) {
    let vectors = SharedMatrix(clusteredVectors(4000, 384, seed: 1))
    let queries = clusteredVectors(200, 384, seed: 2)
    let truth = ExactIndex(vectors: vectors, metric: metric).search(queries, k: 10)
    let index = HNSWIndex(building: vectors, metric: metric)
    #expect(recall(index.search(queries, k: 10), of: truth) >= 0.99)
  }

  @Test func `keeps its recall under a filter of any width`() {
    let vectors = SharedMatrix(clusteredVectors(6000, 32, seed: 1))
    let queries = clusteredVectors(100, 32, seed: 2)
    let exact = ExactIndex(vectors: vectors, metric: .cosine)
    let index = HNSWIndex(building: vectors, metric: .cosine)
    for width in [0.9, 0.5, 0.2, 0.05, 0.01, 0.001] {
      var random = SeededRandom(seed: 3)
      let scattered = (0..<6000).map { _ in random.uniform() < width }
      // Allowed where a direction says so: all near the query, or all far from it.
      let border = (0..<6000).map { vectors.row($0)[0] }.sorted()[Int(6000 * (1 - width))]
      let directed = (0..<6000).map { vectors.row($0)[0] >= border }
      for allowed in [scattered, directed] {
        let search = { (index: any VectorIndex) in
          (0..<queries.rows).map {
            index.search(Array(queries.row($0)), k: 10) { allowed[$0] }
          }
        }
        #expect(recall(search(index), of: search(exact)) >= 0.99)
      }
    }
  }

  @Test(arguments: Metric.allCases)
  func `the number of threads does not change the graph`(metric: Metric) {
    let vectors = SharedMatrix(clusteredVectors(1500, 24, seed: 4))
    let parameters = HNSWIndex.Parameters(neighboursPerNode: 6, efConstruction: 40)
    let graphs = (1...3).map {
      HNSWIndex(building: vectors, metric: metric, parameters: parameters, threads: $0).links
    }
    #expect(graphs[0] == graphs[1] && graphs[0] == graphs[2])
    let other = HNSWIndex(
      building: vectors, metric: metric,
      parameters: .init(neighboursPerNode: 6, efConstruction: 40, seed: 2))
    #expect(graphs[0] != other.links)
  }

  @Test(arguments: [2, 5, 16], [true, false])
  func `links are distinct, lead elsewhere and stay on their level`(width: Int, keeps: Bool) {
    for count in [1, 2, 9, 257, 1500] {
      let index = HNSWIndex(
        building: SharedMatrix(clusteredVectors(count, 24, seed: 4)), metric: .cosine,
        parameters: .init(neighboursPerNode: width, efConstruction: 30, keepsPruned: keeps))
      let links = index.links
      for (node, levels) in links.enumerated() {
        for (level, neighbours) in levels.enumerated() {
          #expect(neighbours.count <= (level == 0 ? 2 * width : width))
          #expect(Set(neighbours).count == neighbours.count && !neighbours.contains(node))
          #expect(neighbours.allSatisfy { links[$0].count > level })
        }
        #expect(count == 1 || !levels[0].isEmpty)
      }
    }
  }

  @Test func `levels thin out by the number of neighbours`() {
    let index = HNSWIndex(
      building: SharedMatrix(clusteredVectors(4000, 4, seed: 4)), metric: .euclidean,
      parameters: .init(neighboursPerNode: 8, efConstruction: 10))
    let levels = index.links.map(\.count)
    // Binomial with 4,000 draws at 1/8 and 1/64: within four standard deviations.
    #expect(abs(levels.count { $0 > 1 } - 500) < 84)
    #expect(abs(levels.count { $0 > 2 } - 62) < 32)
  }

  @Test func `copies of a vector do not cut off the others`() {
    var vectors = clusteredVectors(2000, 24, seed: 5)
    for row in 500..<1500 {
      for column in 0..<24 { vectors[row, column] = vectors[0, column] }
    }
    let shared = SharedMatrix(vectors)
    let index = HNSWIndex(building: shared, metric: .cosine)
    let exact = ExactIndex(vectors: shared, metric: .cosine)
    for row in [0, 1, 499, 700, 1500, 1999] {
      let query = shared.row(row)
      #expect(index.search(query, k: 10) == exact.search(query, k: 10))
      // The copy that stands for the others is not allowed.
      let allowed = { (id: Int) in id % 2 == 1 }
      #expect(
        index.search(query, k: 10, allowing: allowed)
          == exact.search(query, k: 10, allowing: allowed)
      )
    }
  }

  @Test func `a wide search finds what an exact one finds`() {
    let vectors = SharedMatrix(clusteredVectors(1000, 24, seed: 6))
    let queries = clusteredVectors(20, 24, seed: 7)
    let index = HNSWIndex(building: vectors, metric: .cosine)
    let exact = ExactIndex(vectors: vectors, metric: .cosine)
    for row in 0..<20 {
      let query = Array(queries.row(row))
      // 999 walks the graph, 1000 scans.
      for ef in [999, 1000] {
        #expect(index.search(query, k: 50, efSearch: ef) == exact.search(query, k: 50))
      }
    }
  }

  @Test func `progress rises to the number of vectors`() {
    let seen = Mutex<[Int]>([])
    _ = HNSWIndex(
      building: SharedMatrix(clusteredVectors(700, 4, seed: 4)), metric: .cosine,
      progress: { done in seen.withLock { $0.append(done) } })
    let progress = seen.withLock { $0 }
    #expect(progress == progress.sorted() && progress.last == 700 && progress.count > 1)
  }
}
