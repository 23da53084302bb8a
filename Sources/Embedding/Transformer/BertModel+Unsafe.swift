internal import Compute

/// The forward pass of a BERT encoder.
///
/// The tokens of all texts of a batch lie one after another, without padding and without a mask:
/// everything but attention treats each token by itself, and attention looks at one text's rows at
/// a time. In the comments T is the number of tokens of the batch, S that of one text, C the hidden
/// size, D the size of a head.
///
/// A text's result does not depend on the others of its batch, nor on the number of threads, to the
/// last bit.
struct BertModel: Sendable {
  let configuration: BertConfiguration
  let weights: BertWeights
  private let kernels = Kernels.current

  init(configuration: BertConfiguration, weights: BertWeights) {
    self.configuration = configuration
    self.weights = weights
  }

  /// Computes the hidden states of the last layer, `[T, C]`, and leaves them in
  /// `workspace.hidden`.
  ///
  /// - Parameters:
  ///   - texts: The token ids of each text: at least one, at most as many as there are positions.
  ///   - threads: How many threads share this one batch.
  /// - Precondition: Every id is below the vocabulary's size.
  /// - Complexity: O(T · C · (C + intermediate size) + Σ S² · C) for each layer.
  func run(_ texts: ArraySlice<[Int32]>, in workspace: BertWorkspace, threads: Int = 1) {
    let tokens = texts.reduce(0) { $0 + $1.count }
    let longest = texts.reduce(0) { max($0, $1.count) }
    workspace.reserve(tokens: tokens, longest: longest, threads: threads, configuration)
    embed(texts, into: workspace.hidden)
    for layer in weights.layers {
      layer.queryKeyValue.apply(
        workspace.hidden, rows: tokens, into: workspace.queryKeyValue, threads: threads)
      attend(texts, workspace, threads: threads)
      layer.attentionOutput.apply(
        workspace.context, rows: tokens, into: workspace.sum, threads: threads)
      layer.attentionNorm.apply(to: workspace.hidden, adding: workspace.sum, rows: tokens)

      layer.expansion.apply(
        workspace.hidden, rows: tokens, into: workspace.intermediate, threads: threads)
      activate(workspace.intermediate, rows: tokens, threads: threads)
      layer.contraction.apply(
        workspace.intermediate, rows: tokens, into: workspace.sum, threads: threads)
      layer.outputNorm.apply(to: workspace.hidden, adding: workspace.sum, rows: tokens)
    }
  }

  /// LayerNorm(word + position + token type), `[T, C]`.
  private func embed(_ texts: ArraySlice<[Int32]>, into hidden: UnsafeMutablePointer<Float>) {
    let width = configuration.hiddenSize
    let words = weights.words.buffer
    let positions = weights.positions.buffer.baseAddress!
    var row = hidden
    for ids in texts {
      let start = row
      for id in ids {
        row.update(from: words.baseAddress! + Int(id) * width, count: width)
        row += width
      }
      weights.embeddingNorm.apply(to: start, adding: positions, rows: ids.count)
    }
  }

  /// softmax(Q · Kᵀ / √D) · V for each text and head (Vaswani et al., "Attention is all you need",
  /// 2017, equation 1), from `[T, 3C]` to `[T, C]`.
  private func attend(_ texts: ArraySlice<[Int32]>, _ workspace: BertWorkspace, threads: Int) {
    let width = configuration.hiddenSize
    let size = configuration.headSize
    let stride = 3 * width
    let scale = 1 / Float(size).squareRoot()
    var first = 0
    for ids in texts {
      let length = ids.count
      let queries = workspace.queryKeyValue + first * stride
      let context = workspace.context + first * width
      parallelChunks(configuration.attentionHeads, chunk: 1, threads: threads) { heads, worker in
        let scores = workspace.scores(worker)
        for head in heads {
          let q = queries + head * size
          BLAS.multiply(
            q, lda: stride, q + width, transposingB: true, ldb: stride, into: scores, ldc: length,
            m: length, n: length, k: size, alpha: scale)
          kernels.softmax(scores, length, length)
          BLAS.multiply(
            scores, lda: length, q + 2 * width, ldb: stride, into: context + head * size,
            ldc: width, m: length, n: size, k: length)
        }
      }
      first += length
    }
  }

  /// Applies the activation to `[T, intermediate size]` a row at a time: where a number stands
  /// within a call decides whether it is computed among others or by itself, and that must not
  /// depend on the batch.
  private func activate(_ x: UnsafeMutablePointer<Float>, rows: Int, threads: Int) {
    let function =
      switch configuration.activation {
      case .gelu: kernels.gelu
      case .tanhGELU: kernels.tanhGELU
      case .relu: kernels.relu
      }
    let width = configuration.intermediateSize
    parallelRanges(rows, threads: threads) { range in
      for row in range { function(x + row * width, width) }
    }
  }
}
