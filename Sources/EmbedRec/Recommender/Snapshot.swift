import Compute
import Search

/// One generation, opened for answering: immutable, shared by all queries.
struct Snapshot: Sendable {
  let generation: Generation
  let table: ItemTable
  let signals: SignalModel
  let fusion: FusionModel
  let evidence: Evidence
  /// The graph over the texts of a large catalogue; nil where all are compared.
  let graph: HNSWIndex?
  /// The items that most users have, ascending: candidates for everyone in a large catalogue.
  private let mostUsed: [Int32]

  /// - Throws: ``EmbedRecError`` where a file is missing, damaged or of another version.
  init(_ folder: IndexFolder) throws(EmbedRecError) {
    generation = try folder.openCurrentGeneration()
    let generation = self.generation
    let items = generation.manifest.items
    do {
      signals = try SignalModel(reading: generation.archive(SignalModel.file))
      guard signals.itemCount == items else {
        throw EmbedRecError(
          .damaged,
          "\(generation.path): the manifest counts \(items) items, \(SignalModel.file.name) holds "
            + "\(signals.itemCount): run `embedrec index`")
      }
      fusion = try FusionModel(reading: generation.archive(FusionModel.file))
      table = try ItemTable(reading: generation.archive(ItemTable.file), items: items)
      if generation.manifest.files.contains(where: { $0.name == TextGraph.file.name }) {
        graph = try HNSWIndex(
          opening: generation.path + "/" + TextGraph.file.name, vectors: signals.vectors)
      } else {
        graph = nil
      }
    } catch { throw EmbedRecError(error) }
    evidence = Evidence(signals)
    mostUsed = graph == nil ? [] : Self.mostUsed(signals)
  }

  var itemCount: Int { signals.itemCount }

  /// The items that a user may be after; nil for all.
  ///
  /// In a large catalogue: what the log's signals put first, what is nearest by text to each of
  /// the latest items, to the texts and to what the history goes for, and what is used most.
  func candidates(for history: History, logScores: SignalScores) -> [Int32]? {
    guard let graph else { return nil }
    var chosen: Set<Int32> = []
    for signal in [Signal.likedTogether, .likedTogetherLately, .neighbours, .transitions] {
      var best = TopK(Self.candidatesPerSignal)
      for (item, score) in logScores[signal].enumerated() where score > 0 {
        best.offer(item, score)
      }
      for one in best.sorted() { chosen.insert(Int32(one.id)) }
    }
    let weights = history.weights
    var queries = signals.voters(history, weights).map(\.0)
    if !history.items.isEmpty { queries.append(signals.textQuery(history, weights)) }
    for query in queries {
      for one in graph.search(query, k: Self.candidatesPerText) { chosen.insert(Int32(one.id)) }
    }
    chosen.formUnion(mostUsed)
    return chosen.sorted()
  }

  private static func mostUsed(_ signals: SignalModel) -> [Int32] {
    var best = TopK(candidatesPerSignal)
    for (item, count) in signals.counts.enumerated() { best.offer(item, Float(count)) }
    return best.sorted().map { Int32($0.id) }.sorted()
  }

  private static let candidatesPerSignal = 500
  private static let candidatesPerText = 200

  /// Fused scores of items, with what they were made of.
  struct Scores {
    /// The items that were scored: those of the generation, then those of the overlay.
    var items: [Int32]
    var signals: SignalScores
    var evidence: Evidence
    var values: [Float]
  }

  /// The fused scores of all candidates of a history, or of the given items.
  ///
  /// - Parameter given: Items of the generation by number, and of the overlay by number plus the
  ///   generation's count; nil to let the history choose.
  func scores(of history: History, overlay: Overlay, among given: [Int32]?) -> Scores {
    let logScores = signals.logScores(of: history)
    let liked = logScores[.likedTogether]
    let base =
      given.map { $0.filter { $0 < itemCount } } ?? candidates(for: history, logScores: logScores)
    var all = signals.addTextScores(to: logScores, of: history, items: base)
    var items = base ?? (0..<Int32(itemCount)).map { $0 }
    var evidence =
      base.map { Evidence(values: $0.flatMap { self.evidence[Int($0)] }) } ?? self.evidence

    let added =
      given.map { $0.filter { $0 >= itemCount }.map { Int($0) - itemCount } }
      ?? Array(0..<overlay.count)
    if !added.isEmpty {
      let scores = overlay.scores(of: history, liked: liked, signals)
      for signal in Signal.allCases { all[signal] += added.map { scores[signal][$0] } }
      items += added.map { Int32($0 + itemCount) }
      for place in added { evidence.values += overlay.evidence[place] }
    }
    let rows = fusion.standardized(
      all.columns, evidence: evidence.values, historyLength: history.length)
    var values = fusion.scores(ofStandardized: rows, count: items.count)
    for place in items.indices
    where Int(items[place]) < itemCount && signals.counts[Int(items[place])] == 0 {
      values[place] += fusion.unusedOffset
    }
    return Scores(items: items, signals: all, evidence: evidence, values: values)
  }
}
