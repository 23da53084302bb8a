public import Compute

/// Scores pairs of texts, such as a query and a document, by reading both at once (Nogueira and Cho,
/// "Passage re-ranking with BERT", 2019).
///
///     let encoder = try CrossEncoder.load(from: "models/ms-marco-MiniLM-L6-v2")
///     let scores = encoder.score([("how do bees dance", "Bees tell where food is by a dance.")])
///
/// It is slower than comparing the vectors of a ``SentenceEncoder``, since each pair is read anew, and
/// tells more: it is made for ranking the best few that vectors have found.
///
/// The scores are those of sentence-transformers' `CrossEncoder` within 1e-4. A pair's score depends
/// neither on the pairs beside it nor on the number of threads, to the last bit. A cross-encoder is an
/// immutable value: share it between threads as you like.
public struct CrossEncoder: Sendable {
  /// What is scored, by the names that the model gives: one label where it scores how well a pair
  /// goes together.
  public let labels: [String]
  /// The longest pair that is read whole, in tokens, special ones included; of a longer one, the
  /// longer text loses its end first.
  public let maximumTokens: Int
  /// What cuts the texts into the tokens that the model reads.
  public let tokenizer: Tokenizer
  /// Whether ``score(_:threads:)`` maps the logit to a number between 0 and 1.
  public let usesSigmoid: Bool

  let transformer: Transformer
  let head: ClassificationHead
  /// Whether the model is told which text a token belongs to.
  let readsTypes: Bool

  /// Loads the folder of a sequence classifier as Hugging Face and sentence-transformers lay it out:
  /// `config.json`, `model.safetensors` and `tokenizer.json` or `vocab.txt`.
  ///
  /// - Parameter precision: What the linear layers of the encoder compute with.
  /// - Throws: ``EmbeddingError`` where a file is missing, damaged, contradicts another, or asks for
  ///   something that is not supported, or where the model has no classification head.
  /// - Complexity: O(size of the weights).
  public static func load(
    from folder: String, precision: Precision = .float32
  ) throws(EmbeddingError) -> CrossEncoder {
    try CrossEncoder(ModelFolder(path: folder), precision: precision)
  }

  /// The score of each pair: the logit of the model's one label, mapped to 0…1 by 1 / (1 + e⁻ˣ) unless
  /// the model says otherwise. Greater is better.
  ///
  /// - Precondition: The model has one label; where there are more, use ``logits(_:threads:)``.
  /// - Complexity: O(tokens · weights of the linear layers + Σ tokens² · hidden size · layers), the
  ///   sum over the pairs.
  public func score(_ pairs: [(String, String)], threads: Int = availableThreads) -> [Float] {
    precondition(labels.count == 1, "a score is the logit of the model's one label")
    return scores(of: logits(pairs, threads: threads))
  }

  /// The logit of each label for each pair, `[pairs, labels]`.
  ///
  /// - Complexity: As ``score(_:threads:)``.
  public func logits(_ pairs: [(String, String)], threads: Int = availableThreads) -> Matrix {
    var result = Matrix(rows: pairs.count, columns: labels.count)
    // A window at a time, so that the tokens of many pairs need not all be kept.
    for start in stride(from: 0, to: pairs.count, by: Self.window) {
      let sequences = parallelMap(min(Self.window, pairs.count - start), threads: threads) {
        index in
        let (first, second) = pairs[start + index]
        return tokenizer.encode(first, pair: second, maximumTokens: maximumTokens)
      }
      score(sequences, into: &result, from: start, threads: threads)
    }
    return result
  }

  /// Pairs whose tokens are kept at once.
  private static let window = 4096
}
