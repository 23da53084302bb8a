/// What several recommenders scored on one split: a table for people, JSON for programs.
///
///     var report = Report(title: "movielens-small, last 20 %")
///     report.rows.append(Report.Row(recommender: "popular", view: .all, metrics: metrics))
///     print(report.table())
public struct Report: Sendable, Equatable, Codable {
  /// Which items count as relevant. The ranked lists are the same in every view.
  public enum View: String, Sendable, Codable, CaseIterable {
    /// Every item.
    case all
    /// Only items without an interaction in train.
    case cold
    /// Only items with one.
    case warm

    /// Those of the relevant items that lie in this view.
    public func restrict(_ relevant: Set<Int32>, cold: Set<Int32>) -> Set<Int32> {
      switch self {
      case .all: relevant
      case .cold: relevant.intersection(cold)
      case .warm: relevant.subtracting(cold)
      }
    }
  }

  /// What one recommender scored in one view.
  public struct Row: Sendable, Equatable, Codable {
    /// Its name.
    public var recommender: String
    /// What counted as relevant.
    public var view: View
    /// The quality of its lists.
    public var metrics: Metrics
    /// Does not depend on the view; where it is given, each view's row may repeat it.
    public var exposure: Exposure?

    /// A line of a report.
    public init(recommender: String, view: View, metrics: Metrics, exposure: Exposure? = nil) {
      self.recommender = recommender
      self.view = view
      self.metrics = metrics
      self.exposure = exposure
    }
  }

  /// What was measured on what, in words.
  public var title: String
  /// In the order in which they are shown.
  public var rows: [Row]

  /// A report with these lines, empty at first.
  public init(title: String = "", rows: [Row] = []) {
    self.title = title
    self.rows = rows
  }
}
