import Compute
import Testing

@Suite struct `The vector kernels of each instruction set` {
  private static let sizes = [0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 383, 384, 385]

  private func vector(_ count: Int, seed: UInt64) -> [Float] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in Float(random.gaussian()) }
  }

  /// float32 sums of n products in another order: n roundings of the largest partial sum at most.
  private func tolerance(_ count: Int) -> Double { 1e-6 * Double(count + 1) }

  @Test(arguments: Kernels.Level.available, sizes)
  func `agree with sums in double precision`(level: Kernels.Level, count: Int) {
    let kernels = Kernels(level: level)
    let a = vector(count, seed: 1)
    let b = vector(count, seed: 2)
    let dot = zip(a, b).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    #expect(abs(Double(kernels.dot(a, b, count)) - dot) <= tolerance(count))
    let distance = zip(a, b).reduce(0.0) {
      $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
    }
    #expect(abs(Double(kernels.squaredDistance(a, b, count)) - distance) <= 4 * tolerance(count))
  }

  @Test(arguments: Kernels.Level.available, sizes)
  func `change what they should and nothing beyond`(level: Kernels.Level, count: Int) {
    let kernels = Kernels(level: level)
    let x = vector(count, seed: 3)
    let start = vector(count + 8, seed: 4)

    var sum = start
    kernels.addScaled(0.5, x, &sum, count)
    var scaled = start
    kernels.scale(-2, &scaled, count)
    var powers = start
    kernels.addEighthPower(3, x, &powers, count)
    for i in 0..<count {
      #expect(abs(sum[i] - (start[i] + 0.5 * x[i])) <= 1e-6)
      #expect(scaled[i] == -2 * start[i])
      let positive = max(Double(x[i]), 0)
      let power =
        positive * positive * positive * positive * positive * positive * positive * positive
      let expected = Double(start[i]) + 3 * power
      #expect(abs(Double(powers[i]) - expected) <= 1e-5 * (1 + abs(expected)))
    }
    for i in count..<count + 8 {
      #expect(sum[i] == start[i] && scaled[i] == start[i] && powers[i] == start[i])
    }
  }
}
