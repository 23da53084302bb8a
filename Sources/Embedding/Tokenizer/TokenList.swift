/// The vocabulary of a `tokenizer.json`: each token with its id.
struct TokenList: Sendable {
  private(set) var tokens: [(token: String, id: Int32)] = []
  /// Of a unigram model, the logarithm of each token's probability.
  private(set) var scores: [Double] = []
  let path: String
  let highestID: Int32

  /// - Parameter model: The `model`, whose `vocab` is an object of tokens and their ids.
  init(_ model: Settings) throws(EmbeddingError) {
    path = model.path
    guard let members = model.value["vocab"]?.members, !members.isEmpty else {
      throw model.wrong("vocab", "an object of tokens and their ids that is not empty")
    }
    tokens.reserveCapacity(members.count)
    for member in members {
      guard let id = member.value.tokenID else {
        throw EmbeddingError(
          path: path, reason: "the token \"\(member.key)\" has the id \(member.value.kind)")
      }
      tokens.append((member.key, id))
    }
    highestID = tokens.reduce(0) { max($0, $1.id) }
    try checkIDs()
  }

  /// - Parameter model: The `model`, whose `vocab` is a list of tokens and scores; a token's id is
  ///   its place.
  init(unigram model: Settings) throws(EmbeddingError) {
    path = model.path
    guard let elements = model.value["vocab"]?.elements, !elements.isEmpty,
      elements.count <= 1 << 24
    else { throw model.wrong("vocab", "a list of tokens and scores that is not empty") }
    for (id, element) in elements.enumerated() {
      guard let pair = element.elements, pair.count == 2, let token = pair[0].string,
        let score = pair[1].number
      else {
        throw EmbeddingError(
          path: path, reason: "element \(id) of \"vocab\" is no token with a score")
      }
      tokens.append((token, Int32(id)))
      scores.append(score)
    }
    highestID = Int32(tokens.count - 1)
  }

  /// Two tokens with one id are a damaged file.
  private func checkIDs() throws(EmbeddingError) {
    var isTaken = [Bool](repeating: false, count: Int(highestID) + 1)
    for (token, id) in tokens {
      guard !isTaken[Int(id)] else {
        let names = tokens.filter { $0.id == id }.map { "\"\($0.token)\"" }
        guard names.count < 2 || names[0] == names[1] else {
          throw EmbeddingError(
            path: path,
            reason: "the tokens \(names[0]) and \(names[1]) have the same id, \(id)")
        }
        continue
      }
      isTaken[Int(id)] = true
      _ = token
    }
  }

  /// The id of every token; the last where one stands twice.
  func index() -> [ExactString: Int32] {
    var index = [ExactString: Int32](minimumCapacity: tokens.count)
    for (token, id) in tokens { index[ExactString(token)] = id }
    return index
  }

  /// The ids of a few tokens, in one pass.
  func ids(of names: some Sequence<String>) -> [ExactString: Int32] {
    let names = Set(names.map(ExactString.init))
    var ids: [ExactString: Int32] = [:]
    // Their first bytes tell nearly all others apart, without a hash.
    var begins = [Bool](repeating: false, count: 256)
    for name in names { begins[Int(name.text.utf8.first ?? 0)] = true }
    for (token, id) in tokens where begins[Int(token.utf8.first ?? 0)] {
      if names.contains(ExactString(token)) { ids[ExactString(token)] = id }
    }
    return ids
  }

  func id(of name: String) throws(EmbeddingError) -> Int32 {
    guard let id = ids(of: [name])[ExactString(name)] else {
      throw EmbeddingError(
        path: path, reason: "its \(tokens.count) tokens have no \"\(name)\" among them")
    }
    return id
  }

  /// The ids of the tokens "<0x00>" to "<0xFF>", with which unknown characters are spelt, −1 for one
  /// that is not there; empty where none is.
  var byteTokens: [Int32] {
    let names = (0..<256).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return ExactString("<0x" + (byte < 16 ? "0" : "") + digits + ">")
    }
    let ids = ids(of: names.map(\.text))
    return ids.isEmpty ? [] : names.map { ids[$0] ?? -1 }
  }
}

/// A string that equals another where their characters are the same, one by one: Swift's own strings
/// are equal to their decompositions, too, which a vocabulary holds as tokens of their own.
struct ExactString: Hashable, Sendable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (first: ExactString, second: ExactString) -> Bool {
    first.text.utf8.elementsEqual(second.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
