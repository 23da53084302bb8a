/// The unigram language model (Kudo, "Subword regularization", 2018): of all divisions of a text into
/// known pieces the one with the greatest sum of log probabilities, found by Viterbi's algorithm.
struct UnigramVocabulary: Sendable {
  private let trie: ByteTrie
  private let scores: [Double]
  private let unknownID: Int32
  private let unknownScore: Double
  private let byteTokens: [Int32]

  /// - Parameters:
  ///   - tokens: The pieces; a piece's id is its number.
  ///   - unknownID: What stands for a run of characters without a piece.
  ///   - byteTokens: As for ``BytePairVocabulary``.
  init(tokens: [String], scores: [Double], unknownID: Int32, byteTokens: [Int32]) {
    self.scores = scores
    self.unknownID = unknownID
    self.byteTokens = byteTokens
    unknownScore = (scores.min() ?? 0) - 10
    var trie = ByteTrie(bytes: tokens.reduce(0) { $0 + $1.utf8.count })
    for (id, token) in tokens.enumerated() { trie.insert(token.utf8, Int32(id)) }
    self.trie = trie
  }

  /// The best way to a place in a text: the piece that it ends with.
  struct Node: Sendable {
    var score = 0.0
    /// Where the piece begins; −1 where no way leads here.
    var start: Int32 = -1
    var id: Int32 = 0
  }

  /// Appends the ids of a text's pieces.
  ///
  /// - Parameter nodes: Memory for the search.
  /// - Complexity: O(n · longest piece), 16 bytes of memory for each byte of the text.
  func append(
    _ text: Span<UInt8>, _ range: Range<Int>, to ids: inout [Int32], nodes: inout [Node]
  ) {
    let count = range.count
    nodes.removeAll(keepingCapacity: true)
    nodes.append(contentsOf: repeatElement(Node(), count: count + 1))
    var start = 0
    while start < count {
      let score = nodes[start].score
      var next = range.lowerBound + start
      _ = text.scalar(at: &next)
      let character = next - range.lowerBound - start
      var isKnown = false
      trie.forEachPrefix(of: text, range.lowerBound + start..<range.upperBound) { length, id in
        nodes[start + length].offer(score + scores[Int(id)], from: start, id)
        if length == character { isKnown = true }
      }
      if !isKnown {
        nodes[start + character].offer(score + unknownScore, from: start, unknownID)
      }
      start += character
    }
    let kept = ids.count
    var end = count
    while end > 0 {
      var start = Int(nodes[end].start)
      let id = nodes[end].id
      if id == unknownID {  // Unknown characters in a row are one piece.
        while start > 0, nodes[start].id == id { start = Int(nodes[start].start) }
        appendUnknown(text, range.lowerBound + start..<range.lowerBound + end, to: &ids)
      } else {
        ids.append(id)
      }
      end = start
    }
    ids[kept...].reverse()
    if count > 1 << 20 { nodes = [] }  // Don't keep a giant's memory.
  }

  /// Appends the ids for characters without a piece, in reverse.
  private func appendUnknown(
    _ text: Span<UInt8>, _ range: Range<Int>, to ids: inout [Int32]
  ) {
    if let id = trie.id(of: text, range) {
      ids.append(id)  // The unknown token itself, spelt out.
    } else if !byteTokens.isEmpty, range.allSatisfy({ byteTokens[Int(text[$0])] >= 0 }) {
      for index in range.reversed() { ids.append(byteTokens[Int(text[index])]) }
    } else {
      ids.append(unknownID)
    }
  }
}

extension UnigramVocabulary.Node {
  @inline(__always)
  fileprivate mutating func offer(_ score: Double, from start: Int, _ id: Int32) {
    guard self.start < 0 || score > self.score else { return }
    self = UnigramVocabulary.Node(score: score, start: Int32(start), id: id)
  }
}
