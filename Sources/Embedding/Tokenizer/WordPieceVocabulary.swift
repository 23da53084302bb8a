/// The tokens of a vocabulary and the longest-match-first search for the pieces of a word (Wu et
/// al., "Google's neural machine translation system", 2016, section 4.1).
package struct WordPieceVocabulary: Sendable {
  private let initial: PieceTable
  /// The pieces that continue a word, without the "##" before them.
  private let continuing: PieceTable
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
    let prefixLength = continuingPrefix.utf8.count
    initial = PieceTable(tokens.lazy.map { ($0.token.utf8[...], $0.id) })
    continuing = PieceTable(
      tokens.lazy.filter { $0.token.utf8.starts(with: continuingPrefix.utf8) }.map {
        ($0.token.utf8.dropFirst(prefixLength), $0.id)
      })
  }

  /// Appends the ids of a word's pieces, or the unknown token's where the word has no division into
  /// known pieces.
  ///
  /// - Complexity: O(n · longest token) at worst, n being the word's length; O(n) for a known word.
  package func appendPieces(of word: ArraySlice<UInt8>, to ids: inout TokenBuffer) {
    let characters = word.reduce(0) { $0 + ($1 & 0xC0 != 0x80 ? 1 : 0) }
    guard characters <= maximumWordLength else { return ids.append(unknownID) }
    let kept = ids.count
    var table = initial
    var rest = word
    while rest.count > PackedBytes.capacity {
      guard let match = table.longestPrefix(of: rest) else {
        ids.truncate(to: kept)
        return ids.append(unknownID)
      }
      ids.append(match.id)
      rest = rest.dropFirst(match.length)
      table = continuing
    }
    appendPieces(of: PackedBytes(rest), startingIn: table, from: kept, to: &ids)
  }

  /// The same for a word of at most 16 bytes.
  @inline(__always)
  func appendPieces(of word: PackedBytes, characters: Int, to ids: inout TokenBuffer) {
    if characters <= maximumWordLength, let id = initial.short.id(of: word) {
      ids.append(id)  // Most words are tokens as they are.
    } else {
      appendDivided(word, characters: characters, to: &ids)
    }
  }

  @inline(never)
  private func appendDivided(_ word: PackedBytes, characters: Int, to ids: inout TokenBuffer) {
    guard characters <= maximumWordLength else { return ids.append(unknownID) }
    appendPieces(of: word, startingIn: initial, from: ids.count, to: &ids)
  }

  /// The pieces of the end of a word, of which those from `kept` on have been appended.
  private func appendPieces(
    of end: PackedBytes, startingIn table: PieceTable, from kept: Int, to ids: inout TokenBuffer
  ) {
    var table = table.short
    var rest = end
    search: while rest.count > 0 {
      var length = rest.count
      while length > 0 {
        if let id = table.id(of: rest.prefix(length)) {
          ids.append(id)
          rest = rest.dropFirst(length)
          table = continuing.short
          continue search
        }
        length &-= 1
      }
      ids.truncate(to: kept)
      return ids.append(unknownID)
    }
  }
}

/// Byte strings with ids: the short ones, which are most, packed, the others in a table that takes
/// any length.
private struct PieceTable: Sendable {
  let short: PackedTable
  private var long = ByteTable()

  init(_ entries: some Sequence<(Substring.UTF8View, Int32)>) {
    var short: [(key: PackedBytes, id: Int32)] = []
    var long: [(Substring.UTF8View, Int32)] = []
    for (key, id) in entries where !key.isEmpty {
      if key.count <= PackedBytes.capacity {
        short.append((PackedBytes(key), id))
      } else {
        long.append((key, id))
      }
    }
    self.short = PackedTable(short)
    self.long.reserve(long.count)
    for (key, id) in long { self.long.insert(key, id) }
  }

  /// The longest non-empty stored prefix of a text of more than 16 bytes.
  func longestPrefix(of text: ArraySlice<UInt8>) -> (length: Int, id: Int32)? {
    if let match = long.longestPrefix(of: text) { return match }
    let start = PackedBytes(text.prefix(PackedBytes.capacity))
    for length in stride(from: PackedBytes.capacity, to: 0, by: -1) {
      if let id = short.id(of: start.prefix(length)) { return (length, id) }
    }
    return nil
  }
}
