internal import Compute

extension SentenceEncoder {
  /// The token ids of each text.
  func tokenize(_ texts: ArraySlice<String>, threads: Int) -> [[Int32]] {
    var ids = [[Int32]](repeating: [], count: texts.count)
    ids.withUnsafeMutableBufferPointer { buffer in
      // Safe: each index is written by one worker alone.
      nonisolated(unsafe) let buffer = buffer
      parallelChunks(texts.count, chunk: 16, threads: threads) { range, _ in
        for index in range {
          buffer[index] = tokenIDs(of: texts[texts.startIndex + index])
        }
      }
    }
    return ids
  }

  /// Writes the vector of each text, `[ids.count, dimension]`, to `vectors`.
  ///
  /// Consecutive texts are batched to about `batchTokens` tokens. There is no padding to save, so
  /// they need not be sorted by length. A worker takes a batch at a time; where there are fewer
  /// batches than workers, all share each batch.
  func encode(
    _ ids: [[Int32]], into vectors: UnsafeMutablePointer<Float>, workspaces: [TransformerWorkspace],
    progress: EncodingProgress?
  ) {
    let batches = Self.batches(ids)
    let isShared = batches.count < workspaces.count
    // Safe: each batch writes the rows of its own texts, and a worker uses its own workspace.
    nonisolated(unsafe) let workspaces = workspaces
    nonisolated(unsafe) let vectors = vectors
    parallelChunks(
      batches.count, chunk: 1, threads: isShared ? 1 : workspaces.count
    ) { range, worker in
      for batch in range.map({ batches[$0] }) {
        let workspace = workspaces[worker]
        model.run(ids[batch], in: workspace, threads: isShared ? workspaces.count : 1)
        var tokens = UnsafePointer(workspace.hidden)
        for text in batch {
          let count = ids[text].count
          pipeline.pool(
            tokens, count: count, width: dimension, into: vectors + text * dimension)
          tokens += count * dimension
        }
        progress?.add(batch.count)
      }
    }
  }

  private static func batches(_ ids: [[Int32]]) -> [Range<Int>] {
    var batches: [Range<Int>] = []
    var start = 0
    var tokens = 0
    for (index, text) in ids.enumerated() {
      if index > start, tokens + text.count > batchTokens {
        batches.append(start..<index)
        start = index
        tokens = 0
      }
      tokens += text.count
    }
    if start < ids.count { batches.append(start..<ids.count) }
    return batches
  }
}
