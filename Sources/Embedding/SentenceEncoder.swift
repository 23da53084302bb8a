public import Compute

/// Turns texts into vectors whose cosine says how much alike they are in meaning, with a
/// sentence-transformers model (Reimers and Gurevych, "Sentence-BERT", 2019).
///
///     let encoder = try SentenceEncoder(modelFolder: "models/all-MiniLM-L6-v2")
///     let vectors = encoder.encode(["A film about bees", "Documentary on beekeeping"])
///
/// The vectors are those of sentence-transformers within 2e-5. A text's vector depends neither on
/// the texts beside it nor on the number of threads, to the last bit; between instruction sets it
/// differs by rounding.
public struct SentenceEncoder: Sendable {
  /// The number of components of a vector.
  public let dimension: Int
  /// The longest text that is read whole, in tokens with [CLS] and [SEP]; of a longer one, the end
  /// is left out.
  public let maximumTokens: Int
  /// A name for everything that changes a vector: weights, vocabulary, configuration, pooling. Two
  /// encoders with the same fingerprint give the same vectors.
  public let fingerprint: String
  /// What cuts a text into the tokens that the model reads.
  public let tokenizer: Tokenizer

  let model: BertModel
  let pipeline: SentencePipeline

  /// Loads a model folder as Hugging Face and sentence-transformers lay it out: `config.json`,
  /// `model.safetensors` (F32, F16 or BF16), `tokenizer.json` or `vocab.txt`, and, where they are
  /// there, `modules.json` with its pooling and normalisation.
  ///
  /// A folder without `modules.json` is a plain BERT: its token vectors are averaged and the
  /// result is normalised.
  ///
  /// - Throws: ``EmbeddingError`` where a file is missing, damaged, contradicts another, or asks
  ///   for something that is not supported.
  /// - Complexity: O(size of the weights): they are hashed, and those of linear layers packed.
  public init(modelFolder: String) throws(EmbeddingError) {
    let folder = ModelFolder(path: modelFolder)
    let pipeline = try SentencePipeline(folder: folder)
    let transformer = folder.subfolder(pipeline.transformerPath)
    let configuration = try BertConfiguration(folder: transformer)
    guard let file = try transformer.file("model.safetensors") else {
      throw transformer.missing("model.safetensors", "the weights")
    }
    let weights = try BertWeights(SafetensorsFile(file), configuration)
    tokenizer = try Tokenizer(folder: transformer)
    guard Int(tokenizer.highestID) < configuration.vocabularySize else {
      throw EmbeddingError(
        path: transformer.path,
        reason: "the tokenizer has the id \(tokenizer.highestID) and config.json a \"vocab_size\" "
          + "of \(configuration.vocabularySize): the two belong to different models")
    }
    self.pipeline = pipeline
    dimension = configuration.hiddenSize
    maximumTokens = min(
      pipeline.maximumTokens ?? configuration.maximumPositions, configuration.maximumPositions)
    model = BertModel(configuration: configuration, weights: weights)

    var parts = ["embedding 1", ContentHash(file.bytes).hex, "\(configuration)", "\(pipeline)"]
    for name in ["tokenizer.json", "vocab.txt", "tokenizer_config.json"] {
      guard let file = try transformer.file(name) else { continue }
      parts.append(name + " " + ContentHash(file.bytes).hex)
    }
    fingerprint = ContentHash(parts.joined(separator: "\n")).hex
  }

  /// The vectors of texts, `[texts, dimension]`, in the order given.
  ///
  /// An empty text has a vector, too: that of [CLS] [SEP].
  ///
  /// - Parameters:
  ///   - threads: How many threads share the work.
  ///   - progress: Called now and then with the number of texts that are encoded, which rises; from
  ///     several threads, but never from two at once.
  /// - Complexity: O(tokens · weights of the linear layers + Σ tokens² · dimension · layers), the sum
  ///   over the texts.
  public func encode(
    _ texts: [String], threads: Int = availableThreads,
    progress: (@Sendable (_ encodedSoFar: Int) -> Void)? = nil
  ) -> Matrix {
    let threads = max(1, threads)
    let progress = progress.map(EncodingProgress.init)
    let workspaces = (0..<threads).map { _ in BertWorkspace() }
    var result = Matrix(rows: texts.count, columns: dimension)
    // A window at a time, so that the token ids of a large catalogue need not all be kept.
    for start in stride(from: 0, to: texts.count, by: Self.window) {
      let window = start..<min(start + Self.window, texts.count)
      let ids = tokenize(texts[window], threads: threads)
      result.values.withUnsafeMutableBufferPointer { values in
        encode(
          ids, into: values.baseAddress! + start * dimension, workspaces: workspaces,
          progress: progress)
      }
    }
    return result
  }

  func tokenIDs(of text: String) -> [Int32] {
    tokenizer.tokenIDs(
      of: pipeline.lowercases ? text.lowercased() : text, maximumTokens: maximumTokens)
  }

  /// The vector of one text.
  public func encode(_ text: String) -> [Float] { encode([text]).values }

  /// Texts whose token ids are kept at once.
  private static let window = 8192
  /// Tokens of a batch: enough rows to stream the weights past, few enough for their hidden states
  /// to stay in a core's cache.
  static let batchTokens = 256
}
