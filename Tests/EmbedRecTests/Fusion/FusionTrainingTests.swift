import Compute
import EmbedRec
import Foundation
import Testing

@Suite struct `Training the fusion` {
  /// Users whose positives stand out by one signal, with noise in the others: among used items by
  /// the first, among unused ones by the text.
  private static func separable(users: Int, seed: UInt64) -> TrainingRows {
    var random = SeededRandom(seed: seed)
    var rows = TrainingRows()
    for _ in 0..<users {
      for number in 0..<24 {
        let isUnused = number % 3 == 0
        let isPositive = number < 4
        let telling: Signal = isUnused ? .textOfLikes : .likedTogether
        let signals = Signal.allCases.map { signal in
          signal == telling
            ? Float((isPositive ? 0.6 : 0.2) + 0.05 * random.gaussian())
            : Float(isUnused && signal == .likedTogether ? 0 : abs(0.3 * random.gaussian()))
        }
        let used: Float = isUnused ? 0 : 1 + Float(random.index(below: 9))
        rows.appendRow(
          signals: signals,
          evidence: [0.5 * log1p(used), isUnused ? 1 : 0, 1 / (1 + used / 3), 0.5, 0.1],
          historyLength: 5, logWeight: number > 20 ? 1.5 : 0, isPositive: isPositive)
      }
      rows.endUser()
    }
    return rows
  }

  private func scores(_ model: FusionModel, _ rows: TrainingRows) -> [Float] {
    let columns = Signal.allCases.map { signal in
      (0..<rows.rowCount).map { rows.signals[$0 * Signal.allCases.count + signal.rawValue] }
    }
    return model.scores(
      ofStandardized: model.standardized(columns, evidence: rows.evidence, historyLength: 5),
      count: rows.rowCount)
  }

  /// One user's two losses by the formula, in double precision.
  private func loss(_ rows: TrainingRows, user: Int, _ scores: [Double]) -> Double {
    let range = rows.starts[user]..<rows.starts[user + 1]
    return [false, true].reduce(0) { sum, onlyUnused in
      let taken = range.filter { !onlyUnused || rows.isUnused($0) }
      func power(_ row: Int) -> Double {
        exp(scores[row - range.lowerBound] + Double(rows.logWeights[row]))
      }
      let negatives = taken.filter { !rows.isPositive[$0] }.reduce(0) { $0 + power($1) }
      let positives = taken.filter { rows.isPositive[$0] }
      guard !positives.isEmpty else { return sum }
      let losses = positives.map { -log(power($0) / (power($0) + negatives)) }
      return sum + losses.reduce(0, +) / Double(positives.count)
    }
  }

  private func meanLoss(_ rows: TrainingRows, _ scores: [Float]) -> Double {
    (0..<rows.userCount).reduce(0) { sum, user in
      let own = scores[rows.starts[user]..<rows.starts[user + 1]].map(Double.init)
      return sum + loss(rows, user: user, own) / Double(rows.userCount)
    }
  }

  @Test func `ranks a separable example right that it has not seen, and lowers its loss`() {
    let training = FusionTraining(Self.separable(users: 1500, seed: 1))
    let model = training.model(seeds: [1, 2], threads: 2)
    let unseen = Self.separable(users: 20, seed: 2)
    let found = scores(model, unseen)
    var right = 0
    var pairs = 0
    for user in 0..<unseen.userCount {
      let range = unseen.starts[user]..<unseen.starts[user + 1]
      for unused in [false, true] {
        let rows = range.filter { unseen.isUnused($0) == unused }
        for positive in rows where unseen.isPositive[positive] {
          for negative in rows where !unseen.isPositive[negative] {
            pairs += 1
            if found[positive] > found[negative] { right += 1 }
          }
        }
      }
    }
    #expect(Double(right) / Double(pairs) > 0.99)
    let indifferent = [Float](repeating: 0, count: unseen.rowCount)
    #expect(meanLoss(unseen, found) < 0.3 * meanLoss(unseen, indifferent))
  }

  @Test func `goes down the slope of its loss`() {
    let rows = Self.separable(users: 5, seed: 3)
    let training = FusionTraining(rows)
    var random = SeededRandom(seed: 4)
    for user in 0..<rows.userCount {
      let count = rows.starts[user + 1] - rows.starts[user]
      var scores = (0..<count).map { _ in Double(Float(random.gaussian())) }
      let found = training.lossGradient(of: user, scores: scores.map { Float($0) }[...])
      #expect(found.count == count)
      for place in 0..<count {
        let value = scores[place]
        let step = 1e-5
        scores[place] = value + step
        let above = loss(rows, user: user, scores)
        scores[place] = value - step
        let below = loss(rows, user: user, scores)
        scores[place] = value
        #expect(abs(Double(found[place]) - (above - below) / (2 * step)) < 1e-4)
      }
    }
  }

  @Test func `has no slope where nothing is right`() {
    var rows = TrainingRows()
    for _ in 0..<3 {
      rows.appendRow(
        signals: [1, 0, 0, 0, 0, 0, 0], evidence: [0, 1, 0, 0, 0], historyLength: 1, logWeight: 0,
        isPositive: false)
    }
    rows.endUser()
    rows.endUser()  // A user without rows.
    let training = FusionTraining(rows)
    #expect(training.lossGradient(of: 0, scores: [1, 2, 3]) == [0, 0, 0])
    #expect(training.lossGradient(of: 1, scores: []) == [])
    let model = training.model(seeds: [1], threads: 1)
    #expect(scores(model, rows).allSatisfy { $0.isFinite })
  }

  @Test func `does not depend on the number of threads`() {
    let training = FusionTraining(Self.separable(users: 40, seed: 5))
    let model = training.model(seeds: [1, 2, 3], threads: 1)
    #expect(training.model(seeds: [1, 2, 3], threads: 2) == model)
    #expect(training.model(seeds: [1, 2, 3], threads: 7) == model)
    #expect(training.model(seeds: [3, 2, 1], threads: 1) != model)
  }

  @Test func `averages its fits`() {
    let rows = Self.separable(users: 40, seed: 6)
    let training = FusionTraining(rows)
    let one = scores(training.model(seeds: [1], threads: 1), rows)
    let other = scores(training.model(seeds: [2], threads: 1), rows)
    let both = scores(training.model(seeds: [1, 2], threads: 1), rows)
    for row in both.indices { #expect(abs(both[row] - (one[row] + other[row]) / 2) < 1e-3) }
  }
}
