import CollaborativeFiltering
import Compute
import Foundation

/// What `Scripts/make-collaborative-vectors.py` wrote: interactions, settings, and what numpy, scipy
/// or the `implicit` library made of them.
struct GoldenVectors: Decodable {
  var userCount: Int
  var itemCount: Int
  var users: [Int32]
  var items: [Int32]
  var weights: [Float]
  var regularization: Float?
  var shrinkage: Float?
  var warm: [Int32]?
  var factors: Int?
  var alpha: Float?
  var iterations: Int?
  var confidenceSum: Double?
  var userStart: [Float]?
  var itemStart: [Float]?
  var exact: Double?
  var exactScores: [Float]?
  var conjugateGradient: Double?
  var conjugateGradientScores: [Float]?

  static func named(_ name: String) throws -> GoldenVectors {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Vectors/collaborative").standardized
    let data = try Data(contentsOf: folder.appendingPathComponent("\(name).json"))
    return try JSONDecoder().decode(GoldenVectors.self, from: data)
  }
}

/// Interactions of random users with random items, some pairs more than once, some items and users
/// not at all.
struct RandomLog {
  var userCount: Int
  var itemCount: Int
  var users: [Int32] = []
  var items: [Int32] = []
  var times: [Double] = []
  var weights: [Float] = []

  init(users userCount: Int, items itemCount: Int, count: Int, seed: UInt64) {
    self.userCount = userCount
    self.itemCount = itemCount
    var random = SeededRandom(seed: seed)
    guard userCount * itemCount > 0 else { return }
    for _ in 0..<count {
      users.append(Int32(random.index(below: userCount)))
      // The square of a uniform number: low items are popular.
      let place = random.uniform()
      items.append(Int32(place * place * Double(itemCount)))
      times.append(Double(random.index(below: 40)))
      weights.append(Float(1 + random.index(below: 3)))
    }
  }

  func matrix(weighted: Bool = false) throws -> InteractionMatrix {
    try InteractionMatrix(
      users: users, items: items, times: times, weights: weighted ? weights : nil,
      userCount: userCount, itemCount: itemCount)
  }
}

/// A sparse matrix in full.
func dense(_ sparse: SparseMatrix) -> Matrix {
  var result = Matrix(rows: sparse.rows, columns: sparse.columns)
  for row in 0..<sparse.rows {
    for entry in sparse.entries(of: row) {
      result[row, Int(sparse.columnIndices[entry])] = sparse.values[entry]
    }
  }
  return result
}

/// The same matrix with only the `count` greatest of each row by `magnitude`, ties by ascending
/// column, and without zeros: the slow way.
func strongest(_ matrix: Matrix, perRow count: Int, by magnitude: (Float) -> Float) -> Matrix {
  var result = Matrix(rows: matrix.rows, columns: matrix.columns)
  for row in 0..<matrix.rows {
    let order = (0..<matrix.columns).sorted {
      let (a, b) = (magnitude(matrix[row, $0]), magnitude(matrix[row, $1]))
      return a > b || (a == b && $0 < $1)
    }
    for column in order.prefix(count) { result[row, column] = matrix[row, column] }
  }
  return result
}

func transposed(_ matrix: Matrix) -> Matrix {
  var result = Matrix(rows: matrix.columns, columns: matrix.rows)
  for row in 0..<matrix.rows {
    for column in 0..<matrix.columns { result[column, row] = matrix[row, column] }
  }
  return result
}
