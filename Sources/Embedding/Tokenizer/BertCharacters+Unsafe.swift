internal import Foundation
internal import Synchronization

/// What BERT's normalizer and word splitter make of each character by itself, which nearly always
/// is what they make of it within any text.
///
/// The answers come from ``BertNormalizer`` and ``BertWords`` themselves, for 256 characters at once
/// and when one of them is first met: those of a language are a few pages.
final class BertCharacters: Sendable {
  enum Effect {
    /// It goes.
    case nothing
    case space
    /// Its bytes belong to a word.
    case letters
    /// Its bytes are a word.
    case word
    /// It must be seen together with its neighbours.
    case combines
  }

  struct Character {
    var effect: Effect
    var bytes = PackedBytes(low: 0, high: 0, count: 0)
    /// How many characters these are.
    var count = 0
  }

  private typealias Page = UnsafeMutablePointer<Character>

  private let normalizer: BertNormalizer
  /// Pages of 256 characters: the first two planes, which hold all scripts in use and emoji.
  ///
  /// Safe to share: the references are read and written by atomic operations, and a page is never
  /// changed once it is referred to, nor freed before all of this is.
  nonisolated(unsafe) private let pages: UnsafeMutablePointer<Atomic<Page?>>
  private static let pageCount = 512

  init(_ normalizer: BertNormalizer) {
    self.normalizer = normalizer
    pages = .allocate(capacity: Self.pageCount)
    for page in 0..<Self.pageCount { (pages + page).initialize(to: Atomic(nil)) }
  }

  deinit {
    for page in 0..<Self.pageCount { pages[page].load(ordering: .acquiring)?.deallocate() }
    pages.deinitialize(count: Self.pageCount)
    pages.deallocate()
  }

  /// - Complexity: O(1), but for the first character of a page.
  @inline(__always)
  func callAsFunction(_ scalar: Unicode.Scalar) -> Character {
    let number = Int(scalar.value >> 8)
    guard number < Self.pageCount else { return character(scalar.value) }
    let page = pages[number].load(ordering: .acquiring) ?? fill(number)
    return page[Int(scalar.value & 0xFF)]
  }

  @inline(never)
  private func fill(_ number: Int) -> Page {
    let page = Page.allocate(capacity: 256)
    for place in 0..<256 {
      (page + place).initialize(to: character(UInt32(number) << 8 | UInt32(place)))
    }
    // Two threads may make the same page; the first one's stays.
    let (isMine, first) = pages[number].compareExchange(
      expected: nil, desired: page, ordering: .acquiringAndReleasing)
    guard !isMine, let first else { return page }
    page.deallocate()
    return first
  }

  private func character(_ value: UInt32) -> Character {
    guard let scalar = Unicode.Scalar(value), !combines(scalar) else {
      return Character(effect: .combines)
    }
    let bytes = normalizer.normalize(Array(String(scalar).utf8)[...])
    let words = Array(BertWords(bytes, 0..<bytes.count))
    guard let word = words.first else {
      return Character(effect: bytes.isEmpty ? .nothing : .space)
    }
    guard words.count == 1, word.count <= PackedBytes.capacity else {
      return Character(effect: .combines)
    }
    var index = 0
    let isPart =
      word.count == bytes.count
      && CharacterClasses.isWordCharacter(bytes.scalar(at: &index))
    let isApart = word.count == bytes.count || word.lowerBound > 0 && word.upperBound < bytes.count
    return Character(
      effect: isPart ? .letters : isApart ? .word : .combines, bytes: PackedBytes(bytes[word]),
      count: bytes[word].reduce(0) { $0 + ($1 & 0xC0 != 0x80 ? 1 : 0) })
  }

  /// Whether a character, or a part of its decomposition, stays and may change places with others:
  /// decomposition sorts marks, most of which go.
  private func combines(_ scalar: Unicode.Scalar) -> Bool {
    guard normalizer.stripsAccents else { return false }
    return String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars.contains {
      $0.properties.canonicalCombiningClass != .notReordered && !CharacterClasses.isMark($0)
    }
  }
}
