import Compute
import Foundation
import Search

/// Dimensions and counts at and around the widths of vector registers and the usual dimension.
let awkwardSizes = [0, 1, 7, 8, 9, 383, 384, 385]

/// Independent normal components.
func normalVectors(_ count: Int, _ dimension: Int, seed: UInt64) -> Matrix {
  var random = SeededRandom(seed: seed)
  return Matrix(
    rows: count, columns: dimension,
    values: (0..<count * dimension).map { _ in Float(random.gaussian()) })
}

/// Vectors that resemble sentence embeddings: of unit length, in clusters of clusters, and of far
/// fewer intrinsic dimensions (16) than components.
func clusteredVectors(_ count: Int, _ dimension: Int, seed: UInt64) -> Matrix {
  let intrinsic = 16
  let map = normalVectors(intrinsic, dimension, seed: 1)
  var random = SeededRandom(seed: seed)
  let topics = normalVectors(8, intrinsic, seed: 2)
  let themes = normalVectors(64, intrinsic, seed: 3)
  var latent = normalVectors(count, intrinsic, seed: seed &+ 1)
  for row in 0..<count {
    let theme = random.index(below: 64)
    for column in 0..<intrinsic {
      latent[row, column] =
        0.7 * latent[row, column] + 0.7 * themes[theme, column] + topics[theme / 8, column]
    }
  }
  var vectors = Matrix.product(latent, map)
  for row in 0..<count {
    let norm = vectors.row(row).reduce(0) { $0 + $1 * $1 }.squareRoot()
    for column in 0..<dimension { vectors[row, column] /= norm }
  }
  return vectors
}

/// The score by its definition, in double precision; a cosine with a zero vector is 0.
func referenceScore(_ a: some Sequence<Float>, _ b: some Sequence<Float>, _ metric: Metric)
  -> Double
{
  var (dot, aa, bb, distance) = (0.0, 0.0, 0.0, 0.0)
  for (x, y) in zip(a, b).map({ (Double($0), Double($1)) }) {
    dot += x * y
    aa += x * x
    bb += y * y
    distance += (x - y) * (x - y)
  }
  switch metric {
  case .cosine: return aa * bb > 0 ? dot / (aa * bb).squareRoot() : 0
  case .dotProduct: return dot
  case .euclidean: return -distance
  }
}

/// The part of the true answers' ids that were found.
func recall(_ found: [[Scored]], of truth: [[Scored]]) -> Double {
  let hits = zip(found, truth).map { Set($0.map(\.id)).intersection($1.map(\.id)).count }
  return Double(hits.reduce(0, +)) / Double(truth.map(\.count).reduce(0, +))
}

/// Calls `body` with the path of a file that does not exist yet and is removed afterwards.
func withTemporaryPath<Result>(_ body: (String) throws -> Result) rethrows -> Result {
  let path = FileManager.default.temporaryDirectory.path + "/embedrec-search-\(UUID()).hnsw"
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}
