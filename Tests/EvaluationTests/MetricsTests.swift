import Evaluation
import Foundation
import Testing

@Suite struct `Metrics of ranked lists` {
  @Test func `a list worked out by hand has these values`() {
    // Hits at the first and third place; one relevant item of three is missed.
    let hits = RankedHits(list: [5, 1, 6, 2, 3], relevant: [5, 6, 9])
    #expect(hits.places == [0, 2])
    #expect(hits.recall(at: 1) == 1.0 / 3)
    #expect(hits.recall(at: 5) == 2.0 / 3)
    #expect(hits.calibratedRecall(at: 1) == 1)
    #expect(hits.calibratedRecall(at: 2) == 0.5)
    #expect(hits.calibratedRecall(at: 5) == 2.0 / 3)
    let ndcg: Double = 1.5 / (1.5 + 1 / log2(3))
    let error = abs(hits.ndcg(at: 5) - ndcg)
    #expect(error < 1e-15)
    let precisions: [Double] = [1, 2.0 / 3]
    #expect(hits.averagePrecision(at: 5) == (precisions[0] + precisions[1]) / 3)
    #expect(hits.averagePrecision(at: 2) == 0.5)
    #expect(hits.hitRate(at: 1) == 1)
    #expect(hits.reciprocalRank(at: 5) == 1)
  }

  @Test func `the reciprocal rank is that of the first hit within the cut-off`() {
    let hits = RankedHits(list: [1, 2, 3, 4], relevant: [3, 4])
    #expect(hits.reciprocalRank(at: 4) == 1.0 / 3)
    #expect(hits.reciprocalRank(at: 2) == 0)
    #expect(hits.hitRate(at: 2) == 0)
  }

  @Test func `a perfect list scores 1 in all but recall, which needs room`() {
    let hits = RankedHits(list: [1, 2, 3], relevant: [1, 2, 3, 4, 5, 6])
    for measure in [Measure.calibratedRecall(at: 3), .ndcg(at: 3), .map(at: 3), .mrr(at: 3)] {
      #expect(measure.value(of: hits) == 1, "\(measure)")
    }
    #expect(hits.recall(at: 3) == 0.5)
  }

  @Test func `padding takes a place and hits nothing`() {
    let hits = RankedHits(list: [-1, 4], relevant: [4, -1])
    #expect(hits.places == [1])
    #expect(hits.relevantCount == 1)
  }

  @Test func `an item that is repeated hits once, and its place is used up`() {
    let hits = RankedHits(list: [4, 4, 5], relevant: [4, 5])
    #expect(hits.places == [0, 2])
  }

  @Test func `users without relevant items do not count, users with an empty list do`() throws {
    let metrics = Metrics(
      lists: [[1], [1], []], relevant: [[1], [], [2]], measures: [.recall(at: 5)])
    #expect(metrics.users == 2)
    #expect(metrics[.recall(at: 5)]?.mean == 0.5)
    #expect(metrics[.recall(at: 6)] == nil)
  }

  @Test func `without any user that counts there is no estimate`() {
    #expect(Metrics(lists: [], relevant: []) == Metrics(users: 0, estimates: [:]))
    #expect(Metrics(lists: [[1]], relevant: [[]]) == Metrics(users: 0, estimates: [:]))
    #expect(
      Metrics(lists: [[1]], relevant: [[1]], measures: []) == Metrics(users: 1, estimates: [:]))
  }

  @Test func `metrics, intervals and exposure agree with NumPy`() throws {
    for golden in try GoldenCase.all() {
      let measures = try golden.estimates.keys.map { try #require(Measure($0)) }
      let metrics = Metrics(
        lists: golden.lists, relevant: golden.relevant.map(Set.init), measures: measures,
        resamples: golden.resamples, seed: golden.seed)
      #expect(metrics.users == golden.users)
      #expect(metrics.estimates.count == 30)
      for (name, expected) in golden.estimates {
        let measure = try #require(Measure(name))
        let found = try #require(metrics[measure])
        // Both sum doubles, in another order.
        #expect(abs(found.mean - expected.mean) < 1e-12, "\(name)")
        #expect(abs(found.lower - expected.lower) < 1e-12, "\(name)")
        #expect(abs(found.upper - expected.upper) < 1e-12, "\(name)")
      }
      let popularity = Dictionary(
        uniqueKeysWithValues: golden.popularity.enumerated().map { (Int32($0), $1) })
      for expected in golden.exposure {
        let found = Exposure(
          of: golden.lists, at: expected.k, candidates: Set(golden.candidates),
          popularity: popularity, cold: Set(golden.cold))
        #expect(abs(found.coverage - expected.coverage) < 1e-12)
        #expect(abs(found.gini - expected.gini) < 1e-12)
        #expect(abs(found.meanPopularity - expected.meanPopularity) < 1e-12)
        #expect(abs(found.coldShare - expected.coldShare) < 1e-12)
      }
    }
  }

  @Test func `a measure reads back from its name, and other names are refused`() {
    for k in [1, 20, 100] {
      let measures: [Measure] = [
        .recall(at: k), .calibratedRecall(at: k), .ndcg(at: k), .hitRate(at: k), .mrr(at: k),
        .map(at: k),
      ]
      for measure in measures { #expect(Measure(measure.description) == measure) }
    }
    let wrong = ["", "@", "recall", "recall@", "recall@0", "recall@-1", "recall@x", "recall@1@2"]
    for name in wrong + ["precision@5"] { #expect(Measure(name) == nil, "\(name)") }
  }
}

/// What `Scripts/make-evaluation-vectors.py` wrote.
private struct GoldenCase: Decodable {
  let lists, relevant: [[Int32]]
  let seed: UInt64
  let resamples, users: Int
  let estimates: [String: Estimate]
  let candidates, cold: [Int32]
  let popularity: [Int]
  let exposure: [Exposure]

  static func all() throws -> [GoldenCase] {
    let root = URL(filePath: #filePath).deletingLastPathComponent()
    let file = root.appending(path: "../../Vectors/evaluation/metrics.json").standardizedFileURL
    let cases = try JSONDecoder().decode([GoldenCase].self, from: Data(contentsOf: file))
    #expect(!cases.isEmpty)
    return cases
  }
}
