internal import Foundation
internal import GRDB

/// Writes to the catalogue within one transaction.
final class CatalogueWriter {
  private let database: Database
  /// The number of this transaction's changes.
  let sequence: Int64
  /// How many interactions came before in this transaction: the order of a log without times.
  private var position: Int64 = 0
  private var items: [String: RowID] = [:]
  private var users: [String: RowID] = [:]

  /// Whether new items may be recommended before the next build: those of an addition, which come
  /// with their vectors, and not those of a build that may be stopped half-way.
  private let live: Bool
  /// The last change that is in the published generation.
  private let published: Int64

  init(_ database: Database, live: Bool, published: Int64) throws {
    self.database = database
    self.live = live
    self.published = published
    sequence = try CatalogueReader(database).lastSequence() + 1
    try setSetting("sequence", to: String(sequence))
  }

  /// Stores an item, or replaces its fields and text. An unchanged one keeps its sequence number.
  func put(_ item: ItemRecord, text: String) throws {
    try put("item", item.id, StoredFields.encode(item.fields), text)
  }

  /// Stores a user, or replaces its fields and text.
  func put(_ user: UserRecord, text: String) throws {
    try put("user", user.id, StoredFields.encode(user.fields), text)
  }

  private func put(_ table: String, _ id: String, _ fields: String, _ text: String) throws {
    // What a stopped build left becomes live with the addition that names it.
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO \(table) (id, fields, text, sequence, live) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET
          fields = excluded.fields, text = excluded.text, sequence = excluded.sequence,
          live = max(live, excluded.live)
        WHERE fields <> excluded.fields OR text <> excluded.text
          OR (excluded.live > live AND sequence > ?)
        """)
    try statement.execute(arguments: [id, fields, text, sequence, live, published])
  }

  /// Stores an interaction; an older one of the same user and item gives way to it. A user who is
  /// new is stored too, without a profile.
  ///
  /// - Returns: Whether the item is in the catalogue. If not, nothing is stored.
  func put(_ interaction: InteractionRecord) throws -> Bool {
    guard let item = try row(of: interaction.item, in: "item", known: &items) else { return false }
    let user: RowID
    if let known = try row(of: interaction.user, in: "user", known: &users) {
      user = known
    } else {
      try put("user", interaction.user, "{}", "")
      user = database.lastInsertedRowID
      users[interaction.user] = user
    }
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO interaction (user, item, value, time, sequence, position)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (user, item) DO UPDATE SET
          value = excluded.value, time = excluded.time, sequence = excluded.sequence,
          position = excluded.position
        WHERE excluded.time IS NULL OR time IS NULL OR excluded.time > time
          OR (excluded.time = time AND excluded.value IS NOT value)
        """)
    try statement.execute(
      arguments: [user, item, interaction.value, interaction.time, sequence, position])
    position += 1
    return true
  }

  private func row(
    of id: String, in table: String, known: inout [String: RowID]
  ) throws -> RowID? {
    if let row = known[id] { return row }
    let row = try RowID.fetchOne(
      database.cachedStatement(sql: "SELECT row FROM \(table) WHERE id = ?"), arguments: [id])
    if let row { known[id] = row }
    return row
  }

  func setSetting(_ name: String, to value: String) throws {
    try database.execute(
      sql: "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", arguments: [name, value])
  }

  func itemCount() throws -> Int { try CatalogueReader(database).itemCount() }

  /// The items that this transaction stored or changed.
  func changedItems() throws -> [CatalogueReader.Entry] {
    try CatalogueReader(database).items(after: sequence - 1)
  }

  /// The profiles of users that this transaction stored or changed.
  func changedProfiles() throws -> [String] {
    try String.fetchAll(
      database, sql: "SELECT text FROM user WHERE sequence >= ? AND text <> ''",
      arguments: [sequence])
  }

  func storedSettings() throws -> IndexSettings? { try CatalogueReader(database).settings() }

  func store(_ settings: IndexSettings) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    try setSetting(
      "settings", to: String(decoding: try encoder.encode(settings), as: UTF8.self))
  }

  /// Makes every item's text anew of its stored fields.
  ///
  /// - Throws: ``EmbedRecError`` where a field of the template is in no item.
  func rewriteItemTexts(_ template: TextTemplate) throws {
    var texts: [(row: RowID, text: String)] = []
    var names: Set<String> = []
    try CatalogueReader(database).forEachItem { row, fields in
      let record = ItemRecord(
        id: "",
        fields: fields.sorted { $0.key < $1.key }.map { Field(name: $0.key, value: $0.value) })
      names.formUnion(fields.keys)
      texts.append((row, template.text(of: record)))
    }
    if let unknown = template.unknownFields(among: Array(names)).first {
      throw EmbedRecError(
        .input,
        "no item has a field \(unknown.debugDescription); the fields are "
          + names.sorted().joined(separator: ", "))
    }
    let statement = try database.makeStatement(
      sql: "UPDATE item SET text = ?1, sequence = ?2 WHERE row = ?3 AND text <> ?1")
    for (row, text) in texts { try statement.execute(arguments: [text, sequence, row]) }
  }
}
