/// The tokens of a text, or of a pair of texts, as a model reads them.
public struct TokenSequence: Sendable, Equatable {
  /// The tokens' ids, special tokens included: `[tokens]`.
  public var ids: [Int32]
  /// Which text each token belongs to, as the model was taught to tell two apart: `[tokens]`. For
  /// BERT 0 up to the first [SEP] and 1 after it; for RoBERTa 0 throughout.
  public var types: [Int32]

  /// A sequence of ids and their types.
  ///
  /// - Precondition: There are as many types as ids.
  public init(ids: [Int32], types: [Int32]) {
    precondition(ids.count == types.count, "each token has a type")
    self.ids = ids
    self.types = types
  }
}
