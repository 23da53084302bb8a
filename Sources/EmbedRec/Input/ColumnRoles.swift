/// What a column can mean to the engine.
public enum ColumnRole: Int, Sendable, CaseIterable {
  case itemID, userID, value, timestamp

  /// As messages call it.
  public var name: String {
    switch self {
    case .itemID: "item id"
    case .userID: "user id"
    case .value: "value"
    case .timestamp: "timestamp"
    }
  }

  /// The command line's flag that names the column.
  public var flag: String {
    switch self {
    case .itemID: "--item-column"
    case .userID: "--user-column"
    case .value: "--value-column"
    case .timestamp: "--time-column"
    }
  }

  /// The names, in lower case, by which a column is recognised; of several the first is taken.
  ///
  /// `parent_asin` stands before `asin`: Amazon's 2023 reviews have both, and its item file has
  /// `parent_asin` alone.
  var candidates: [String] {
    switch self {
    case .itemID:
      [
        "item", "item_id", "itemid", "movieid", "movie_id", "parent_asin", "asin", "product_id",
        "productid", "sku", "book_id", "bookid", "article_id", "articleid", "business_id",
      ]
    case .userID:
      [
        "user", "user_id", "userid", "reviewerid", "reviewer_id", "customer_id", "customerid",
        "visitor_id", "visitorid", "session_id", "sessionid",
      ]
    case .value: ["rating", "value", "score", "weight", "overall"]
    case .timestamp: ["timestamp", "time", "unixreviewtime", "date", "created_at"]
    }
  }
}

/// Which columns hold what, where their names don't tell. A nil is recognised by name.
public struct ColumnMapping: Sendable, Equatable {
  /// The column of item ids; nil to recognise it by its name.
  public var itemID: String?
  /// The column of user ids; nil to recognise it by its name.
  public var userID: String?
  /// The column of values or ratings; nil to recognise it by its name.
  public var value: String?
  /// The column of times; nil to recognise it by its name.
  public var timestamp: String?

  /// A mapping that names the given columns.
  public init(
    itemID: String? = nil, userID: String? = nil, value: String? = nil, timestamp: String? = nil
  ) {
    self.itemID = itemID
    self.userID = userID
    self.value = value
    self.timestamp = timestamp
  }

  subscript(role: ColumnRole) -> String? {
    switch role {
    case .itemID: itemID
    case .userID: userID
    case .value: value
    case .timestamp: timestamp
    }
  }
}

/// Which column of a file has which role. Once given, a role stays with its column.
struct RoleAssignment {
  let roles: [ColumnRole]
  let required: [ColumnRole]
  /// In a file of items or of users, a plain `id` is theirs.
  let acceptsPlainID: Bool
  let mapping: ColumnMapping
  /// The role of each column that has been looked at.
  private(set) var roleOf: [ColumnRole?] = []
  private(set) var columnOf: [ColumnRole: Int] = [:]

  init(
    roles: [ColumnRole], required: [ColumnRole], acceptsPlainID: Bool, mapping: ColumnMapping
  ) {
    self.roles = roles
    self.required = required
    self.acceptsPlainID = acceptsPlainID
    self.mapping = mapping
  }

  /// Looks at the columns that came since the last call.
  mutating func extend(to columns: [Column]) {
    let new = roleOf.count..<columns.count
    roleOf += [ColumnRole?](repeating: nil, count: new.count)
    // What the mapping names comes first, so that no other role takes it by its name.
    let order = roles.filter { mapping[$0] != nil } + roles.filter { mapping[$0] == nil }
    for role in order where columnOf[role] == nil {
      guard let column = matches(role, columns, new).first(where: { roleOf[$0] == nil }) else {
        continue
      }
      columnOf[role] = column
      roleOf[column] = role
    }
  }

  /// The columns in `range` that could have a role, best first.
  private func matches(_ role: ColumnRole, _ columns: [Column], _ range: Range<Int>) -> [Int] {
    if let name = mapping[role] {
      let exact = range.filter { columns[$0].name == name }
      let lowered = name.lowercased()
      return exact.isEmpty ? range.filter { columns[$0].name.lowercased() == lowered } : exact
    }
    let candidates = (acceptsPlainID ? ["id"] : []) + role.candidates
    return candidates.flatMap { candidate in
      range.filter { columns[$0].name.lowercased() == candidate }
    }
  }

  /// What is wrong where a column that must be there is not: one that is required, or one that the
  /// mapping names.
  func missingColumn(among columns: [Column], orMapped: Bool) -> String? {
    for role in roles where columnOf[role] == nil {
      let found = columns.map(\.name).prefix(40).joined(separator: ", ")
      if let name = mapping[role] {
        guard orMapped || required.contains(role) else { continue }
        return
          "no column is named \(quoted(name)), which \(role.flag) asks for; columns found: \(found)"
      }
      if required.contains(role) {
        let isUnsplit = columns.count == 1 && columns[0].name.contains { ";|\t".contains($0) }
        let advice =
          isUnsplit
          ? "separate them with commas in a .csv file and with tabs in a .tsv file"
          : "name the right one with \(role.flag)"
        return "no column is known as the \(role.name); columns found: \(found); \(advice)"
      }
    }
    return nil
  }

  /// One sentence for each role that several columns could have had.
  func ambiguities(among columns: [Column]) -> [String] {
    roles.compactMap { role in
      guard let taken = columnOf[role], mapping[role] == nil else { return nil }
      let others = matches(role, columns, columns.indices).filter { roleOf[$0] == nil }
      guard !others.isEmpty else { return nil }
      let names = others.map { quoted(columns[$0].name) }.joined(separator: ", ")
      return "\(quoted(columns[taken].name)) is taken as the \(role.name), though \(names) could be"
        + " it too; choose with \(role.flag)"
    }
  }
}
