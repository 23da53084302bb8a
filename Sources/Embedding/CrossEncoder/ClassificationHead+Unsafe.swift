internal import Compute

/// What a sequence classifier has on top of its encoder: one state of a text goes through a dense
/// layer, and what comes of it is scored for each label.
struct ClassificationHead: Sendable {
  /// The state that stands for a text.
  enum Pooling: Sendable {
    /// That of the first token.
    case first
    /// The mean of all.
    case mean
  }

  let pooling: Pooling
  /// `[hidden] → [hidden]`
  let dense: LinearLayer
  let activation: Activation
  let norm: LayerNorm?
  /// `[hidden] → [labels]`
  let classifier: LinearLayer

  /// Writes the logit of each label, `[labels]`, for a text with the states `[tokens, hidden]`.
  ///
  /// - Precondition: There is at least one token.
  /// - Complexity: O(tokens · hidden + hidden²).
  func score(
    _ states: UnsafePointer<Float>, tokens: Int, into logits: UnsafeMutablePointer<Float>,
    kernels: Kernels = .current
  ) {
    let width = dense.inputs
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * width) { memory in
      let pooled = memory.baseAddress!
      let features = pooled + width
      pooled.update(from: states, count: width)
      if pooling == .mean {
        for row in 1..<max(tokens, 1) { kernels.addScaled(1, states + row * width, pooled, width) }
        kernels.scale(1 / Float(tokens), pooled, width)
      }
      dense.apply(pooled, rows: 1, into: features, activation: activation)
      norm?.apply(features, rows: 1, into: features)
      classifier.apply(features, rows: 1, into: logits)
    }
  }
}
