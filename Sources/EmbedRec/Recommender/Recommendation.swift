/// One recommended item.
public struct Recommendation: Sendable, Equatable, Codable {
  /// The item's id in the catalogue.
  public var item: String
  /// Greater is better; comparable within one answer only.
  public var score: Float
  /// What the catalogue calls the item, where it has such a field.
  public var title: String?
  /// What brought it, if the query asked.
  public var explanation: Explanation?
}

/// What a score is made of.
public struct Explanation: Sendable, Equatable, Codable {
  /// One signal's part of the score.
  public struct Part: Sendable, Equatable, Codable {
    /// The signal, in words.
    public var signal: String
    /// What it adds to the score. The parts add up to the score.
    public var contribution: Float
  }

  /// An item of the user's history that spoke for the recommendation.
  public struct Source: Sendable, Equatable, Codable {
    /// The item's id in the catalogue.
    public var item: String
    /// What the catalogue calls the item, where it has such a field.
    public var title: String?
    /// Its share, from 0 to 1, of all that the history says for the item.
    public var share: Float
  }

  /// Largest contribution first.
  public var parts: [Part]
  /// The history's items that brought it, the most important first; at most three.
  public var because: [Source]
  /// Words that the item's text has in common with the profile or the search.
  public var words: [String]
  /// How many users' interactions the item has: its collaborative evidence.
  public var interactions: Int
}
