import Compute
import Search
import Testing

@Suite struct `Neighbour selection` {
  /// Algorithm 4 of the paper, line by line, on distances in double precision.
  private func reference(
    of base: Int, among candidates: [Int], limit: Int, keepsPruned: Bool,
    _ closeness: (Int, Int) -> Double
  ) -> [Int] {
    var working = candidates.sorted { closeness($0, base) > closeness($1, base) }
    var chosen: [Int] = []
    var discarded: [Int] = []
    while !working.isEmpty, chosen.count < limit {
      let nearest = working.removeFirst()
      let isCloserToBase = chosen.allSatisfy { closeness(nearest, base) > closeness(nearest, $0) }
      if isCloserToBase { chosen.append(nearest) } else { discarded.append(nearest) }
    }
    while keepsPruned, !discarded.isEmpty, chosen.count < limit {
      chosen.append(discarded.removeFirst())
    }
    return chosen
  }

  @Test(arguments: Metric.allCases, [true, false])
  func `follows the paper`(metric: Metric, keepsPruned: Bool) {
    // Of components that codes hold without rounding.
    var vectors = clusteredVectors(300, 24, seed: 1)
    for row in 0..<300 {
      let greatest = vectors.row(row).map(abs).max()!
      for column in 0..<24 {
        vectors[row, column] = (vectors[row, column] / greatest * 127).rounded()
      }
    }
    let squares = (0..<300).map { referenceScore(vectors.row($0), vectors.row($0), .dotProduct) }
    // For dot products, vectors get a component that makes all as long as the longest.
    let lifts = squares.map { metric == .dotProduct ? (squares.max()! - $0).squareRoot() : 0 }
    func closeness(_ a: Int, _ b: Int) -> Double {
      referenceScore(vectors.row(a), vectors.row(b), metric) + lifts[a] * lifts[b]
    }
    var random = SeededRandom(seed: 2)
    for count in [0, 1, 2, 7, 8, 9, 200] {
      for limit in [1, 8, 16] {
        let base = random.index(below: 300)
        let candidates = random.sample(count, below: 300).filter { $0 != base }
        let found = selectedNeighbours(
          of: base, among: candidates, limit: limit, keepsPruned: keepsPruned,
          in: SharedMatrix(vectors), metric: metric)
        let expected = reference(
          of: base, among: candidates, limit: limit, keepsPruned: keepsPruned, closeness)
        // In any order: a walk reads the whole list.
        #expect(found.count == expected.count && Set(found) == Set(expected))
      }
    }
  }
}
