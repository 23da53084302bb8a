internal import Compute

extension SentenceEncoder {
  /// The pooled vector of each sequence, `[sequences, pooled width]`.
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
          guard !run.isStopped() else { return }
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
    let pooling = model.pipeline.pooling!
    // Safe: each batch writes the rows of its own sequences.
    nonisolated(unsafe) let vectors = vectors
    transformer.forEachBatch(
      of: texts.sequences, threads: threads, isStopped: run.isStopped
    ) { batch, states in
      var tokens = states
      for sequence in batch {
        let count = texts.sequences[sequence].count
        pooling.pool(
          tokens, count: count, from: reader.firstPooled, width: model.width,
          into: vectors + sequence * model.pooledWidth)
        tokens += count * model.width
      }
      run.add(texts.progress(of: batch))
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
}
