import Compute
import Embedding
internal import Foundation
internal import GRDB
internal import Synchronization

/// Vectors of texts that were encoded before, by a hash of the text and the encoder: an unchanged
/// text is never encoded twice, and a run that was killed has not worked in vain.
///
/// A cache in a file of its own: deleting it costs time and nothing else. So a file that is no
/// database gives way to a new one, and a vector that doesn't match its checksum counts as unknown.
final class Encodings: Sendable {
  /// How many texts are encoded between two commits: what a kill can cost.
  private static let batch = 256

  private let queue: DatabaseQueue
  private let path: String

  init(path: String) throws(EmbedRecError) {
    self.path = path
    do {
      queue = try Self.open(path)
    } catch DatabaseError.SQLITE_NOTADB, DatabaseError.SQLITE_CORRUPT {
      for suffix in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: path + suffix)
      }
      do { queue = try Self.open(path) } catch { throw Self.wrap(error, path) }
    } catch { throw Self.wrap(error, path) }
  }

  private static func open(_ path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.busyMode = .timeout(30)
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.writeWithoutTransaction { database in
      try database.execute(
        sql: """
          PRAGMA journal_mode = WAL;
          CREATE TABLE IF NOT EXISTS encoding (
            hash BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID;
          """)
    }
    return queue
  }

  /// The vectors of `texts` in their order, `[texts, dimension]`: those known are looked up, the
  /// others encoded and stored.
  ///
  /// - Parameters:
  ///   - keeping: Whether new vectors are stored.
  ///   - encoder: Called once, and only if a text is new.
  ///   - progress: Told how many texts are done, and how many of them were known.
  /// - Returns: Beside the vectors, how many texts were new, and what encoding them took.
  /// - Throws: ``EmbedRecError``; `CancellationError`'s where the task was cancelled between two
  ///   batches.
  func vectors(
    of texts: [String], fingerprint: String, dimension: Int, threads: Int,
    keeping: Bool = true,
    encoder: () throws(EmbedRecError) -> SentenceEncoder,
    progress: ((_ done: Int, _ known: Int) -> Void)? = nil
  ) throws(EmbedRecError) -> (vectors: Matrix, encoded: Int, read: EncodingProgress) {
    let hashes = texts.map { Self.key(of: $0, fingerprint) }
    var result = Matrix(rows: texts.count, columns: dimension)
    var missing: [Data: [Int]] = [:]
    var order: [Int] = []
    do {
      try queue.read { database in
        let statement = try database.cachedStatement(
          sql: "SELECT vector FROM encoding WHERE hash = ?")
        for (position, hash) in hashes.enumerated() {
          if missing[hash] != nil {
            missing[hash]!.append(position)
          } else if let blob = try Data.fetchOne(statement, arguments: [hash]),
            let vector = Self.vector(in: blob, dimension: dimension)
          {
            result.setRow(position, to: vector)
          } else {
            missing[hash] = [position]
            order.append(position)
          }
        }
      }
      let known = texts.count - missing.values.reduce(0) { $0 + $1.count }
      progress?(known, known)
      guard !order.isEmpty else { return (result, 0, EncodingProgress()) }

      // Encoding sorts by length inside a batch; sorting all first makes batches even.
      order.sort { (texts[$0].utf8.count, $0) < (texts[$1].utf8.count, $1) }
      let sentenceEncoder = try encoder()
      var done = known
      var read = EncodingProgress()
      for start in stride(from: 0, to: order.count, by: Self.batch) {
        try Task.checkCancellation()
        let positions = order[start..<min(order.count, start + Self.batch)]
        let batch = Mutex(EncodingProgress())
        let vectors = sentenceEncoder.encode(positions.map { texts[$0] }, threads: threads) {
          sums in
          batch.withLock { $0 = sums }
        }
        read = read + batch.withLock { $0 }
        var rows: [(hash: Data, vector: Data)] = []
        for (row, position) in positions.enumerated() {
          let vector = vectors.row(row).withUnsafeBytes { Data($0) }
          rows.append((hashes[position], vector))
          for twin in missing[hashes[position]]! { result.setRow(twin, to: vector) }
        }
        if keeping { try store(rows) }
        done += positions.reduce(0) { $0 + missing[hashes[$1]]!.count }
        progress?(done, known)
      }
      return (result, order.count, read)
    } catch { throw Self.wrap(error, path) }
  }

  private func store(_ rows: [(hash: Data, vector: Data)]) throws {
    try queue.write { database in
      let statement = try database.cachedStatement(
        sql: "INSERT OR REPLACE INTO encoding (hash, vector) VALUES (?, ?)")
      for (hash, vector) in rows {
        try statement.execute(arguments: [hash, vector + Self.checksum(of: vector)])
      }
    }
  }

  /// The vector's bytes in a blob, which end in their checksum; nil where it doesn't match.
  private static func vector(in blob: Data, dimension: Int) -> Data? {
    let length = dimension * MemoryLayout<Float>.size
    guard blob.count == length + 8 else { return nil }
    let vector = blob.prefix(length)
    return checksum(of: vector) == blob.suffix(8) ? vector : nil
  }

  private static func checksum(of vector: Data) -> Data {
    let checksum = vector.withUnsafeBytes { Checksum($0).value }
    return withUnsafeBytes(of: checksum.littleEndian) { Data($0) }
  }

  /// Removes every encoding but those of `texts`, unless few would go.
  func removeAll(but texts: [String], fingerprint: String) throws(EmbedRecError) {
    do {
      try queue.write { database in
        let stored = try Int.fetchOne(database, sql: "SELECT count(*) FROM encoding") ?? 0
        guard stored > texts.count * 5 / 4 else { return }
        try database.execute(sql: "CREATE TEMP TABLE kept (hash BLOB PRIMARY KEY) WITHOUT ROWID")
        let statement = try database.makeStatement(sql: "INSERT OR IGNORE INTO kept VALUES (?)")
        for text in texts { try statement.execute(arguments: [Self.key(of: text, fingerprint)]) }
        try database.execute(
          sql: "DELETE FROM encoding WHERE hash NOT IN (SELECT hash FROM kept); DROP TABLE kept")
      }
    } catch { throw Self.wrap(error, path) }
  }

  private static func key(of text: String, _ fingerprint: String) -> Data {
    let hash = ContentHash(fingerprint + "\n" + text)
    var key = Data(capacity: 16)
    for half in [hash.high, hash.low] {
      withUnsafeBytes(of: half.bigEndian) { key.append(contentsOf: $0) }
    }
    return key
  }

  private static func wrap(_ error: any Error, _ path: String) -> EmbedRecError {
    EmbedRecError(
      error, database: path,
      unstored: "What was encoded before is kept: make room and run it again",
      remedy: "it is a cache, so delete it and run `embedrec index` again")
  }
}

extension Matrix {
  /// Copies a stored vector into a row.
  fileprivate mutating func setRow(_ row: Int, to blob: Data) {
    values.withUnsafeMutableBytes { bytes in
      let width = columns * MemoryLayout<Float>.size
      _ = blob.copyBytes(
        to: UnsafeMutableRawBufferPointer(rebasing: bytes[row * width..<(row + 1) * width]))
    }
  }
}
