internal import Compute

extension SentenceEncoder {
  /// The pooled vector of each sequence, `[sequences, pooled width]`.
  ///
  /// Consecutive sequences are batched to about `batchTokens` tokens. There is no padding to save, so
  /// they need not be sorted by length. A worker takes a batch at a time; where there are fewer
  /// batches than workers, all share each batch.
  func pool(_ texts: TokenizedTexts, threads: Int, run: EncodingRun) -> [Float] {
    let width = model.pooledWidth
    var pooled = [Float](repeating: 0, count: texts.sequences.count * width)
    pooled.withUnsafeMutableBufferPointer { pooled in
      guard let vectors = pooled.baseAddress else { return }
      switch model.core {
      case .staticTable(let table):
        // Safe: each sequence writes its own row.
        nonisolated(unsafe) let vectors = vectors
        parallelChunks(texts.sequences.count, chunk: 256, threads: threads) { range, _ in
          guard !run.isStopped else { return }
          for index in range { table.pool(texts.sequences[index], into: vectors + index * width) }
          run.add(texts.progress(of: range))
        }
      case .transformer(let transformer):
        pool(texts, with: transformer, into: vectors, threads: threads, run: run)
      }
    }
    return pooled
  }

  private func pool(
    _ texts: TokenizedTexts, with transformer: Transformer,
    into vectors: UnsafeMutablePointer<Float>, threads: Int, run: EncodingRun
  ) {
    let ids = texts.sequences
    let batches = Self.batches(ids)
    let isShared = batches.count < threads
    let pooling = model.pipeline.pooling!
    // Safe: each batch writes the rows of its own sequences, and a worker uses its own workspace.
    nonisolated(unsafe) let workspaces = (0..<threads).map { _ in TransformerWorkspace() }
    nonisolated(unsafe) let vectors = vectors
    parallelChunks(batches.count, chunk: 1, threads: isShared ? 1 : threads) { range, worker in
      for batch in range.map({ batches[$0] }) {
        guard !run.isStopped else { return }
        let workspace = workspaces[worker]
        transformer.run(ids[batch], in: workspace, threads: isShared ? threads : 1)
        var tokens = UnsafePointer(workspace.hidden)
        for sequence in batch {
          let count = ids[sequence].count
          pooling.pool(
            tokens, count: count, from: reader.firstPooled, width: model.width,
            into: vectors + sequence * model.pooledWidth)
          tokens += count * model.width
        }
        run.add(texts.progress(of: batch))
      }
    }
  }

  /// Writes each text's vector to its row of `result`: the mean of its sequences' pooled vectors,
  /// weighted by their tokens, after the pipeline's steps, shortened to the dimensions asked for.
  func finish(
    _ pooled: [Float], of texts: TokenizedTexts, into result: inout Matrix, from first: Int,
    threads: Int
  ) {
    let width = model.pooledWidth
    result.values.withUnsafeMutableBufferPointer { values in
      // Safe: each text writes its own row.
      nonisolated(unsafe) let values = values
      parallelRanges(texts.starts.count - 1, threads: threads) { range in
        for text in range {
          let sequences = texts.starts[text]..<texts.starts[text + 1]
          var vector = Array(
            pooled[sequences.lowerBound * width..<(sequences.lowerBound + 1) * width])
          if sequences.count > 1 {
            vector = Self.mean(pooled, of: sequences, weights: texts.weights, width: width)
          }
          for step in model.pipeline.steps { step.apply(to: &vector) }
          if dimension < vector.count {
            vector.removeSubrange(dimension...)
            if model.pipeline.normalizes { VectorStep.normalize.apply(to: &vector) }
          }
          _ = values[((first + text) * dimension)...].update(fromContentsOf: vector)
        }
      }
    }
  }

  private static func mean(
    _ pooled: [Float], of sequences: Range<Int>, weights: [Int], width: Int
  ) -> [Float] {
    var mean = [Float](repeating: 0, count: width)
    let sum = Float(weights[sequences].reduce(0, +))
    for sequence in sequences {
      let weight = Float(weights[sequence]) / sum
      for column in 0..<width { mean[column] += weight * pooled[sequence * width + column] }
    }
    return mean
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

  /// Tokens of a batch: enough rows to stream the weights past, few enough for their hidden states
  /// to stay in a core's cache.
  private static let batchTokens = 256
}
