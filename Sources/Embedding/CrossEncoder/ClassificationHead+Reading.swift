internal import Compute

extension ClassificationHead {
  /// What a family calls the layers of its head.
  private struct Names {
    var dense: String
    /// Whether the encoder itself holds the dense layer, as its pooler.
    var isPooler = false
    var activation = Activation.tanh
    var norm: String?
    var classifier = "classifier"

    init(_ family: TransformerFamily) {
      switch family {
      case .bert, .nomicBERT: (dense, isPooler) = ("pooler.dense", true)
      case .alBERT: (dense, isPooler) = ("pooler", true)
      case .roBERTa, .xlmRoBERTa, .camemBERT, .mpNet:
        (dense, classifier) = ("classifier.dense", "classifier.out_proj")
      case .electra:
        (dense, classifier) = ("classifier.dense", "classifier.out_proj")
        activation = .gelu
      case .distilBERT:
        dense = "pre_classifier"
        activation = .relu
      case .modernBERT: (dense, norm) = ("head.dense", "head.norm")
      }
    }
  }

  /// - Parameters:
  ///   - settings: `config.json`.
  ///   - labels: How many labels there are.
  /// - Throws: ``EmbeddingError`` where the checkpoint has no such head, or one of another shape.
  init(
    _ checkpoint: Checkpoint, _ configuration: TransformerConfiguration, _ settings: Settings,
    labels: Int
  ) throws(EmbeddingError) {
    var names = Names(configuration.family)
    var bias = true
    var pooling = Pooling.first
    if configuration.family == .modernBERT {
      bias = try settings.boolean("classifier_bias") ?? false
      let name = try settings.string("classifier_activation") ?? "gelu"
      guard let activation = Activation(name: name) else {
        throw settings.unsupported("the activation \"\(name)\"", "\"gelu\" is, among others")
      }
      names.activation = activation
      switch try settings.string("classifier_pooling") ?? "cls" {
      case "cls": pooling = .first
      case "mean": pooling = .mean
      default: throw settings.wrong("classifier_pooling", "\"cls\" or \"mean\"")
      }
    }
    let encoder = TensorReader(checkpoint, configuration)
    let whole = encoder.withoutPrefix
    guard checkpoint.has(names.classifier + ".weight") else {
      throw EmbeddingError(
        path: settings.path,
        reason: "the model's weights have no classification head (\"\(names.classifier).weight\"): "
          + "it encodes single texts and does not score pairs")
    }
    let hidden = configuration.hiddenSize
    self.pooling = pooling
    activation = names.activation
    dense = try (names.isPooler ? encoder : whole).linear([names.dense], hidden, hidden, bias: bias)
    norm = if let name = names.norm { try whole.norm(name, hidden) } else { nil }
    classifier = try whole.linear([names.classifier], hidden, labels)
  }
}
