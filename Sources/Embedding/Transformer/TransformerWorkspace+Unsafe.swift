/// The memory that one forward pass writes to; it grows to the largest batch and is used again.
///
/// T, S and C as in ``Transformer``. Not to be shared: one worker, one workspace.
final class TransformerWorkspace {
  private var memory = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)
  /// Floats between the beginnings of the areas, each of which begins on a cache line.
  private var row = 0
  private var shared = 0
  private var converted = 0
  private var attention = 0

  deinit { memory.deallocate() }

  var byteCount: Int { memory.count * MemoryLayout<Float>.stride }

  /// Makes room for a batch. What the areas held is lost.
  func reserve(
    tokens: Int, longest: Int, threads: Int, _ configuration: TransformerConfiguration,
    _ weights: TransformerWeights
  ) {
    func aligned(_ count: Int) -> Int { (count + 15) & ~15 }
    row = aligned(tokens * max(configuration.hiddenSize, configuration.embeddingSize))
    // Q, K and V are done with before the expansion begins, so that both share one area.
    let rows = min(tokens, Self.intermediateRows(threads: threads))
    shared = aligned(
      max(tokens * 3 * configuration.hiddenSize, rows * configuration.intermediateSize))
    converted = aligned(weights.scratchBytes(rows: tokens) / MemoryLayout<Float>.stride + 1)
    attention = aligned(
      AttentionHead.scratchCount(length: longest, size: configuration.headSize))
    let needed = 3 * row + shared + converted + threads * attention
    guard needed > memory.count else { return }
    memory.deallocate()
    let raw = UnsafeMutableRawBufferPointer.allocate(
      byteCount: needed * MemoryLayout<Float>.stride, alignment: 64)
    memory = raw.bindMemory(to: Float.self)
  }

  /// Rows of a feed-forward block that are computed together.
  static func intermediateRows(threads: Int) -> Int { 98 * threads }

  private var base: UnsafeMutablePointer<Float> { memory.baseAddress! }

  /// `[T, C]`: what a layer reads and, in the end, what it makes.
  var hidden: UnsafeMutablePointer<Float> { base }
  /// `[T, C]`: the values that attention has gathered.
  var context: UnsafeMutablePointer<Float> { base + row }
  /// `[T, C]`: the normed states that a block reads, where norms come first. A block has read them
  /// before its own ``context`` is written.
  var normed: UnsafeMutablePointer<Float> { base + row }
  /// `[T, embedding size]`: the embeddings before they are projected.
  var embedded: UnsafeMutablePointer<Float> { base + row }
  /// `[T, C]`: what is to be added to `hidden`.
  var sum: UnsafeMutablePointer<Float> { base + 2 * row }
  /// `[T, 3C]`: queries, keys and values side by side.
  var queryKeyValue: UnsafeMutablePointer<Float> { base + 3 * row }
  /// `[rows, intermediate size]`, of at most ``intermediateRows(threads:)`` rows.
  var intermediate: UnsafeMutablePointer<Float> { base + 3 * row }
  /// What linear layers ask for.
  var scratch: UnsafeMutableRawPointer { UnsafeMutableRawPointer(base + 3 * row + shared) }
  /// What ``AttentionHead`` asks for, one for each thread.
  func attentionScratch(_ worker: Int) -> UnsafeMutablePointer<Float> {
    base + 3 * row + shared + converted + worker * attention
  }
}
