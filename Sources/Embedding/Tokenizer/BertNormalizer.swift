internal import Foundation

/// Cleans text the way that BERT's tokenizer does before it splits words: in this order, control
/// characters go, Chinese characters get spaces around them, accents go, letters become small.
package struct BertNormalizer: Sendable, Equatable {
  package var cleansText = true
  package var spacesChinese = true
  package var stripsAccents = true
  package var lowercases = true

  package init() {}

  /// The normal form of valid UTF-8, as UTF-8.
  ///
  /// - Complexity: O(n).
  package func normalize(_ text: ArraySlice<UInt8>) -> [UInt8] {
    let bytes = Array(text)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + 16)
    // Cleaned characters whose accents may combine, waiting to be decomposed together: everything
    // since the last ASCII character, with which no mark of another can change places.
    var pending = String.UnicodeScalarView()
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte < 0x80 {
        index += 1
        guard let kept = ascii(byte) else { continue }
        flush(&pending, into: &result)
        result.append(kept)
        continue
      }
      let scalar = bytes.scalar(at: &index)
      if cleansText {
        if scalar == "\u{FFFD}" || CharacterClasses.isControl(scalar) { continue }
        if CharacterClasses.isWhitespace(scalar) {
          pending.append(" ")
          continue
        }
      }
      if spacesChinese, CharacterClasses.isChinese(scalar) {
        pending.append(contentsOf: [" ", scalar, " "])
      } else if stripsAccents, !CharacterClasses.decomposes(scalar) {
        flush(&pending, into: &result)
        appendLowercased(scalar, to: &result)
      } else {
        pending.append(scalar)
      }
    }
    flush(&pending, into: &result)
    return result
  }

  /// What an ASCII character becomes; nil where it goes.
  @inline(__always)
  private func ascii(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): lowercases ? byte | 0x20 : byte
    case 0x20..<0x7F: byte
    case 0x09, 0x0A, 0x0D: cleansText ? 0x20 : byte
    default: cleansText ? nil : byte
    }
  }

  private func flush(_ pending: inout String.UnicodeScalarView, into result: inout [UInt8]) {
    guard !pending.isEmpty else { return }
    defer { pending.removeAll(keepingCapacity: true) }
    guard stripsAccents else {
      for scalar in pending { appendLowercased(scalar, to: &result) }
      return
    }
    let isDecomposed = pending.allSatisfy { Self.isDecomposed($0.value) }
    let decomposed = isDecomposed ? pending : decomposition(of: pending)
    for scalar in decomposed where isDecomposed || !CharacterClasses.isMark(scalar) {
      appendLowercased(scalar, to: &result)
    }
  }

  private func decomposition(of scalars: String.UnicodeScalarView) -> String.UnicodeScalarView {
    String(scalars).decomposedStringWithCanonicalMapping.unicodeScalars
  }

  /// Characters that are no marks and have no decomposition, for certain: Latin-1's symbols, dashes,
  /// quotes and bullets, and the Chinese characters of the first plane. Most of what is not ASCII in
  /// English texts is here.
  private static func isDecomposed(_ value: UInt32) -> Bool {
    switch value {
    case 0..<0xC0, 0x2002..<0x2060, 0x4E00..<0xA000: true
    default: false
    }
  }

  private func appendLowercased(_ scalar: Unicode.Scalar, to result: inout [UInt8]) {
    guard lowercases else { return result.append(scalar) }
    if scalar.isASCII {
      let isCapital = scalar.value >= 0x41 && scalar.value <= 0x5A
      result.append(UInt8(scalar.value) | (isCapital ? 0x20 : 0))
    } else {
      result.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
    }
  }
}
