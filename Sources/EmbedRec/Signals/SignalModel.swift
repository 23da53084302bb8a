import CollaborativeFiltering
import Compute
internal import Foundation
import Search

/// The signals as they are fitted to one catalogue and log: sparse item-to-item weights, and text
/// vectors with what predicts the same for items that no one has used yet.
package struct SignalModel: Sendable {
  let space: TextSpace
  /// `[items, dimension]`: centred text vectors, e.
  package let vectors: SharedMatrix
  /// `[items, items]`, history item to target: EASE or its stand-in, B.
  let likedTogether: SparseMatrix
  /// `[items, items]`: shrunk cosines, C.
  let neighbours: SparseMatrix
  /// `[items, items]`: T.
  let transitions: SparseMatrix
  /// `[items, dimension]`: for each history item a query in text space,
  /// Q = B·e·(eᵀe + λI)⁻¹ over items with interactions: e·Qᵀ is the least-squares estimate of what
  /// B says, from the text alone.
  let textOfLikes: SharedMatrix
  /// `[items, items]`: for each item its nearest by text among those with interactions, P.
  let similarTexts: SparseMatrix
  /// `[items]`: how many users interacted with each.
  package let counts: SharedArray<Int32>
  /// `[dimension + 1]`: what predicts log(1 + count) from the text, the constant last.
  let popularityOfText: [Float]
  /// The standard deviation of the cosines between the texts of two items.
  let cosineDeviation: Float

  var itemCount: Int { vectors.rows }
}

extension SignalModel {
  /// The constants of the fit, the same for every data set.
  enum Setting {
    /// EASE's λ.
    static let regularization: Float = 120
    /// How many weights are kept of each of B's and T's rows, and of each of C's columns.
    static let weightsPerItem = 300
    static let shrinkage: Float = 10
    static let transitionShrinkage: Float = 5
    static let transitionWindow = 3
    /// λ of the maps from text.
    static let textRegularization: Float = 10
    /// How many items with similar texts are asked.
    static let similarTexts = 50
    /// How much similarity it takes until they are believed by half.
    static let similarTextsPrior: Float = 0.02
    /// Above this many items with interactions EASE's matrix, 4 bytes times their square, is too
    /// large to be worth it, and item neighbours take its place.
    static let easeLimit = 16_384
    /// Above this many items the nearest texts are found by a graph instead of comparing all.
    static let exactLimit = 20_000
  }

  /// Fits every signal.
  ///
  /// - Parameters:
  ///   - interactions: `[users, items]`.
  ///   - textVectors: `[items, dimension]`, as the encoder gives them.
  /// - Complexity: O(warm³) for EASE on `warm` items with interactions, O(items · warm) for the
  ///   nearest texts; one float32 matrix [warm, warm] in memory.
  package init(
    fitting interactions: InteractionMatrix, textVectors: Matrix, threads: Int
  ) throws(EmbedRecError) {
    let warm = interactions.warmItems
    let space = TextSpace(fitting: textVectors, rows: warm)
    let vectors = SharedMatrix(space.centred(textVectors))
    let warmVectors = vectors.gathered(warm.map(Int.init))
    let map = TextMap(warmVectors, threads: threads)
    let counts = interactions.interactionCounts

    self.space = space
    self.vectors = vectors
    self.counts = SharedArray(counts.map { Int32(clamping: $0) })
    popularityOfText = map.popularity(of: warm.map { log1p(Float(counts[Int($0)])) })
    do {
      neighbours = try ItemNeighbours.weights(
        of: interactions, neighbours: Setting.weightsPerItem, shrinkage: Setting.shrinkage,
        threads: threads)
      transitions = try Transitions.weights(
        of: interactions, window: Setting.transitionWindow,
        shrinkage: Setting.transitionShrinkage, weightsPerItem: Setting.weightsPerItem,
        threads: threads)
      if warm.count <= Setting.easeLimit {
        let dense = try EASE.denseWeights(
          of: interactions, regularization: Setting.regularization, threads: threads)
        textOfLikes = SharedMatrix(
          map.queries(of: dense.matrix, threads: threads)
            .scattered(to: warm, rows: vectors.rows))
        likedTogether = dense.truncated(
          weightsPerItem: Setting.weightsPerItem, itemCount: vectors.rows, threads: threads)
      } else {
        likedTogether = neighbours
        textOfLikes = SharedMatrix(
          map.queries(of: neighbours, vectors: vectors, threads: threads))
      }
    } catch { throw EmbedRecError(.input, "the interactions cannot be learnt from: \(error)") }
    cosineDeviation = Self.cosineDeviation(vectors)
    similarTexts = Self.similarTexts(vectors, warm: warm, warmVectors, threads: threads)
  }

  private static func cosineDeviation(_ vectors: SharedMatrix) -> Float {
    guard vectors.rows > 1 else { return 1 }
    var random = SeededRandom(seed: 0)
    let kernels = Kernels.current
    let width = vectors.columns
    let base = vectors.values.buffer.baseAddress!
    let squares = (0..<20_000).map { _ in
      let first = random.index(below: vectors.rows)
      let second = (first + 1 + random.index(below: vectors.rows - 1)) % vectors.rows
      let cosine = kernels.dot(base + first * width, base + second * width, width)
      return cosine * cosine
    }
    return max((squares.reduce(0, +) / Float(squares.count)).squareRoot(), 1e-3)
  }

  /// P: the nearest warm items by text, each weighing its cosine to the eighth power over the sum
  /// of these and a prior.
  private static func similarTexts(
    _ vectors: SharedMatrix, warm: [Int32], _ warmVectors: Matrix, threads: Int
  ) -> SparseMatrix {
    let index: any VectorIndex =
      warm.count <= Setting.exactLimit
      ? ExactIndex(vectors: SharedMatrix(warmVectors), metric: .dotProduct)
      : HNSWIndex(building: SharedMatrix(warmVectors), metric: .dotProduct, threads: threads)
    var rows: [[(column: Int32, value: Float)]] = []
    rows.reserveCapacity(vectors.rows)
    for start in stride(from: 0, to: vectors.rows, by: 2048) {
      let block = Array(start..<min(vectors.rows, start + 2048))
      let found = index.search(
        vectors.gathered(block), k: Setting.similarTexts + 1, threads: threads)
      for (item, nearest) in zip(block, found) {
        let others = nearest.lazy.map { (warm[$0.id], $0.score) }.filter { $0.0 != Int32(item) }
        rows.append(propagationWeights(Array(others.prefix(Setting.similarTexts))))
      }
    }
    return SparseMatrix(columns: vectors.rows, rows: rows)
  }

  /// The row of P for an item with these nearest warm items and their cosines.
  static func propagationWeights(
    _ nearest: [(item: Int32, cosine: Float)]
  ) -> [(column: Int32, value: Float)] {
    let votes = nearest.map { (item: $0.item, vote: eighthPower(max($0.cosine, 0))) }
    let total = votes.reduce(Setting.similarTextsPrior) { $0 + $1.vote }
    return votes.filter { $0.vote > 0 }.sorted { $0.item < $1.item }
      .map { (column: $0.item, value: $0.vote / total) }
  }

  static func eighthPower(_ x: Float) -> Float {
    let square = x * x
    let fourth = square * square
    return fourth * fourth
  }

  /// The estimate of log(1 + count) from a centred text vector, less the constant.
  func popularity(ofText vector: some Collection<Float>) -> Float {
    zip(vector, popularityOfText).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
