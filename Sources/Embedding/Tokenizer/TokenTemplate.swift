/// Where the special tokens stand around a text, and around a pair of texts: the post-processor of
/// a `tokenizer.json`.
struct TokenTemplate: Sendable, Equatable {
  enum Slot: Sendable, Equatable {
    case first(type: Int32)
    case second(type: Int32)
    case special([Int32], type: Int32)
  }

  /// Holds `.first` once.
  var single: [Slot]
  /// Holds `.first` and `.second` once each.
  var pair: [Slot]

  /// Nothing stands around the texts.
  static let bare = TokenTemplate(
    single: [.first(type: 0)], pair: [.first(type: 0), .second(type: 1)])

  /// BERT's: [CLS] A [SEP] and [CLS] A [SEP] B [SEP].
  static func bert(start: Int32, end: Int32) -> TokenTemplate {
    let single: [Slot] = [
      .special([start], type: 0), .first(type: 0), .special([end], type: 0),
    ]
    return TokenTemplate(
      single: single, pair: single + [.second(type: 1), .special([end], type: 1)])
  }

  /// RoBERTa's: `<s> A </s>` and `<s> A </s></s> B </s>`, all of one type.
  static func roberta(start: Int32, end: Int32) -> TokenTemplate {
    let single: [Slot] = [
      .special([start], type: 0), .first(type: 0), .special([end], type: 0),
    ]
    return TokenTemplate(
      single: single,
      pair: single + [.special([end], type: 0), .second(type: 0), .special([end], type: 0)])
  }

  /// How many special tokens are added to a text, or to a pair.
  func specialTokens(pair isPair: Bool) -> Int {
    (isPair ? pair : single).reduce(0) { count, slot in
      if case .special(let ids, _) = slot { count + ids.count } else { count }
    }
  }

  /// All ids of special tokens.
  var specialIDs: [Int32] {
    (single + pair).flatMap { slot -> [Int32] in
      if case .special(let ids, _) = slot { ids } else { [] }
    }
  }

  /// The ids and types of one text or two with the special tokens where they belong.
  ///
  /// - Complexity: O(tokens).
  func fill(
    _ first: some Collection<Int32>, _ second: (some Collection<Int32>)?
  ) -> TokenSequence {
    var ids: [Int32] = []
    var types: [Int32] = []
    let slots = second == nil ? single : pair
    ids.reserveCapacity(first.count + (second?.count ?? 0) + specialTokens(pair: second != nil))
    types.reserveCapacity(ids.capacity)
    for slot in slots {
      let kind: Int32
      switch slot {
      case .first(let type):
        ids.append(contentsOf: first)
        kind = type
      case .second(let type):
        if let second { ids.append(contentsOf: second) }
        kind = type
      case .special(let special, let type):
        ids.append(contentsOf: special)
        kind = type
      }
      types.append(contentsOf: repeatElement(kind, count: ids.count - types.count))
    }
    return TokenSequence(ids: ids, types: types)
  }
}

// MARK: tokenizer.json

extension TokenTemplate {
  /// - Parameter settings: The `post_processor`.
  init(_ settings: Settings) throws(EmbeddingError) {
    switch try settings.string("type") {
    case "ByteLevel": self = .bare  // Changes offsets alone.
    case "BertProcessing":
      self = .bert(start: try Self.tokenID(settings, "cls"), end: try Self.tokenID(settings, "sep"))
    case "RobertaProcessing":
      self = .roberta(
        start: try Self.tokenID(settings, "cls"), end: try Self.tokenID(settings, "sep"))
    case "TemplateProcessing":
      single = try Self.slots(settings, "single")
      pair = try Self.slots(settings, "pair")
      func count(_ slots: [Slot], _ isWanted: (Slot) -> Bool) -> Int {
        slots.filter(isWanted).count
      }
      let isFirst: (Slot) -> Bool = { if case .first = $0 { true } else { false } }
      let isSecond: (Slot) -> Bool = { if case .second = $0 { true } else { false } }
      guard count(single, isFirst) == 1, count(single, isSecond) == 0 else {
        throw settings.wrong("single", "a template that holds the sequence A once")
      }
      guard count(pair, isFirst) == 1, count(pair, isSecond) == 1 else {
        throw settings.wrong("pair", "a template that holds the sequences A and B once each")
      }
    case "Sequence":
      self = .bare
      for step in try settings.objects("processors") {
        let template = try TokenTemplate(step)
        guard template == .bare || self == .bare else {
          throw step.wrong("type", "no second processor that adds tokens")
        }
        if template != .bare { self = template }
      }
    default:
      throw settings.wrong(
        "type", "TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel or Sequence")
    }
  }

  /// The id of a member such as `"cls": ["[CLS]", 101]`.
  private static func tokenID(_ settings: Settings, _ key: String) throws(EmbeddingError) -> Int32 {
    guard let pair = settings.value[key]?.elements, pair.count == 2,
      let id = pair[1].tokenID
    else { throw settings.wrong(key, "a token and its id") }
    return id
  }

  private static func slots(_ settings: Settings, _ key: String) throws(EmbeddingError) -> [Slot] {
    try settings.objects(key).map { piece throws(EmbeddingError) in
      if let sequence = try piece.object("Sequence") {
        let type = Int32(try sequence.integer("type_id", in: 0...1 << 20, default: 0))
        switch try sequence.string("id") {
        case "A": return .first(type: type)
        case "B": return .second(type: type)
        default: throw sequence.wrong("id", "A or B")
        }
      }
      guard let special = try piece.object("SpecialToken"), let name = try special.string("id")
      else { throw settings.wrong(key, "a list of Sequence and SpecialToken") }
      guard let known = try settings.object("special_tokens")?.object(name),
        let ids = known.value["ids"]?.elements?.map(\.tokenID), !ids.contains(nil)
      else {
        throw EmbeddingError(
          path: settings.path,
          reason: "the template's \"special_tokens\" have no ids for \"\(name)\"")
      }
      let type = Int32(try special.integer("type_id", in: 0...1 << 20, default: 0))
      return .special(ids.compactMap(\.self), type: type)
    }
  }
}

extension JSONValue {
  /// A token's id: a number that could be the row of an embedding table.
  var tokenID: Int32? {
    guard let integer, integer >= 0, integer < 1 << 24 else { return nil }
    return Int32(integer)
  }
}
