import CollaborativeFiltering
import Compute
import EmbedRec

/// A small random log and text vectors, for what works on numbers alone.
struct SmallLog {
  let interactions: InteractionMatrix
  /// `[items, dimension]`.
  let textVectors: Matrix

  var itemCount: Int { interactions.itemCount }

  /// - Parameters:
  ///   - cold: How many of the items no one uses: the last ones.
  ///   - history: The most items that a user has.
  init(
    users: Int = 30, items: Int = 25, cold: Int = 4, dimension: Int = 9, history: Int = 8,
    seed: UInt64 = 1
  ) throws {
    var random = SeededRandom(seed: seed)
    var owners: [Int32] = []
    var used: [Int32] = []
    for user in 0..<users {
      for item in random.sample(random.index(below: history + 1), below: items - cold) {
        owners.append(Int32(user))
        used.append(Int32(item))
      }
    }
    interactions = try InteractionMatrix(
      users: owners, items: used, userCount: users, itemCount: items)
    textVectors = Self.vectors(items, dimension, &random)
  }

  /// Unit vectors with a common part, as sentence vectors have one.
  static func vectors(_ count: Int, _ dimension: Int, _ random: inout SeededRandom) -> Matrix {
    var result = Matrix(rows: count, columns: dimension)
    for row in 0..<count {
      let vector = (0..<dimension).map { Float(random.gaussian()) + ($0 == 0 ? 2 : 0) }
      let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for column in 0..<dimension { result[row, column] = vector[column] / length }
    }
    return result
  }

  /// Some histories: empty, of one item, long, with cold items and with texts.
  func histories(_ random: inout SeededRandom) -> [History] {
    var histories = [History(), History(items: [3]), History(items: [Int32(itemCount - 1)])]
    for count in [2, 5, 9, itemCount] {
      histories.append(
        History(items: random.sample(count, below: itemCount).map { Int32($0) }))
    }
    return histories
  }
}
