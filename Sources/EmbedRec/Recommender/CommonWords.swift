/// The words that two texts share, for people to read.
enum CommonWords {
  /// In the order of the first text, each once, at most eight; words of one or two letters and the
  /// most frequent words of English are left out.
  static func of(_ first: String, _ second: String) -> [String] {
    let known = Set(words(second))
    var found: [String] = []
    for word in words(first) where known.contains(word) && !found.contains(word) {
      found.append(word)
      if found.count == 8 { break }
    }
    return found
  }

  private static func words(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
      .filter { $0.count > 2 && !frequent.contains($0) }
  }

  private static let frequent: Set<String> = [
    "about", "after", "all", "also", "and", "any", "are", "been", "before", "but", "can", "for",
    "from", "had", "has", "have", "her", "him", "his", "how", "into", "its", "more", "most", "not",
    "one", "only", "our", "out", "over", "she", "some", "than", "that", "the", "their", "them",
    "then", "there", "they", "this", "was", "were", "what", "when", "which", "who", "will", "with",
    "you", "your",
  ]
}
