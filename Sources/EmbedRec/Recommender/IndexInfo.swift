public import Foundation

/// What an index says about itself.
public struct IndexInfo: Sendable, Codable, Equatable {
  /// The name of the published generation.
  public var generation: String
  /// When the generation was made.
  public var created: Date
  /// The version of the program that made the generation.
  public var madeBy: String
  /// Items in the generation.
  public var items: Int
  /// Users in the generation.
  public var users: Int
  /// Interactions in the generation, one for each pair of user and item.
  public var interactions: Int
  /// Items that no interaction names.
  public var coldItems: Int
  /// Items added since the generation was made.
  public var itemsAddedSince: Int
  /// Where the encoder's model was when the generation was made.
  public var modelFolder: String
  /// The number of components of a text vector.
  public var dimension: Int
  /// How the input was read.
  public var settings: IndexSettings
  /// The size of the whole index folder in bytes.
  public var bytesOnDisk: Int
}

extension Recommender {
  /// What the index says about itself.
  ///
  /// - Throws: ``EmbedRecError`` where the catalogue can't be read.
  public func info() throws(EmbedRecError) -> IndexInfo {
    let manifest = snapshot.generation.manifest
    let added = try catalogue.read { reader in
      try reader.liveItems(after: manifest.sequence).count {
        snapshot.table.item(row: $0.row) == nil
      }
    }
    return IndexInfo(
      generation: snapshot.generation.name, created: manifest.created, madeBy: manifest.madeBy,
      items: manifest.items, users: manifest.users, interactions: manifest.interactions,
      coldItems: manifest.coldItems, itemsAddedSince: added,
      modelFolder: manifest.encoder.modelFolder, dimension: manifest.encoder.dimension,
      settings: manifest.settings, bytesOnDisk: folder.bytesOnDisk)
  }
}
