/// What a build made.
public struct IndexSummary: Sendable, Codable, Equatable {
  public var generation: String
  public var items: Int
  public var users: Int
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
