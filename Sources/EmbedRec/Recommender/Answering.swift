import Compute
internal import Foundation
import Search

/// One query on its way: on one state of the catalogue, one generation and one overlay.
///
/// Items are numbered as in the generation, those of the overlay after them.
struct Answering {
  let reader: CatalogueReader
  let snapshot: Snapshot
  let overlay: Overlay
  let settings: IndexSettings
  let vector: (String) throws -> [Float]

  func answer(_ query: Query, unknownUsers: Recommender.UnknownUsers) throws -> [Recommendation] {
    let candidates = try query.candidates.map { ids in
      try ids.compactMap { try reader.item($0).flatMap { number(row: $0.row) } }
    }.map { Array(Set($0)).sorted() }
    switch query.subject {
    case .user(let id):
      guard let user = try reader.user(id) else {
        guard unknownUsers == .areNew else {
          throw EmbedRecError(
            .notFound,
            "there is no user \(id.debugDescription) in this index. Recommend to someone new with "
              + "a profile or a history instead")
        }
        return try answer(query, Person(), candidates)
      }
      var person = Person()
      for interaction in try reader.interactions(of: user.row) {
        guard let item = number(row: interaction.item) else { continue }
        person.seen.insert(item)
        if settings.isPositive(interaction.value) { person.liked.append(item) }
      }
      // What someone did says more than a profile: it stands in where there is nothing else.
      if person.liked.isEmpty { person.profile = user.text }
      return try answer(query, person, candidates)
    case .visitor(let history, let profile):
      var person = Person(profile: profile ?? "", isStated: true)
      for id in history {
        let item = try requireItem(id)
        // Of an item named twice the latest mention counts.
        person.liked.removeAll { $0 == item }
        person.liked.append(item)
        person.seen.insert(item)
      }
      return try answer(query, person, candidates)
    case .text(let text):
      return try search(query, text, candidates)
    case .item(let id):
      return try similar(query, to: requireItem(id), candidates)
    }
  }

  /// What is known of whom the query is for.
  private struct Person {
    var liked: [Int32] = []
    var seen: Set<Int32> = []
    var profile = ""
    /// Whether the profile is what the person says of themselves now, rather than what a catalogue
    /// has on file.
    var isStated = false
  }

  private func number(row: RowID) -> Int32? {
    if let item = snapshot.table.item(row: row) { return item }
    return overlay.rows.firstIndex(of: row).map { Int32($0 + snapshot.itemCount) }
  }

  private func row(of item: Int32) -> RowID {
    let place = Int(item)
    return place < snapshot.itemCount
      ? snapshot.table.rows[place] : overlay.rows[place - snapshot.itemCount]
  }

  private func requireItem(_ id: String) throws -> Int32 {
    guard let item = try reader.item(id), let number = number(row: item.row) else {
      throw EmbedRecError(.notFound, "there is no item \(id.debugDescription) in this index")
    }
    return number
  }

  private func centredVector(of item: Int32) -> [Float] {
    let place = Int(item)
    return place < snapshot.itemCount
      ? snapshot.signals.vectors.row(place)
      : Array(overlay.vectors.row(place - snapshot.itemCount))
  }

  // MARK: To a person

  private func answer(
    _ query: Query, _ person: Person, _ candidates: [Int32]?
  ) throws -> [Recommendation] {
    var history = History(items: person.liked.filter { $0 < snapshot.itemCount })
    // An item that was added since speaks by its text.
    history.texts = person.liked.filter { $0 >= snapshot.itemCount }.map(centredVector)
    var taste: StatedTaste?
    if person.profile.contains(where: { !$0.isWhitespace }) {
      let text = snapshot.signals.space.centred(try vector(person.profile))
      if person.isStated {
        taste = StatedTaste(text, snapshot.signals, historyLength: history.length)
      }
      history.texts.append(text)
    }
    var scores = snapshot.scores(of: history, overlay: overlay, among: candidates)
    if let taste {
      let cosines = dotProducts(with: taste.vector, of: scores.items)
      for place in cosines.indices { scores.values[place] += taste.score(ofCosine: cosines[place]) }
    }
    var best = TopK(query.count)
    for (place, item) in scores.items.enumerated()
    where query.includesSeen || !person.seen.contains(item) {
      best.offer(Int(item), scores.values[place])
    }
    let places =
      query.explains
      ? Dictionary(uniqueKeysWithValues: scores.items.enumerated().map { ($1, $0) }) : [:]
    return try best.sorted().map { scored in
      let item = Int32(scored.id)
      var recommendation = try recommendation(item, scored.score)
      if query.explains {
        recommendation.explanation = try explain(
          item, scores, at: places[item]!, history, profile: person.profile)
      }
      return recommendation
    }
  }

  private func recommendation(_ item: Int32, _ score: Float) throws -> Recommendation {
    guard let found = try reader.item(row: row(of: item)) else {
      throw EmbedRecError(
        .damaged, "an item of the index is not in its catalogue: run `embedrec index`")
    }
    return Recommendation(
      item: found.id, score: score, title: TextTemplate.title(of: found.fields), explanation: nil)
  }

  private func explain(
    _ item: Int32, _ scores: Snapshot.Scores, at place: Int, _ history: History,
    profile: String
  ) throws -> Explanation {
    let attribution = Attribution(
      snapshot, overlay, item: item, score: scores.values[place],
      signals: scores.signals.columns.map { $0[place] },
      evidence: Array(
        scores.evidence[place * Evidence.width..<(place + 1) * Evidence.width]),
      history: history)
    let sources = try attribution.shares.prefix(3).map { source, share in
      let found = try reader.item(row: row(of: source))
      return Explanation.Source(
        item: found?.id ?? "", title: found.flatMap { TextTemplate.title(of: $0.fields) },
        share: share)
    }
    return Explanation(
      parts: attribution.parts, because: sources,
      words: try CommonWords.of(profile, reader.text(row: row(of: item))),
      interactions: Int(item) < snapshot.itemCount ? Int(snapshot.signals.counts[Int(item)]) : 0)
  }

  // MARK: By meaning

  /// Items by the cosine of their text with `text`.
  private func search(
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
  private func similar(
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

  private func interactions(with item: Int32) -> Int {
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

  private func dotProducts(with query: [Float], of items: [Int32]) -> [Float] {
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
