/// How ranked lists spread over the catalogue: what recall alone does not show.
///
/// Every list counts here, also those of users without relevant items.
public struct Exposure: Sendable, Equatable, Codable {
  /// The cut-off: how many places of each list were looked at.
  public let k: Int
  /// The share of the candidates that stand in at least one list, 0...1.
  public let coverage: Double
  /// The Gini coefficient of how often each candidate is shown: 0 when all are shown equally
  /// often, near 1 when all lists show the same few. 0 when nothing is shown.
  public let gini: Double
  /// The mean, over all places, of the item's number of training interactions; 0 without places.
  public let meanPopularity: Double
  /// The share of the places that hold a cold item; 0 without places.
  public let coldShare: Double

  /// Looks at the first `k` of each list.
  ///
  /// - Parameters:
  ///   - lists: Item ids; negative ones are padding. An item that is no candidate counts for
  ///     popularity and cold share, not for coverage and Gini.
  ///   - candidates: The items that might have been shown.
  ///   - popularity: Training interactions of each item; 0 for those that aren't in it.
  ///   - cold: The items without training interactions.
  /// - Precondition: `k` > 0.
  /// - Complexity: O(users × k + candidates × log(candidates)).
  public init(
    of lists: [[Int32]], at k: Int = 20, candidates: Set<Int32>, popularity: [Int32: Int],
    cold: Set<Int32>
  ) {
    precondition(k > 0, "a cut-off counts from 1")
    var shown: [Int32: Int] = [:]
    for list in lists {
      for item in list.prefix(k) where item >= 0 { shown[item, default: 0] += 1 }
    }
    var places = 0
    var popularitySum = 0
    var coldPlaces = 0
    for (item, count) in shown {
      places += count
      popularitySum += count * popularity[item, default: 0]
      if cold.contains(item) { coldPlaces += count }
    }
    let counts = candidates.map { shown[$0, default: 0] }.sorted()
    self.k = k
    coverage = Self.ratio(counts.reduce(0) { $1 > 0 ? $0 + 1 : $0 }, counts.count)
    gini = Self.gini(sorted: counts)
    meanPopularity = Self.ratio(popularitySum, places)
    coldShare = Self.ratio(coldPlaces, places)
  }

  /// Σ (2·i − n − 1)·xᵢ / (n·Σ xᵢ) over the ascending counts x₁...xₙ.
  private static func gini(sorted counts: [Int]) -> Double {
    let n = counts.count
    var weighted = 0
    for (i, count) in counts.enumerated() { weighted += (2 * (i + 1) - n - 1) * count }
    return ratio(weighted, n * counts.reduce(0, +))
  }

  private static func ratio(_ part: Int, _ whole: Int) -> Double {
    whole > 0 ? Double(part) / Double(whole) : 0
  }
}
