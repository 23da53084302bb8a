internal import Foundation

/// The normalisation forms of Unicode (Standard Annex 15), with the tables of Unicode 9 that Hugging
/// Face's `tokenizers` has: characters that came later stay as they are, and nothing moves past them.
enum UnicodeForm: String, Sendable {
  case canonicalDecomposition = "NFD"
  case canonicalComposition = "NFC"
  case compatibilityDecomposition = "NFKD"
  case compatibilityComposition = "NFKC"

  /// - Parameter text: Valid UTF-8.
  /// - Complexity: O(n) but for runs of combining marks, which are sorted.
  func apply(_ text: [UInt8]) -> [UInt8] {
    // What is ASCII stays, unless a mark that composes with it follows.
    guard let first = text.firstIndex(where: { $0 >= 0x80 }) else { return text }
    var result = Array(text[..<max(0, first - 1)])
    result.reserveCapacity(text.count + text.count / 8)
    // Characters to be normalised together: from one that begins anew to the next.
    var pending = String.UnicodeScalarView()
    var isPlain = true
    var index = max(0, first - 1)
    while index < text.count {
      let scalar = text.scalar(at: &index)
      let isStable = isStable(scalar)
      if isStable {
        // Before such a character a new run begins; one by itself needs no work.
        flush(&pending, isPlain, into: &result)
        isPlain = true
      } else if !CharacterClasses.isInNormalizationTables(scalar) {
        flush(&pending, isPlain, into: &result)
        isPlain = true
        result.append(scalar)
        continue
      }
      if !isStable { isPlain = false }
      switch scalar.value {
      // Their parts sort among the marks before them, which Foundation overlooks.
      case 0xF73: pending.append(contentsOf: ["\u{F71}", "\u{F72}"])
      case 0xF75: pending.append(contentsOf: ["\u{F71}", "\u{F74}"])
      case 0xF81: pending.append(contentsOf: ["\u{F71}", "\u{F80}"])
      default: pending.append(scalar)
      }
    }
    flush(&pending, isPlain, into: &result)
    return result
  }

  private func flush(
    _ pending: inout String.UnicodeScalarView, _ isPlain: Bool, into result: inout [UInt8]
  ) {
    guard !pending.isEmpty else { return }
    if isPlain {
      for scalar in pending { result.append(scalar) }
    } else {
      result.append(contentsOf: normalized(String(pending)).utf8)
    }
    pending.removeAll(keepingCapacity: true)
  }

  private func normalized(_ text: String) -> String {
    switch self {
    case .canonicalDecomposition: text.decomposedStringWithCanonicalMapping
    case .canonicalComposition: text.precomposedStringWithCanonicalMapping
    case .compatibilityDecomposition: text.decomposedStringWithCompatibilityMapping
    case .compatibilityComposition: text.precomposedStringWithCompatibilityMapping
    }
  }

  /// Characters, for certain, that have no decomposition in this form and compose with none before
  /// them: ASCII, Latin, Greek and Cyrillic where they stay composed, dashes and quotes, Chinese.
  private func isStable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x80, 0x4E00..<0xA000: true
    case 0xC0..<0x132: self == .canonicalComposition || self == .compatibilityComposition
    case 0x391..<0x3AA, 0x3B1..<0x3CA, 0x410..<0x460:
      self == .canonicalComposition || self == .compatibilityComposition
    case 0x2010, 0x2012..<0x2017, 0x2018..<0x2024: true
    default: false
    }
  }
}
