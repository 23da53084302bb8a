internal import Foundation

extension Report {
  /// The report as text with aligned columns, ending in a newline.
  ///
  /// A value reads `0.1523 ±0.0041`, the second number being half the width of its 95 % interval. A
  /// dash stands where nothing was measured.
  ///
  /// - Parameters:
  ///   - measures: The columns; all that occur in a row, by name and cut-off, if nil.
  ///   - intervals: Whether to write the ± part.
  ///   - exposure: Whether to write what is known of it in more columns; see also
  ///     ``exposureTable()``.
  public func table(
    measures: [Measure]? = nil, intervals: Bool = true, exposure: Bool = true
  ) -> String {
    let measures = measures ?? Set(rows.flatMap(\.metrics.estimates.keys)).sorted()
    let showsExposure = exposure && rows.contains { $0.exposure != nil }
    var cells = [["recommender", "view", "users"] + measures.map(\.description)]
    if showsExposure { cells[0] += exposureColumns }
    for row in rows {
      var line = [row.recommender, row.view.rawValue, String(row.metrics.users)]
      line += measures.map { Self.cell(row.metrics[$0], intervals) }
      if showsExposure { line += Self.cells(row.exposure) }
      cells.append(line)
    }
    let lines = Self.aligned(cells, leftColumns: 2)
    return (title.isEmpty ? "" : title + "\n\n") + lines.map { $0 + "\n" }.joined()
  }

  /// How the lists of each recommender spread over the catalogue, as text with aligned columns,
  /// ending in a newline: a line for each recommender, since the view makes no difference.
  public func exposureTable() -> String {
    var cells = [["recommender"] + exposureColumns]
    var shown: Set<String> = []
    for row in rows where row.exposure != nil && shown.insert(row.recommender).inserted {
      cells.append([row.recommender] + Self.cells(row.exposure))
    }
    return Self.aligned(cells, leftColumns: 1).map { $0 + "\n" }.joined()
  }

  private var exposureColumns: [String] {
    let cutoffs = Set(rows.compactMap(\.exposure?.k))
    let suffix = cutoffs.count == 1 ? cutoffs.map { "@\($0)" }.joined() : ""
    return ["coverage", "gini", "popularity", "cold_share"].map { $0 + suffix }
  }

  private static func cell(_ estimate: Estimate?, _ intervals: Bool) -> String {
    guard let estimate else { return "–" }
    let mean = number(estimate.mean)
    return intervals ? "\(mean) ±\(number((estimate.upper - estimate.lower) / 2))" : mean
  }

  private static func cells(_ exposure: Exposure?) -> [String] {
    guard let exposure else { return ["–", "–", "–", "–"] }
    return [
      number(exposure.coverage), number(exposure.gini),
      number(exposure.meanPopularity, decimals: 1), number(exposure.coldShare),
    ]
  }

  private static func number(_ value: Double, decimals: Int = 4) -> String {
    String(format: "%.\(decimals)f", value)
  }

  /// Pads each column to its widest cell; the first ones to the left, the numbers to the right.
  private static func aligned(_ cells: [[String]], leftColumns: Int) -> [String] {
    let widths = cells[0].indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    return cells.map { line in
      line.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - line[column].count)
        return column < leftColumns ? line[column] + padding : padding + line[column]
      }.joined(separator: "  ")
    }
  }
}
