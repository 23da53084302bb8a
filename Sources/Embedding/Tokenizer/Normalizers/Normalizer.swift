/// What is done to a text before it is split: the `normalizer` of a `tokenizer.json`, one step after
/// another.
struct Normalizer: Sendable {
  enum Step: Sendable {
    case bert(BertNormalizer)
    case form(UnicodeForm)
    case lowercase
    case stripAccents
    /// White space goes from the ends.
    case strip(left: Bool, right: Bool)
    case replace(Finder, with: [UInt8])
    /// Put before a text that is not empty.
    case prepend([UInt8])
    /// What machine translation leaves out or takes for white space.
    case translation
    case charsmap(Charsmap)
    case byteAlphabet
  }

  var steps: [Step]

  /// The normal form of valid UTF-8, as valid UTF-8.
  ///
  /// - Parameter keepsStart: Becomes false where the text's first character goes and nothing takes
  ///   its place.
  /// - Complexity: O(n).
  func normalize(_ text: ArraySlice<UInt8>, keepsStart: inout Bool) -> [UInt8] {
    var text = Array(text)
    for step in steps { text = step.apply(text, &keepsStart) }
    return text
  }
}

extension Normalizer.Step {
  fileprivate func apply(_ text: [UInt8], _ keepsStart: inout Bool) -> [UInt8] {
    switch self {
    case .bert(let normalizer):
      if normalizer.cleansText { Self.checkStart(text, &keepsStart, CharacterClasses.isCleaned) }
      return normalizer.normalize(text[...])
    case .form(let form): return form.apply(text)
    case .lowercase: return Self.lowercased(text)
    case .stripAccents:
      Self.checkStart(text, &keepsStart, CharacterClasses.isAccent)
      return Self.map(text) { scalar, result in
        if !CharacterClasses.isAccent(scalar) { result.append(scalar) }
      }
    case .strip(let left, let right):
      if left { Self.checkStart(text, &keepsStart, CharacterClasses.isWhitespace) }
      return Self.stripped(text, left: left, right: right)
    case .replace(let finder, let content): return Self.replaced(text, finder, content, &keepsStart)
    case .prepend(let content): return text.isEmpty ? text : content + text
    case .translation:
      Self.checkStart(text, &keepsStart, CharacterClasses.isDroppedInTranslation)
      return Self.map(text) { scalar, result in
        if CharacterClasses.isDroppedInTranslation(scalar) { return }
        result.append(CharacterClasses.isSpaceInTranslation(scalar) ? " " : scalar)
      }
    case .charsmap(let map): return map.apply(text)
    case .byteAlphabet: return ByteAlphabet.encode(text.span, 0..<text.count)
    }
  }

  private static func checkStart(
    _ text: [UInt8], _ keepsStart: inout Bool, _ goes: (Unicode.Scalar) -> Bool
  ) {
    guard !text.isEmpty else { return }
    var index = 0
    if goes(text.scalar(at: &index)) { keepsStart = false }
  }

  private static func map(
    _ text: [UInt8], _ body: (Unicode.Scalar, inout [UInt8]) -> Void
  ) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count { body(text.scalar(at: &index), &result) }
    return result
  }

  private static func lowercased(_ text: [UInt8]) -> [UInt8] {
    map(text) { scalar, result in
      if scalar.isASCII {
        let isCapital = scalar.value >= 0x41 && scalar.value <= 0x5A
        result.append(UInt8(scalar.value) | (isCapital ? 0x20 : 0))
      } else {
        result.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
      }
    }
  }

  private static func stripped(_ text: [UInt8], left: Bool, right: Bool) -> [UInt8] {
    let span = text.span
    var (start, end) = (0, text.count)
    while left, start < end {
      var next = start
      guard CharacterClasses.isWhitespace(span.scalar(at: &next)) else { break }
      start = next
    }
    while right, start < end {
      let last = span.start(before: end)
      var index = last
      guard CharacterClasses.isWhitespace(span.scalar(at: &index)) else { break }
      end = last
    }
    return Array(text[start..<end])
  }

  private static func replaced(
    _ text: [UInt8], _ finder: Finder, _ content: [UInt8], _ keepsStart: inout Bool
  ) -> [UInt8] {
    let span = text.span
    var result: [UInt8] = []
    var copied = 0
    while let match = finder.next(in: span, copied..<text.count) {
      if match.lowerBound == 0, content.isEmpty { keepsStart = false }
      result.append(contentsOf: text[copied..<match.lowerBound])
      result.append(contentsOf: content)
      copied = match.upperBound
    }
    if copied == 0 { return text }
    result.append(contentsOf: text[copied...])
    return result
  }
}

extension CharacterClasses {
  /// What BERT's cleaning removes.
  static func isCleaned(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\u{0}" || scalar == "\u{FFFD}" || isControl(scalar)
  }

  /// Marks of every kind as of Unicode 9, which the normalizer StripAccents removes.
  static func isAccent(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x300 { return false }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark:
      return isInNormalizationTables(scalar) && scalar != "\u{111C9}"  // Became one since.
    default: return scalar == "\u{1CF2}" || scalar == "\u{1CF3}"  // Were marks then.
    }
  }

  /// Whether a character is in the tables of Unicode 9 that texts are normalised with.
  static func isInNormalizationTables(_ scalar: Unicode.Scalar) -> Bool {
    guard let age = scalar.properties.age else { return false }
    return age.major <= 9
  }

  /// What sentencepiece's rules for machine translation leave out.
  static func isDroppedInTranslation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: true
    default: false
    }
  }

  static func isSpaceInTranslation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD:
      true
    default: false
    }
  }
}
