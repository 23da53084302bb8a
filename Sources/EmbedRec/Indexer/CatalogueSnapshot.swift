import CollaborativeFiltering

/// One state of the catalogue with items and users numbered from 0: what a generation is built of.
struct CatalogueSnapshot {
  /// The last change in it.
  let sequence: Int64
  /// `[items]`: ascending.
  let itemRows: [RowID]
  /// `[items]`: the text that stands for each.
  let itemTexts: [String]
  /// The profiles that users have, each once.
  let profiles: [String]
  /// `[users]`: ascending.
  let userRows: [RowID]
  /// What users liked.
  let interactions: InteractionMatrix
  /// All interactions, also those that are no likes.
  let interactionCount: Int

  init(_ reader: CatalogueReader, settings: IndexSettings) throws {
    sequence = try reader.lastSequence()
    let items = try reader.items()
    itemRows = items.map(\.row)
    itemTexts = items.map(\.text)
    profiles = try reader.profiles()
    userRows = try reader.userRows()
    // Rows count up from 1, and interactions name them: in a database that isn't damaged.
    for rows in [itemRows, userRows] {
      guard (rows.first ?? 1) >= 1, (rows.last ?? 1) < 1 << 31,
        zip(rows, rows.dropFirst()).allSatisfy({ $0 < $1 })
      else { throw Self.damaged }
    }
    let itemIndex = DenseIndex(itemRows)
    let userIndex = DenseIndex(userRows)

    var users: [Int32] = []
    var likedItems: [Int32] = []
    var total = 0
    try reader.forEachInteraction { interaction in
      total += 1
      guard settings.isPositive(interaction.value) else { return }
      guard let user = userIndex[interaction.user], let item = itemIndex[interaction.item] else {
        throw Self.damaged
      }
      users.append(user)
      likedItems.append(item)
    }
    interactionCount = total
    interactions = try InteractionMatrix(
      users: users, items: likedItems, userCount: userRows.count, itemCount: itemRows.count)
  }

  private static var damaged: EmbedRecError {
    EmbedRecError(
      .damaged,
      "catalogue.sqlite is damaged, it names rows that it can't have: restore it from a backup, or "
        + "index into a new folder")
  }
}

/// The place of each row id in an ascending list.
struct DenseIndex: Sendable {
  private let places: [Int32]

  /// - Precondition: The rows ascend and are not negative.
  init(_ rows: [RowID]) {
    var places = [Int32](repeating: -1, count: Int(rows.last ?? -1) + 1)
    for (place, row) in rows.enumerated() { places[Int(row)] = Int32(place) }
    self.places = places
  }

  /// nil where the row isn't in the list.
  subscript(row: RowID) -> Int32? {
    guard row >= 0, row < places.count, places[Int(row)] >= 0 else { return nil }
    return places[Int(row)]
  }
}
