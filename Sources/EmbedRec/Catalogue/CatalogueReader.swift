internal import Foundation
internal import GRDB

/// Reads one consistent state of the catalogue.
struct CatalogueReader {
  private let database: Database

  init(_ database: Database) { self.database = database }

  /// An item or a user with the text that stands for it.
  struct Entry {
    var row: RowID
    var id: String
    var text: String
  }

  /// One interaction, by row ids.
  struct Interaction {
    var user: RowID
    var item: RowID
    var value: Double?
    var time: Double?
  }

  /// The number of the last change.
  func lastSequence() throws -> Int64 {
    try setting("sequence").flatMap { Int64($0) } ?? 0
  }

  func setting(_ name: String) throws -> String? {
    try String.fetchOne(
      database.cachedStatement(sql: "SELECT value FROM setting WHERE name = ?"), arguments: [name])
  }

  func itemCount() throws -> Int {
    try Int.fetchOne(database, sql: "SELECT count(*) FROM item") ?? 0
  }

  /// The items that changed after `sequence`, by ascending row.
  func items(after sequence: Int64 = -1) throws -> [Entry] {
    try GRDB.Row.fetchAll(
      database.cachedStatement(
        sql: "SELECT row, id, text FROM item WHERE sequence > ? ORDER BY row"),
      arguments: [sequence]
    ).map(Entry.init)
  }

  /// The items that were added after `sequence` and may be recommended already, by ascending row.
  func liveItems(after sequence: Int64) throws -> [Entry] {
    try GRDB.Row.fetchAll(
      database.cachedStatement(
        sql: "SELECT row, id, text FROM item WHERE sequence > ? AND live ORDER BY row"),
      arguments: [sequence]
    ).map(Entry.init)
  }

  /// Every user's row, ascending.
  func userRows() throws -> [RowID] {
    try RowID.fetchAll(database, sql: "SELECT row FROM user ORDER BY row")
  }

  /// The texts of all users' profiles, each once, the empty one left out.
  func profiles() throws -> [String] {
    try String.fetchAll(
      database, sql: "SELECT DISTINCT text FROM user WHERE text <> '' ORDER BY text")
  }

  /// The user called `id`, with the text of its profile.
  func user(_ id: String) throws -> Entry? {
    try entry("user", id)
  }

  /// The item called `id`, with its text.
  func item(_ id: String) throws -> Entry? {
    try entry("item", id)
  }

  private func entry(_ table: String, _ id: String) throws -> Entry? {
    try GRDB.Row.fetchOne(
      database.cachedStatement(sql: "SELECT row, id, text FROM \(table) WHERE id = ?"),
      arguments: [id]
    ).map(Entry.init)
  }

  /// Calls `body` with each item's row and fields.
  func forEachItem(_ body: (RowID, [String: FieldValue]) throws -> Void) throws {
    let rows = try GRDB.Row.fetchCursor(database, sql: "SELECT row, fields FROM item ORDER BY row")
    while let row = try rows.next() {
      try body(try row.decode(atIndex: 0), try StoredFields.decode(row.decode(atIndex: 1)))
    }
  }

  /// The settings of the last build.
  func settings() throws -> IndexSettings? {
    try setting("settings").map {
      try JSONDecoder().decode(IndexSettings.self, from: Data($0.utf8))
    }
  }

  /// The id and the fields of an item.
  func item(row: RowID) throws -> (id: String, fields: [String: FieldValue])? {
    guard
      let found = try GRDB.Row.fetchOne(
        database.cachedStatement(sql: "SELECT id, fields FROM item WHERE row = ?"),
        arguments: [row])
    else { return nil }
    return (try found.decode(atIndex: 0), try StoredFields.decode(found.decode(atIndex: 1)))
  }

  /// The text of an item; "" where there is no such item.
  func text(row: RowID) throws -> String {
    try String.fetchOne(
      database.cachedStatement(sql: "SELECT text FROM item WHERE row = ?"), arguments: [row]) ?? ""
  }

  /// Calls `body` for each interaction: by user, and each user's from the oldest to the latest.
  func forEachInteraction(_ body: (Interaction) throws -> Void) throws {
    let rows = try GRDB.Row.fetchCursor(
      database,
      sql: "SELECT user, item, value, time FROM interaction ORDER BY user, time, sequence, position"
    )
    while let row = try rows.next() {
      try body(Interaction(row))
    }
  }

  /// One user's interactions, from the oldest to the latest.
  func interactions(of user: RowID) throws -> [Interaction] {
    try GRDB.Row.fetchAll(
      database.cachedStatement(
        sql: """
          SELECT user, item, value, time FROM interaction WHERE user = ?
          ORDER BY time, sequence, position
          """),
      arguments: [user]
    ).map(Interaction.init)
  }
}

// The throwing way to decode: in a damaged database, a value may be of any type.

extension CatalogueReader.Entry {
  /// - Parameter columns: row, id, text.
  fileprivate init(_ columns: GRDB.Row) throws {
    row = try columns.decode(atIndex: 0)
    id = try columns.decode(atIndex: 1)
    text = try columns.decode(atIndex: 2)
  }
}

extension CatalogueReader.Interaction {
  /// - Parameter columns: user, item, value, time.
  fileprivate init(_ columns: GRDB.Row) throws {
    user = try columns.decode(atIndex: 0)
    item = try columns.decode(atIndex: 1)
    value = try columns.decode(atIndex: 2)
    time = try columns.decode(atIndex: 3)
  }
}
