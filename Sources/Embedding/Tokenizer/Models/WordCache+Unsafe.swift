/// The pieces of words that came before: a table with one place for each hash, where a word takes
/// the place of another.
///
/// Words recur (Zipf's law), and to look one up is faster than to divide it again. What is found is
/// what would be computed, so that the cache changes no result. One thread at a time uses it.
final class WordCache {
  /// The longest word that is kept, in bytes, and the most pieces.
  static let maximumBytes = 32
  static let maximumPieces = 8
  private static let places = 1 << 13

  private struct Entry {
    var key: Key
    var count: UInt8
    var ids: InlineArray<8, Int32>
  }

  /// A word's bytes, padded with zeros, and their number.
  struct Key: Equatable {
    var words: SIMD4<UInt64>
    var count: UInt8

    /// - Precondition: The range has 1 to 32 bytes.
    @inline(__always)
    init(_ text: Span<UInt8>, _ range: Range<Int>) {
      var words = SIMD4<UInt64>()
      // Safe: `extracting` checks the range, and no more than its bytes, 32 at most, are copied.
      text.extracting(range).withUnsafeBytes { bytes in
        withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: bytes) }
      }
      self.words = words
      count = UInt8(range.count)
    }

    fileprivate var place: Int {
      var hash = words[0] &* 0x9E37_79B9_7F4A_7C15
      hash = (hash ^ hash >> 32 ^ words[1]) &* 0xBF58_476D_1CE4_E5B9
      if count > 16 {
        hash = (hash ^ hash >> 32 ^ words[2]) &* 0x94D0_49BB_1331_11EB
        hash = (hash ^ hash >> 32 ^ words[3]) &* 0x9E37_79B9_7F4A_7C15
      }
      return Int(truncatingIfNeeded: hash >> 40) & (WordCache.places - 1)
    }
  }

  // Safe: allocated for as long as the object lives, filled when it is made, and indexed by
  // `place`, which is less than their number.
  private let entries: UnsafeMutablePointer<Entry>

  init() {
    entries = .allocate(capacity: Self.places)
    let none = Entry(
      key: Key([0].span, 0..<1), count: .max, ids: InlineArray(repeating: 0))
    entries.initialize(repeating: none, count: Self.places)
    for place in 0..<Self.places { entries[place].key.count = 0 }
  }

  deinit { entries.deallocate() }

  /// Appends the pieces of a word if it is kept.
  @inline(__always)
  func append(_ key: Key, to ids: inout [Int32]) -> Bool {
    let entry = entries + key.place
    guard entry.pointee.key == key else { return false }
    for index in 0..<Int(entry.pointee.count) { ids.append(entry.pointee.ids[index]) }
    return true
  }

  /// Keeps a word's pieces, unless they are too many.
  func keep(_ key: Key, _ pieces: ArraySlice<Int32>) {
    guard pieces.count <= Self.maximumPieces else { return }
    let entry = entries + key.place
    entry.pointee.key = key
    entry.pointee.count = UInt8(pieces.count)
    for (index, id) in pieces.enumerated() { entry.pointee.ids[index] = id }
  }
}

/// The memory that dividing words takes on one thread: a cache and scratch memory.
final class WordWorkspace {
  let cache = WordCache()
  var merging = MergeScratch()
  var nodes: [UnigramVocabulary.Node] = []
}
