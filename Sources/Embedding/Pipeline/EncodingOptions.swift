/// What may be asked of an encoder beyond the model itself. Each changes vectors, and so the
/// encoder's fingerprint.
///
///     let queries = try encoder.with(EncodingOptions(prompt: .query, dimensions: 256))
public struct EncodingOptions: Sendable, Hashable {
  /// The words that go before every text: models are trained to tell a question from an answer by
  /// them.
  public enum Prompt: Sendable, Hashable {
    /// The one that the model's folder sets as its default; none where it sets none.
    case standard
    /// None, whatever the folder says.
    case none
    /// For questions: the prompt "query" where the model has one, else none.
    case query
    /// For what is to be found: the first of the prompts "document", "passage" and "corpus" that the
    /// model has, else none.
    case document
    /// The prompt of that name, which the model must have.
    case named(String)
    /// These words.
    case text(String)
  }

  /// What goes before every text.
  public var prompt: Prompt
  /// How many components of each vector are kept, the first ones; nil for as many as the model's
  /// folder says, which are all of them unless it has a `truncate_dim`. Models that were trained for
  /// it lose little (Kusupati et al., "Matryoshka representation learning", 2022). Where the model
  /// normalises its vectors, the shortened ones have unit length again.
  public var dimensions: Int?
  /// What becomes of a text that is longer than the model can read.
  public var longTexts: LongTexts

  /// The options that are not given are those of the model's folder, and long texts lose their end,
  /// as in sentence-transformers.
  public init(
    prompt: Prompt = .standard, dimensions: Int? = nil, longTexts: LongTexts = .truncate
  ) {
    self.prompt = prompt
    self.dimensions = dimensions
    self.longTexts = longTexts
  }
}
