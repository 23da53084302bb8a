import Compute

/// What every signal says about every item, for one history.
package struct SignalScores: Equatable {
  /// `[signals][items]`: one column for each ``Signal``.
  package var columns: [[Float]]

  package subscript(signal: Signal) -> [Float] {
    get { columns[signal.rawValue] }
    set { columns[signal.rawValue] = newValue }
  }
}

extension SignalModel {
  /// Every signal's scores of all items.
  ///
  /// A score depends on the history and the item alone, not on what else is scored.
  ///
  /// - Complexity: O(history · (weightsPerItem + items · dimension)), the latter for at most the
  ///   fifty latest items of the history.
  package func scores(of history: History) -> SignalScores {
    addTextScores(to: logScores(of: history), of: history, items: nil)
  }

  /// The signals that are read off item-to-item weights, for all items; the others are zero.
  ///
  /// - Complexity: O(history · weightsPerItem + items).
  package func logScores(of history: History) -> SignalScores {
    let weights = history.weights
    var result = SignalScores(
      columns: [[Float]](
        repeating: [Float](repeating: 0, count: itemCount), count: Signal.allCases.count))
    add(likedTogether, history.items, weights.plain, to: &result[.likedTogether])
    add(likedTogether, history.items, weights.fading, to: &result[.likedTogetherLately])
    add(neighbours, history.items, weights.fading, to: &result[.neighbours])
    add(transitions, history.items, weights.fading, to: &result[.transitions])
    return result
  }

  /// Fills in the signals that compare texts, for the items in `items` or for all.
  package func addTextScores(
    to scores: SignalScores, of history: History, items: [Int32]?
  ) -> SignalScores {
    let weights = history.weights
    let liked = scores[.likedTogether]
    var result = scores
    if let items {
      for signal in Signal.allCases where !signal.readsTexts {
        let all = result[signal]
        result[signal] = items.map { all[Int($0)] }
      }
    }
    result[.likesOfSimilarText] = likesOfSimilarTexts(liked, items: items)
    result[.similarText] = textVotes(history, weights, items: items)
    result[.textOfLikes] = textOfLikes(history, weights, items: items)
    return result
  }

  private func add(
    _ matrix: SparseMatrix, _ items: [Int32], _ weights: [Float], to sums: inout [Float]
  ) {
    sums.withUnsafeMutableBufferPointer { sums in
      // Safe: the matrix's columns lie below `itemCount`, which is checked when it is opened.
      for (item, weight) in zip(items, weights) where weight > 0 {
        for entry in matrix.entries(of: Int(item)) {
          sums[Int(matrix.columnIndices.buffer[entry])] += weight * matrix.values.buffer[entry]
        }
      }
    }
  }

  private func likesOfSimilarTexts(_ liked: [Float], items: [Int32]?) -> [Float] {
    func sum(_ item: Int) -> Float {
      var sum: Float = 0
      for entry in similarTexts.entries(of: item) {
        sum +=
          similarTexts.values.buffer[entry]
          * liked[Int(similarTexts.columnIndices.buffer[entry])]
      }
      return sum
    }
    return items.map { $0.map { sum(Int($0)) } } ?? (0..<itemCount).map(sum)
  }

  /// Σ over voters of weight · max(cosine, 0)⁸; no item votes for itself.
  private func textVotes(
    _ history: History, _ weights: History.Weights, items: [Int32]?
  ) -> [Float] {
    let votes = votes(of: voters(history, weights), count: items?.count ?? itemCount) {
      range, body in withRows(items, range, body)
    }
    return withoutOwnVotes(
      votes, zip(history.items, weights.voting).filter { $0.1 > 0 }, items: items)
  }

  /// The vectors of the history's latest items and its texts, each with its ballot.
  func voters(_ history: History, _ weights: History.Weights) -> [([Float], Ballot)] {
    zip(history.items, weights.voting).filter { $0.1 > 0 }
      .map { (vectors.row(Int($0.0)), Ballot(weight: $0.1)) }
      + history.texts.map { ($0, ballot(ofText: $0, weight: weights.text)) }
  }

  /// How a voter's cosines become votes: weight · max(slope · cosine + shift, 0)⁸.
  struct Ballot {
    var weight: Float
    var slope: Float = 1
    var shift: Float = 0
  }

  /// A text that isn't an item's is written in another way, and its cosines with all items lie
  /// lower and closer together: they are shifted and stretched to the spread of an item's.
  func ballot(ofText text: [Float], weight: Float) -> Ballot {
    let spread = cosines(to: text)
    let slope = spread.deviation > 1e-4 ? cosineDeviation / spread.deviation : 1
    return Ballot(weight: weight, slope: slope, shift: -slope * spread.mean)
  }

  /// Mean and standard deviation of the cosines of all items with a centred vector.
  func cosines(to vector: [Float]) -> (mean: Float, deviation: Float) {
    var cosines = [Float](repeating: 0, count: itemCount)
    guard itemCount > 1 else { return (0, 0) }
    BLAS.multiply(
      vectors.values.buffer.baseAddress!, rows: itemCount, columns: space.dimension,
      vector: vector, into: &cosines)
    let mean = cosines.reduce(0, +) / Float(itemCount)
    let variance = cosines.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(itemCount)
    return (mean, variance.squareRoot())
  }

  /// The votes of voters for `count` items.
  ///
  /// - Parameter withRows: Calls its argument with the vectors of a range of the items.
  func votes(
    of voters: [([Float], Ballot)], count: Int,
    withRows: (Range<Int>, (UnsafePointer<Float>) -> Void) -> Void
  ) -> [Float] {
    var votes = [Float](repeating: 0, count: count)
    guard !voters.isEmpty, count > 0 else { return votes }
    let kernels = Kernels.current
    let queries = voters.flatMap(\.0)
    // A block of items at a time, so that their cosines stay in the cache.
    let block = 1024
    var cosines = [Float](repeating: 0, count: voters.count * block)
    for start in stride(from: 0, to: count, by: block) {
      let width = min(block, count - start)
      withRows(start..<start + width) { rows in
        cosines.withUnsafeMutableBufferPointer { cosines in
          BLAS.multiply(
            queries, lda: space.dimension, rows, transposingB: true, ldb: space.dimension,
            into: cosines.baseAddress!, ldc: block, m: voters.count, n: width, k: space.dimension)
          votes.withUnsafeMutableBufferPointer { votes in
            for (voter, (_, ballot)) in voters.enumerated() {
              let row = cosines.baseAddress! + voter * block
              if ballot.slope != 1 || ballot.shift != 0 {
                for place in 0..<width { row[place] = ballot.slope * row[place] + ballot.shift }
              }
              kernels.addEighthPower(ballot.weight, row, votes.baseAddress! + start, width)
            }
          }
        }
      }
    }
    return votes
  }

  /// The votes less what an item gave itself: its cosine with itself is 1, or 0 for an empty text.
  private func withoutOwnVotes(
    _ votes: [Float], _ voters: [(Int32, Float)], items: [Int32]?
  ) -> [Float] {
    var votes = votes
    let ownVote = Dictionary(voters, uniquingKeysWith: { first, _ in first })
    func takeBack(_ item: Int32, at place: Int) {
      guard let ballot = ownVote[item] else { return }
      let own = vectors.row(Int(item)).reduce(Float(0)) { $0 + $1 * $1 }
      votes[place] = max(0, votes[place] - ballot * Self.eighthPower(own))
    }
    if let items {
      for (place, item) in items.enumerated() { takeBack(item, at: place) }
    } else {
      for item in ownVote.keys { takeBack(item, at: Int(item)) }
    }
    return votes
  }

  /// e_i · Σ_j weight_j · Q_j.
  private func textOfLikes(
    _ history: History, _ weights: History.Weights, items: [Int32]?
  ) -> [Float] {
    let query = textQuery(history, weights)
    var result = [Float](repeating: 0, count: items?.count ?? itemCount)
    guard !result.isEmpty, !history.items.isEmpty else { return result }
    result.withUnsafeMutableBufferPointer { result in
      withRows(items, 0..<result.count) { rows in
        BLAS.multiply(
          rows, rows: result.count, columns: space.dimension, vector: query,
          into: result.baseAddress!)
      }
    }
    return result
  }

  /// Σ_j weight_j · Q_j: the point in text space that the history is after.
  func textQuery(_ history: History, _ weights: History.Weights) -> [Float] {
    let kernels = Kernels.current
    var query = [Float](repeating: 0, count: space.dimension)
    query.withUnsafeMutableBufferPointer { query in
      for (item, weight) in zip(history.items, weights.plain) {
        kernels.addScaled(
          weight, textOfLikes.values.buffer.baseAddress! + Int(item) * space.dimension,
          query.baseAddress!, space.dimension)
      }
    }
    return query
  }

  /// Calls `body` with the vectors of the items in a range of `items`, or of all items, one row
  /// after another.
  private func withRows(
    _ items: [Int32]?, _ range: Range<Int>, _ body: (UnsafePointer<Float>) -> Void
  ) {
    guard let items else {
      return body(vectors.values.buffer.baseAddress! + range.lowerBound * space.dimension)
    }
    let gathered = vectors.gathered(items[range].map(Int.init)).values
    gathered.withUnsafeBufferPointer { body($0.baseAddress!) }
  }
}

extension Signal {
  /// Whether the signal compares texts, rather than being read off item-to-item weights.
  fileprivate var readsTexts: Bool {
    switch self {
    case .similarText, .textOfLikes, .likesOfSimilarText: true
    case .likedTogether, .likedTogetherLately, .neighbours, .transitions: false
    }
  }
}
