/// Finds the places where a text is split, or replaced.
enum Finder: Sendable {
  case text([UInt8])
  case pattern(WordPattern)
  /// Each character of a class by itself.
  case whitespace
  case punctuation
  case numeric
  /// Runs of characters that belong to words, and runs of others that are not white space.
  case words

  /// The first match within a range of valid UTF-8; never empty.
  ///
  /// - Complexity: O(length to the end of the match).
  func next(in text: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
    var index = range.lowerBound
    switch self {
    case .text(let sought):
      let first = sought[0]
      while index + sought.count <= range.upperBound {
        if text[index] == first, text.hasBytes(sought.span, at: index) {
          return index..<index + sought.count
        }
        index += 1
      }
      return nil
    case .pattern(let pattern): return pattern.next(in: text, range)
    case .whitespace: return Self.scalar(in: text, range, CharacterClasses.isWhitespace)
    case .punctuation: return Self.scalar(in: text, range, CharacterClasses.isPunctuation)
    case .numeric: return Self.scalar(in: text, range, CharacterClasses.isNumeric)
    case .words:
      var isWord: Bool?
      var start = index
      while index < range.upperBound {
        let before = index
        let scalar = text.scalar(at: &index)
        if CharacterClasses.isWhitespace(scalar) {
          if isWord != nil { return start..<before }
          start = index
        } else if let known = isWord {
          if CharacterClasses.belongsToWord(scalar) != known { return start..<before }
        } else {
          start = before
          isWord = CharacterClasses.belongsToWord(scalar)
        }
      }
      return isWord == nil ? nil : start..<index
    }
  }

  @inline(__always)
  private static func scalar(
    in text: Span<UInt8>, _ range: Range<Int>, _ isSought: (Unicode.Scalar) -> Bool
  ) -> Range<Int>? {
    var index = range.lowerBound
    while index < range.upperBound {
      let before = index
      if isSought(text.scalar(at: &index)) { return before..<index }
    }
    return nil
  }
}

extension CharacterClasses {
  /// Digits, fractions, number letters and the like.
  static func isNumeric(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return (0x30...0x39).contains(scalar.value) }
    switch scalar.properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: return true
    default: return false
    }
  }

  /// What a regular expression's `\w` means by a character of a word, as of Unicode 16.
  static func belongsToWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      switch scalar.value {
      case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: return true
      default: return false
      }
    }
    let properties = scalar.properties
    guard let age = properties.age, age.major <= 16 else { return false }
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation:
      return true
    default: return properties.isAlphabetic || properties.isJoinControl
    }
  }
}
