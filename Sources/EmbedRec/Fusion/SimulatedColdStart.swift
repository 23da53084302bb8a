import CollaborativeFiltering
import Compute

/// Interactions with a cold start simulated inside them: what the fusion is fitted on.
///
/// A share of the used items loses all interactions, and every user loses the latest share of what
/// is left. What was taken is what a good ranking of all items has at its top.
package struct SimulatedColdStart {
  static let coldShare = 0.2
  static let heldOutShare = 0.2

  /// What remains.
  package let interactions: InteractionMatrix
  /// `[users]`: what was taken, ascending.
  package let heldOut: [[Int32]]

  package init(_ all: InteractionMatrix, seed: UInt64) throws(CollaborativeFilteringError) {
    var random = SeededRandom(seed: seed)
    let used = all.warmItems
    var isCold = [Bool](repeating: false, count: all.itemCount)
    let coldCount = Int((Double(used.count) * Self.coldShare).rounded())
    for place in random.sample(coldCount, below: used.count) { isCold[Int(used[place])] = true }

    var users: [Int32] = []
    var items: [Int32] = []
    var heldOut: [[Int32]] = []
    for user in 0..<all.userCount {
      let history = all.history(of: user)
      let warm = history.filter { !isCold[Int($0)] }
      let latest =
        warm.count < 2 ? 0 : max(1, Int((Double(warm.count) * Self.heldOutShare).rounded()))
      let kept = warm.dropLast(latest)
      users += kept.map { _ in Int32(user) }
      items += kept
      heldOut.append((history.filter { isCold[Int($0)] } + warm.suffix(latest)).sorted())
    }
    interactions = try InteractionMatrix(
      users: users, items: items, userCount: all.userCount, itemCount: all.itemCount)
    self.heldOut = heldOut
  }
}
