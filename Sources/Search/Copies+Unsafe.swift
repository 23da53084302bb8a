internal import Compute

/// Which vectors are copies of one another.
///
/// Texts that are equal have equal vectors, and a graph cannot tell those apart: all their links
/// would lead to one another and cut them off from the rest. So only the first of equal vectors
/// stands in the graph, and a walk that finds it finds its copies with it.
struct Copies {
  /// For each row the next row with equal components, or ``HNSWGraph/none``.
  var next: [UInt32]
  /// Whether an earlier row equals this one.
  var isCopy: [Bool]

  /// - Complexity: O(count · dimension).
  init(in space: VectorSpace) {
    next = [UInt32](repeating: HNSWGraph.none, count: space.count)
    isCopy = [Bool](repeating: false, count: space.count)
    // Safe: every row lies within the vectors, which live through the call.
    let rows = UnsafeRawBufferPointer(space.vectors.values.buffer)
    let stride = space.dimension * MemoryLayout<Float>.size
    func bytes(_ row: Int) -> UnsafeRawBufferPointer {
      UnsafeRawBufferPointer(rebasing: rows[row * stride..<(row + 1) * stride])
    }
    var latest: [ContentHash: Int] = [:]
    latest.reserveCapacity(space.count)
    for row in 0..<space.count where !space.norms[row].isNaN {
      let hash = ContentHash(bytes(row))
      if let earlier = latest[hash] {
        // A hash that two different vectors share would cost the second its copies, no more.
        guard bytes(earlier).elementsEqual(bytes(row)) else { continue }
        next[earlier] = UInt32(row)
        isCopy[row] = true
      }
      latest[hash] = row
    }
  }
}
