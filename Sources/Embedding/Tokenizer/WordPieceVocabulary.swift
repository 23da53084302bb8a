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
    var initial = PieceTable.Builder(capacity: tokens.count)
    var continuing = PieceTable.Builder(capacity: tokens.count / 4)
    let prefix = continuingPrefix.utf8
    for (token, id) in tokens {
      initial.insert(token.utf8[...], id)
      if token.utf8.starts(with: prefix) {
        continuing.insert(token.utf8.dropFirst(prefix.count), id)
      }
    }
    self.initial = PieceTable(initial)
    self.continuing = PieceTable(continuing)
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
    appendPieces(of: PackedBytes(rest), atStart: rest.count == word.count, from: kept, to: &ids)
  }

  /// The same, to an array.
  package func appendPieces(of word: ArraySlice<UInt8>, to ids: inout [Int32]) {
    var pieces = TokenBuffer(capacity: word.count)
    appendPieces(of: word, to: &pieces)
    ids += pieces.ids(0..<pieces.count)
  }

  /// The same for a word of at most 16 bytes.
  @inline(__always)
  func appendPieces(of word: PackedBytes, characters: Int, to ids: inout TokenBuffer) {
    if characters > maximumWordLength {
      ids.append(unknownID)
    } else if let id = initial.short.id(of: word) {
      ids.append(id)  // Most words are tokens as they are.
    } else {
      appendPieces(of: word, atStart: true, from: ids.count, to: &ids)
    }
  }

  /// The pieces of a word, or of its end where those from `kept` on have been appended.
  @inline(never)
  private func appendPieces(
    of word: PackedBytes, atStart: Bool, from kept: Int, to ids: inout TokenBuffer
  ) {
    var rest = word
    if atStart, rest.count > 0 {
      guard let match = initial.short.longestPrefix(of: rest, longest: rest.count) else {
        return ids.append(unknownID)
      }
      ids.append(match.id)
      rest = rest.dropFirst(match.length)
    }
    while rest.count > 0 {
      guard let match = continuing.short.longestPrefix(of: rest, longest: rest.count) else {
        ids.truncate(to: kept)
        return ids.append(unknownID)
      }
      ids.append(match.id)
      rest = rest.dropFirst(match.length)
    }
  }
}

/// Byte strings with ids: the short ones, which are most, packed, the others in a table that takes
/// any length.
private struct PieceTable: Sendable {
  let short: PackedTable
  private var long = ByteTable()

  /// The keys of a table in the making; empty ones are left out.
  struct Builder {
    private(set) var short: [(key: PackedBytes, id: Int32)] = []
    private(set) var long: [(key: [UInt8], id: Int32)] = []

    init(capacity: Int) { short.reserveCapacity(capacity) }

    @inline(__always)
    mutating func insert(_ key: Substring.UTF8View, _ id: Int32) {
      let length = key.count
      if length > PackedBytes.capacity {
        long.append((Array(key), id))
      } else if length > 0 {
        short.append((PackedBytes(key), id))
      }
    }
  }

  init(_ builder: Builder) {
    short = PackedTable(builder.short)
    long.reserve(builder.long.count)
    for (key, id) in builder.long { long.insert(key, id) }
  }

  /// The longest non-empty stored prefix of a text of more than 16 bytes.
  func longestPrefix(of text: ArraySlice<UInt8>) -> (length: Int, id: Int32)? {
    if let match = long.longestPrefix(of: text) { return match }
    let start = PackedBytes(text.prefix(PackedBytes.capacity))
    return short.longestPrefix(of: start, longest: start.count)
  }
}
