extension HNSWIndex {
  /// How a graph is built and searched. The names are the paper's.
  public struct Parameters: Sendable, Equatable {
    /// M: how many neighbours a vector is given when it is inserted, and how many it may have on
    /// each level above 0; on level 0 it may have twice as many. More: better recall on data of
    /// high intrinsic dimension, a larger graph (8·M bytes for each vector) and slower walks.
    public var neighboursPerNode: Int
    /// How many candidates the neighbours of a new vector are chosen from. More: a better graph,
    /// a slower build.
    public var efConstruction: Int
    /// How many candidates a search keeps, unless it says otherwise. More: better recall, slower.
    public var efSearch: Int
    /// Decides which vectors stand on which level. The same seed gives the same graph.
    public var seed: UInt64
    /// Whether free places are filled with the closest of the candidates that the heuristic passed
    /// over (`keepPrunedConnections`).
    public var keepsPruned: Bool
    /// What is kept of the vectors beside their codes of one byte a component, for the final order.
    public var storage: VectorStorage

    /// - Precondition: 2 ≤ `neighboursPerNode` ≤ 1024, `efConstruction` ≥ 1 and `efSearch` ≥ 1.
    public init(
      neighboursPerNode: Int = 24, efConstruction: Int = 200, efSearch: Int = 80, seed: UInt64 = 1,
      keepsPruned: Bool = true, storage: VectorStorage = .external
    ) {
      self.neighboursPerNode = neighboursPerNode
      self.efConstruction = efConstruction
      self.efSearch = efSearch
      self.seed = seed
      self.keepsPruned = keepsPruned
      self.storage = storage
      precondition(isValid, "the parameters lie in their ranges")
    }

    static let neighboursPerNodeRange = 2...1024

    var isValid: Bool {
      Self.neighboursPerNodeRange.contains(neighboursPerNode) && efConstruction >= 1
        && efSearch >= 1
    }
  }
}

/// What an index keeps of the vectors, beside the graph and the codes that walks compare with: one
/// byte a component.
public enum VectorStorage: Int, Sendable, CaseIterable {
  /// Nothing: the caller has the float32 vectors and gives them again when the index is opened.
  /// Scores are those of an ``ExactIndex``.
  case external = 0
  /// The vectors as they are, four bytes a component. Scores are those of an ``ExactIndex``.
  case float32 = 1
  /// The vectors scaled to length 1, in half precision, and their lengths: two bytes a component.
  /// Scores are within about 0.0005 of the true ones, relatively to the lengths.
  case float16 = 2
  /// The codes alone. Scores are within about 0.005 of the true ones, relatively to the lengths; of
  /// ten nearest vectors one in a hundred is another.
  case int8 = 3
}
