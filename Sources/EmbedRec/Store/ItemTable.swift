import Compute

/// Which catalogue row each item of a generation is, and what turns centred cosines back into
/// plain ones.
struct ItemTable: Sendable {
  static let file = GenerationFile(name: "items.arrays", kind: "ITEM")

  /// `[items]`: ascending.
  let rows: SharedArray<Int64>
  /// `[items]`: the length of the item's text vector without the mean: vector = length · centred
  /// + mean.
  let lengths: SharedArray<Float>
  private let index: DenseIndex

  /// - Parameter vectors: `[items, dimension]`, as the encoder gives them.
  init(rows: [RowID], vectors: Matrix, space: TextSpace) {
    self.rows = SharedArray(rows)
    lengths = SharedArray((0..<vectors.rows).map { space.length(of: vectors.row($0)) })
    index = DenseIndex(rows)
  }

  func write(to writer: ArrayArchiveWriter) throws(FileError) {
    try writer.add("rows", rows)
    try writer.add("lengths", lengths)
  }

  /// - Throws: ``FileError`` where an array is missing, or the rows don't ascend.
  init(reading archive: ArrayArchive, items: Int) throws(FileError) {
    rows = try archive.array("rows", shape: [items])
    lengths = try archive.array("lengths", shape: [items])
    guard zip(rows, rows.dropFirst()).allSatisfy({ $0 < $1 }), (rows.first ?? 0) >= 0,
      (rows.last ?? 0) < 1 << 31
    else {
      throw FileError(path: archive.path, reason: "its rows don't ascend: run `embedrec index`")
    }
    index = DenseIndex(Array(rows))
  }

  /// The number of the item in a catalogue row; nil where the generation doesn't have it.
  func item(row: RowID) -> Int32? { index[row] }
}

/// The graph over the items' texts of a large catalogue.
enum TextGraph {
  static let file = GenerationFile(name: "texts.hnsw", kind: "HNSW")
}
