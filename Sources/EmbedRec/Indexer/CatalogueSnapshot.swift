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
    let itemIndex = DenseIndex(itemRows)
    let userIndex = DenseIndex(userRows)

    var users: [Int32] = []
    var likedItems: [Int32] = []
    var total = 0
    try reader.forEachInteraction { interaction in
      total += 1
      guard settings.isPositive(interaction.value) else { return }
      users.append(userIndex[interaction.user]!)
      likedItems.append(itemIndex[interaction.item]!)
    }
    interactionCount = total
    interactions = try InteractionMatrix(
      users: users, items: likedItems, userCount: userRows.count, itemCount: itemRows.count)
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
