import Compute

extension SignalModel {
  static let file = GenerationFile(name: "signals.arrays", kind: "SIGN")

  func write(to writer: ArrayArchiveWriter) throws(FileError) {
    try writer.add("mean", space.mean)
    try writer.add("vectors", vectors)
    try likedTogether.write(to: writer, name: "likedTogether")
    try neighbours.write(to: writer, name: "neighbours")
    try transitions.write(to: writer, name: "transitions")
    try writer.add("textOfLikes", textOfLikes)
    try similarTexts.write(to: writer, name: "similarTexts")
    try writer.add("counts", counts)
    try writer.add("popularityOfText", popularityOfText)
    try writer.add("cosineDeviation", [cosineDeviation])
  }

  /// The model that lies in an archive, mapped.
  ///
  /// - Throws: ``FileError`` where an array is missing or doesn't fit the others.
  init(reading archive: ArrayArchive) throws(FileError) {
    let mean: SharedArray<Float> = try archive.array("mean")
    space = TextSpace(mean: Array(mean))
    vectors = try archive.matrix("vectors", columns: mean.count)
    let items = vectors.rows
    func weights(_ name: String) throws(FileError) -> SparseMatrix {
      try SparseMatrix(reading: archive, name: name, rows: items, columns: items)
    }
    likedTogether = try weights("likedTogether")
    neighbours = try weights("neighbours")
    transitions = try weights("transitions")
    textOfLikes = try archive.matrix("textOfLikes", rows: items, columns: mean.count)
    similarTexts = try weights("similarTexts")
    counts = try archive.array("counts", shape: [items])
    popularityOfText = Array(try archive.array("popularityOfText", shape: [mean.count + 1]))
    let deviation: SharedArray<Float> = try archive.array("cosineDeviation", shape: [1])
    cosineDeviation = deviation[0]
  }
}
