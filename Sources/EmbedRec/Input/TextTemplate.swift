/// How the text that the encoder reads is made of an item's or a user's fields.
///
///     TextTemplate().text(of: item)                        // "Heat. Action, Crime. A thief …"
///     TextTemplate(fields: ["title", "plot"]).text(of: item)
///
/// By default the text of an item is its title, its categories and its description, each where
/// there is one: of the fields whose name is in the list, in any case, the first that isn't empty.
///
/// | part | names, best first |
/// |---|---|
/// | title | `title`, `name`, then one that ends in either, such as `movie_title` |
/// | categories | `categories`, `category`, `genres`, `genre`, `class` |
/// | description | `description`, `plot`, `overview`, `body`, `text`, `summary`, `content` |
///
/// An item with none of these is described by all its texts and lists in order, without ids and
/// links. A user is described by pairs of name and value: "age 24. gender M. occupation writer",
/// without ids, links and postal codes.
public struct TextTemplate: Sendable, Equatable {
  /// The fields to use, in order; nil for the default.
  public var fields: [String]?

  /// A template of the given fields, or the default one.
  public init(fields: [String]? = nil) { self.fields = fields }

  /// The values of the fields joined by ". ", lists joined by ", ", empty ones left out; "" where
  /// nothing is left.
  ///
  /// - Complexity: O(number of fields times number of names).
  public func text(of item: ItemRecord) -> String {
    let values = Self.filled(item.fields)
    let names = fields ?? Self.itemFields(among: values.map(\.name), texts: { values[$0].isProse })
    return names.compactMap { name in values.first { $0.name == name }?.text }
      .joined(separator: ". ")
  }

  /// Pairs of name and value joined by ". "; "" where nothing is left.
  public func text(of user: UserRecord) -> String {
    let values = Self.filled(user.fields)
    let names = fields ?? Self.userFields(among: values.map(\.name))
    return names.compactMap { name in
      guard let value = values.first(where: { $0.name == name }) else { return nil }
      return name.replacing("_", with: " ") + " " + value.text
    }.joined(separator: ". ")
  }

  /// The wanted fields that are not among `names`.
  func unknownFields(among names: [String]) -> [String] {
    (fields ?? []).filter { !names.contains($0) }
  }

  private static func filled(
    _ fields: [Field]
  ) -> [(name: String, text: String, isProse: Bool)] {
    fields.compactMap { field in
      let text = field.value.text
      guard text.contains(where: { !$0.isWhitespace }) else { return nil }
      switch field.value {
      case .text, .list:
        let isLink = text.hasPrefix("http://") || text.hasPrefix("https://")
        return (field.name, text, !isLink)
      case .number, .boolean: return (field.name, text, false)
      }
    }
  }

  // MARK: Names

  private static let titles = ["title", "name"]
  private static let categories = ["categories", "category", "genres", "genre", "class"]
  private static let descriptions = [
    "description", "plot", "overview", "body", "text", "summary", "content",
  ]

  /// What people call an item with these fields; nil where no field is a title.
  static func title(of fields: [String: FieldValue]) -> String? {
    let names = fields.keys.sorted()
    let name =
      titles.lazy.compactMap { title in names.first { $0.lowercased() == title } }.first
      ?? names.first(where: isTitle)
    return name.flatMap { fields[$0]?.text }
  }

  static func isTitle(_ name: String) -> Bool {
    titles.contains { name.lowercased().hasSuffix($0) }
  }

  static func isCategory(_ name: String) -> Bool { categories.contains(name.lowercased()) }

  static func isDescription(_ name: String) -> Bool { descriptions.contains(name.lowercased()) }

  /// The default fields of an item that has filled fields of these names.
  ///
  /// - Parameter texts: Whether the field at an index is a text or list rather than a number.
  static func itemFields(among names: [String], texts: (Int) -> Bool) -> [String] {
    let lowered = names.map { $0.lowercased() }
    func first(_ candidates: [String]) -> Int? {
      candidates.lazy.compactMap { lowered.firstIndex(of: $0) }.first
    }
    let title =
      first(titles)
      ?? titles.lazy.compactMap { title in lowered.firstIndex { $0.hasSuffix(title) } }.first
    let known = [title, first(categories), first(descriptions)].compactMap { $0 }
    guard known.isEmpty else { return known.map { names[$0] } }
    return names.indices.filter { texts($0) && !isIDOrLink(names[$0]) }.map { names[$0] }
  }

  /// The default fields of a user that has fields of these names.
  static func userFields(among names: [String]) -> [String] {
    names.filter { name in
      let lowered = name.lowercased()
      return !isIDOrLink(name) && !lowered.hasPrefix("zip") && !lowered.hasPrefix("postal")
    }
  }

  private static func isIDOrLink(_ name: String) -> Bool {
    let lowered = name.lowercased()
    return ["id", "asin", "isbn", "sku"].contains(lowered) || name.hasSuffix("Id")
      || ["_id", "url", "link", "image", "images"].contains { lowered.hasSuffix($0) }
  }
}
