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
    /// Whether the neighbours of the candidates are candidates too (`extendCandidates`). On sentence
    /// embeddings it triples the time of a build and changes no recall; the paper recommends it for
    /// extremely clustered data only.
    public var extendsCandidates: Bool
    /// Whether free places are filled with the closest of the candidates that the heuristic passed
    /// over (`keepPrunedConnections`).
    public var keepsPruned: Bool

    /// - Precondition: 2 ≤ `neighboursPerNode` ≤ 1024, `efConstruction` ≥ 1 and `efSearch` ≥ 1.
    public init(
      neighboursPerNode: Int = 16, efConstruction: Int = 200, efSearch: Int = 80, seed: UInt64 = 1,
      extendsCandidates: Bool = false, keepsPruned: Bool = true
    ) {
      self.neighboursPerNode = neighboursPerNode
      self.efConstruction = efConstruction
      self.efSearch = efSearch
      self.seed = seed
      self.extendsCandidates = extendsCandidates
      self.keepsPruned = keepsPruned
      precondition(isValid, "the parameters lie in their ranges")
    }

    static let neighboursPerNodeRange = 2...1024

    var isValid: Bool {
      Self.neighboursPerNodeRange.contains(neighboursPerNode) && efConstruction >= 1
        && efSearch >= 1
    }
  }
}
