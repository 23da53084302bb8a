internal import EmbedRec
internal import Foundation

/// The input's items and users with a number each, and interactions that name them by it.
///
/// Items are numbered in the order of their file, whatever the log says of them: so a ranking that
/// breaks ties by number tells nothing of the test part. Users are numbered as they first appear.
struct NumberedLog {
  private(set) var itemIDs: [String] = []
  private(set) var userIDs: [String] = []
  /// What the reader of a report should know of the files, a sentence each.
  private(set) var notes: [String] = []

  private let sources: InputSources
  private let settings: IndexSettings
  private var itemNumbers: [String: Int32] = [:]
  private var userNumbers: [String: Int32] = [:]

  /// Reads the items' ids.
  ///
  /// - Throws: ``EvaluationError`` where no file of items is named; what reading it throws.
  init(_ sources: InputSources, settings: IndexSettings) throws {
    self.sources = sources
    self.settings = settings
    guard let path = sources.items else {
      throw EvaluationError(
        "no items are given: name a file with --items, or a folder with --dataset")
    }
    let file = ItemFile(
      path: path, mapping: sources.mapping, policy: sources.policy,
      template: TextTemplate(fields: settings.itemTextFields))
    // What is odd about this file is told when it is indexed.
    _ = try file.readRecords { item, _ in
      itemNumbers[item.id] = Int32(itemIDs.count)
      itemIDs.append(item.id)
    }
  }

  /// The interactions of a file that recommenders learn from or should foresee: those with items of
  /// the catalogue and of at least the minimum value. The others are left out and told in a note.
  ///
  /// - Throws: What reading the file throws; ``EvaluationError`` where nothing is left of it.
  mutating func rows(of path: String) throws -> [Split.Row] {
    let file = InteractionFile(path: path, mapping: sources.mapping, policy: sources.policy)
    var rows: [Split.Row] = []
    var unknown = 0
    var belowMinimum = 0
    let summary = try file.readRecords { interaction, line in
      if line % 4096 == 0 { try Task.checkCancellation() }
      guard let item = itemNumbers[interaction.item] else {
        unknown += 1
        return
      }
      guard settings.isPositive(interaction.value) else {
        belowMinimum += 1
        return
      }
      rows.append(
        Split.Row(
          user: number(ofUser: interaction.user), item: item, time: interaction.time,
          value: interaction.value))
    }
    notes += summary.warnings.map { "\(path): \($0)" }
    for (count, reason) in [
      (summary.skipped, "are malformed"), (unknown, "name items that are not in the catalogue"),
      (belowMinimum, "are below the minimum value"),
    ] where count > 0 {
      notes.append("\(path): \(count) of \(summary.rows) interactions \(reason) and were left out")
    }
    guard !rows.isEmpty else {
      throw EvaluationError(
        "\(path): none of its \(summary.rows) interactions can be used: \(unknown) name items that "
          + "are not in the catalogue, \(belowMinimum) are below the minimum value. If the ids "
          + "stand in other columns, name them with --item-column and --user-column")
    }
    return rows
  }

  /// - Precondition: It is an id of the items' file.
  func number(ofItem id: String) -> Int32 { itemNumbers[id]! }

  private mutating func number(ofUser id: String) -> Int32 {
    if let known = userNumbers[id] { return known }
    let number = Int32(userIDs.count)
    userNumbers[id] = number
    userIDs.append(id)
    return number
  }
}
