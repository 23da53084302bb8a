public import Compute

extension HNSWIndex {
  private static let kind = "HNSW"

  /// Writes the graph, without the vectors, to `path`.
  ///
  /// The file is an ``ArrayArchive`` of kind `HNSW`: `settings`, int64 `[10]`; `metric`, its name;
  /// `norms`, float32 `[count]`; `base`, uint32 `[count, 2 · M]`; `starts`, uint32 `[count + 1]`;
  /// `upper`, uint32 `[lists, M]`; `copies`, uint32 `[count]`. All ones mark an empty place.
  ///
  /// - Throws: ``FileError`` where the file cannot be written.
  /// - Complexity: O(size of the graph).
  public func save(to path: String) throws(FileError) {
    let writer = try ArrayArchiveWriter(path: path, kind: Self.kind)
    let settings = Settings(
      count: count, dimension: dimension, entry: graph.entry, fingerprint: space.fingerprint,
      parameters: parameters)
    try writer.add("settings", settings.values)
    try writer.add("metric", Array(metric.rawValue.utf8))
    try writer.add("norms", space.norms)
    try writer.add("base", graph.base, shape: [count, 2 * graph.width])
    try writer.add("starts", graph.starts)
    try writer.add("upper", graph.upper, shape: [graph.upper.count / graph.width, graph.width])
    try writer.add("copies", graph.copies)
    try writer.finish()
  }

  /// Maps a graph that ``save(to:)`` wrote. It is used where it lies: nothing is copied.
  ///
  /// - Parameter vectors: The vectors that the graph was built from, in the same order.
  /// - Throws: ``FileError`` where the file cannot be read, is no such graph, is damaged, has links
  ///   that lead outside the graph, or belongs to other vectors: to another number or dimension of
  ///   them or, as far as 64 sampled rows tell, to other values.
  /// - Complexity: O(size of the graph), for the checks.
  public init(opening path: String, vectors: SharedMatrix) throws(FileError) {
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
    let others = "open it with the vectors it was built from, or build it again"
    guard settings.count == vectors.rows, settings.dimension == vectors.columns else {
      throw refused(
        "it belongs to \(settings.count) vectors of dimension \(settings.dimension), and those "
          + "given are \(vectors.rows) of dimension \(vectors.columns)", others)
    }
    let width = settings.parameters.neighboursPerNode
    let (nodes, overflow) = vectors.rows.multipliedReportingOverflow(by: 2 * width)
    guard !overflow, nodes >= 0, vectors.rows < Int(UInt32.max) / 2 else {
      throw refused("it has too many vectors, \(vectors.rows)", restore)
    }
    let graph = HNSWGraph(
      width: width,
      base: try archive.array("base", shape: [vectors.rows, 2 * width]),
      starts: try archive.array("starts", shape: [vectors.rows + 1]),
      upper: try archive.array("upper", shape: [nil, width]),
      copies: try archive.array("copies", shape: [vectors.rows]),
      entry: settings.entry)
    if let fault = graph.fault() { throw refused(fault, restore) }
    let norms: SharedArray<Float> = try archive.array("norms", shape: [vectors.rows])
    let space = VectorSpace(vectors, metric: metric, norms: norms)
    guard space.fingerprint == settings.fingerprint else {
      throw refused("it belongs to other vectors than those given", others)
    }
    self.init(space, graph, settings.parameters)
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
        values[5] >= 1, values[6] >= 1
      else { return nil }
      count = Int(values[0])
      dimension = Int(values[1])
      entry = values[2] < 0 ? nil : Int(values[2])
      fingerprint = UInt64(bitPattern: values[3])
      parameters = Parameters(
        neighboursPerNode: width, efConstruction: Int(values[5]), efSearch: Int(values[6]),
        seed: UInt64(bitPattern: values[7]), extendsCandidates: values[8] != 0,
        keepsPruned: values[9] != 0)
    }

    var values: [Int64] {
      [
        Int64(count), Int64(dimension), Int64(entry ?? -1), Int64(bitPattern: fingerprint),
        Int64(parameters.neighboursPerNode), Int64(parameters.efConstruction),
        Int64(parameters.efSearch), Int64(bitPattern: parameters.seed),
        parameters.extendsCandidates ? 1 : 0, parameters.keepsPruned ? 1 : 0,
      ]
    }
  }
}
