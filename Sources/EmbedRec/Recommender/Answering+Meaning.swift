import Compute
import Search

/// Queries for what means or is like something, whoever asks.
extension Answering {
  /// Items by the cosine of their text with `text`.
  func search(
    _ query: Query, _ text: String, _ candidates: [Int32]?
  ) throws -> [Recommendation] {
    guard text.contains(where: { !$0.isWhitespace }) else {
      throw EmbedRecError(.usage, "the text to search for is empty")
    }
    let raw = try vector(text)
    let mean = snapshot.signals.space.mean
    let offset = zip(raw, mean).reduce(Float(0)) { $0 + $1.0 * $1.1 }
    let wanted = candidates ?? nearest(to: snapshot.signals.space.centred(raw), count: query.count)
    // vector · raw = length · (centred · raw) + mean · raw.
    let cosines = dotProducts(with: raw, of: wanted)
    var best = TopK(query.count)
    for (item, dot) in zip(wanted, cosines) {
      best.offer(Int(item), length(of: item) * dot + offset)
    }
    return try best.sorted().map { scored in
      var found = try recommendation(Int32(scored.id), scored.score)
      if query.explains {
        found.explanation = Explanation(
          parts: [Explanation.Part(signal: "same meaning", contribution: scored.score)],
          because: [], words: try CommonWords.of(text, reader.text(row: row(of: Int32(scored.id)))),
          interactions: interactions(with: Int32(scored.id)))
      }
      return found
    }
  }

  /// Items by how like one they are: the cosine of their texts, and the shrunk cosine of those who
  /// used them. The less an item was used, the more the latter is what the items with the nearest
  /// texts suggest, so that a new item stands where it will stand once it is known.
  func similar(
    _ query: Query, to item: Int32, _ candidates: [Int32]?
  ) throws -> [Recommendation] {
    let text = centredVector(of: item)
    var wanted = candidates ?? nearest(to: text, count: query.count)
    var usedTogether = [Float](repeating: 0, count: snapshot.itemCount)
    if Int(item) < snapshot.itemCount {
      let matrix = snapshot.signals.neighbours
      matrix.add(row: Int(item), to: &usedTogether)
      // All who use it use it: what has the same text is expected to be used by them, too.
      let used = Float(snapshot.signals.counts[Int(item)])
      usedTogether[Int(item)] = used / (used + SignalModel.Setting.shrinkage)
      if candidates == nil, snapshot.graph != nil {
        let others = matrix.entries(of: Int(item)).map { matrix.columnIndices[$0] }
        wanted = Array(Set(wanted).union(others)).sorted()
      }
    }
    let log = wanted.map { coUse(of: $0, usedTogether) }
    var best = TopK(query.count)
    for (place, cosine) in dotProducts(with: text, of: wanted).enumerated()
    where query.includesSeen || wanted[place] != item {
      best.offer(Int(wanted[place]), cosine + log[place])
    }
    return try best.sorted().map { scored in
      let other = Int32(scored.id)
      var found = try recommendation(other, scored.score)
      if query.explains {
        let log = coUse(of: other, usedTogether)
        found.explanation = Explanation(
          parts: [
            Explanation.Part(signal: "similar text", contribution: scored.score - log),
            Explanation.Part(signal: "used by the same people", contribution: log),
          ].filter { $0.contribution != 0 }.sorted { $0.contribution > $1.contribution },
          because: [],
          words: try CommonWords.of(
            reader.text(row: row(of: item)), reader.text(row: row(of: other))),
          interactions: interactions(with: other))
      }
      return found
    }
  }

  /// How much an item is used by those who use another, `usedTogether` being what the log says.
  private func coUse(of item: Int32, _ usedTogether: [Float]) -> Float {
    let place = Int(item)
    guard place < snapshot.itemCount else {
      return overlay.similarTexts[place - snapshot.itemCount].reduce(0) {
        $0 + $1.value * usedTogether[Int($1.column)]
      }
    }
    let similar = snapshot.signals.similarTexts
    let suggested = similar.entries(of: place).reduce(Float(0)) {
      $0 + similar.values[$1] * usedTogether[Int(similar.columnIndices[$1])]
    }
    let doubt = SignalModel.Setting.shrinkage
    let used = Float(snapshot.signals.counts[place])
    return usedTogether[place] + doubt / (used + doubt) * suggested
  }

  func interactions(with item: Int32) -> Int {
    Int(item) < snapshot.itemCount ? Int(snapshot.signals.counts[Int(item)]) : 0
  }

  /// All items, or of a large catalogue those nearest to a centred vector, and the overlay's.
  private func nearest(to centred: [Float], count: Int) -> [Int32] {
    let added = (0..<overlay.count).map { Int32($0 + snapshot.itemCount) }
    guard let graph = snapshot.graph else {
      return (0..<Int32(snapshot.itemCount)).map { $0 } + added
    }
    // More than asked for: the order by plain cosine differs a little.
    return graph.search(centred, k: 4 * count + 100).map { Int32($0.id) }.sorted() + added
  }

  private func length(of item: Int32) -> Float {
    let place = Int(item)
    return place < snapshot.itemCount
      ? snapshot.table.lengths[place] : overlay.lengths[place - snapshot.itemCount]
  }

  func dotProducts(with query: [Float], of items: [Int32]) -> [Float] {
    let ofAdded = overlay.cosines(to: query)
    let kernels = Kernels.current
    let width = query.count
    let base = snapshot.signals.vectors.values.buffer
    return items.map { item in
      let place = Int(item)
      return place < snapshot.itemCount
        ? kernels.dot(base.baseAddress! + place * width, query, width)
        : ofAdded[place - snapshot.itemCount]
    }
  }
}
