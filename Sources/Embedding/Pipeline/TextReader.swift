/// Turns texts into the sequences of token ids that the model reads, prompt and special tokens
/// included.
struct TextReader: Sendable {
  /// A text as the model reads it.
  struct Reading: Sendable {
    /// One sequence, or several where the text is read in windows.
    var sequences: [[Int32]]
    /// The text's own tokens in each sequence: what it weighs in the text's vector.
    var weights: [Int]
    /// The text's own tokens that no sequence holds, as far as they were counted.
    var lost = 0
    /// Whether the text is longer than a sequence may be, as far as that was found out.
    var isLong = false
  }

  let tokenizer: Tokenizer
  let pipeline: SentencePipeline
  let prompt: String
  let longTexts: LongTexts
  /// How many tokens a sequence has room for, prompt included and special tokens not.
  let room: Int
  /// The tokens of the prompt by itself.
  let promptTokens: Int
  /// Where the text begins in a sequence whose prompt is not to be pooled.
  let firstPooled: Int

  /// - Throws: ``EmbeddingError`` where the prompt fills a sequence.
  init(model: SentenceModel, prompt: String, longTexts: LongTexts) throws(EmbeddingError) {
    tokenizer = model.tokenizer
    pipeline = model.pipeline
    self.prompt = prompt
    self.longTexts = longTexts
    room =
      model.maximumTokens - (pipeline.marksSequences ? tokenizer.specialTokens() : 0)
    promptTokens = prompt.isEmpty ? 0 : tokenizer.pieces(of: prompt, limit: room).count
    guard promptTokens < room else {
      throw EmbeddingError(
        path: model.path,
        reason: "the prompt \"\(prompt.prefix(40))\" leaves no room for a text: the model reads "
          + "\(model.maximumTokens) tokens at once")
    }
    if promptTokens > 0, pipeline.pooling?.includesPrompt == false {
      // A mark that no token has shows what the tokenizer puts before a text.
      let leading = tokenizer.sequence([-1]).ids.firstIndex(of: -1) ?? 0
      firstPooled = leading + promptTokens
    } else {
      firstPooled = 0
    }
  }

  /// The sequences of a text: at least one, and none longer than the model can read.
  ///
  /// - Parameter counts: Whether to count what is left out, for which a long text must be cut into
  ///   tokens to its end.
  /// - Complexity: O(length of the text), or of the part that is read where nothing is counted.
  func read(_ text: String, counts: Bool) -> Reading {
    let words = prompt.isEmpty ? text : prompt + text
    let needsAll = counts || longTexts != .truncate || tokenizer.truncatesLeft
    let pieces = tokenizer.pieces(
      of: pipeline.lowercases ? words.lowercased() : words, limit: needsAll ? nil : room)
    // The prompt goes before every part of a text; cutting the end off leaves it where it is.
    let head = longTexts == .truncate ? 0 : min(promptTokens, pieces.count)
    let passages = longTexts.passages(
      of: pieces.count - head, room: room - head, keepsEnd: tokenizer.truncatesLeft)
    var reading = Reading(sequences: [], weights: [])
    for parts in passages {
      var ids = Array(pieces[..<head])
      for part in parts { ids += pieces[head + part.lowerBound..<head + part.upperBound] }
      reading.weights.append(ids.count - head)
      if let ignored = pipeline.ignoredToken { ids.removeAll { $0 == ignored } }
      reading.sequences.append(
        pipeline.marksSequences ? tokenizer.sequence(ids).ids : ids)
    }
    reading.isLong = pieces.count > room
    if longTexts != .windows { reading.lost = pieces.count - head - reading.weights[0] }
    return reading
  }
}
