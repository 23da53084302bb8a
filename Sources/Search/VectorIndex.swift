public import Compute

/// Finds the vectors that are closest to a query.
///
/// The vectors are the rows of a matrix and their ids are the row numbers. Answers are best first;
/// ties break by ascending id. What holds for every index:
///
/// - `k` is cut to ``count``; with `k` ≤ 0 or an empty index the answer is empty.
/// - The answer holds min(`k`, allowed rows) ids, however few the filter allows.
/// - A query with a component that is NaN or infinite, or with a squared length above 4e37, is
///   close to nothing: its answer is empty. A row with such a component is in no answer.
/// - A query of another dimension is a programming error and ends the program.
public protocol VectorIndex: Sendable {
  /// The number of vectors.
  var count: Int { get }
  /// The number of components of each vector.
  var dimension: Int { get }
  /// How closeness is measured.
  var metric: Metric { get }

  /// The `k` allowed vectors closest to `query`, best first.
  ///
  /// - Parameter isAllowed: Which ids may be in the answer; nil allows all. It is called at most a
  ///   few times for each id and must give the same answer each time.
  /// - Precondition: `query` has ``dimension`` components.
  func search(_ query: [Float], k: Int, allowing isAllowed: ((Int) -> Bool)?) -> [Scored]

  /// The `k` vectors of `allowed` closest to `query`, best first.
  ///
  /// - Precondition: `query` has ``dimension`` components.
  func search(_ query: [Float], k: Int, within allowed: IDSet) -> [Scored]

  /// The `k` vectors closest to each row of `queries`, `[queries, dimension]`, in the rows' order.
  ///
  /// The answers are those of single searches and do not depend on `threads`.
  ///
  /// - Precondition: `queries` has ``dimension`` columns.
  func search(_ queries: Matrix, k: Int, threads: Int) -> [[Scored]]
}

extension VectorIndex {
  /// The `k` vectors closest to `query`, best first.
  ///
  /// - Precondition: `query` has ``dimension`` components.
  public func search(_ query: [Float], k: Int) -> [Scored] {
    search(query, k: k, allowing: nil)
  }

  public func search(_ query: [Float], k: Int, within allowed: IDSet) -> [Scored] {
    search(query, k: k) { allowed.contains($0) }
  }

  /// The `k` vectors closest to each row of `queries`, on one thread for each core.
  public func search(_ queries: Matrix, k: Int) -> [[Scored]] {
    search(queries, k: k, threads: availableThreads)
  }

  public func search(_ queries: Matrix, k: Int, threads: Int) -> [[Scored]] {
    precondition(queries.columns == dimension, "the queries have the index's dimension")
    return parallelMap(queries.rows, threads: threads) {
      search(Array(queries.row($0)), k: k, allowing: nil)
    }
  }
}
