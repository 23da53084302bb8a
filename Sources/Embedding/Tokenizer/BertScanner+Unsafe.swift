/// BERT's normalizer, word splitter and WordPiece in one pass over a text's bytes.
///
/// Words of up to 16 ASCII letters and digits, with ASCII space or punctuation around them, are what
/// most texts are made of. Such a word is loaded as two 64-bit numbers; its end is found, its letters
/// become small and its id is looked up in these registers (Lamport, "Multiple byte processing with
/// full-word instructions", 1975). All else, up to the next ASCII space or punctuation character, is
/// taken character by character (``BertCharacters``), or, where characters combine, goes the long
/// way through ``BertNormalizer`` and ``BertWords``: normalisation never looks beyond such a
/// character.
package struct BertScanner: Sendable {
  let vocabulary: WordPieceVocabulary
  let normalizer: BertNormalizer
  private let characters: BertCharacters
  private let classes: [ByteClass]
  /// The ids of words of one ASCII character.
  private let characterIDs: [Int32]
  /// What makes a letter small, or nothing where case is kept.
  private let caseBits: UInt64

  private enum ByteClass: UInt8 {
    /// A letter or digit.
    case word
    case space
    case punctuation
    /// What only the long way knows to treat.
    case other
  }

  package init(vocabulary: WordPieceVocabulary, normalizer: BertNormalizer) {
    self.vocabulary = vocabulary
    self.normalizer = normalizer
    characters = BertCharacters(normalizer)
    caseBits = normalizer.lowercases ? 0x2020_2020_2020_2020 : 0
    classes = (0...255).map { byte in
      let scalar = Unicode.Scalar(UInt8(byte))
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: return .word
      case 0x20, 0x09, 0x0A, 0x0D: return .space
      default: return byte < 0x80 && CharacterClasses.isPunctuation(scalar) ? .punctuation : .other
      }
    }
    characterIDs = (0..<128).map { byte in
      var ids = TokenBuffer()
      let word = PackedBytes(CollectionOfOne(UInt8(byte)))
      vocabulary.appendPieces(of: word, characters: 1, to: &ids)
      return ids.ids(0..<1)[0]
    }
  }

  /// Appends the ids of a text's tokens until there are `limit` ids or more.
  ///
  /// - Parameter text: Valid UTF-8.
  package func append(_ text: Span<UInt8>, to ids: inout TokenBuffer, limit: Int) {
    text.withUnsafeBufferPointer { append($0, to: &ids, limit: limit) }
  }

  private func append(
    _ text: UnsafeBufferPointer<UInt8>, to ids: inout TokenBuffer, limit: Int
  ) {
    // Safe: every index below is less than `end`, the number of bytes of `text`, or of a byte, for
    // `classes` with its 256 elements and `characterIDs`, which punctuation alone asks.
    guard let base = text.baseAddress else { return }
    let end = text.count
    classes.withUnsafeBufferPointer { classes in
      characterIDs.withUnsafeBufferPointer { characterIDs in
        var offset = 0
        while offset < end, ids.count < limit {
          switch classes[Int(base[offset])] {
          case .space: offset &+= 1
          case .punctuation:
            ids.append(characterIDs[Int(base[offset])])
            offset &+= 1
          case .word:
            let word = word(base + offset, within: end &- offset)
            let next = offset &+ word.count
            let follower = next < end ? classes[Int(base[next])] : .space
            if follower == .space || follower == .punctuation {
              vocabulary.appendPieces(of: word, characters: word.count, to: &ids)
              offset = next
            } else {
              offset = appendAny(text, offset, classes, to: &ids, limit: limit)
            }
          case .other: offset = appendAny(text, offset, classes, to: &ids, limit: limit)
          }
        }
      }
    }
  }

  /// The small letters and digits at the start of `bytes`, 16 at most.
  @inline(__always)
  private func word(_ bytes: UnsafePointer<UInt8>, within count: Int) -> PackedBytes {
    let (low, high) = PackedBytes.load(bytes, available: count)
    let (firstLetters, firstOthers) = Self.classify(low)
    let (secondLetters, secondOthers) = Self.classify(high)
    let length =
      firstOthers != 0
      ? firstOthers.trailingZeroBitCount / 8 : 8 + secondOthers.trailingZeroBitCount / 8
    return PackedBytes(
      low: low | (firstLetters &>> 2 & caseBits), high: high | (secondLetters &>> 2 & caseBits),
      count: length)
  }

  /// The top bit of each byte that is an ASCII letter, and of each that is neither letter nor digit.
  ///
  /// Each byte without its top bit is compared with a bound by adding what takes the bound to 128:
  /// no sum carries into the byte above.
  @inline(__always)
  private static func classify(_ bytes: UInt64) -> (letters: UInt64, others: UInt64) {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let tops = ones &* 0x80
    let ascii = bytes & ~tops
    let small = ascii | ones &* 0x20
    let letters = (small &+ ones &* (0x80 - 0x61)) & ~(small &+ ones &* (0x80 - 0x7B))
    let digits = (ascii &+ ones &* (0x80 - 0x30)) & ~(ascii &+ ones &* (0x80 - 0x3A))
    let known = ~bytes & tops
    return (letters & known, ~(letters | digits) & tops | bytes & tops)
  }

  /// Appends the tokens up to the next ASCII space or punctuation character.
  ///
  /// - Returns: Where that character is, or a place before it where there are `limit` ids.
  @inline(never)
  private func appendAny(
    _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ classes: UnsafeBufferPointer<ByteClass>,
    to ids: inout TokenBuffer, limit: Int
  ) -> Int {
    let span = text.span
    let kept = ids.count
    let longest = vocabulary.maximumWordLength
    var word = WordInProgress()
    var offset = start
    while offset < text.count {
      let byteClass = classes[Int(text[offset])]
      if byteClass == .space || byteClass == .punctuation { break }
      let character = characters(span.scalar(at: &offset))
      switch character.effect {
      case .letters: word.append(character.bytes, characters: character.count, limit: longest)
      case .nothing: break
      case .space, .word:
        word.finish(vocabulary, to: &ids)
        if character.effect == .word {
          vocabulary.appendPieces(of: character.bytes, characters: character.count, to: &ids)
        }
        if ids.count >= limit { return offset }
      case .combines:
        ids.truncate(to: kept)
        return appendLongWay(text, start, classes, to: &ids, limit: limit)
      }
    }
    word.finish(vocabulary, to: &ids)
    return offset
  }

  /// The same by the way that takes anything.
  @inline(never)
  private func appendLongWay(
    _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ classes: UnsafeBufferPointer<ByteClass>,
    to ids: inout TokenBuffer, limit: Int
  ) -> Int {
    var end = start
    while end < text.count {
      let byteClass = classes[Int(text[end])]
      if byteClass == .space || byteClass == .punctuation { break }
      end += 1
    }
    let normalized = normalizer.normalize(Array(text[start..<end])[...])
    for word in BertWords(normalized, 0..<normalized.count) {
      guard ids.count < limit else { break }
      vocabulary.appendPieces(of: normalized[word], to: &ids)
    }
    return end
  }
}
