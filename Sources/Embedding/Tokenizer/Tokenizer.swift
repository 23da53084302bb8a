/// Turns a text into the token ids that a model reads, id for id what Hugging Face's `tokenizers`
/// makes of it.
///
///     let tokenizer = try Tokenizer(folder: "all-MiniLM-L6-v2")
///     tokenizer.tokenIDs(of: "Unaffable!", maximumTokens: 256)   // [CLS] una ##ffa ##ble ! [SEP]
///
/// The steps: added tokens such as "[SEP]" are cut out of the text; what lies between is normalised,
/// split into words, and each word into pieces of the vocabulary; last, the special tokens are put
/// where the model expects them.
public struct Tokenizer: Sendable {
  /// From a text between added tokens to its pieces.
  enum Pieces: Sendable {
    case bert(BertPieces)
    case general(GeneralPieces)
  }

  /// Added tokens that are sought in the text as it is given.
  private let rawTokens: AddedTokens
  private let pieces: Pieces
  private let template: TokenTemplate
  /// Whether a text that is too long loses its beginning rather than its end.
  public let truncatesLeft: Bool
  /// What divides words: "WordPiece", "BPE" or "Unigram".
  public let kind: String
  /// How many tokens there are, added ones included.
  public let vocabularySize: Int
  /// The highest id that can come out.
  public let highestID: Int32

  init(
    pieces: Pieces, rawTokens: [AddedTokens.Token], template: TokenTemplate, truncatesLeft: Bool,
    kind: String, vocabularySize: Int, highestID: Int32
  ) {
    self.pieces = pieces
    self.rawTokens = AddedTokens(rawTokens)
    self.template = template
    self.truncatesLeft = truncatesLeft
    self.kind = kind
    self.vocabularySize = vocabularySize
    self.highestID = max(highestID, template.specialIDs.max() ?? 0)
  }

  /// How many special tokens are added to a text, or to a pair of texts: two and three for BERT.
  public func specialTokens(pair: Bool = false) -> Int { template.specialTokens(pair: pair) }

  /// The ids of a text's tokens, special tokens included: `encode(text).ids`.
  ///
  /// - Parameter maximumTokens: A longer text loses its end (or beginning: ``truncatesLeft``), but
  ///   the special tokens stay.
  /// - Precondition: `maximumTokens` ≥ `specialTokens()`.
  /// - Complexity: O(length of the text), O(n log n) for a single word of length n.
  public func tokenIDs(of text: String, maximumTokens: Int) -> [Int32] {
    var ids = TokenBuffer(capacity: min(text.utf8.count, maximumTokens) + 2)
    append(text, to: &ids, maximumTokens: maximumTokens)
    return ids.ids(0..<ids.count)
  }

  /// Appends what ``tokenIDs(of:maximumTokens:)`` gives: for many texts in one buffer.
  package func append(_ text: String, to ids: inout TokenBuffer, maximumTokens: Int) {
    let room = maximumTokens - specialTokens()
    precondition(room >= 0, "there is room for the special tokens")
    for slot in template.single {
      switch slot {
      case .special(let special, _): for id in special { ids.append(id) }
      case .first where truncatesLeft:
        for id in pieces(of: text).suffix(room) { ids.append(id) }
      case .first: appendPieces(of: text, to: &ids, limit: room)
      case .second: break
      }
    }
  }

  /// The ids of a text's tokens without special tokens, but for those that the text itself spells.
  ///
  /// - Parameter limit: How many at most; those after them are left out. nil for all.
  /// - Complexity: As ``tokenIDs(of:maximumTokens:)``.
  public func pieces(of text: String, limit: Int? = nil) -> [Int32] {
    var ids = TokenBuffer(capacity: min(text.utf8.count, limit ?? .max))
    appendPieces(of: text, to: &ids, limit: limit ?? .max)
    return ids.ids(0..<ids.count)
  }

  private func appendPieces(of text: String, to ids: inout TokenBuffer, limit: Int) {
    let (sum, overflows) = ids.count.addingReportingOverflow(limit)
    let limit = overflows ? Int.max : sum
    guard ids.count < limit else { return }
    var text = text  // Its bytes are mostly in one piece and are then not copied.
    text.withUTF8 { bytes in
      let bytes = bytes.span
      rawTokens.forEachPart(of: bytes) { part in
        switch part {
        case .token(let id): ids.append(id)
        case .text(let range):
          switch pieces {
          case .bert(let pieces):
            pieces.append(bytes.extracting(range), to: &ids, limit: limit)
          case .general(let pieces):
            var found: [Int32] = []
            pieces.append(
              bytes.extracting(range).withUnsafeBufferPointer { Array($0) }[...],
              isStart: range.lowerBound == 0, to: &found, limit: limit - ids.count)
            for id in found { ids.append(id) }
          }
        }
        return ids.count < limit
      }
    }
    ids.truncate(to: limit)
  }

  /// What a model reads: the pieces of a text, or of two, between special tokens.
  ///
  /// - Complexity: O(tokens).
  public func sequence(
    _ first: some Collection<Int32>, pair second: (some Collection<Int32>)?
  ) -> TokenSequence {
    template.fill(first, second)
  }

  /// What a model reads of the pieces of one text.
  public func sequence(_ pieces: some Collection<Int32>) -> TokenSequence {
    template.fill(pieces, nil as [Int32]?)
  }

  /// The tokens of a text, or of a pair such as a query and a document.
  ///
  /// Of a pair that is too long, the longer text is cut first, until both are equally long.
  ///
  /// - Parameters:
  ///   - second: The second text of a pair.
  ///   - maximumTokens: How many tokens there may be, special ones included; the texts lose their
  ///     ends (or beginnings: ``truncatesLeft``).
  /// - Precondition: `maximumTokens` ≥ `specialTokens(pair: second != nil)`.
  /// - Complexity: As ``tokenIDs(of:maximumTokens:)``.
  public func encode(
    _ text: String, pair second: String? = nil, maximumTokens: Int = .max
  ) -> TokenSequence {
    let room = maximumTokens - specialTokens(pair: second != nil)
    precondition(room >= 0, "there is room for the special tokens")
    guard let second else { return sequence(kept(pieces(of: text, limit: limit(room)), room)) }
    var pair = (pieces(of: text, limit: limit(room)), pieces(of: second, limit: limit(room)))
    if min(pair.0.count, pair.1.count) > room {
      // Which of the two is longer must be known.
      pair = (pieces(of: text), pieces(of: second))
    }
    let (first, last) = Self.shares(pair.0.count, pair.1.count, of: room)
    return sequence(kept(pair.0, first), pair: kept(pair.1, last))
  }

  /// How many pieces tell what is kept in a room, and whether there are more.
  private func limit(_ room: Int) -> Int? {
    truncatesLeft || room == .max ? nil : room + 1
  }

  private func kept(_ pieces: [Int32], _ count: Int) -> ArraySlice<Int32> {
    truncatesLeft ? pieces.suffix(count) : pieces.prefix(count)
  }

  /// How much of two lengths stays within a room: the longer one shrinks first.
  static func shares(_ first: Int, _ second: Int, of room: Int) -> (Int, Int) {
    if second <= room, first <= room - second { return (first, second) }
    let shorter = min(first, second, room / 2)
    return first > second ? (room - shorter, shorter) : (shorter, room - shorter)
  }
}
