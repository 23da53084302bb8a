/// The files that go into an index.
public struct InputSources: Sendable {
  /// The file of items.
  public var items: String?
  /// The file of users and their profiles.
  public var users: String?
  /// The log.
  public var interactions: String?
  /// Columns that aren't recognised by their names.
  public var mapping: ColumnMapping
  /// What to do about a malformed row.
  public var policy: ErrorPolicy

  /// Files, each of which may be left out.
  public init(
    items: String? = nil, users: String? = nil, interactions: String? = nil,
    mapping: ColumnMapping = ColumnMapping(), policy: ErrorPolicy = .stop
  ) {
    self.items = items
    self.users = users
    self.interactions = interactions
    self.mapping = mapping
    self.policy = policy
  }

  /// The files of a folder: RecBole's atomic files, or `items`, `users` and `interactions` in any
  /// format that is read.
  ///
  /// - Throws: ``InputError`` where the folder doesn't hold them.
  public init(
    dataset: String, mapping: ColumnMapping = ColumnMapping(), policy: ErrorPolicy = .stop
  ) throws(InputError) {
    let found = try Dataset(directory: dataset)
    self.init(
      items: found.items, users: found.users, interactions: found.interactions, mapping: mapping,
      policy: policy)
  }

  var isEmpty: Bool { items == nil && users == nil && interactions == nil }
}
