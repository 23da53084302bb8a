import Compute
internal import Foundation

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

  func number(row: RowID) -> Int32? {
    if let item = snapshot.table.item(row: row) { return item }
    return overlay.rows.firstIndex(of: row).map { Int32($0 + snapshot.itemCount) }
  }

  func row(of item: Int32) -> RowID {
    let place = Int(item)
    return place < snapshot.itemCount
      ? snapshot.table.rows[place] : overlay.rows[place - snapshot.itemCount]
  }

  func requireItem(_ id: String) throws -> Int32 {
    guard let item = try reader.item(id), let number = number(row: item.row) else {
      throw EmbedRecError(.notFound, "there is no item \(id.debugDescription) in this index")
    }
    return number
  }

  func centredVector(of item: Int32) -> [Float] {
    let place = Int(item)
    return place < snapshot.itemCount
      ? snapshot.signals.vectors.row(place)
      : Array(overlay.vectors.row(place - snapshot.itemCount))
  }

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

  func recommendation(_ item: Int32, _ score: Float) throws -> Recommendation {
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
      evidence: Array(scores.evidence[place]),
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
      interactions: interactions(with: item))
  }
}
