import Compute

/// What a person's score of one item is made of, and which items of the history brought it.
struct Attribution {
  /// Largest first; they add up to the score.
  let parts: [Explanation.Part]
  /// Items of the history with their share in what speaks for the item, largest first.
  let shares: [(item: Int32, share: Float)]

  /// - Parameters:
  ///   - score: What the item was ranked by: what it is more than the fusion's score is what the
  ///     person said.
  ///   - signals: `[signals]`: what each says about the item.
  ///   - evidence: `[evidence]` of the item.
  init(
    _ snapshot: Snapshot, _ overlay: Overlay, item: Int32, score: Float, signals: [Float],
    evidence: [Float],
    history: History
  ) {
    let fusion = snapshot.fusion
    let signalCount = signals.count
    let row = fusion.standardized(
      signals.map { [$0] }, evidence: evidence, historyLength: history.length)
    // From an item that nothing speaks for and of which as much is known as of an average one.
    var baseline = fusion.standardized(
      signals.map { _ in [0] }, evidence: evidence, historyLength: history.length)
    let evidenceColumns =
      FusionFeatures.evidenceColumn..<FusionFeatures.evidenceColumn + Evidence.width
    for column in evidenceColumns { baseline[column] = 0 }
    var attributions = fusion.attributions(of: row, from: baseline)
    attributions[Signal.similarText.rawValue] += attributions[FusionFeatures.votesColumn]

    var parts = Signal.allCases.map {
      Explanation.Part(signal: $0.name, contribution: attributions[$0.rawValue])
    }
    let popularity = attributions[evidenceColumns].reduce(0, +)
    parts.append(
      Explanation.Part(signal: "how much it and its like are used", contribution: popularity))
    var fused = fusion.scores(ofStandardized: row, count: 1)[0]
    let isUnused = Int(item) < snapshot.itemCount && snapshot.signals.counts[Int(item)] == 0
    if isUnused {
      fused += fusion.unusedOffset
      if fusion.unusedOffset != 0 {
        parts.append(
          Explanation.Part(signal: "not used so far", contribution: fusion.unusedOffset))
      }
    }
    if abs(score - fused) > 1e-4 {
      parts.append(Explanation.Part(signal: "what was said", contribution: score - fused))
    }
    // The integral is taken in steps: what they miss goes to the base.
    let base = score - parts.reduce(0) { $0 + $1.contribution }
    parts.append(Explanation.Part(signal: "base", contribution: base))
    self.parts = parts.filter { $0.contribution != 0 }.sorted {
      ($1.contribution, $0.signal) < ($0.contribution, $1.signal)
    }

    let votes = Self.votes(snapshot, overlay, for: item, history)
    var total = [Float](repeating: 0, count: history.items.count)
    for signal in 0..<signalCount where attributions[signal] > 0 {
      let positive = votes[signal].map { max($0, 0) }
      let sum = positive.reduce(0, +)
      guard sum > 0 else { continue }
      for place in total.indices { total[place] += attributions[signal] * positive[place] / sum }
    }
    let sum = total.reduce(0, +)
    shares =
      sum > 0
      ? zip(history.items, total).map { (item: $0, share: $1 / sum) }.filter { $0.share > 0.005 }
        .sorted { ($1.share, $0.item) < ($0.share, $1.item) } : []
  }

  /// `[signals][history]`: what each item of the history adds to each signal's score of the item.
  private static func votes(
    _ snapshot: Snapshot, _ overlay: Overlay, for item: Int32, _ history: History
  ) -> [[Float]] {
    let model = snapshot.signals
    let weights = history.weights
    let target = Int(item)
    let isAdded = target >= snapshot.itemCount
    let vector =
      isAdded
      ? Array(overlay.vectors.row(target - snapshot.itemCount)) : model.vectors.row(target)
    func weight(_ matrix: SparseMatrix, _ source: Int32) -> Float {
      isAdded ? 0 : matrix[Int(source), target]
    }
    func dot(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let similar: [(Int, Float)] =
      isAdded
      ? overlay.similarTexts[target - snapshot.itemCount].map { (Int($0.column), $0.value) }
      : model.similarTexts.entries(of: target).map {
        (Int(model.similarTexts.columnIndices[$0]), model.similarTexts.values[$0])
      }
    return Signal.allCases.map { signal in
      history.items.enumerated().map { place, source in
        switch signal {
        case .likedTogether: weight(model.likedTogether, source)
        case .likedTogetherLately: weight(model.likedTogether, source) * weights.fading[place]
        case .neighbours: weight(model.neighbours, source) * weights.fading[place]
        case .transitions: weight(model.transitions, source) * weights.fading[place]
        case .similarText:
          source == item
            ? 0
            : weights.voting[place]
              * SignalModel.eighthPower(max(0, dot(model.vectors.row(Int(source)), vector)))
        case .textOfLikes: dot(model.textOfLikes.row(Int(source)), vector)
        case .likesOfSimilarText:
          similar.reduce(0) { $0 + $1.1 * model.likedTogether[Int(source), $1.0] }
        }
      }
    }
  }
}
