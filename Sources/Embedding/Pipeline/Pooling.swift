/// How the vectors of a text's tokens become one.
struct Pooling: Sendable, Equatable {
  /// One way of pooling; n tokens, x the vector of one of them.
  enum Mode: String, Sendable, CaseIterable {
    /// The first token's vector, [CLS] in BERT.
    case cls
    /// The greatest value of each component.
    case max
    /// Σ x / n
    case mean
    /// Σ x / √n
    case meanOverRoot = "mean_sqrt_len_tokens"
    /// Σ p · x / Σ p, p the token's position from 1.
    case weightedMean = "weightedmean"
    /// The last token's vector.
    case lastToken = "lasttoken"
  }

  /// The results of several modes lie one behind the other.
  var modes: [Mode] = [.mean]
  /// Whether the tokens of a prompt are pooled with the others.
  var includesPrompt = true
}

extension Pooling {
  /// Reads the `config.json` of a Pooling module: a string or a list in `pooling_mode`, or, as older
  /// versions wrote it, a boolean for each mode.
  ///
  /// - Throws: ``EmbeddingError`` where it is missing or malformed, or names a mode that does not
  ///   exist.
  init(folder: ModelFolder) throws(EmbeddingError) {
    guard let settings = try folder.settings("config.json") else {
      throw folder.missing("config.json", "the way that token vectors are pooled")
    }
    includesPrompt = try settings.boolean("include_prompt") ?? true
    modes = try Self.modes(settings)
  }

  private static func modes(_ settings: Settings) throws(EmbeddingError) -> [Mode] {
    guard let found = settings.value["pooling_mode"] else { return try oldModes(settings) }
    let names = found.elements?.map(\.string) ?? [found.string]
    var modes: [Mode] = []
    for name in names {
      // The old name has lost its ending here and there.
      guard let name, let mode = Mode(rawValue: name == "mean_sqrt_len" ? name + "_tokens" : name)
      else {
        let known = Mode.allCases.map(\.rawValue).joined(separator: ", ")
        throw settings.wrong("pooling_mode", "one or several of \(known)")
      }
      modes.append(mode)
    }
    guard (1...64).contains(modes.count) else {
      throw settings.wrong("pooling_mode", "one mode or several")
    }
    return modes
  }

  /// In the order of the cases, in which sentence-transformers joins them.
  private static func oldModes(_ settings: Settings) throws(EmbeddingError) -> [Mode] {
    let keys: [(Mode, String)] = [
      (.cls, "cls_token"), (.max, "max_tokens"), (.mean, "mean_tokens"),
      (.meanOverRoot, "mean_sqrt_len_tokens"), (.weightedMean, "weightedmean_tokens"),
      (.lastToken, "lasttoken"),
    ]
    var modes: [Mode] = []
    for (mode, key) in keys {
      if try settings.boolean("pooling_mode_" + key) == true { modes.append(mode) }
    }
    return modes.isEmpty ? [.mean] : modes
  }
}
