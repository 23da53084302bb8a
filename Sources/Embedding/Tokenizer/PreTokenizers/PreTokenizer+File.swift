extension Finder {
  /// - Parameter settings: What has a `pattern`, `{"String": …}` or `{"Regex": …}`.
  init(_ settings: Settings) throws(EmbeddingError) {
    let pattern = try settings.object("pattern")
    if let text = try pattern?.string("String"), !text.isEmpty {
      self = .text(Array(text.utf8))
      return
    }
    guard let source = try pattern?.string("Regex") else {
      throw settings.wrong("pattern", "a String that is not empty, or a Regex")
    }
    do throws(PatternError) {
      self = .pattern(try WordPattern(source))
    } catch {
      throw EmbeddingError(
        path: settings.path,
        reason: "the pattern \"\(source.prefix(200))\" is not supported: \(error.reason)")
    }
  }
}

extension PreTokenizer {
  init(_ settings: Settings?) throws(EmbeddingError) {
    steps = try settings.map(Self.steps) ?? []
  }

  /// Takes the last step's turning of bytes into characters away.
  ///
  /// - Returns: Whether there was one.
  mutating func dropByteAlphabet() -> Bool {
    guard case .byteLevel(let addsSpace, let pattern, true) = steps.last else { return false }
    steps[steps.count - 1] = .byteLevel(addsSpace: addsSpace, pattern: pattern, encodes: false)
    return true
  }

  private static func steps(_ settings: Settings) throws(EmbeddingError) -> [Step] {
    switch try settings.string("type") {
    case "Sequence":
      var steps: [Step] = []
      for step in try settings.objects("pretokenizers") { steps += try Self.steps(step) }
      return steps
    case "BertPreTokenizer": return [.bert]
    case "Whitespace": return [.split(.words, .removed, isInverted: true)]
    case "WhitespaceSplit": return [.split(.whitespace, .removed, isInverted: false)]
    case "Punctuation":
      return [.split(.punctuation, try behavior(settings) ?? .isolated, isInverted: false)]
    case "Digits":
      let isIndividual = try settings.boolean("individual_digits") ?? false
      return [.split(.numeric, isIndividual ? .isolated : .contiguous, isInverted: false)]
    case "CharDelimiterSplit":
      guard let delimiter = try settings.string("delimiter"), delimiter.unicodeScalars.count == 1
      else { throw settings.wrong("delimiter", "a character") }
      return [.split(.text(Array(delimiter.utf8)), .removed, isInverted: false)]
    case "Split":
      guard let behavior = try behavior(settings) else {
        throw settings.wrong("behavior", "what becomes of matches")
      }
      return [
        .split(try Finder(settings), behavior, isInverted: try settings.boolean("invert") ?? false)
      ]
    case "Metaspace": return [try metaspace(settings)]
    case "ByteLevel":
      let usesPattern = try settings.boolean("use_regex") ?? true
      return [
        .byteLevel(
          addsSpace: try settings.boolean("add_prefix_space") ?? true,
          pattern: usesPattern ? .gpt2 : nil, encodes: true)
      ]
    default:
      throw settings.wrong(
        "type",
        "one of the pre-tokenizers BertPreTokenizer, Whitespace, WhitespaceSplit, Punctuation, "
          + "Digits, CharDelimiterSplit, Split, Metaspace, ByteLevel and Sequence")
    }
  }

  private static func behavior(_ settings: Settings) throws(EmbeddingError) -> SplitBehavior? {
    guard let name = try settings.string("behavior") else { return nil }
    guard let behavior = SplitBehavior(rawValue: name) else {
      throw settings.wrong(
        "behavior",
        "Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous")
    }
    return behavior
  }

  private static func metaspace(_ settings: Settings) throws(EmbeddingError) -> Step {
    let mark = try settings.string("replacement") ?? "\u{2581}"
    guard mark.unicodeScalars.count == 1 else { throw settings.wrong("replacement", "a character") }
    var prefix = MetaspacePrefix.always
    if let name = try settings.string("prepend_scheme") {
      guard let known = MetaspacePrefix(rawValue: name) else {
        throw settings.wrong("prepend_scheme", "always, first or never")
      }
      prefix = known
    } else if try settings.boolean("add_prefix_space") == false {
      prefix = .never
    }
    return .metaspace(
      mark: Array(mark.utf8), prefix: prefix, splits: try settings.boolean("split") ?? true)
  }
}
