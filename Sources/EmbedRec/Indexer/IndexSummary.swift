/// What a build made.
public struct IndexSummary: Sendable, Codable, Equatable {
  /// The name of the published generation.
  public var generation: String
  /// Items in the catalogue.
  public var items: Int
  /// Users in the catalogue.
  public var users: Int
  /// Interactions in the catalogue, one for each pair of user and item.
  public var interactions: Int
  /// Items that no interaction names.
  public var coldItems: Int
  /// Texts that had to be encoded, as their vectors weren't known from an earlier run.
  public var encodedTexts: Int
  /// The time that each ``IndexStage`` took.
  public var seconds: [String: Double]
  /// The whole folder's size.
  public var bytesOnDisk: Int
}
