/// The compiled normalisation rules of a sentencepiece model (Kudo and Richardson, "SentencePiece",
/// 2018): a double-array trie (Aoe, "An efficient digital search algorithm by using a double-array
/// structure", 1989) from byte strings to replacements.
///
/// Hugging Face's `tokenizers` looks up whole grapheme clusters of less than six bytes, and of a
/// cluster takes the shortest rule that is a prefix, though rest be lost; clusters without a rule are
/// looked up character by character. Models were exported against that, so it is done here, too.
struct Charsmap: Sendable {
  private var units: [UInt32]
  /// The replacements, each closed by a zero byte.
  private var replacements: [UInt8]
  /// Whether an ASCII character has no rule of its own.
  private var isKept: [Bool] = []

  /// - Parameters:
  ///   - blob: The size of the trie in bytes, the trie, the replacements.
  ///   - path: The file that it stands in, for errors.
  init(_ blob: [UInt8], path: String) throws(EmbeddingError) {
    func word(_ index: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(blob[index + $1]) << (8 * UInt32($1)) }
    }
    guard blob.count >= 4 else {
      throw EmbeddingError(path: path, reason: "its charsmap has \(blob.count) bytes, no rules")
    }
    let size = Int(word(0))
    guard size % 4 == 0, size <= blob.count - 4 else {
      throw EmbeddingError(
        path: path,
        reason: "its charsmap of \(blob.count) bytes claims a trie of \(size) bytes")
    }
    units = (0..<size / 4).map { word(4 + 4 * $0) }
    replacements = Array(blob[(4 + size)...])
    guard String(validating: replacements, as: UTF8.self) != nil else {
      throw EmbeddingError(path: path, reason: "its charsmap's replacements are not UTF-8")
    }
    isKept = (0..<128).map { replacement(of: [UInt8($0)].span, 0..<1) == nil }
  }

  /// What the shortest rule for a prefix of some bytes puts in their place.
  private func replacement(of text: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
    guard !units.isEmpty else { return nil }
    var node = Self.offset(units[0])
    for index in range {
      let byte = text[index]
      guard byte != 0 else { return nil }
      node ^= Int(byte)
      guard node < units.count, units[node] & 0x8000_00FF == UInt32(byte) else { return nil }
      let hasLeaf = units[node] >> 8 & 1 == 1
      node ^= Self.offset(units[node])
      guard hasLeaf else { continue }
      guard node < units.count else { return nil }
      let start = Int(units[node] & 0x7FFF_FFFF)
      // A damaged rule may point anywhere, also into a character.
      guard start < replacements.count, replacements[start] & 0xC0 != 0x80 else { return nil }
      let end = replacements[start...].firstIndex(of: 0) ?? replacements.count
      return start..<end
    }
    return nil
  }

  private static func offset(_ unit: UInt32) -> Int {
    Int((unit >> 10) << ((unit & 0x200) >> 6))
  }

  /// The text with the rules applied.
  ///
  /// - Parameter text: Valid UTF-8.
  /// - Complexity: O(n).
  func apply(_ text: [UInt8]) -> [UInt8] {
    let span = text.span
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      let byte = text[index]
      let following = index + 1 < text.count ? text[index + 1] : 0x20
      if byte < 0x80, following < 0x80, byte != 0x0D {
        if isKept[Int(byte)] {
          result.append(byte)
        } else {
          append(span, index..<index + 1, &result)
        }
        index += 1
        continue
      }
      var next = index
      var last = span.scalar(at: &next)
      guard !Self.isPlain(last) || !isBoundary(span, next) else {
        append(span, index..<next, &result)
        index = next
        continue
      }
      // Up to the next boundary that is beyond doubt, the standard library says where clusters end.
      while next < text.count {
        var after = next
        let scalar = span.scalar(at: &after)
        if Self.isPlain(last), Self.isPlain(scalar) { break }
        (last, next) = (scalar, after)
      }
      for cluster in String(decoding: text[index..<next], as: UTF8.self) {
        let end = index + cluster.utf8.count
        if end - index < 6, let rule = replacement(of: span, index..<end) {
          result.append(contentsOf: replacements[rule])
          index = end
          continue
        }
        while index < end {
          let start = index
          _ = span.scalar(at: &index)
          append(span, start..<index, &result)
        }
      }
    }
    return result
  }

  private func append(_ text: Span<UInt8>, _ range: Range<Int>, _ result: inout [UInt8]) {
    if let rule = replacement(of: text, range) {
      result.append(contentsOf: replacements[rule])
    } else {
      for index in range { result.append(text[index]) }
    }
  }

  private func isBoundary(_ text: Span<UInt8>, _ index: Int) -> Bool {
    var index = index
    return index == text.count || Self.isPlain(text.scalar(at: &index))
  }

  /// Characters, for certain, between any two of which a cluster ends.
  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20..<0x7F, 0xC0..<0x300, 0x391..<0x483, 0x48A..<0x530, 0x3041..<0x3097, 0x30A1..<0x30FB,
      0x4E00..<0xA000, 0x2010..<0x2028:
      true
    default: false
    }
  }
}
