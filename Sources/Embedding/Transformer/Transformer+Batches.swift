internal import Compute

extension Transformer {
  /// Tokens of a batch: enough rows to stream the weights past, few enough for their hidden states
  /// to stay in a core's cache.
  static let batchTokens = 256

  /// Runs the encoder on texts, some at a time, on several threads.
  ///
  /// Consecutive texts are batched to about ``batchTokens`` tokens. There is no padding to save, so
  /// they need not be sorted by length. A worker takes a batch at a time; where there are fewer
  /// batches than workers, all share each batch.
  ///
  /// - Parameters:
  ///   - types: The kind of each token; empty where all are of kind 0.
  ///   - isStopped: Asked before each batch; once it is true, no other is begun.
  ///   - body: Called for each batch with the indices of its texts and the hidden states of their
  ///     tokens, one text after another, which are valid during the call; on several threads at
  ///     once.
  func forEachBatch(
    of texts: [[Int32]], types: [[Int32]] = [], threads: Int,
    isStopped: () -> Bool = { false },
    _ body: (_ batch: Range<Int>, _ states: UnsafePointer<Float>) -> Void
  ) {
    let batches = Self.batches(texts)
    let threads = max(1, threads)
    let isShared = batches.count < threads
    parallelChunks(batches.count, chunk: 1, threads: isShared ? 1 : threads) { range, _ in
      workspaces.withObject { workspace in
        for batch in range.map({ batches[$0] }) {
          guard !isStopped() else { return }
          run(
            texts[batch], types: types.isEmpty ? [] : types[batch], in: workspace,
            threads: isShared ? threads : 1)
          body(batch, UnsafePointer(workspace.hidden))
        }
      }
    }
  }

  private static func batches(_ texts: [[Int32]]) -> [Range<Int>] {
    var batches: [Range<Int>] = []
    var start = 0
    var tokens = 0
    for (index, text) in texts.enumerated() {
      if index > start, tokens + text.count > batchTokens {
        batches.append(start..<index)
        start = index
        tokens = 0
      }
      tokens += text.count
    }
    if start < texts.count { batches.append(start..<texts.count) }
    return batches
  }
}
