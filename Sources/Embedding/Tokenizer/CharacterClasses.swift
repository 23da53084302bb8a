/// The character classes of BERT's tokenizer, as Hugging Face's `tokenizers` draws them.
///
/// That library takes general categories from tables of Unicode 8.0: to it, what came later is
/// neither a mark nor punctuation nor a format character. A model's vocabulary was learnt with those
/// classes, so they are part of the model.
enum CharacterClasses {
  /// Control characters, which cleaning removes. Tab and line breaks count as white space.
  static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control: scalar != "\t" && scalar != "\n" && scalar != "\r"
    case .format: isInTables(scalar)
    case .privateUse: true
    default: false
    }
  }

  static func isWhitespace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace
  }

  /// Nonspacing marks, which accent stripping removes.
  static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\u{1734}", "\u{1171E}": true  // Became spacing marks since.
    case "\u{1885}", "\u{1886}", "\u{A9BD}", "\u{111C9}": false  // Were something else then.
    default: scalar.properties.generalCategory == .nonspacingMark && isInTables(scalar)
    }
  }

  /// Punctuation, each character of which is a word of its own; all ASCII symbols count.
  static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      switch scalar.value {
      case 33...47, 58...64, 91...96, 123...126: return true
      default: return false
      }
    }
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      return isInTables(scalar)
    default: return scalar == "\u{166D}" || scalar == "\u{111C9}"  // Became others since.
    }
  }

  /// Chinese characters, each of which is a word of its own: BERT's ranges, without Hangul and
  /// Japanese syllables.
  static func isChinese(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
      0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }

  /// Whether canonical decomposition applies: that library's tables of it stop before Unicode 13.
  static func decomposes(_ scalar: Unicode.Scalar) -> Bool {
    guard let age = scalar.properties.age else { return false }
    return age.major < 13
  }

  private static func isInTables(_ scalar: Unicode.Scalar) -> Bool {
    guard let age = scalar.properties.age else { return false }
    return age.major <= 8
  }
}
