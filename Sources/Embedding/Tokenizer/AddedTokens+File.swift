extension AddedTokens {
  /// The `added_tokens` of a `tokenizer.json`, special ones first.
  ///
  /// A token that the vocabulary has, too, goes by the id that it has there. Another's id is the next
  /// that is free: Hugging Face's `tokenizers` counts so, whatever id the file gives, which is nearly
  /// always the same.
  static func tokens(_ file: Settings, vocabulary: TokenList) throws(EmbeddingError) -> [Token] {
    guard file.value["added_tokens"] != nil else { return [] }
    var special: [Token] = []
    var other: [Token] = []
    var highest: Int32?
    let elements = try file.objects("added_tokens")
    var known = vocabulary.ids(of: elements.compactMap { $0.value["content"]?.string })
    for element in elements {
      guard let content = try element.string("content"), element.value["id"]?.tokenID != nil else {
        throw EmbeddingError(
          path: file.path, reason: "an element of \"added_tokens\" has no content or no id")
      }
      guard !content.isEmpty else { continue }
      let size = Int32(vocabulary.tokens.count)
      let id = known[ExactString(content)] ?? highest.map { $0 >= size ? $0 + 1 : size } ?? size
      known[ExactString(content)] = id
      highest = max(highest ?? id, id)
      let token = Token(
        content: content, id: id,
        isSingleWord: try element.boolean("single_word") ?? false,
        stripsLeft: try element.boolean("lstrip") ?? false,
        stripsRight: try element.boolean("rstrip") ?? false,
        isNormalized: try element.boolean("normalized") ?? false)
      if try element.boolean("special") ?? false {
        special.append(token)
      } else {
        other.append(token)
      }
    }
    return special + other
  }
}
