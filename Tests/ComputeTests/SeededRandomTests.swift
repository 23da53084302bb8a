import Compute
import Testing

@Suite struct `Seeded random numbers` {
  @Test func `are SplitMix64's`() {
    // The first outputs for the seed 1234567, as the reference implementation in C gives them.
    var random = SeededRandom(seed: 1_234_567)
    let expected: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
    ]
    #expect((0..<3).map { _ in random.next() } == expected)
  }

  @Test func `have the moments of their distributions`() {
    var random = SeededRandom(seed: 1)
    let uniform = (0..<20_000).map { _ in random.uniform() }
    #expect(uniform.allSatisfy { $0 >= 0 && $0 < 1 })
    // Five standard errors: 0.289 / √20000 and 1 / √20000.
    #expect(abs(uniform.reduce(0, +) / 20_000 - 0.5) < 5 * 0.00205)
    let gaussian = (0..<20_000).map { _ in random.gaussian() }
    #expect(abs(gaussian.reduce(0, +) / 20_000) < 5 * 0.0071)
    #expect(abs(gaussian.reduce(0) { $0 + $1 * $1 } / 20_000 - 1) < 5 * 0.01)
  }

  @Test func `are drawn without repeats, from the whole range`() {
    var random = SeededRandom(seed: 2)
    #expect(random.sample(10, below: 10).sorted() == Array(0..<10))
    #expect(Set(random.sample(5, below: 100)).count == 5)
    #expect(random.sample(5, below: 3).count == 3)
    #expect(random.sample(3, below: 0).isEmpty)
    var counts = [Int](repeating: 0, count: 6)
    for _ in 0..<6000 { counts[random.index(below: 6)] += 1 }
    #expect(counts.allSatisfy { abs($0 - 1000) < 5 * 29 })
  }
}
