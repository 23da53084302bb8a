import Compute
import Evaluation
import Testing

@Suite struct `Confidence intervals` {
  @Test func `hold the true mean about 95 times in 100`() throws {
    var random = SeededRandom(seed: 1)
    var held = 0
    for seed in 0..<400 {
      let values = (0..<150).map { _ in random.uniform() < 0.3 ? 1.0 : 0 }
      let estimate = try #require(
        Estimate(bootstrapping: values, resamples: 300, seed: UInt64(seed)))
      if estimate.lower <= 0.3, 0.3 <= estimate.upper { held += 1 }
    }
    // 380 expected, with a standard deviation of 4.4; the percentile method is a little narrow.
    #expect((360...395).contains(held), "\(held) of 400")
  }

  @Test func `are the same for the same seed and differ for another`() {
    let values = (0..<50).map { Double($0 * $0 % 17) }
    let first = Estimate(bootstrapping: values, seed: 5)
    #expect(first == Estimate(bootstrapping: values, seed: 5))
    #expect(first != Estimate(bootstrapping: values, seed: 6))
  }

  @Test func `shrink to the mean for one user, equal users, or no resamples`() {
    let point = Estimate(mean: 0.5, lower: 0.5, upper: 0.5)
    #expect(Estimate(bootstrapping: [0.5]) == point)
    #expect(Estimate(bootstrapping: [0.5, 0.5, 0.5]) == point)
    #expect(Estimate(bootstrapping: [0, 1], resamples: 0) == point)
    #expect(Estimate(bootstrapping: []) == nil)
  }
}

@Suite struct `Exposure of items` {
  @Test func `is worked out by hand`() {
    let exposure = Exposure(
      of: [[1, 2, 9], [1, -1, 3], []], at: 2, candidates: [1, 2, 3, 4],
      popularity: [1: 10, 2: 4], cold: [2, 3, 4])
    // Shown: 1 twice, 2 once. Counts 0, 0, 1, 2: (-3·0 - 1·0 + 1·1 + 3·2) / (4·3).
    #expect(exposure.coverage == 0.5)
    #expect(exposure.gini == 7.0 / 12)
    #expect(exposure.meanPopularity == 8)
    #expect(exposure.coldShare == 1.0 / 3)
  }

  @Test func `has a Gini coefficient of 0 when all are shown equally often`() {
    let exposure = Exposure(of: [[1, 2], [2, 1]], candidates: [1, 2], popularity: [:], cold: [])
    #expect(exposure.gini == 0)
    #expect(exposure.coverage == 1)
  }

  @Test func `is zero, not NaN, without lists or candidates`() {
    for exposure in [
      Exposure(of: [], candidates: [1], popularity: [:], cold: []),
      Exposure(of: [[]], candidates: [], popularity: [:], cold: []),
    ] {
      #expect(exposure.coverage == 0)
      #expect(exposure.gini == 0)
      #expect(exposure.meanPopularity == 0)
      #expect(exposure.coldShare == 0)
    }
  }
}
