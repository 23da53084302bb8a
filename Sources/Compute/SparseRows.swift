internal import Synchronization

/// Rows of a sparse matrix in the making.
public struct SparseRows: Sendable {
  var ends: [Int64] = []
  var columnIndices: [Int32] = []
  var values: [Float] = []

  init() {}

  /// Adds an entry to the row that is being made; its column must be above the row's last one.
  public mutating func append(_ column: Int32, _ value: Float) {
    columnIndices.append(column)
    values.append(value)
  }

  /// Adds the entries of `scored` to the row that is being made, in ascending order of id.
  ///
  /// - Precondition: The ids differ.
  public mutating func append(_ scored: [Scored]) {
    for one in scored.sorted(by: { $0.id < $1.id }) { append(Int32(one.id), one.score) }
  }

  mutating func endRow() { ends.append(Int64(values.count)) }
}

extension SparseMatrix {
  /// How many rows a thread takes at once.
  private static let rowsPerChunk = 64

  /// Makes a matrix row by row, in parallel.
  ///
  /// - Parameters:
  ///   - scratch: Makes the memory that a thread reuses from row to row; what it holds must not
  ///     change a row's entries.
  ///   - body: Appends the entries of one row. Rows are made in any order, on several threads at
  ///     once, and land in their places.
  /// - Complexity: While they are put together, the entries stand in memory twice.
  public init<Scratch>(
    rows: Int, columns: Int, threads: Int = availableThreads,
    scratch makeScratch: @autoclosure () -> Scratch,
    row body: (_ row: Int, _ scratch: inout Scratch, _ entries: inout SparseRows) -> Void
  ) {
    let chunkCount = (rows + Self.rowsPerChunk - 1) / Self.rowsPerChunk
    let chunks = Mutex([SparseRows](repeating: SparseRows(), count: chunkCount))
    let workers = max(1, min(threads, chunkCount))
    // A worker's number is its alone, so each takes only its own scratch memory.
    var memories = (0..<workers).map { _ in makeScratch() }
    memories.withUnsafeMutableBufferPointer { memories in
      parallelChunks(rows, chunk: Self.rowsPerChunk, threads: threads) { range, worker in
        var made = SparseRows()
        for row in range {
          body(row, &memories[worker], &made)
          made.endRow()
        }
        chunks.withLock { $0[range.lowerBound / Self.rowsPerChunk] = made }
      }
    }
    self.init(columns: columns, chunks.withLock { $0 })
  }

  /// The rows of the chunks, one chunk after another.
  init(columns: Int, _ chunks: [SparseRows]) {
    var starts: [Int64] = [0]
    starts.reserveCapacity(1 + chunks.reduce(0) { $0 + $1.ends.count })
    var indices: [Int32] = []
    var values: [Float] = []
    let count = chunks.reduce(0) { $0 + $1.values.count }
    indices.reserveCapacity(count)
    values.reserveCapacity(count)
    for chunk in chunks {
      let before = Int64(values.count)
      starts += chunk.ends.map { before + $0 }
      indices += chunk.columnIndices
      values += chunk.values
    }
    self.init(
      rows: starts.count - 1, columns: columns, rowStarts: SharedArray(starts),
      columnIndices: SharedArray(indices), values: SharedArray(values))
  }
}
