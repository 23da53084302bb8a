internal import EmbedRec
internal import Foundation

/// An index of the training part alone, in a folder of its own that is removed afterwards.
///
/// The folder is always a new one: an index merges what it is given into what it has, and what an
/// earlier run trained on might be what this one tests.
struct TrainingIndex {
  private let folder: URL

  /// Makes the folder.
  ///
  /// - Parameter work: Where encodings are kept for the next run; nil to keep nothing.
  /// - Throws: ``EmbedRec/EmbedRecError`` of kind `storage` where a folder can't be made.
  init(work: String?) throws(EmbedRecError) {
    let files = FileManager.default
    let parent =
      work.map { URL(fileURLWithPath: $0, isDirectory: true) } ?? files.temporaryDirectory
    folder = parent.appendingPathComponent("embedrec-evaluate-\(UUID().uuidString)")
    do {
      try files.createDirectory(at: folder, withIntermediateDirectories: true)
      if work != nil {
        // The vectors lie beside the folder and so outlive it. They depend on texts and encoder
        // alone, never on the log.
        try files.createSymbolicLink(
          atPath: folder.appendingPathComponent("encodings.sqlite").path,
          withDestinationPath: parent.standardizedFileURL
            .appendingPathComponent("encodings.sqlite").path)
      }
    } catch {
      throw EmbedRecError(
        .storage,
        "\(folder.path): cannot make this folder to work in: \(error.systemReason)")
    }
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// Indexes the items and users of `sources` with the interactions `train`.
  func build(
    _ train: [Split.Row], of log: NumberedLog, _ sources: InputSources, _ settings: IndexSettings,
    model: String?, threads: Int, report: @escaping @Sendable (IndexEvent) -> Void
  ) async throws -> Recommender {
    let file = folder.appendingPathComponent("train.csv")
    try write(train, of: log, columns: sources.mapping, to: file)
    var training = sources
    training.interactions = file.path
    let builder = IndexBuilder(
      folder: folder.path, sources: training, settings: settings, model: model, threads: threads)
    _ = try await builder.build(report: report)
    return try await Recommender.open(folder.path, model: model)
  }

  private func write(
    _ rows: [Split.Row], of log: NumberedLog, columns: ColumnMapping, to file: URL
  ) throws(EmbedRecError) {
    var text = CSV.line([
      columns.userID ?? "user", columns.itemID ?? "item", columns.value ?? "value",
      columns.timestamp ?? "timestamp",
    ])
    for row in rows {
      text += CSV.line([
        log.userIDs[Int(row.user)], log.itemIDs[Int(row.item)],
        row.value.map { "\($0)" } ?? "", row.time.map { "\($0)" } ?? "",
      ])
    }
    do {
      try Data(text.utf8).write(to: file)
    } catch {
      throw EmbedRecError(
        .storage,
        "\(file.path): cannot write the training part: \(error.systemReason)")
    }
  }
}
