internal import Foundation

/// What is known of a user: items, oldest first, and texts that stand beside them.
package struct History: Sendable {
  /// Items by number, oldest first, each once.
  package var items: [Int32]
  /// Centred vectors of texts, such as a profile: each votes as the text of one item would.
  package var texts: [[Float]]

  /// A history of items, and of texts beside them.
  package init(items: [Int32] = [], texts: [[Float]] = []) {
    self.items = items
    self.texts = texts
  }

  /// How much there is to go by.
  var length: Int { items.count + texts.count }

  /// How the items count, which differs from signal to signal.
  struct Weights {
    /// Every item by 1.
    var plain: [Float]
    /// Halving with every three later items, divided by the root of their sum.
    var fading: [Float]
    /// The latest fifty and the texts, divided by the root of their number.
    var voting: [Float]
    /// What each text counts.
    var text: Float
  }

  static let halfLife: Float = 3
  static let voters = 50

  var weights: Weights {
    let count = items.count
    var fading = (0..<count).map { position in
      exp2(-Float(count - 1 - position) / Self.halfLife)
    }
    let fadingNorm = max(fading.reduce(0, +), 1e-9).squareRoot()
    for i in fading.indices { fading[i] /= fadingNorm }
    let voters = min(count, Self.voters)
    let votingNorm = max(Float(voters + texts.count), 1).squareRoot()
    return Weights(
      plain: [Float](repeating: 1, count: count), fading: fading,
      voting: (0..<count).map { $0 >= count - voters ? 1 / votingNorm : 0 }, text: 1 / votingNorm)
  }
}
