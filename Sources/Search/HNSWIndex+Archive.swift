public import Compute

extension HNSWIndex {
  private static let kind = "HNSW"

  /// Writes the index to `path`.
  ///
  /// The file is an ``ArrayArchive`` of kind `HNSW`; its arrays are listed in the module's README.
  ///
  /// - Throws: ``FileError`` where the file cannot be written.
  /// - Complexity: O(size of the index).
  public func save(to path: String) throws(FileError) {
    let writer = try ArrayArchiveWriter(path: path, kind: Self.kind)
    try writer.add(
      "settings",
      Settings(
        count: count, dimension: dimension, entry: graph.entry, fingerprint: fingerprint,
        parameters: parameters
      ).values)
    try writer.add("metric", Array(metric.rawValue.utf8))
    try writer.add("codes", codes.codes, shape: [count, codes.stride])
    try writer.add("factors", codes.factors)
    try writer.add("lifts", codes.lifts)
    try writer.add("base", graph.base, shape: [count, 2 * graph.width])
    try writer.add("starts", graph.starts)
    try writer.add("upper", graph.upper, shape: [graph.upper.count / graph.width, graph.width])
    try writer.add("rows", graph.rows)
    try writer.add("nodes", graph.nodes)
    try writer.add("copies", graph.copies)
    switch vectors {
    case .float32(let space):
      try writer.add("norms", space.norms)
      if parameters.storage == .float32 { try writer.add("vectors", space.vectors) }
    case .float16(let halves, let norms):
      try writer.add("norms", norms)
      try writer.add("halves", halves, shape: [count, dimension])
    case .int8: break
    }
    try writer.finish()
  }

  /// Of the vectors that are kept elsewhere; 0 where none are.
  private var fingerprint: UInt64 {
    if case .float32(let space) = vectors { space.fingerprint } else { 0 }
  }

  /// Maps an index that ``save(to:)`` wrote. It is used where it lies: nothing is copied.
  ///
  /// - Parameter vectors: The vectors that the graph was built from, in the same order, where the
  ///   index doesn't hold them: ``VectorStorage/external``. Otherwise they are not looked at.
  /// - Throws: ``FileError`` where the file cannot be read, is no such index, is damaged, has links
  ///   that lead outside the graph, or belongs to other vectors: to another number or dimension of
  ///   them or, as far as 64 sampled rows tell, to other values.
  /// - Complexity: O(size of the index), for the checks.
  public init(opening path: String, vectors: SharedMatrix? = nil) throws(FileError) {
    let archive = try ArrayArchive(path: path, kind: Self.kind)
    func refused(_ what: String, _ remedy: String) -> FileError {
      FileError(path: path, reason: "\(what): \(remedy)")
    }
    let restore = "restore the file or make it again with `embedrec index`"
    let values = try archive.array("settings", of: Int64.self, shape: [Settings.count])
    guard let settings = Settings(values), settings.parameters.isValid else {
      throw refused("its settings \(Array(values)) are out of range", restore)
    }
    let name = String(decoding: try archive.array("metric", of: UInt8.self), as: UTF8.self)
    guard let metric = Metric(rawValue: name) else {
      throw refused("it has the unknown metric \(name.debugDescription)", restore)
    }
    let (count, dimension) = (settings.count, settings.dimension)
    let width = settings.parameters.neighboursPerNode
    guard count < Int(UInt32.max) / 2, dimension < 1 << 24 else {
      throw refused("it has too many vectors, \(count) of dimension \(dimension)", restore)
    }
    let graph = HNSWGraph(
      width: width,
      base: try archive.array("base", shape: [count, 2 * width]),
      starts: try archive.array("starts", shape: [count + 1]),
      upper: try archive.array("upper", shape: [nil, width]),
      rows: try archive.array("rows", shape: [count]),
      nodes: try archive.array("nodes", shape: [count]),
      copies: try archive.array("copies", shape: [count]),
      entry: settings.entry)
    if let fault = graph.fault() { throw refused(fault, restore) }
    let codes = VectorCodes(
      metric: metric, dimension: dimension,
      codes: try archive.array("codes", shape: [count, VectorCodes.stride(dimension)]),
      factors: try archive.array("factors", shape: [count]),
      lifts: try archive.array("lifts", shape: [metric == .cosine ? 0 : count]))
    let stored: StoredVectors
    switch settings.parameters.storage {
    case .external:
      let others = "open it with the vectors it was built from, or build it again"
      guard let vectors else { throw refused("it doesn't hold its vectors", others) }
      guard count == vectors.rows, dimension == vectors.columns else {
        throw refused(
          "it belongs to \(count) vectors of dimension \(dimension), and those "
            + "given are \(vectors.rows) of dimension \(vectors.columns)", others)
      }
      let space = VectorSpace(
        vectors, metric: metric, norms: try archive.array("norms", shape: [count]))
      guard space.fingerprint == settings.fingerprint else {
        throw refused("it belongs to other vectors than those given", others)
      }
      stored = .float32(space)
    case .float32:
      stored = .float32(
        VectorSpace(
          try archive.matrix("vectors", rows: count, columns: dimension), metric: metric,
          norms: try archive.array("norms", shape: [count])))
    case .float16:
      stored = .float16(
        halves: try archive.array("halves", shape: [count, dimension]),
        norms: try archive.array("norms", shape: [count]))
    case .int8: stored = .int8
    }
    self.init(graph, codes, stored, settings.parameters)
  }

  /// What the file says beside the arrays, as integers in a fixed order.
  private struct Settings {
    static let count = 10

    var count: Int
    var dimension: Int
    var entry: Int?
    var fingerprint: UInt64
    var parameters: Parameters

    init(count: Int, dimension: Int, entry: Int?, fingerprint: UInt64, parameters: Parameters) {
      self.count = count
      self.dimension = dimension
      self.entry = entry
      self.fingerprint = fingerprint
      self.parameters = parameters
    }

    /// nil where a value is out of the range in which the parameters can be made.
    init?(_ values: SharedArray<Int64>) {
      guard values[0] >= 0, values[1] >= 0, values[2] >= -1,
        let width = Int(exactly: values[4]), Parameters.neighboursPerNodeRange.contains(width),
        values[5] >= 1, values[6] >= 1, let raw = Int(exactly: values[9]),
        let storage = VectorStorage(rawValue: raw)
      else { return nil }
      count = Int(values[0])
      dimension = Int(values[1])
      entry = values[2] < 0 ? nil : Int(values[2])
      fingerprint = UInt64(bitPattern: values[3])
      parameters = Parameters(
        neighboursPerNode: width, efConstruction: Int(values[5]), efSearch: Int(values[6]),
        seed: UInt64(bitPattern: values[7]), keepsPruned: values[8] != 0, storage: storage)
    }

    var values: [Int64] {
      [
        Int64(count), Int64(dimension), Int64(entry ?? -1), Int64(bitPattern: fingerprint),
        Int64(parameters.neighboursPerNode), Int64(parameters.efConstruction),
        Int64(parameters.efSearch), Int64(bitPattern: parameters.seed),
        parameters.keepsPruned ? 1 : 0, Int64(parameters.storage.rawValue),
      ]
    }
  }
}
