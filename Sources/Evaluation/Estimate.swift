internal import Compute

/// A mean over users with its 95 % confidence interval.
public struct Estimate: Sendable, Equatable, Codable {
  /// Over the users that were asked for.
  public var mean: Double
  /// The interval's ends: what the mean would be, 95 times in 100, had other users of the same kind
  /// been asked.
  public var lower, upper: Double

  /// An estimate that was made elsewhere.
  public init(mean: Double, lower: Double, upper: Double) {
    self.mean = mean
    self.lower = lower
    self.upper = upper
  }
}

extension Estimate {
  /// The mean of `values`, one for each user, with a percentile-bootstrap interval (Efron,
  /// "Bootstrap methods: another look at the jackknife", 1979): the mean is taken again over
  /// `resamples` draws of as many users with replacement, and the interval runs from the 2.5th to
  /// the 97.5th percentile of those means, interpolated linearly.
  ///
  /// Given differences between two recommenders user by user, the interval tells whether one is
  /// better: it then leaves out 0.
  ///
  /// - Parameter resamples: Without any, the interval is the mean alone.
  /// - Returns: nil without values.
  /// - Complexity: O(values × resamples).
  public init?(bootstrapping values: [Double], resamples: Int = 1000, seed: UInt64 = 0) {
    guard !values.isEmpty else { return nil }
    self = Self.bootstrap(values, columns: 1, resamples: resamples, seed: seed)[0]
  }

  /// An estimate for each column of `values`, `[users, columns]`, from one set of draws.
  ///
  /// - Precondition: There is at least one user.
  package static func bootstrap(
    _ values: [Double], columns: Int, resamples: Int, seed: UInt64
  ) -> [Estimate] {
    let users = values.count / max(columns, 1)
    var random = SeededRandom(seed: seed)
    var means = [[Double]](repeating: [], count: columns)
    var sums = [Double](repeating: 0, count: columns)
    for _ in 0..<max(resamples, 0) {
      for column in 0..<columns { sums[column] = 0 }
      for _ in 0..<users {
        let start = random.index(below: users) * columns
        for column in 0..<columns { sums[column] += values[start + column] }
      }
      for column in 0..<columns { means[column].append(sums[column] / Double(users)) }
    }
    return (0..<columns).map { column in
      let sum = stride(from: column, to: values.count, by: columns).reduce(0) { $0 + values[$1] }
      let mean = sum / Double(users)
      guard !means[column].isEmpty else { return Estimate(mean: mean, lower: mean, upper: mean) }
      let sorted = means[column].sorted()
      return Estimate(
        mean: mean, lower: quantile(0.025, of: sorted), upper: quantile(0.975, of: sorted))
    }
  }

  /// The value below which a share of the sorted ones lies, interpolated linearly.
  private static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    let position = share * Double(sorted.count - 1)
    let below = Int(position)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
  }
}
