internal import Foundation
internal import GRDB

/// The truth of an index: items, users and interactions in SQLite.
///
/// Every change has a sequence number; a generation says up to which one it goes, and what is newer
/// is asked here. What SQLite promises is promised: a committed change survives a crash.
///
/// One interaction is kept for each pair of user and item, the latest: the models ask whether and
/// when, not how often. So the same log can be read twice without harm.
final class Catalogue: Sendable {
  let path: String
  private let pool: DatabasePool

  /// Opens the catalogue at `path`, and makes it with `creating`.
  ///
  /// - Throws: ``EmbedRecError`` where it can't be opened, is no database, or a newer program's.
  init(path: String, creating: Bool = false) throws(EmbedRecError) {
    self.path = path
    var configuration = Configuration()
    configuration.busyMode = .timeout(30)
    configuration.maximumReaderCount = 4
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA synchronous = FULL")
    }
    guard creating || FileManager.default.fileExists(atPath: path) else {
      throw EmbedRecError(.notFound, "\(path): there is no catalogue here: run `embedrec index`")
    }
    do {
      pool = try DatabasePool(path: path, configuration: configuration)
      if creating { try Self.migrator.migrate(pool) }
      let isKnown = try pool.read { database in
        try Self.migrator.hasCompletedMigrations(database)
          && !Self.migrator.hasBeenSuperseded(database)
      }
      guard isKnown else {
        throw EmbedRecError(
          .damaged,
          "\(path): is the catalogue of another version of the program, or was never finished: "
            + "run `embedrec index` with this version")
      }
    } catch { throw Self.wrap(error, path) }
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { database in
      try database.execute(
        sql: """
          CREATE TABLE item (
            row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, fields TEXT NOT NULL,
            text TEXT NOT NULL, sequence INTEGER NOT NULL, live INTEGER NOT NULL);
          CREATE INDEX item_sequence ON item (sequence);
          CREATE TABLE user (
            row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, fields TEXT NOT NULL,
            text TEXT NOT NULL, sequence INTEGER NOT NULL, live INTEGER NOT NULL);
          CREATE TABLE interaction (
            user INTEGER NOT NULL REFERENCES user, item INTEGER NOT NULL REFERENCES item,
            value REAL, time REAL, sequence INTEGER NOT NULL, position INTEGER NOT NULL,
            PRIMARY KEY (user, item)) WITHOUT ROWID;
          CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
          """)
    }
    return migrator
  }

  /// Runs `body` in one transaction that is durable when this returns, or leaves no trace.
  ///
  /// - Parameters:
  ///   - live: Whether new items may be recommended before the next build.
  ///   - published: The last change that is in the published generation, where `live`.
  func write<T>(
    live: Bool, published: Int64 = .max, _ body: (CatalogueWriter) throws -> T
  ) throws(EmbedRecError) -> T {
    do {
      return try pool.write { database in
        try body(try CatalogueWriter(database, live: live, published: published))
      }
    } catch { throw Self.wrap(error, path) }
  }

  /// Runs `body` on one consistent state of the catalogue, whatever others write meanwhile.
  func read<T>(_ body: (CatalogueReader) throws -> T) throws(EmbedRecError) -> T {
    do {
      return try pool.read { database in try body(CatalogueReader(database)) }
    } catch { throw Self.wrap(error, path) }
  }

  private static func wrap(_ error: any Error, _ path: String) -> EmbedRecError {
    EmbedRecError(
      error, database: path,
      unstored: "Nothing of this change was stored: make room and repeat it",
      remedy: "restore it from a backup, or index into a new folder")
  }
}

/// The number that an item or a user has in the catalogue, for as long as it is there.
package typealias RowID = Int64

/// The item fields and user fields as they are stored: one JSON object.
enum StoredFields {
  static func encode(_ fields: [Field]) throws -> String {
    let object = Dictionary(
      fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(object), as: UTF8.self)
  }

  static func decode(_ text: String) throws -> [String: FieldValue] {
    try JSONDecoder().decode([String: FieldValue].self, from: Data(text.utf8))
  }
}
