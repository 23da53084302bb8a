/// A step of building an index.
public enum IndexStage: String, Sendable, CaseIterable, Codable, CustomStringConvertible {
  case reading
  case encoding
  case learning
  case fusing
  case publishing

  /// As a progress display calls it.
  public var description: String {
    switch self {
    case .reading: "Reading files"
    case .encoding: "Encoding texts"
    case .learning: "Learning from interactions"
    case .fusing: "Fitting the fusion"
    case .publishing: "Writing the index"
    }
  }
}

/// What a build reports while it runs, from any thread.
public enum IndexEvent: Sendable {
  case began(IndexStage)
  /// `known` of the `done` cost nothing: they were done in an earlier run. `total` is nil where it
  /// isn't known beforehand.
  case progress(IndexStage, done: Int, total: Int?, known: Int)
  /// Something that the user should read, such as rows that were skipped.
  case note(String)
  case finished(IndexStage, seconds: Double, detail: String)
}
