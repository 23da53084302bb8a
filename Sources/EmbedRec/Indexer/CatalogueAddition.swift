import Compute

/// Adds items, users and interactions to an index that exists.
///
///     let summary = try await CatalogueAddition(folder: "shop.index").add(
///       items: [ItemRecord(id: "B77", fields: [Field(name: "title", value: .text("A kayak"))])])
///
/// What is added is stored durably, all or nothing, when the call returns, and counts at once in
/// every process that has the index open: a new item by its text, a new interaction in its user's
/// history. The models learn from it at the next build.
public struct CatalogueAddition: Sendable {
  /// The index's folder.
  public var folder: String
  /// Text fields that differ from those that the index was built with.
  public var settings: IndexSettings
  /// The encoder's model folder, if it has moved since the index was made.
  public var model: String?
  /// How many threads encode.
  public var threads: Int

  /// An addition to the index in `folder`.
  public init(
    folder: String, settings: IndexSettings = IndexSettings(), model: String? = nil,
    threads: Int = availableThreads
  ) {
    self.folder = folder
    self.settings = settings
    self.model = model
    self.threads = threads
  }

  /// Adds what the files hold.
  ///
  /// - Throws: ``EmbedRecError``, and then nothing was added.
  @concurrent
  public func add(_ sources: InputSources) async throws(EmbedRecError) -> AdditionSummary {
    try add { writer, settings in
      let summary = try sources.read(into: writer, settings: settings)
      return (
        summary.users?.accepted ?? 0,
        (summary.interactions?.accepted ?? 0) - summary.unknownItems, summary.notes
      )
    }
  }

  /// Adds records.
  ///
  /// - Throws: ``EmbedRecError``, and then nothing was added: of kind `input` for an interaction
  ///   with an item that the catalogue doesn't have.
  @concurrent
  public func add(
    items: [ItemRecord] = [], users: [UserRecord] = [], interactions: [InteractionRecord] = []
  ) async throws(EmbedRecError) -> AdditionSummary {
    try add { writer, settings in
      for item in items { try writer.put(item, text: settings.itemTemplate.text(of: item)) }
      for user in users { try writer.put(user, text: settings.userTemplate.text(of: user)) }
      for interaction in interactions {
        guard try writer.put(interaction) else {
          throw EmbedRecError(
            .input, "there is no item \(interaction.item.debugDescription) to interact with")
        }
      }
      return (users.count, interactions.count, [])
    }
  }

  private func add(
    _ body: (CatalogueWriter, IndexSettings) throws -> (users: Int, interactions: Int, [String])
  ) throws(EmbedRecError) -> AdditionSummary {
    let place = IndexFolder(path: folder)
    let manifest = try place.openCurrentGeneration().manifest
    let encoder = LazyEncoder(named: model, manifest: manifest)
    let encodings = try Encodings(path: place.encodingsPath)
    let catalogue = try Catalogue(path: place.cataloguePath)
    return try catalogue.write(live: true, published: manifest.sequence) { writer in
      let settings = manifest.settings.overridden(by: settings)
      let before = try writer.itemCount()
      let (users, interactions, notes) = try body(writer, settings)
      // The texts are encoded before anything is committed: once an item is there, every process
      // can recommend it without an encoder.
      let changed = try writer.changedItems()
      let texts = changed.map(\.text) + (try writer.changedProfiles())
      _ = try encodings.vectors(
        of: texts, fingerprint: manifest.encoder.fingerprint,
        dimension: manifest.encoder.dimension, threads: threads,
        encoder: { () throws(EmbedRecError) in try encoder.encoder() })
      let new = try writer.itemCount() - before
      return AdditionSummary(
        newItems: new, changedItems: changed.count - new, users: users,
        interactions: interactions, notes: notes)
    }
  }
}

/// What was added.
public struct AdditionSummary: Sendable, Equatable {
  /// Items that the catalogue didn't have.
  public var newItems: Int
  /// Items that were there with another text or other fields: their new text counts from the next
  /// build on.
  public var changedItems: Int
  /// Users that were named in a file of users, known ones included.
  public var users: Int
  /// Interactions that were stored.
  public var interactions: Int
  /// What is worth knowing about the files, a sentence each.
  public var notes: [String]
}
