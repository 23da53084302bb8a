import Compute
internal import Foundation

/// Users of a simulation with the items that they are to be ranked among: positives, hard negatives
/// and a sample of the rest.
package struct TrainingRows {
  /// How many of each signal's best are hard negatives, and of the unused ones' best.
  static let hardPerSignal = 40
  static let hardUnused = 20
  static let sampled = 60
  private static let hardSignals: [Signal] = [
    .likedTogether, .neighbours, .similarText, .textOfLikes, .likesOfSimilarText, .transitions,
  ]
  private static let hardUnusedSignals: [Signal] = [
    .similarText, .textOfLikes, .likesOfSimilarText,
  ]

  /// `[users + 1]`: where each user's rows begin.
  package private(set) var starts = [0]
  /// `[rows, signals]`.
  package private(set) var signals: [Float] = []
  /// `[rows, evidence]`.
  package private(set) var evidence: [Float] = []
  /// `[rows]`: the length of the user's history.
  package private(set) var historyLengths: [Int32] = []
  /// `[rows]`: log of how many items the row stands for.
  package private(set) var logWeights: [Float] = []
  /// `[rows]`: whether the user turned to the item.
  package private(set) var isPositive: [Bool] = []

  /// Whether no one used a row's item in what the simulation left.
  package func isUnused(_ row: Int) -> Bool { evidence[row * Evidence.width + Evidence.isNew] > 0 }

  package var userCount: Int { starts.count - 1 }
  package var rowCount: Int { logWeights.count }

  package init() {}

  /// The rows of the given users of a simulation.
  ///
  /// - Parameters:
  ///   - model: Fitted on what the simulation left.
  ///   - isEverUsed: `[items]`: items that no one ever used are no candidates. In the simulation
  ///     they would look like the cold ones and never be right.
  ///   - progress: Told, from any thread, when another user is done.
  init(
    _ simulation: SimulatedColdStart, _ model: SignalModel, users: [Int], isEverUsed: [Bool],
    seed: UInt64, threads: Int, progress: () -> Void
  ) {
    let evidence = Evidence(model)
    var parts = [TrainingRows](repeating: TrainingRows(), count: users.count)
    parts.withUnsafeMutableBufferPointer { parts in
      parallelChunks(users.count, chunk: 4, threads: threads) { range, _ in
        for place in range {
          var random = SeededRandom(seed: seed &+ UInt64(users[place]) &* 0x9E37_79B9)
          parts[place].append(
            user: users[place], simulation, model, evidence, isEverUsed: isEverUsed, &random)
          progress()
        }
      }
    }
    for part in parts { append(part) }
  }

  /// Adds another set of users.
  mutating func append(_ other: TrainingRows) {
    starts += other.starts.dropFirst().map { $0 + rowCount }
    signals += other.signals
    evidence += other.evidence
    historyLengths += other.historyLengths
    logWeights += other.logWeights
    isPositive += other.isPositive
  }

  /// What share of the users is turned into newcomers: half of them keep only their latest items,
  /// at most two; the other half is known by nothing but a text, for which one of the items stands
  /// that were taken from them.
  static let newcomers = 0.1

  private mutating func append(
    user: Int, _ simulation: SimulatedColdStart, _ model: SignalModel, _ evidence: Evidence,
    isEverUsed: [Bool], _ random: inout SeededRandom
  ) {
    let known = simulation.interactions.history(of: user)
    var history = History(items: known)
    var positives = simulation.heldOut[user]
    let chance = random.uniform()
    if chance < Self.newcomers / 2 {
      history.items = known.suffix(random.index(below: 3))
    } else if chance < Self.newcomers, positives.count > 1 {
      history.items = []
      let told = Int(positives.remove(at: random.index(below: positives.count)))
      history.texts = [model.vectors.row(told)]
    }
    let scores = model.scores(of: history)
    var isCandidate = isEverUsed
    for item in known { isCandidate[Int(item)] = false }
    positives = positives.filter { isCandidate[Int($0)] }

    var chosen = Set(positives.map(Int.init))
    func choose(_ signal: Signal, _ count: Int, onlyUnused: Bool) {
      var best = TopK(count)
      let column = scores[signal]
      for item in 0..<column.count
      where isCandidate[item] && (!onlyUnused || model.counts.buffer[item] == 0) {
        best.offer(item, column[item])
      }
      for one in best.sorted() { chosen.insert(one.id) }
    }
    for signal in Self.hardSignals { choose(signal, Self.hardPerSignal, onlyUnused: false) }
    for signal in Self.hardUnusedSignals { choose(signal, Self.hardUnused, onlyUnused: true) }

    let rest = isCandidate.indices.filter { isCandidate[$0] && !chosen.contains($0) }
    let sample = random.sample(Self.sampled, below: rest.count).map { rest[$0] }
    let logWeight = sample.isEmpty ? 0 : log(Float(rest.count) / Float(sample.count))

    let positiveSet = Set(positives.map(Int.init))
    for (items, weight) in [(chosen.sorted(), Float(0)), (sample.sorted(), logWeight)] {
      for item in items {
        appendRow(
          signals: scores.columns.map { $0[item] },
          evidence: evidence[item],
          historyLength: history.length, logWeight: weight, isPositive: positiveSet.contains(item))
      }
    }
    endUser()
  }

  /// Adds a row to those of the user at hand.
  package mutating func appendRow(
    signals: [Float], evidence: some Sequence<Float>, historyLength: Int, logWeight: Float,
    isPositive: Bool
  ) {
    self.signals += signals
    self.evidence += evidence
    historyLengths.append(Int32(historyLength))
    logWeights.append(logWeight)
    self.isPositive.append(isPositive)
  }

  /// Ends the rows of the user at hand: those that follow are another's.
  package mutating func endUser() { starts.append(rowCount) }
}
