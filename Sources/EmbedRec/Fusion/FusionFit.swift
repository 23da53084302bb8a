import CollaborativeFiltering
import Compute
internal import Foundation
internal import Synchronization

/// How the fusion is fitted to a log: simulated cold starts, the signals fitted to each, and one
/// training over all.
package enum FusionFit {
  /// How many users are wanted over all simulations; a small log is simulated several times.
  static let wantedUsers = 4000
  static let mostSimulations = 4
  static let seeds: [UInt64] = [1, 2, 3, 4]

  /// - Parameters:
  ///   - textVectors: `[items, dimension]`, as the encoder gives them.
  ///   - report: Told how many users of how many are done, from any thread.
  /// - Returns: nil where the log is too small to take anything away from: fewer than ten users
  ///   with two items.
  package static func model(
    _ interactions: InteractionMatrix, textVectors: Matrix, threads: Int,
    report: (_ done: Int, _ total: Int) -> Void
  ) throws(EmbedRecError) -> FusionModel? {
    let eligible = (0..<interactions.userCount).count {
      interactions.byUser.entries(of: $0).count >= 2
    }
    guard eligible >= 10 else { return nil }
    let simulations = min(max((wantedUsers + eligible - 1) / eligible, 1), mostSimulations)
    let perSimulation = wantedUsers / simulations
    let isEverUsed = interactions.interactionCounts.map { $0 > 0 }

    var rows = TrainingRows()
    let total = min(perSimulation, eligible) * simulations
    for number in 0..<simulations {
      let simulation: SimulatedColdStart
      do {
        simulation = try SimulatedColdStart(interactions, seed: 11 + UInt64(number))
      } catch { throw EmbedRecError(error) }
      let model = try SignalModel(
        fitting: simulation.interactions, textVectors: textVectors, threads: threads)
      var random = SeededRandom(seed: 5 + UInt64(number))
      let withAnswer = (0..<interactions.userCount).filter { !simulation.heldOut[$0].isEmpty }
      let users = random.sample(perSimulation, below: withAnswer.count).map { withAnswer[$0] }
        .sorted()
      let before = rows.userCount
      let done = Counter()
      rows.append(
        TrainingRows(
          simulation, model, users: users, isEverUsed: isEverUsed, seed: 3 + UInt64(number),
          threads: threads
        ) { report(min(before + done.increment(), total), total) })
    }
    guard rows.rowCount > 0 else { return nil }
    var model = FusionTraining(rows).model(seeds: seeds, threads: threads)
    model.unusedOffset = unusedOffset(counts: interactions.interactionCounts)
    return model
  }

  /// 2·log ν, where ν estimates which share of the unused items is new rather than disliked:
  /// Chao's estimate of how many unseen species there are, given how many were seen once and twice
  /// ("Nonparametric estimation of the number of classes in a population", 1984), is a lower bound
  /// for the disliked ones, and the factor allows for that.
  package static func unusedOffset(counts: [Int]) -> Float {
    let unused = counts.count { $0 == 0 }
    guard unused > 0 else { return 0 }
    let once = Float(counts.count { $0 == 1 })
    let twice = Float(counts.count { $0 == 2 })
    let disliked = once * max(once - 1, 0) / (2 * (twice + 1))
    return 2 * log(min(max(1 - disliked / Float(unused), 0.02), 1))
  }
}

/// Counts from several threads.
private final class Counter: Sendable {
  private let count = Atomic<Int>(0)

  /// - Returns: The count after this one.
  func increment() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }
}
