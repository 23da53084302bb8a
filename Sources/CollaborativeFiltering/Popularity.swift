#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// How much each item was interacted with: the baseline that every recommender has to beat, and a
/// measure of how much evidence there is for an item.
public struct Popularity: Sendable {
  /// `[items]`: how many users interacted with each item.
  public let counts: [Float]

  /// - Complexity: O(items).
  public init(of matrix: InteractionMatrix) {
    counts = matrix.interactionCounts.map(Float.init)
  }

  /// `[items]`: ln(1 + count), 0 for an item without interactions.
  ///
  /// Counts are heavy-tailed: their logarithms can be added to other scores without drowning them.
  public var logarithms: [Float] { counts.map(log1pf) }
}
