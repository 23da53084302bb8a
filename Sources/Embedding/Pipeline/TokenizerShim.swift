public typealias Tokenizer = WordPieceTokenizer
extension WordPieceTokenizer {
  func pieces(of text: String, limit: Int) -> [Int32] {
    Array(
      tokenIDs(of: text, maximumTokens: limit == .max ? .max : limit + 2).dropFirst().dropLast())
  }
  func sequence(_ pieces: [Int32], pair: [Int32]?) -> [Int32] { [startID] + pieces + [endID] }
  func specialTokens(pair: Bool) -> Int { 2 }
  var unknownID: Int32? { vocabulary.unknownID }
}
