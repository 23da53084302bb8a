public import Foundation

/// What an index says about itself.
public struct IndexInfo: Sendable, Codable, Equatable {
  public var generation: String
  public var created: Date
  /// The version of the program that made the generation.
  public var madeBy: String
  public var items: Int
  public var users: Int
  public var interactions: Int
  /// Items that no interaction names.
  public var coldItems: Int
  /// Items added since the generation was made.
  public var itemsAddedSince: Int
  public var modelFolder: String
  public var dimension: Int
  public var settings: IndexSettings
  public var bytesOnDisk: Int
}

extension Recommender {
  /// What the index says about itself.
  ///
  /// - Throws: ``EmbedRecError`` where the catalogue can't be read.
  public func info() throws(EmbedRecError) -> IndexInfo {
    let manifest = snapshot.generation.manifest
    let added = try catalogue.read { reader in
      try reader.items(after: manifest.sequence).count { snapshot.table.item(row: $0.row) == nil }
    }
    return IndexInfo(
      generation: snapshot.generation.name, created: manifest.created, madeBy: manifest.madeBy,
      items: manifest.items, users: manifest.users, interactions: manifest.interactions,
      coldItems: manifest.coldItems, itemsAddedSince: added,
      modelFolder: manifest.encoder.modelFolder, dimension: manifest.encoder.dimension,
      settings: manifest.settings, bytesOnDisk: folder.bytesOnDisk)
  }
}
