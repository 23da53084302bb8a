import CollaborativeFiltering
import Compute
import Embedding
internal import Foundation
import Search

/// Makes a catalogue and a log into an index, or an index into its next generation.
///
///     let summary = try await IndexBuilder(
///       folder: "shop.index", sources: InputSources(items: "items.csv", interactions: "log.csv")
///     ).build()
///
/// What the files hold is merged into the catalogue; texts that were encoded before are not
/// encoded again; the models are fitted; and the result is published at one stroke. Until then, and
/// if the build fails or is stopped, the old generation answers.
public struct IndexBuilder: Sendable {
  /// The index's folder; made where it is missing.
  public var folder: String
  /// What to read; nothing to build from the catalogue as it is.
  public var sources: InputSources
  /// What isn't said here is as in the last build.
  public var settings: IndexSettings
  /// The encoder's model folder; nil for ``ModelFolder``'s choice.
  public var model: String?
  /// How many threads to use; no result depends on it.
  public var threads: Int

  /// A builder of the index in `folder`.
  public init(
    folder: String, sources: InputSources = InputSources(),
    settings: IndexSettings = IndexSettings(), model: String? = nil,
    threads: Int = availableThreads
  ) {
    self.folder = folder
    self.sources = sources
    self.settings = settings
    self.model = model
    self.threads = threads
  }

  /// Builds and publishes the next generation. Cancelling the task stops it between two steps.
  ///
  /// - Parameter report: Told of the progress, from any thread.
  /// - Throws: ``EmbedRecError``: of kind `busy` where another process builds this index, `input`
  ///   for the first malformed row, `model` where the encoder can't be opened, `storage` where the
  ///   disk is full, `cancelled` where it was stopped.
  @concurrent
  public func build(
    report: @escaping @Sendable (IndexEvent) -> Void = { _ in }
  ) async throws(EmbedRecError) -> IndexSummary {
    let place = IndexFolder(path: folder)
    if sources.isEmpty, !place.exists {
      throw EmbedRecError(
        .notFound,
        "\(folder): there is no index here to build anew, and no files were given: name them with "
          + "--items and --interactions, or --dataset")
    }
    // A missing model is found out before hours are spent on reading.
    let modelPath = try ModelFolder.resolve(model)
    try place.create()
    let lock = try BuildLock(folder: place)
    defer { _ = lock }
    var run = BuildRun(
      place: place, sources: sources, given: settings, modelPath: modelPath, threads: threads,
      report: report)
    return try run.build()
  }
}

/// One run of an ``IndexBuilder``, step by step.
private struct BuildRun {
  let place: IndexFolder
  let sources: InputSources
  let given: IndexSettings
  let modelPath: String
  let threads: Int
  let report: @Sendable (IndexEvent) -> Void
  var seconds: [String: Double] = [:]

  mutating func build() throws(EmbedRecError) -> IndexSummary {
    let catalogue = try Catalogue(path: place.cataloguePath, creating: true)
    let settings = try stage(.reading) { run throws(EmbedRecError) in try run.read(catalogue) }
    let snapshot = try catalogue.read { try CatalogueSnapshot($0, settings: settings) }
    guard !snapshot.itemRows.isEmpty else {
      throw EmbedRecError(.input, "\(place.path): there are no items yet: name a file with --items")
    }
    let encoder = try ModelFolder.openEncoder(
      modelPath, precision: settings.precision ?? .float32,
      options: settings.encodingOptions(for: .document))
    let encodings = try Encodings(path: place.encodingsPath)
    let encoded = try stage(.encoding) { run throws(EmbedRecError) in
      try run.encode(snapshot, encodings, encoder)
    }
    let signals = try stage(.learning) { run throws(EmbedRecError) in
      try run.learn(snapshot, encoded)
    }
    let fusion = try stage(.fusing) { run throws(EmbedRecError) in
      try run.fuse(snapshot, encoded)
    }
    let summary = try stage(.publishing) { run throws(EmbedRecError) in
      try run.publish(snapshot, settings, signals, fusion, encoder, encoded)
    }
    try encodings.removeAll(
      but: snapshot.itemTexts + snapshot.profiles, fingerprint: encoder.fingerprint)
    var result = summary
    result.seconds = seconds
    result.bytesOnDisk = place.bytesOnDisk
    return result
  }

  /// Runs one stage and reports its begin, its end and its time.
  private mutating func stage<T>(
    _ stage: IndexStage, _ body: (inout BuildRun) throws(EmbedRecError) -> (T, detail: String)
  ) throws(EmbedRecError) -> T {
    guard !Task.isCancelled else { throw EmbedRecError(CancellationError()) }
    report(.began(stage))
    let start = ContinuousClock.now
    let (result, detail) = try body(&self)
    let time = Double((ContinuousClock.now - start) / .nanoseconds(1)) * 1e-9
    seconds[stage.rawValue] = time
    report(.finished(stage, seconds: time, detail: detail))
    return result
  }

  private func read(
    _ catalogue: Catalogue
  ) throws(EmbedRecError) -> (IndexSettings, detail: String) {
    let report = self.report
    let result = try catalogue.write(live: false) { writer in
      let stored = try writer.storedSettings() ?? IndexSettings()
      let settings = stored.overridden(by: given)
      try writer.store(settings)
      let summary = try sources.read(into: writer, settings: settings) {
        report(.progress(.reading, done: $0, total: nil, known: 0))
      }
      if sources.items == nil, settings.itemTextFields != stored.itemTextFields {
        try writer.rewriteItemTexts(settings.itemTemplate)
      }
      return (settings, summary)
    }
    for note in result.1.notes { report(.note(note)) }
    let counts = [
      ("items", result.1.items), ("users", result.1.users),
      ("interactions", result.1.interactions),
    ].compactMap { name, file in file.map { "\($0.accepted) \(name)" } }
    return (result.0, counts.isEmpty ? "nothing new" : counts.joined(separator: ", "))
  }

  /// The vectors of the items' texts.
  struct Encoded {
    /// `[items, dimension]`.
    var items: Matrix
    /// How many texts were new, profiles included.
    var count: Int
  }

  private func encode(
    _ snapshot: CatalogueSnapshot, _ encodings: Encodings, _ encoder: SentenceEncoder
  ) throws(EmbedRecError) -> (Encoded, detail: String) {
    let report = self.report
    let texts = snapshot.itemTexts + snapshot.profiles
    let result = try encodings.vectors(
      of: texts, fingerprint: encoder.fingerprint, dimension: encoder.dimension, threads: threads,
      encoder: { () throws(EmbedRecError) in encoder },
      progress: { done, known in
        report(.progress(.encoding, done: done, total: texts.count, known: known))
      })
    if let remark = result.read.remark(on: encoder) { report(.note(remark)) }
    let width = encoder.dimension
    let items = snapshot.itemTexts.count
    let values = result.vectors.values
    let encoded = Encoded(
      items: Matrix(rows: items, columns: width, values: Array(values[..<(items * width)])),
      count: result.encoded)
    return (
      encoded, "\(result.encoded) texts encoded, \(texts.count - result.encoded) known already"
    )
  }

  private func learn(
    _ snapshot: CatalogueSnapshot, _ encoded: Encoded
  ) throws(EmbedRecError) -> (SignalModel, detail: String) {
    let model = try SignalModel(
      fitting: snapshot.interactions, textVectors: encoded.items, threads: threads)
    return (
      model,
      "\(snapshot.interactions.count) interactions with \(snapshot.interactions.warmItems.count) items"
    )
  }

  private func fuse(
    _ snapshot: CatalogueSnapshot, _ encoded: Encoded
  ) throws(EmbedRecError) -> (FusionModel, detail: String) {
    let report = self.report
    let fitted = try FusionFit.model(
      snapshot.interactions, textVectors: encoded.items, threads: threads
    ) { done, total in report(.progress(.fusing, done: done, total: total, known: 0)) }
    return (
      fitted ?? .unfitted,
      fitted == nil
        ? "the log is too small to fit to, a plain sum is used" : "on simulated cold starts"
    )
  }

  private func publish(
    _ snapshot: CatalogueSnapshot, _ settings: IndexSettings, _ signals: SignalModel,
    _ fusion: FusionModel, _ encoder: SentenceEncoder, _ encoded: Encoded
  ) throws(EmbedRecError) -> (IndexSummary, detail: String) {
    let queries: SentenceEncoder
    do throws(EmbeddingError) {
      queries = try encoder.with(settings.encodingOptions(for: .query))
    } catch { throw EmbedRecError(error) }
    var writer = try GenerationWriter(folder: place)
    try writer.write(SignalModel.file) { try signals.write(to: $0) }
    try writer.write(FusionModel.file) { try fusion.write(to: $0) }
    try writer.write(ItemTable.file) {
      try ItemTable(rows: snapshot.itemRows, vectors: encoded.items, space: signals.space)
        .write(to: $0)
    }
    if signals.itemCount > SignalModel.Setting.exactLimit {
      let graph = HNSWIndex(building: signals.vectors, metric: .dotProduct, threads: threads)
      try writer.record(TextGraph.file) { try graph.save(to: $0) }
    }
    guard !Task.isCancelled else { throw EmbedRecError(CancellationError()) }
    let cold = snapshot.itemRows.count - snapshot.interactions.warmItems.count
    let name = try writer.publish(
      manifest: Manifest(
        madeBy: EmbedRecVersion.current, created: Date(), sequence: snapshot.sequence,
        encoder: EncoderIdentity(
          fingerprint: encoder.fingerprint, queryFingerprint: queries.fingerprint,
          dimension: encoder.dimension, modelFolder: absolute(modelPath)),
        items: snapshot.itemRows.count, users: snapshot.userRows.count,
        interactions: snapshot.interactionCount, coldItems: cold, settings: settings,
        files: writer.files))
    let summary = IndexSummary(
      generation: name, items: snapshot.itemRows.count, users: snapshot.userRows.count,
      interactions: snapshot.interactionCount, coldItems: cold, encodedTexts: encoded.count,
      seconds: [:], bytesOnDisk: 0)
    return (summary, "generation \(name)")
  }

  private func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }
}
