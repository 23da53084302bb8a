/// Byte-pair encoding (Sennrich et al., "Neural machine translation of rare words with subword
/// units", 2016): a word begins as its characters, or bytes, and of all neighbours that may merge the
/// pair that was learnt first merges, the leftmost of several, until none may.
struct BytePairVocabulary: Sendable {
  /// What a word's first symbols are.
  enum Alphabet: Sendable {
    /// Bytes, each written as a character of its own (``ByteAlphabet``): by place (``Place``) and
    /// byte the id, or −1.
    case bytes([[Int32]])
    /// Characters: by place and scalar the id.
    case scalars([[UInt32: Int32]])
  }

  /// Where in a word a symbol stands, as far as its token is marked for it: a bit for "not first", a
  /// bit for "last".
  enum Place {
    static let count = 4
    static func number(isFirst: Bool, isLast: Bool) -> Int { (isFirst ? 0 : 1) + (isLast ? 2 : 0) }
  }

  let alphabet: Alphabet
  let pairs: PairTable
  /// Whole words that are taken as they are, whatever the merges say; nil where none are.
  let words: ByteTrie?
  /// What stands for characters that are not known; nil where they vanish.
  let unknownID: Int32?
  /// Whether unknown characters in a row are one token.
  let fusesUnknown: Bool
  /// The tokens of the 256 bytes that an unknown character is spelt with, −1 where there is none;
  /// empty where it isn't.
  let byteTokens: [Int32]

  /// Appends the ids of a word's pieces.
  ///
  /// - Parameter scratch: Memory for the symbols of a word.
  /// - Complexity: O(n log n), n being the word's length.
  func append(
    _ text: Span<UInt8>, _ word: Range<Int>, to ids: inout [Int32], scratch: inout MergeScratch
  ) {
    if let id = words?.id(of: text, word) {
      ids.append(id)
      return
    }
    scratch.symbols.removeAll(keepingCapacity: true)
    switch alphabet {
    case .bytes(let places):
      appendSymbols(text, word, places, to: &scratch.symbols)
    case .scalars(let places):
      appendSymbols(text, word, places, to: &scratch.symbols)
    }
    scratch.merge(pairs)
    ids.append(contentsOf: scratch.symbols)
  }

  private func appendSymbols(
    _ text: Span<UInt8>, _ word: Range<Int>, _ places: [[Int32]], to symbols: inout [Int32]
  ) {
    var isUnknown = false
    for index in word {
      let place = Place.number(
        isFirst: index == word.lowerBound, isLast: index + 1 == word.upperBound)
      appendSymbol(
        places[place][Int(text[index])], text, index..<index + 1, &isUnknown, to: &symbols)
    }
    if isUnknown, let unknownID { symbols.append(unknownID) }
  }

  private func appendSymbols(
    _ text: Span<UInt8>, _ word: Range<Int>, _ places: [[UInt32: Int32]],
    to symbols: inout [Int32]
  ) {
    var isUnknown = false
    var index = word.lowerBound
    while index < word.upperBound {
      let start = index
      let scalar = text.scalar(at: &index)
      let place = Place.number(isFirst: start == word.lowerBound, isLast: index == word.upperBound)
      appendSymbol(
        places[place][scalar.value] ?? -1, text, start..<index, &isUnknown, to: &symbols)
    }
    if isUnknown, let unknownID { symbols.append(unknownID) }
  }

  /// - Parameter isUnknown: Whether an unknown character came before, whose token waits for what
  ///   follows. Bytes of another that is spelt don't end the wait: so does that library.
  private func appendSymbol(
    _ id: Int32, _ text: Span<UInt8>, _ range: Range<Int>, _ isUnknown: inout Bool,
    to symbols: inout [Int32]
  ) {
    if id >= 0 {
      if isUnknown, let unknownID { symbols.append(unknownID) }
      isUnknown = false
      symbols.append(id)
    } else if !byteTokens.isEmpty, range.allSatisfy({ byteTokens[Int(text[$0])] >= 0 }) {
      for index in range { symbols.append(byteTokens[Int(text[index])]) }
    } else if let unknownID {
      if isUnknown, !fusesUnknown { symbols.append(unknownID) }
      isUnknown = true
    }
  }
}
