import Compute
internal import Foundation
internal import Synchronization

/// Answers queries from an index.
///
///     let recommender = try await Recommender.open("shop.index")
///     for item in try recommender.recommend(Query(.user("alice"))) {
///       print(item.item, item.score)
///     }
///
/// A recommender holds the generation that was published when it was opened; what `add` brings
/// counts from the next query on. It may be shared by any number of threads.
public final class Recommender: Sendable {
  let snapshot: Snapshot
  let folder: IndexFolder
  let catalogue: Catalogue
  let encodings: Encodings
  private let encoder: LazyEncoder
  private let overlay: Mutex<Overlay>

  /// Opens the index in `folder`.
  ///
  /// - Parameters:
  ///   - folder: The index's folder.
  ///   - model: The encoder's model folder, if it has moved since the index was made.
  /// - Throws: ``EmbedRecError``: of kind `notFound` where there is no index, `damaged` where a file
  ///   of it is.
  /// - Complexity: O(size of the index) for checksums; everything is mapped and nothing parsed.
  @concurrent
  public static func open(
    _ folder: String, model: String? = nil
  ) async throws(EmbedRecError) -> Recommender {
    try Recommender(folder: IndexFolder(path: folder), model: model)
  }

  init(folder: IndexFolder, model: String?) throws(EmbedRecError) {
    self.folder = folder
    snapshot = try Snapshot(folder)
    catalogue = try Catalogue(path: folder.cataloguePath)
    encodings = try Encodings(path: folder.encodingsPath)
    let manifest = snapshot.generation.manifest
    encoder = LazyEncoder(named: model, manifest: manifest)
    overlay = Mutex(
      Overlay(
        sequence: manifest.sequence, rows: [],
        vectors: Matrix(rows: 0, columns: manifest.encoder.dimension), model: snapshot.signals))
  }

  /// What to do about a user whom the catalogue doesn't know.
  public enum UnknownUsers: Sendable {
    /// An error of kind `notFound`.
    case areErrors
    /// Recommend as to someone without a history.
    case areNew
  }

  /// The answer to a query, best first.
  ///
  /// - Throws: ``EmbedRecError``: of kind `usage` for a count below 1, `notFound` for a user or an
  ///   item that the catalogue doesn't have, `model` where a text must be encoded and the encoder
  ///   can't be opened.
  /// - Complexity: O(history · weights per item + items · dimension) up to about 20,000 items,
  ///   beyond that about the logarithm of the items.
  public func recommend(
    _ query: Query, unknownUsers: UnknownUsers = .areErrors
  ) throws(EmbedRecError) -> [Recommendation] {
    guard query.count >= 1 else {
      throw EmbedRecError(
        .usage, "the number of items asked for is \(query.count), expected 1 or more")
    }
    return try catalogue.read { reader in
      let answering = Answering(
        reader: reader, snapshot: snapshot, overlay: try refreshedOverlay(reader),
        settings: snapshot.generation.manifest.settings, vector: { try self.vector(of: $0) })
      return try answering.answer(query, unknownUsers: unknownUsers)
    }
  }

  /// The answers to several queries, in their order, worked on in parallel.
  ///
  /// - Throws: ``EmbedRecError``: that of the first query that fails.
  public func recommend(
    _ queries: [Query], threads: Int = availableThreads, unknownUsers: UnknownUsers = .areErrors
  ) throws(EmbedRecError) -> [[Recommendation]] {
    let answers = parallelMap(queries.count, chunk: 1, threads: threads) {
      place -> Result<[Recommendation], EmbedRecError> in
      do throws(EmbedRecError) {
        return .success(try recommend(queries[place], unknownUsers: unknownUsers))
      } catch { return .failure(error) }
    }
    var result: [[Recommendation]] = []
    for answer in answers { result.append(try answer.get()) }
    return result
  }

  /// Those of the ids that the catalogue has no item for.
  public func unknownItems(among ids: [String]) throws(EmbedRecError) -> [String] {
    try catalogue.read { reader in try ids.filter { try reader.item($0) == nil } }
  }

  /// The vector of a query's text, from the cache of encodings where it is there.
  private func vector(of text: String) throws(EmbedRecError) -> [Float] {
    let identity = snapshot.generation.manifest.encoder
    let known = try encodings.vectors(
      of: [text], fingerprint: identity.queryFingerprint, dimension: identity.dimension, threads: 1,
      keeping: false, encoder: { () throws(EmbedRecError) in try encoder.queries() })
    return known.vectors.values
  }

  /// The overlay, brought up to what the reader sees.
  private func refreshedOverlay(_ reader: CatalogueReader) throws -> Overlay {
    let sequence = try reader.lastSequence()
    return try overlay.withLock { overlay in
      guard overlay.sequence < sequence else { return overlay }
      let manifest = snapshot.generation.manifest
      let added = try reader.liveItems(after: manifest.sequence)
        .filter { snapshot.table.item(row: $0.row) == nil }
      if added.map(\.row) == overlay.rows {
        overlay.sequence = sequence
      } else {
        let vectors = try encodings.vectors(
          of: added.map(\.text), fingerprint: manifest.encoder.fingerprint,
          dimension: manifest.encoder.dimension, threads: 1,
          encoder: { () throws(EmbedRecError) in try encoder.encoder() }
        ).vectors
        overlay = Overlay(
          sequence: sequence, rows: added.map(\.row), vectors: vectors, model: snapshot.signals)
      }
      return overlay
    }
  }
}
