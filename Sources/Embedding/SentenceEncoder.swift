public import Compute

/// Turns texts into vectors whose cosine says how much alike they are in meaning, with a
/// sentence-transformers model (Reimers and Gurevych, "Sentence-BERT", 2019).
///
///     let encoder = try SentenceEncoder.load(from: "models/all-MiniLM-L6-v2")
///     let vectors = encoder.encode(["A film about bees", "Documentary on beekeeping"])  // [2, 384]
///     let queries = try encoder.with(EncodingOptions(prompt: .query))
///
/// The vectors are those of sentence-transformers within 2e-5. A text's vector depends neither on
/// the texts beside it nor on the number of threads, to the last bit; between instruction sets it
/// differs by rounding.
///
/// An encoder is an immutable value: share it between threads as you like. Copies, those with other
/// options too, share one model in memory.
public struct SentenceEncoder: Sendable {
  /// The number of components of a vector.
  public let dimension: Int
  /// A name for everything that changes a vector: weights, vocabulary, configuration, modules and
  /// options. Two encoders with the same fingerprint give the same vectors.
  public let fingerprint: String
  /// What was asked of the encoder beyond its model.
  public let options: EncodingOptions

  let model: SentenceModel
  let reader: TextReader

  /// Loads a model folder as Hugging Face and sentence-transformers lay it out: `config.json`,
  /// `model.safetensors`, `tokenizer.json` or `vocab.txt`, and, where they are there, `modules.json`
  /// with what it names and `config_sentence_transformers.json`.
  ///
  /// A folder without `modules.json` is a plain transformer: its token vectors are averaged and the
  /// result is normalised.
  ///
  /// - Parameter precision: What the linear layers compute with.
  /// - Throws: ``EmbeddingError`` where a file is missing, damaged, contradicts another, or asks
  ///   for something that is not supported, or the model can't give what the options ask.
  /// - Complexity: O(size of the weights): they are hashed, and those of linear layers packed.
  public static func load(
    from folder: String, precision: Precision = .float32,
    options: EncodingOptions = EncodingOptions()
  ) throws(EmbeddingError) -> SentenceEncoder {
    try SentenceEncoder(model: SentenceModel(path: folder, precision: precision), options: options)
  }

  /// An encoder of the same model with other options.
  ///
  /// - Throws: ``EmbeddingError`` where the model has no such prompt, the prompt leaves no room for a
  ///   text, or the model has fewer dimensions.
  /// - Complexity: O(length of the prompt).
  public func with(_ options: EncodingOptions) throws(EmbeddingError) -> SentenceEncoder {
    try SentenceEncoder(model: model, options: options)
  }

  private init(model: SentenceModel, options: EncodingOptions) throws(EmbeddingError) {
    self.model = model
    self.options = options
    let whole = model.dimension
    dimension = options.dimensions ?? min(model.pipeline.dimensions ?? whole, whole)
    guard (1...whole).contains(dimension) else {
      throw EmbeddingError(
        path: model.path,
        reason: "the model's vectors have \(whole) dimensions, of which \(dimension) cannot be kept"
      )
    }
    let prompt = try model.pipeline.prompts.words(for: options.prompt, path: model.path)
    reader = try TextReader(model: model, prompt: prompt, longTexts: options.longTexts)
    let parts = [model.contents, prompt, "\(dimension)", options.longTexts.rawValue]
    fingerprint = ContentHash(parts.joined(separator: "\n")).hex
  }

  /// The longest sequence that the model reads at once, in tokens, special ones such as [CLS] and
  /// those of the prompt included; `Int.max` where there is no limit, as for some static models.
  public var maximumTokens: Int { model.maximumTokens }

  /// What cuts a text into the tokens that the model reads.
  public var tokenizer: Tokenizer { model.tokenizer }

  /// The prompts that the model was trained with, by name.
  public var prompts: [String: String] { model.pipeline.prompts.named }

  /// Whether vectors have unit length, so that their dot product is their cosine. (A text without any
  /// known token has zeros in a static model.)
  public var isNormalized: Bool { model.pipeline.normalizes }
}
