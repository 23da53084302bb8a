/// A word that is put together from the normal forms of its characters.
struct WordInProgress {
  private var short = PackedBytes(low: 0, high: 0, count: 0)
  /// All of its bytes, once they are more than 16.
  private var long: [UInt8] = []
  private var characters = 0

  /// Of a word that is longer than the vocabulary takes, nothing is kept.
  @inline(__always)
  mutating func append(_ bytes: PackedBytes, characters count: Int, limit: Int) {
    characters &+= count
    if long.isEmpty, short.count &+ bytes.count <= PackedBytes.capacity {
      short.append(bytes)
    } else if characters <= limit {
      if long.isEmpty { long = short.bytes }
      long += bytes.bytes
    }
  }

  /// Appends the word's pieces, and begins another.
  @inline(__always)
  mutating func finish(_ vocabulary: WordPieceVocabulary, to ids: inout TokenBuffer) {
    guard characters > 0 else { return }
    if characters > vocabulary.maximumWordLength || long.isEmpty {
      vocabulary.appendPieces(of: short, characters: characters, to: &ids)
    } else {
      vocabulary.appendPieces(of: long[...], to: &ids)
    }
    short = PackedBytes(low: 0, high: 0, count: 0)
    characters = 0
    if !long.isEmpty { long.removeAll(keepingCapacity: long.capacity < 1024) }
  }
}
