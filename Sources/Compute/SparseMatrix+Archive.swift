extension SparseMatrix {
  /// Adds the matrix to an archive as three arrays: `name.starts`, `name.indices`, `name.values`.
  ///
  /// - Throws: ``FileError`` where the disk is full or fails.
  public func write(to writer: ArrayArchiveWriter, name: String) throws(FileError) {
    try writer.add("\(name).starts", rowStarts)
    try writer.add("\(name).indices", columnIndices)
    try writer.add("\(name).values", values)
  }

  /// The matrix that ``write(to:name:)`` wrote; its arrays stay in the mapped file.
  ///
  /// - Parameters:
  ///   - rows: How many rows it must have.
  ///   - columns: How many columns it may refer to.
  /// - Throws: ``FileError`` where an array is missing or of another type or shape, or where the
  ///   arrays together are no sparse matrix of these extents: what was read can be indexed
  ///   without a further check.
  /// - Complexity: O(entries + rows): every index is looked at.
  public init(
    reading archive: ArrayArchive, name: String, rows: Int, columns: Int
  ) throws(FileError) {
    let starts: SharedArray<Int64> = try archive.array("\(name).starts", shape: [rows + 1])
    let indices: SharedArray<Int32> = try archive.array("\(name).indices")
    let values: SharedArray<Float> = try archive.array("\(name).values", shape: [indices.count])
    self.init(
      rows: rows, columns: columns, rowStarts: starts, columnIndices: indices, values: values)
    if let fault {
      throw FileError(
        path: archive.path,
        reason: "its sparse matrix \(name) is malformed: \(fault). The file is damaged or was made "
          + "by another program: restore it, or make it again with `embedrec index`")
    }
  }
}
