import Compute
import Testing

@Suite struct `Kernels over rows that lie apart` {
  @Test(arguments: Kernels.Level.available, awkwardSizes)
  func `give what the kernels for single rows give`(level: Kernels.Level, dimension: Int) {
    let kernels = Kernels(level: level)
    let rows = normalVectors(40, dimension, seed: 1).values + [0]
    let query = normalVectors(1, dimension, seed: 2).values + [0]
    var random = SeededRandom(seed: 3)
    for count in [0, 1, 2, 7, 33] {
      let ids = (0..<count).map { _ in UInt32(random.index(below: 40)) }
      var dots = [Float](repeating: 99, count: count + 1)
      var distances = dots
      kernels.dotRows(query, rows, dimension, ids, count, &dots)
      kernels.squaredDistanceRows(query, rows, dimension, ids, count, &distances)
      for (i, id) in ids.enumerated() {
        let row = Array(rows[Int(id) * dimension..<(Int(id) + 1) * dimension]) + [0]
        // Indexes promise the same score from a walk and from a scan: equal to the last bit.
        #expect(dots[i] == kernels.dot(query, row, dimension))
        #expect(distances[i] == kernels.squaredDistance(query, row, dimension))
        let vector = query.prefix(dimension)
        // A sum of 385 products of normal numbers, each rounded at 6e-8.
        let dot = referenceScore(vector, row, .dotProduct)
        #expect(abs(Double(dots[i]) - dot) < 1e-3)
        let distance = -referenceScore(vector, row, .euclidean)
        #expect(abs(Double(distances[i]) - distance) < 1e-3)
      }
      #expect(dots[count] == 99 && distances[count] == 99)
    }
  }
}
