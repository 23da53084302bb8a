/// A question to a ``Recommender``: for whom or what, how many, among which items.
public struct Query: Sendable, Equatable {
  /// Whom or what the recommendations are for.
  public enum Subject: Sendable, Equatable {
    /// A user of the catalogue, by id: history and profile are looked up.
    case user(String)
    /// Someone whom the catalogue doesn't know: the ids of items, oldest first, a profile in plain
    /// words, or both.
    case visitor(history: [String], profile: String?)
    /// A search in plain words: items whose text means the same.
    case text(String)
    /// The items most like one.
    case item(String)
  }

  /// Whom or what the recommendations are for.
  public var subject: Subject
  /// How many items to return; fewer are returned where fewer are left.
  public var count: Int
  /// If given, only these items are ranked.
  public var candidates: [String]?
  /// Whether items of the user's history may be recommended again.
  public var includesSeen: Bool
  /// Whether each answer says what brought it.
  public var explains: Bool

  /// A query; by default for ten items among all that are new to the user.
  public init(
    _ subject: Subject, count: Int = 10, candidates: [String]? = nil, includesSeen: Bool = false,
    explains: Bool = false
  ) {
    self.subject = subject
    self.count = count
    self.candidates = candidates
    self.includesSeen = includesSeen
    self.explains = explains
  }
}
