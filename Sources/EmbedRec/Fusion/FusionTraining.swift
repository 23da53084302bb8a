import Compute
internal import Foundation

/// Fits a ``FusionModel``: each positive is to be ranked above the user's negatives.
///
/// A user counts twice: among all items, and among those that no one has used, so that the order
/// of new items is learnt even where used ones outrank them all. Each loss is the mean over
/// positives p of −log(eˢᵖ / (eˢᵖ + Σ_n e^(s_n + w_n))), where w_n is the log of how many items the
/// negative n stands for: a softmax over the whole catalogue, its denominator sampled (Bengio and
/// Senécal 2008). Adam (Kingma and Ba 2015) with a learning rate that falls as a cosine.
package struct FusionTraining {
  static let hiddenUnits = 16
  static let epochs = 10
  static let usersPerBatch = 32
  static let learningRate: Float = 0.01
  static let weightDecay: Float = 1e-3

  private let rows: TrainingRows
  private let features: FusionFeatures
  private let mean: [Float]
  private let deviation: [Float]
  /// `[rows, features]`, standardised.
  private let inputs: [Float]

  package init(_ rows: TrainingRows) {
    self.rows = rows
    features = FusionFeatures(fitting: rows.signals)
    let width = FusionFeatures.width
    let signals = Signal.allCases.count
    var inputs = features.rows(
      rows.rowCount, evidence: rows.evidence, signal: { rows.signals[$0 * signals + $1] },
      length: { FusionFeatures.ofHistory(length: Int(rows.historyLengths[$0])) })
    var mean = [Float](repeating: 0, count: width)
    var deviation = [Float](repeating: 1, count: width)
    for column in 0..<width {
      var sum = 0.0
      var squares = 0.0
      for row in 0..<rows.rowCount {
        let value = Double(inputs[row * width + column])
        sum += value
        squares += value * value
      }
      let count = Double(max(rows.rowCount, 1))
      let average = sum / count
      mean[column] = Float(average)
      deviation[column] = Float(max(0, squares / count - average * average).squareRoot()) + 1e-6
    }
    for position in inputs.indices {
      inputs[position] = (inputs[position] - mean[position % width]) / deviation[position % width]
    }
    self.mean = mean
    self.deviation = deviation
    self.inputs = inputs
  }

  /// One fit for each seed, in parallel, averaged.
  package func model(seeds: [UInt64], threads: Int) -> FusionModel {
    let width = FusionFeatures.width
    let units = Self.hiddenUnits
    var networks = seeds.map { Network(width: width, units: units, seed: $0) }
    networks.withUnsafeMutableBufferPointer { networks in
      parallelChunks(networks.count, chunk: 1, threads: threads) { range, _ in
        for place in range { train(&networks[place], seed: seeds[place]) }
      }
    }
    let share = 1 / Float(seeds.count)
    var model = FusionModel(
      features: features, mean: mean, deviation: deviation,
      direct: [Float](repeating: 0, count: width), hidden: [], hiddenBias: [], output: [],
      unusedOffset: 0)
    for network in networks {
      for column in 0..<width { model.direct[column] += share * network.direct[column] }
      model.hiddenBias += network.hiddenBias
      model.output += network.output.map { $0 * share }
    }
    for column in 0..<width {
      for network in networks {
        model.hidden += network.hidden[column * units..<(column + 1) * units]
      }
    }
    return model
  }

  private func train(_ network: inout Network, seed: UInt64) {
    var random = SeededRandom(seed: seed &+ 1)
    let batches = (rows.userCount + Self.usersPerBatch - 1) / Self.usersPerBatch
    let steps = Float(max(batches * Self.epochs, 1))
    var step: Float = 0
    for _ in 0..<Self.epochs {
      let order = random.sample(rows.userCount, below: rows.userCount)
      for batch in 0..<batches {
        let users = order[
          batch * Self.usersPerBatch..<min(order.count, (batch + 1) * Self.usersPerBatch)]
        let rate = Self.learningRate * 0.5 * (1 + cos(.pi * step / steps))
        descend(&network, users, rate: rate)
        step += 1
      }
    }
  }

  private func descend(_ network: inout Network, _ users: ArraySlice<Int>, rate: Float) {
    let width = FusionFeatures.width
    var batch: [Float] = []
    for user in users {
      batch += inputs[rows.starts[user] * width..<rows.starts[user + 1] * width]
    }
    let count = batch.count / width
    guard count > 0 else { return }
    let forward = network.forward(batch, count: count)
    var gradient: [Float] = []
    for user in users {
      let rest = forward.scores[gradient.count...]
      gradient += lossGradient(of: user, scores: rest, scale: 1 / Float(users.count))
    }
    network.descend(
      network.gradients(batch, count: count, forward, gradient), rate: rate,
      weightDecay: Self.weightDecay)
  }

  /// The derivative of one user's loss, times `scale`, by each of the user's scores.
  ///
  /// - Parameter scores: Those of the user's rows, in order; more may follow.
  package func lossGradient(
    of user: Int, scores: ArraySlice<Float>, scale: Float = 1
  ) -> [Float] {
    let range = rows.starts[user]..<rows.starts[user + 1]
    var gradient = [Float](repeating: 0, count: range.count)
    for onlyUnused in [false, true] {
      addLossGradient(range, onlyUnused: onlyUnused, scores: scores, to: &gradient, scale: scale)
    }
    return gradient
  }

  /// Adds the derivative of one of a user's two losses by each score.
  ///
  /// - Parameter onlyUnused: Whether the ranking is among the items that no one has used.
  private func addLossGradient(
    _ range: Range<Int>, onlyUnused: Bool, scores: ArraySlice<Float>, to gradient: inout [Float],
    scale: Float
  ) {
    let taken = range.filter { !onlyUnused || rows.isUnused($0) }
    let positives = taken.count { rows.isPositive[$0] }
    guard positives > 0 else { return }
    let logits = taken.map { row in
      scores[scores.startIndex + row - range.lowerBound] + rows.logWeights[row]
    }
    let highest = logits.max()!
    let exponentials = logits.map { exp($0 - highest) }
    let negatives = zip(taken, exponentials).reduce(Float(0)) {
      rows.isPositive[$1.0] ? $0 : $0 + $1.1
    }
    let share = scale / Float(positives)
    var pull: Float = 0  // Σ over positives of 1 / (e⁺ + Σ e⁻).
    for (row, exponential) in zip(taken, exponentials) where rows.isPositive[row] {
      let all = exponential + negatives + 1e-30
      gradient[row - range.lowerBound] -= share * (1 - exponential / all)
      pull += share / all
    }
    for (row, exponential) in zip(taken, exponentials) where !rows.isPositive[row] {
      gradient[row - range.lowerBound] += exponential * pull
    }
  }
}
