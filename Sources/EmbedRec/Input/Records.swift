/// One item of the catalogue.
public struct ItemRecord: Sendable, Equatable {
  /// The id, unique in the catalogue.
  public var id: String
  /// What else the file says of it, in the file's order; no name comes twice.
  public var fields: [Field]

  /// A record with its fields.
  public init(id: String, fields: [Field]) {
    self.id = id
    self.fields = fields
  }
}

/// One user with what is known beside the interactions.
public struct UserRecord: Sendable, Equatable {
  /// The id, unique in the catalogue.
  public var id: String
  /// What else the file says, in the file's order; no name comes twice.
  public var fields: [Field]

  /// A record with its fields.
  public init(id: String, fields: [Field]) {
    self.id = id
    self.fields = fields
  }
}

/// One time that a user had to do with an item.
public struct InteractionRecord: Sendable, Equatable {
  /// The user's id.
  public var user: String
  /// The item's id.
  public var item: String
  /// A rating, count or weight, finite and not negative; nil where the file gives none.
  public var value: Double?
  /// When it was; nil where the file gives none.
  ///
  /// A number is taken as it is, an ISO 8601 text becomes seconds since 1970. Only the order
  /// matters, so milliseconds or positions serve as well as long as a file keeps to one of them.
  public var time: Double?

  /// An interaction; without a value it counts in full, without a time the order of the log counts.
  public init(user: String, item: String, value: Double? = nil, time: Double? = nil) {
    self.user = user
    self.item = item
    self.value = value
    self.time = time
  }
}

/// What the rows of a file become: the roles of its columns, and how a row is made into a record.
struct RecordSchema<Record: Sendable>: Sendable {
  /// As messages call a record.
  let noun: String
  let roles: [ColumnRole]
  let required: [ColumnRole]
  /// Whether columns without a role are kept as fields.
  let keepsFields: Bool
  let make: @Sendable (Row, [Column], RoleAssignment, InputLimits) throws(RowProblem) -> Record
  /// The id that no other record of the file may have; nil for interactions, which may repeat.
  let uniqueID: @Sendable (Record) -> String?
}

extension RecordSchema where Record == ItemRecord {
  static var item: Self {
    RecordSchema(
      noun: "item", roles: [.itemID], required: [.itemID], keepsFields: true,
      make: { (row, columns, roles, limits) throws(RowProblem) in
        let (id, fields) = try row.described(.itemID, columns, roles, limits)
        return ItemRecord(id: id, fields: fields)
      },
      uniqueID: { $0.id })
  }
}

extension RecordSchema where Record == UserRecord {
  static var user: Self {
    RecordSchema(
      noun: "user", roles: [.userID], required: [.userID], keepsFields: true,
      make: { (row, columns, roles, limits) throws(RowProblem) in
        let (id, fields) = try row.described(.userID, columns, roles, limits)
        return UserRecord(id: id, fields: fields)
      },
      uniqueID: { $0.id })
  }
}

extension RecordSchema where Record == InteractionRecord {
  static var interaction: Self {
    RecordSchema(
      noun: "interaction", roles: ColumnRole.allCases, required: [.itemID, .userID],
      keepsFields: false,
      make: { (row, columns, roles, limits) throws(RowProblem) in
        try row.interaction(columns, roles, limits)
      },
      uniqueID: { _ in nil })
  }
}

extension Row {
  /// The id and the other fields of an item or user.
  fileprivate func described(
    _ idRole: ColumnRole, _ columns: [Column], _ roles: RoleAssignment, _ limits: InputLimits
  ) throws(RowProblem) -> (id: String, fields: [Field]) {
    var id: String?
    var fields: [Field] = []
    fields.reserveCapacity(cells.count)
    for cell in cells {
      let column = columns[cell.column]
      if roles.roleOf[cell.column] == idRole {
        id = try self.id(cell.value, column, idRole, limits)
      } else if let value = try fieldValue(cell.value, column) {
        fields.append(Field(name: column.name, value: value))
      }
    }
    guard let id else { throw missing(idRole, columns, roles) }
    return (id, fields)
  }

  fileprivate func interaction(
    _ columns: [Column], _ roles: RoleAssignment, _ limits: InputLimits
  ) throws(RowProblem) -> InteractionRecord {
    var user: String?
    var item: String?
    var value: Double?
    var time: Double?
    for cell in cells {
      switch roles.roleOf[cell.column] {
      case .itemID: item = try id(cell.value, columns[cell.column], .itemID, limits)
      case .userID: user = try id(cell.value, columns[cell.column], .userID, limits)
      case .value: value = try number(cell.value, columns[cell.column], isTime: false)
      case .timestamp: time = try number(cell.value, columns[cell.column], isTime: true)
      case nil: break
      }
    }
    guard let item else { throw missing(.itemID, columns, roles) }
    guard let user else { throw missing(.userID, columns, roles) }
    if let value, value < 0 {
      let column = columns[roles.columnOf[.value]!]
      throw RowProblem(
        field: column.name,
        "\(NumberText.text(value)) is negative; leave disliked items out, or shift the scale")
    }
    return InteractionRecord(user: user, item: item, value: value, time: time)
  }

  /// The problem of a row without an id.
  private func missing(
    _ role: ColumnRole, _ columns: [Column], _ roles: RoleAssignment
  ) -> RowProblem {
    if let column = roles.columnOf[role] {
      return RowProblem(field: columns[column].name, "the \(role.name) is missing")
    }
    return RowProblem(
      roles.missingColumn(among: columns, orMapped: false) ?? "the \(role.name) is missing")
  }
}
