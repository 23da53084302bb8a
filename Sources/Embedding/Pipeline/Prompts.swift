/// The prompts that a model was trained with, as `config_sentence_transformers.json` names them.
struct Prompts: Sendable, Equatable {
  /// The words by their name.
  var named: [String: String] = [:]
  /// The name of the prompt for texts of which nothing is said.
  var standard: String?

  /// No prompts.
  init() {}

  /// - Throws: ``EmbeddingError`` where a prompt is no string, or the default one does not exist.
  init(_ settings: Settings) throws(EmbeddingError) {
    for member in try settings.object("prompts")?.value.members ?? [] {
      if member.value == .null { continue }
      guard let words = member.value.string else {
        throw EmbeddingError(
          path: settings.path,
          reason: "the prompt \"\(member.key)\" is \(member.value.kind), expected a string")
      }
      named[member.key] = words
    }
    standard = try settings.string("default_prompt_name")
    if let standard, named[standard] == nil, !["query", "document"].contains(standard) {
      throw EmbeddingError(
        path: settings.path,
        reason: "\"default_prompt_name\" is \"\(standard)\", and \"prompts\" has \(names)")
    }
  }

  /// The words that `choice` stands for; "" for none.
  ///
  /// - Throws: ``EmbeddingError`` about `path` where there is no prompt of the name.
  func words(for choice: EncodingOptions.Prompt, path: String) throws(EmbeddingError) -> String {
    switch choice {
    case .standard: return standard.flatMap { named[$0] } ?? ""
    case .none: return ""
    case .query: return named["query"] ?? ""
    case .document:
      return ["document", "passage", "corpus"].lazy.compactMap { named[$0] }.first { !$0.isEmpty }
        ?? ""
    case .named(let name):
      guard let words = named[name] else {
        throw EmbeddingError(
          path: path, reason: "the model has no prompt \"\(name)\"; it has \(names)")
      }
      return words
    case .text(let words): return words
    }
  }

  private var names: String {
    named.isEmpty ? "none" : named.keys.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
  }
}
