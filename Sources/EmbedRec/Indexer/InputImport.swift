internal import Foundation

/// What was found in the files of an ``InputSources``.
public struct ImportSummary: Sendable {
  /// What was found in the file of items.
  public internal(set) var items: InputSummary?
  /// What was found in the file of users.
  public internal(set) var users: InputSummary?
  /// What was found in the log.
  public internal(set) var interactions: InputSummary?
  /// Interactions with items that aren't in the catalogue: left out, and no fault of the log's, as
  /// shops drop items.
  public internal(set) var unknownItems = 0
  /// The first of them: the item's id and the line.
  public internal(set) var firstUnknownItem: (id: String, line: Int)?

  /// Everything worth telling the user, a sentence each.
  public var notes: [String] {
    var notes: [String] = []
    for summary in [items, users, interactions].compactMap({ $0 }) {
      notes += summary.warnings.map { "\(summary.path): \($0)" }
      notes += summary.problems.map { "skipped \($0)" }
      let unlisted = summary.skipped - summary.problems.count
      if unlisted > 0 { notes.append("\(summary.path): \(unlisted) more rows were skipped") }
    }
    if let first = firstUnknownItem, let path = interactions?.path {
      notes.append(
        "\(path): \(unknownItems) of \(interactions?.accepted ?? 0) interactions name items that "
          + "are not in the catalogue and were left out, the first \(first.id.debugDescription) on "
          + "line \(first.line)")
    }
    return notes
  }
}

/// Where the records of the files go: the catalogue, or nowhere in a dry run.
protocol RecordSink {
  func put(_ item: ItemRecord, text: String) throws
  func put(_ user: UserRecord, text: String) throws
  /// - Returns: Whether the item is known.
  func put(_ interaction: InteractionRecord) throws -> Bool
}

extension CatalogueWriter: RecordSink {}

extension InputSources {
  /// Reads the files one after another into `sink`: items, users, interactions.
  ///
  /// - Parameter progress: Told how many records were read, now and then.
  /// - Throws: ``InputError``, ``EmbedRecError`` where no interaction names a known item, and what
  ///   the sink throws.
  func read(
    into sink: some RecordSink, settings: IndexSettings, progress: (Int) -> Void = { _ in }
  ) throws -> ImportSummary {
    var summary = ImportSummary()
    var count = 0
    func counted() throws {
      count += 1
      guard count % 4096 == 0 else { return }
      progress(count)
      try Task.checkCancellation()
    }
    if let items {
      let template = settings.itemTemplate
      let file = ItemFile(path: items, mapping: mapping, policy: policy, template: template)
      summary.items = try file.readRecords { item, _ in
        try sink.put(item, text: template.text(of: item))
        try counted()
      }
    }
    if let users {
      let template = settings.userTemplate
      let file = UserFile(path: users, mapping: mapping, policy: policy, template: template)
      summary.users = try file.readRecords { user, _ in
        try sink.put(user, text: template.text(of: user))
        try counted()
      }
    }
    if let interactions {
      let file = InteractionFile(path: interactions, mapping: mapping, policy: policy)
      summary.interactions = try file.readRecords { interaction, line in
        if try !sink.put(interaction) {
          summary.unknownItems += 1
          if summary.firstUnknownItem == nil {
            summary.firstUnknownItem = (interaction.item, line)
          }
        }
        try counted()
      }
      let accepted = summary.interactions?.accepted ?? 0
      if accepted > 0, summary.unknownItems == accepted, let first = summary.firstUnknownItem {
        throw EmbedRecError(
          .input,
          "\(interactions):\(first.line): no interaction names an item of the catalogue; the first "
            + "one names \(first.id.debugDescription). If the item ids stand in another column, "
            + "name it with --item-column")
      }
    }
    return summary
  }
}

/// A dry run: reads the files as ``IndexBuilder`` would and stores nothing.
public enum InputValidation {
  /// - Throws: ``EmbedRecError`` at the first problem under ``ErrorPolicy/stop``.
  public static func validate(
    _ sources: InputSources, settings: IndexSettings = IndexSettings()
  ) throws(EmbedRecError) -> ImportSummary {
    try EmbedRecError.wrapping {
      try sources.read(into: DryRun(knowsItems: sources.items != nil), settings: settings)
    }
  }

  /// Remembers the items' ids and nothing else.
  private final class DryRun: RecordSink {
    private let knowsItems: Bool
    private var items: Set<String> = []

    init(knowsItems: Bool) { self.knowsItems = knowsItems }

    func put(_ item: ItemRecord, text: String) { items.insert(item.id) }
    func put(_ user: UserRecord, text: String) {}
    func put(_ interaction: InteractionRecord) -> Bool {
      !knowsItems || items.contains(interaction.item)
    }
  }
}
