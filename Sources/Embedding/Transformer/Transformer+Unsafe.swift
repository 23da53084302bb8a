internal import Compute

/// The forward pass of an encoder.
///
/// The tokens of all texts of a batch lie one after another, without padding and without a mask:
/// everything but attention treats each token by itself, and attention looks at one text's rows at
/// a time. In the comments T is the number of tokens of the batch, S that of one text, C the hidden
/// size, D the size of a head.
///
/// A text's result does not depend on the others of its batch, nor on the number of threads, to the
/// last bit.
package struct Transformer: Sendable {
  let configuration: TransformerConfiguration
  let weights: TransformerWeights
  /// The rotation of each layer's queries and keys, where positions are rotary.
  private let rotations: [Rotation?]
  /// Kept, so that a query need not have its memory cleared by the system; those of large batches
  /// are not.
  let workspaces = Pool(
    keeping: { $0.byteCount <= 16 << 20 }, make: { TransformerWorkspace() })
  private let kernels = Kernels.current

  init(configuration: TransformerConfiguration, weights: TransformerWeights) {
    self.configuration = configuration
    self.weights = weights
    var made: [Double: Rotation] = [:]
    rotations = configuration.layers.map { layer in
      guard let base = layer.rotationBase else { return nil }
      if let rotation = made[base] { return rotation }
      let rotation = Rotation(
        base: base, headSize: configuration.headSize, positions: configuration.maximumTokens)
      made[base] = rotation
      return rotation
    }
  }

  /// Computes the hidden states of the last layer, `[T, C]`, and leaves them in
  /// `workspace.hidden`.
  ///
  /// - Parameters:
  ///   - texts: The token ids of each text: at least one, at most as many as there are positions.
  ///   - types: The kind of each token of the texts with the same indices, such as which text of a
  ///     pair it belongs to; empty where all are of kind 0.
  ///   - threads: How many threads share this one batch.
  /// - Precondition: Every id is below the vocabulary's size, and every kind below the number of
  ///   kinds where there are any.
  /// - Complexity: O(T · C · (C + intermediate size) + Σ S² · C) for each layer.
  func run(
    _ texts: ArraySlice<[Int32]>, types: ArraySlice<[Int32]> = [],
    in workspace: TransformerWorkspace, threads: Int = 1
  ) {
    let tokens = texts.reduce(0) { $0 + $1.count }
    let longest = texts.reduce(0) { max($0, $1.count) }
    workspace.reserve(tokens: tokens, longest: longest, threads: threads, configuration, weights)
    embed(texts, types, rows: tokens, workspace, threads: threads)
    for index in weights.layers.indices {
      let layer = weights.layers[index]
      layer.queryKeyValue.apply(
        input(layer.attentionNorm, rows: tokens, workspace), rows: tokens,
        into: workspace.queryKeyValue, scratch: workspace.scratch, threads: threads)
      attend(texts, workspace, layer: index, threads: threads)
      layer.attentionOutput.apply(
        workspace.context, rows: tokens, into: workspace.sum, scratch: workspace.scratch,
        threads: threads)
      add(layer.attentionNorm, rows: tokens, workspace)

      feedForward(
        layer, input(layer.outputNorm, rows: tokens, workspace), rows: tokens, workspace,
        threads: threads)
      add(layer.outputNorm, rows: tokens, workspace)
    }
    weights.finalNorm?.apply(workspace.hidden, rows: tokens, into: workspace.hidden)
  }

  /// The feed-forward block, from `[T, C]` to `[T, C]`: some rows at a time, so that what is between
  /// its two layers stays in a core's cache.
  private func feedForward(
    _ layer: TransformerWeights.Layer, _ x: UnsafePointer<Float>, rows: Int,
    _ workspace: TransformerWorkspace, threads: Int
  ) {
    let block = TransformerWorkspace.intermediateRows(threads: threads)
    for first in stride(from: 0, to: rows, by: block) {
      let count = min(block, rows - first)
      layer.expansion.apply(
        x + first * layer.expansion.inputs, rows: count, into: workspace.intermediate,
        activation: configuration.activation, scratch: workspace.scratch, threads: threads)
      layer.contraction.apply(
        workspace.intermediate, rows: count,
        into: workspace.sum + first * layer.contraction.outputs, scratch: workspace.scratch,
        threads: threads)
    }
  }

  /// What a block reads: the states, or where norms come first, the norm of them.
  private func input(
    _ norm: LayerNorm?, rows: Int, _ workspace: TransformerWorkspace
  ) -> UnsafePointer<Float> {
    guard configuration.normsFirst, let norm else { return UnsafePointer(workspace.hidden) }
    norm.apply(workspace.hidden, rows: rows, into: workspace.normed)
    return UnsafePointer(workspace.normed)
  }

  /// Adds what a block made to the states, and norms the sum unless norms come first.
  private func add(_ norm: LayerNorm?, rows: Int, _ workspace: TransformerWorkspace) {
    if !configuration.normsFirst, let norm {
      norm.apply(to: workspace.hidden, adding: workspace.sum, rows: rows)
    } else {
      kernels.addScaled(
        1, workspace.sum, workspace.hidden, rows * configuration.hiddenSize)
    }
  }

  /// LayerNorm(word + token type + position), `[T, embedding size]`, projected to `[T, C]` where
  /// the two sizes differ.
  private func embed(
    _ texts: ArraySlice<[Int32]>, _ types: ArraySlice<[Int32]>, rows: Int,
    _ workspace: TransformerWorkspace, threads: Int
  ) {
    let width = configuration.embeddingSize
    let words = weights.words.buffer.baseAddress!
    let start = weights.projection == nil ? workspace.hidden : workspace.embedded
    var row = start
    for index in texts.indices {
      let ids = texts[index]
      let places = positionRows(of: ids)
      for (token, id) in ids.enumerated() {
        row.update(from: words + Int(id) * width, count: width)
        if let table = weights.tokenTypes {
          let type = types.isEmpty ? 0 : Int(types[index][token])
          kernels.addScaled(1, table.buffer.baseAddress! + type * width, row, width)
        }
        if let table = weights.positions {
          kernels.addScaled(1, table.buffer.baseAddress! + places[token] * width, row, width)
        }
        row += width
      }
    }
    weights.embeddingNorm.apply(start, rows: rows, into: start)
    weights.projection?.apply(
      start, rows: rows, into: workspace.hidden, scratch: workspace.scratch, threads: threads)
  }

  /// The row of the position table for each token of a text.
  private func positionRows(of ids: [Int32]) -> [Int] {
    guard case .learned(let padding?) = configuration.positions else { return Array(ids.indices) }
    var last = Int(padding)
    return ids.map { id in
      if id == padding { return Int(padding) }
      last += 1
      return last
    }
  }

  /// Attention of each text and head, from `[T, 3C]` to `[T, C]`.
  private func attend(
    _ texts: ArraySlice<[Int32]>, _ workspace: TransformerWorkspace, layer: Int, threads: Int
  ) {
    let width = configuration.hiddenSize
    let size = configuration.headSize
    let heads = configuration.attentionHeads
    var first = 0
    for ids in texts {
      let queries = workspace.queryKeyValue + first * 3 * width
      let context = workspace.context + first * width
      // Queries and keys stand side by side: to the rotation they are twice as many heads.
      rotations[layer]?.apply(to: queries, rows: ids.count, stride: 3 * width, heads: 2 * heads)
      parallelChunks(heads, chunk: 1, threads: threads) { heads, worker in
        for head in heads {
          let own = queries + head * size
          AttentionHead(
            queries: own, keys: own + width, values: own + 2 * width, stride: 3 * width,
            length: ids.count, size: size, scale: 1 / Float(size).squareRoot(),
            relativeBias: weights.relativeBias?.pointer(head: head),
            window: configuration.layers[layer].window, precision: weights.precision
          ).run(
            scratch: workspace.attentionScratch(worker), into: context + head * size, stride: width)
        }
      }
      first += ids.count
    }
  }
}
