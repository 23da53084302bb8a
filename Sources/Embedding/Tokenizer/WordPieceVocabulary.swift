/// The tokens of a vocabulary and the longest-match-first search for the pieces of a word (Wu et
/// al., "Google's neural machine translation system", 2016, section 4.1).
package struct WordPieceVocabulary: Sendable {
  private(set) var initial = ByteTable()
  /// The pieces that continue a word, without the "##" before them.
  private(set) var continuing = ByteTable()
  let unknownID: Int32
  /// A longer word, in characters, is unknown as a whole.
  let maximumWordLength: Int

  /// - Parameters:
  ///   - tokens: Each token with its id. Where one stands twice, the last id holds.
  ///   - continuingPrefix: What marks a piece that continues a word.
  package init(
    tokens: some Collection<(token: String, id: Int32)>, unknownID: Int32,
    continuingPrefix: String = "##", maximumWordLength: Int = 100
  ) {
    self.unknownID = unknownID
    self.maximumWordLength = maximumWordLength
    initial.reserve(tokens.count)
    continuing.reserve(tokens.count)
    let prefixLength = continuingPrefix.utf8.count
    for (token, id) in tokens {
      initial.insert(token.utf8, id)
      if token.utf8.starts(with: continuingPrefix.utf8) {
        continuing.insert(token.utf8.dropFirst(prefixLength), id)
      }
    }
  }

  /// Appends the ids of a word's pieces, or the unknown token's where the word has no division into
  /// known pieces.
  ///
  /// - Complexity: O(n · longest token) at worst, n being the word's length; O(n) for a known word.
  package func appendPieces(of word: ArraySlice<UInt8>, to ids: inout [Int32]) {
    let characters = word.reduce(0) { $0 + ($1 & 0xC0 != 0x80 ? 1 : 0) }
    guard characters <= maximumWordLength else {
      ids.append(unknownID)
      return
    }
    let kept = ids.count
    var start = word.startIndex
    var table = initial
    while start < word.endIndex {
      guard let match = table.longestPrefix(of: word[start...]) else {
        ids.removeSubrange(kept...)
        ids.append(unknownID)
        return
      }
      ids.append(match.id)
      start += match.length
      table = continuing
    }
  }
}
