/// How a text becomes a vector, as a sentence-transformers folder describes it.
///
/// `modules.json` lists the modules. A plain Hugging Face folder has none: then the token vectors are
/// averaged and the result is normalised, and a text may be as long as the model has positions.
struct SentencePipeline: Sendable {
  /// The module that reads the tokens.
  enum Source: Sendable, Equatable {
    case transformer
    case staticTable
  }

  var source = Source.transformer
  /// The folder of that module within the model's; "" for the same.
  var sourcePath = ""
  /// How token vectors become one; nil for a static table, which averages them itself.
  var pooling: Pooling? = Pooling()
  /// What is done to the pooled vector, in order.
  var steps: [VectorStep] = [.normalize]
  /// The longest text, in tokens, [CLS] and [SEP] included; nil where nothing limits it but the
  /// model's positions.
  var maximumTokens: Int?
  /// Whether texts are lower-cased before the tokenizer sees them.
  var lowercases = false
  /// The token that counts for nothing: in model2vec, that of unknown words.
  var ignoredToken: Int32?
  var prompts = Prompts()
  /// How many components of a vector are kept; nil for all.
  var dimensions: Int?

  /// Whether sequences get the tokenizer's special tokens, [CLS] and [SEP] in BERT.
  var marksSequences: Bool { source == .transformer }

  /// Whether vectors end up with unit length.
  var normalizes: Bool {
    if case .normalize = steps.last { true } else { false }
  }

  /// Names everything here that changes a vector but the prompts and dimensions, which
  /// ``EncodingOptions`` may override.
  var identity: String {
    let steps = steps.map(\.identity).joined(separator: ", ")
    return "\(source) \(pooling.map { "\($0)" } ?? "mean") [\(steps)] "
      + "\(maximumTokens ?? 0) \(lowercases) \(ignoredToken ?? -1)"
  }

  /// The number of components that the steps make of a pooled vector of `width`.
  func dimension(pooled width: Int) -> Int { steps.reduce(width) { $1.width(after: $0) } }
}
