import Compute
import Testing

@Suite struct `The best k` {
  @Test(arguments: [0, 1, 2, 7, 8, 9, 50, 51])
  func `are those of a full sort, ties by ascending id`(k: Int) {
    var random = SeededRandom(seed: UInt64(k))
    // Few different scores, so that ties are many.
    let scored = (0..<50).map { Scored(id: $0, score: Float(random.index(below: 8))) }
    let expected = scored.sorted { ($1.score, $0.id) < ($0.score, $1.id) }.prefix(k)
    for order in [scored, scored.reversed(), random.sample(50, below: 50).map { scored[$0] }] {
      var best = TopK(k)
      for one in order { best.offer(one.id, one.score) }
      #expect(best.sorted() == Array(expected))
    }
  }

  @Test func `never hold a NaN`() {
    var best = TopK(2)
    for (id, score) in [Float.nan, 1, .nan, -.infinity, .nan].enumerated() {
      best.offer(id, score)
    }
    #expect(best.sorted().map(\.id) == [1, 3])
  }

  @Test func `have a threshold once they are k`() {
    var best = TopK(2)
    best.offer(5, 1)
    #expect(best.threshold == nil)
    best.offer(6, 3)
    best.offer(7, 2)
    #expect(best.threshold == Scored(id: 7, score: 2))
  }
}
