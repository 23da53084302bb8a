/// The words of normalised text: what stands between white space, and each punctuation character
/// by itself.
///
///     don't stop.   →   don  '  t  stop  .
package struct BertWords: Sequence, IteratorProtocol {
  private let text: [UInt8]
  private var offset: Int
  private let end: Int

  /// - Parameter text: Valid UTF-8, of which `range` is split.
  package init(_ text: [UInt8], _ range: Range<Int>) {
    self.text = text
    offset = range.lowerBound
    end = range.upperBound
  }

  /// The range of the next word's bytes.
  package mutating func next() -> Range<Int>? {
    var start = offset
    while offset < end {
      let before = offset
      let scalar = text.scalar(at: &offset)
      if CharacterClasses.isWordCharacter(scalar) { continue }
      if before > start {
        offset = before
        return start..<before
      }
      if !CharacterClasses.isWhitespace(scalar) { return before..<offset }
      start = offset
    }
    return start < end ? start..<end : nil
  }
}

extension CharacterClasses {
  /// Neither white space nor punctuation.
  @inline(__always)
  static func isWordCharacter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x61...0x7A, 0x30...0x39, 0x41...0x5A: true
    default: !isPunctuation(scalar) && !isWhitespace(scalar)
    }
  }
}
