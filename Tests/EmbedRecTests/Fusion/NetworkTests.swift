import Compute
import EmbedRec
import Testing

@Suite struct `The fusion's network` {
  /// The network by its formula, in double precision, with parameters that can be moved.
  private struct Reference {
    var parameters: [[Double]]
    let width: Int
    let units: Int

    init(_ network: Network, width: Int, units: Int) {
      parameters = [network.direct, network.hidden, network.hiddenBias, network.output].map {
        $0.map(Double.init)
      }
      (self.width, self.units) = (width, units)
    }

    /// w·x + v·relu(x·W + b).
    func score(_ x: ArraySlice<Double>) -> Double {
      let x = Array(x)
      var score = (0..<width).reduce(0) { $0 + parameters[0][$1] * x[$1] }
      for unit in 0..<units {
        let sum = (0..<width).reduce(parameters[2][unit]) {
          $0 + x[$1] * parameters[1][$1 * units + unit]
        }
        score += parameters[3][unit] * max(0, sum)
      }
      return score
    }
  }

  /// Rows, and a network that has left its start: there, some parameters are zero.
  private func example(width: Int, units: Int, count: Int) -> (Network, [Float], [Float]) {
    var random = SeededRandom(seed: UInt64(width * units + count))
    let x = (0..<count * width).map { _ in Float(random.gaussian()) }
    let slopes = (0..<count).map { _ in Float(random.gaussian()) }
    var network = Network(width: width, units: units, seed: 4)
    for _ in 0..<30 {
      let forward = network.forward(x, count: count)
      network.descend(
        network.gradients(x, count: count, forward, slopes), rate: 0.05, weightDecay: 0)
    }
    return (network, x, slopes)
  }

  @Test(arguments: [(1, 1, 1), (3, 2, 7), (14, 16, 9), (8, 5, 33)])
  func `scores by its formula`(width: Int, units: Int, count: Int) {
    let (network, x, _) = example(width: width, units: units, count: count)
    let reference = Reference(network, width: width, units: units)
    let rows = x.map(Double.init)
    let scores = network.forward(x, count: count).scores
    #expect(scores.count == count)
    for row in 0..<count {
      let expected = reference.score(rows[row * width..<(row + 1) * width])
      // Single precision against double.
      #expect(abs(Double(scores[row]) - expected) < 1e-4 * max(1, abs(expected)))
    }
  }

  @Test(arguments: [(1, 1, 1), (3, 2, 7), (14, 16, 9), (8, 5, 33)])
  func `has the slopes that moving each parameter shows`(width: Int, units: Int, count: Int) {
    let (network, x, slopes) = example(width: width, units: units, count: count)
    let found = network.gradients(
      x, count: count, network.forward(x, count: count), slopes)
    let gradients = [found.direct, found.hidden, found.hiddenBias, found.output]
    var reference = Reference(network, width: width, units: units)
    let rows = x.map(Double.init)
    func loss() -> Double {
      (0..<count).reduce(0) { sum, row in
        sum + Double(slopes[row]) * reference.score(rows[row * width..<(row + 1) * width])
      }
    }
    let step = 1e-6
    for (kind, gradient) in gradients.enumerated() {
      #expect(gradient.count == reference.parameters[kind].count)
      for place in gradient.indices {
        let value = reference.parameters[kind][place]
        reference.parameters[kind][place] = value + step
        let above = loss()
        reference.parameters[kind][place] = value - step
        let below = loss()
        reference.parameters[kind][place] = value
        let expected = (above - below) / (2 * step)
        #expect(
          abs(Double(gradient[place]) - expected) < 1e-3 * max(1, abs(expected)),
          "parameter \(kind), place \(place)")
      }
    }
  }

  @Test func `goes down its loss step by step`() {
    let (_, x, slopes) = example(width: 6, units: 4, count: 20)
    var network = Network(width: 6, units: 4, seed: 1)
    var losses: [Float] = []
    for _ in 0..<20 {
      let forward = network.forward(x, count: 20)
      losses.append(zip(forward.scores, slopes).reduce(0) { $0 + $1.0 * $1.1 })
      network.descend(
        network.gradients(x, count: 20, forward, slopes), rate: 0.05, weightDecay: 0)
    }
    for (before, after) in zip(losses, losses.dropFirst()) { #expect(after < before) }
  }

  @Test func `decays towards zero where no loss holds it`() {
    let (_, x, _) = example(width: 6, units: 4, count: 20)
    let still = [Float](repeating: 0, count: 20)
    var network = Network(width: 6, units: 4, seed: 1)
    let before = network.output + network.hidden
    let forward = network.forward(x, count: 20)
    network.descend(network.gradients(x, count: 20, forward, still), rate: 0.001, weightDecay: 1e-3)
    for (old, new) in zip(before, network.output + network.hidden) where abs(old) > 0.001 {
      #expect(abs(new) < abs(old))
    }
    #expect(network.direct.allSatisfy { $0 == 0 })
  }
}
