import CollaborativeFiltering
import Compute
import EmbedRec
import Foundation

/// All seven signals by their formulas, in dense double precision loops: slow and obvious.
struct DenseSignals {
  let n: Int
  /// `[items]`: how many users each has.
  var counts: [Double] = []
  /// `[items][dimension]`: centred texts, e.
  var texts: [[Double]] = []
  /// `[items][items]` each: B, C, T, K and P, from the first item to the second.
  var liked: [[Double]]
  var neighbours: [[Double]]
  var transitions: [[Double]]
  var votes: [[Double]]
  var similar: [[Double]]
  /// `[items][dimension]`: Q.
  var queries: [[Double]] = []

  init(_ log: SmallLog) {
    let n = log.itemCount
    let width = log.textVectors.columns
    let users = log.interactions.userCount
    let zero = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
    self.n = n
    liked = zero
    neighbours = zero
    transitions = zero
    votes = zero
    similar = zero
    let histories = (0..<users).map { log.interactions.history(of: $0).map(Int.init) }
    counts = (0..<n).map { item in Double(histories.count { $0.contains(item) }) }
    let warm = (0..<n).filter { counts[$0] > 0 }

    // Texts: the mean of the used items taken out, of unit length again.
    let raw = (0..<n).map { log.textVectors.row($0).map(Double.init) }
    let mean = (0..<width).map { column in
      warm.reduce(0) { $0 + raw[$1][column] } / Double(warm.count)
    }
    texts = raw.map { vector in
      let moved = zip(vector, mean).map { $0 - $1 }
      let length = moved.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return moved.map { $0 / length }
    }

    var together = zero
    for history in histories {
      for (place, a) in history.enumerated() {
        for (later, b) in history.enumerated() {
          together[a][b] += 1
          if later > place, later <= place + 3 { transitions[a][b] += 1 / Double(later - place) }
        }
      }
    }
    for a in 0..<n {
      for b in 0..<n {
        let norm = (counts[a] * counts[b]).squareRoot()
        neighbours[a][b] = a == b ? 0 : together[a][b] / (norm + 10)
        transitions[a][b] /= norm + 5
        votes[a][b] = a == b ? 0 : pow(max(0, Self.dot(texts[a], texts[b])), 8)
      }
    }
    // EASE: P = (XᵀX + 120·I)⁻¹, B_ab = −P_ab / P_bb.
    var gram = warm.map { a in warm.map { b in together[a][b] } }
    for i in warm.indices { gram[i][i] += 120 }
    let inverse = Self.inverse(gram)
    for (i, a) in warm.enumerated() {
      for (j, b) in warm.enumerated() where i != j { liked[a][b] = -inverse[i][j] / inverse[j][j] }
    }
    // Q = B·e·(eᵀe + 10·I)⁻¹ over used items.
    var textGram = (0..<width).map { r in
      (0..<width).map { c in warm.reduce(0) { $0 + texts[$1][r] * texts[$1][c] } }
    }
    for i in 0..<width { textGram[i][i] += 10 }
    let textInverse = Self.inverse(textGram)
    queries = [[Double]](repeating: [Double](repeating: 0, count: width), count: n)
    for a in warm {
      let product = (0..<width).map { c in warm.reduce(0) { $0 + liked[a][$1] * texts[$1][c] } }
      for c in 0..<width {
        queries[a][c] = (0..<width).reduce(0) { $0 + product[$1] * textInverse[$1][c] }
      }
    }
    // P: the used items' votes over their sum and a prior; fifty, which here are all.
    for item in 0..<n {
      let total = warm.reduce(0.02) { $0 + votes[$1][item] }
      for other in warm { similar[item][other] = votes[other][item] / total }
    }
  }

  /// `[signals][items]`.
  func scores(of history: [Int]) -> [[Double]] {
    let last = history.count - 1
    let plain = history.map { _ in 1.0 }
    var fading = history.indices.map { pow(0.5, Double(last - $0) / 3) }
    let norm = fading.reduce(0, +).squareRoot()
    fading = fading.map { $0 / norm }
    let voters = Double(min(history.count, 50))
    let voting = history.indices.map { $0 > last - 50 ? 1 / voters.squareRoot() : 0 }
    func sum(_ weights: [Double], _ term: (Int) -> Double) -> Double {
      zip(history, weights).reduce(0) { $0 + $1.1 * term($1.0) }
    }
    func all(_ term: (Int) -> Double) -> [Double] { (0..<n).map(term) }
    let likedScores = all { item in sum(plain) { liked[$0][item] } }
    return [
      likedScores, all { item in sum(fading) { liked[$0][item] } },
      all { item in sum(fading) { neighbours[$0][item] } },
      all { item in sum(voting) { votes[$0][item] } },
      all { item in sum(plain) { Self.dot(queries[$0], texts[item]) } },
      all { item in (0..<n).reduce(0) { $0 + similar[item][$1] * likedScores[$1] } },
      all { item in sum(fading) { transitions[$0][item] } },
    ]
  }

  static func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Gauss and Jordan, with pivots.
  static func inverse(_ matrix: [[Double]]) -> [[Double]] {
    let n = matrix.count
    var rows = matrix.enumerated().map { i, row in row + (0..<n).map { $0 == i ? 1 : 0 } }
    for column in 0..<n {
      let pivot = (column..<n).max { abs(rows[$0][column]) < abs(rows[$1][column]) }!
      rows.swapAt(column, pivot)
      let scale = rows[column][column]
      rows[column] = rows[column].map { $0 / scale }
      for row in 0..<n where row != column {
        let factor = rows[row][column]
        guard factor != 0 else { continue }
        for i in 0..<2 * n { rows[row][i] -= factor * rows[column][i] }
      }
    }
    return rows.map { Array($0[n...]) }
  }
}
