import Compute

/// Text vectors with the catalogue's mean taken out.
///
/// Sentence vectors of one shop's items share a large common part, which blurs cosines between
/// items: taking the mean out and scaling to unit length again is what makes them tell items apart
/// (Mu and Viswanath, "All-but-the-top", 2018, with the mean alone).
struct TextSpace: Sendable {
  /// `[dimension]`: the mean vector of the items that have interactions, or of all if none has.
  let mean: [Float]

  var dimension: Int { mean.count }

  /// - Parameter rows: The rows of `vectors` to take the mean of; all if there are none.
  init(fitting vectors: Matrix, rows: [Int32]) {
    var sums = [Double](repeating: 0, count: vectors.columns)
    let chosen = rows.isEmpty ? (0..<vectors.rows).map(Int32.init) : rows
    for row in chosen {
      for (column, value) in vectors.row(Int(row)).enumerated() { sums[column] += Double(value) }
    }
    mean = sums.map { Float($0 / Double(max(chosen.count, 1))) }
  }

  init(mean: [Float]) { self.mean = mean }

  /// A vector without the mean, of unit length; zero where nothing is left.
  func centred(_ vector: some Collection<Float>) -> [Float] {
    var result = zip(vector, mean).map { $0 - $1 }
    let length = result.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let scale = length > 1e-6 ? 1 / length : 0
    for i in result.indices { result[i] *= scale }
    return result
  }

  /// The length of a vector without the mean: vector = length · centred + mean.
  func length(of vector: some Collection<Float>) -> Float {
    zip(vector, mean).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  /// Every row centred, `[rows, dimension]`.
  func centred(_ vectors: Matrix) -> Matrix {
    var result = Matrix(rows: vectors.rows, columns: vectors.columns)
    for row in 0..<vectors.rows {
      result.values.replaceSubrange(
        row * dimension..<(row + 1) * dimension, with: centred(vectors.row(row)))
    }
    return result
  }
}
