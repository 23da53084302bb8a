internal import Foundation

/// One user's ranked list with its hits marked: what every measure of ranking quality is computed
/// from.
///
/// The list need not be long enough for the cut-off k that is asked for: places that are missing
/// are misses. With no relevant item every measure is 0; `Metrics` leaves such users out.
///
///     let hits = RankedHits(list: [7, 3, 9], relevant: [3, 4])
///     hits.recall(at: 2)  // 0.5
public struct RankedHits: Sendable {
  /// Ascending places, counted from 0, at which a relevant item stands.
  public let places: [Int]
  /// How many items are relevant, found or not.
  public let relevantCount: Int

  /// Marks the hits of `list`, best item first.
  ///
  /// An item that stands in the list twice is a hit at its first place only. Negative ids are
  /// padding: they take a place and hit nothing.
  ///
  /// - Complexity: O(list length).
  public init(list: [Int32], relevant: Set<Int32>) {
    var places: [Int] = []
    var found: Set<Int32> = []
    for (place, item) in list.enumerated() where item >= 0 && relevant.contains(item) {
      if found.insert(item).inserted { places.append(place) }
    }
    self.places = places
    relevantCount = relevant.reduce(0) { $1 >= 0 ? $0 + 1 : $0 }
  }

  /// How many of the first `k` are relevant.
  ///
  /// - Precondition: `k` > 0, here and in all that follow.
  public func count(at k: Int) -> Int {
    precondition(k > 0, "a cut-off counts from 1")
    return places.prefix { $0 < k }.count
  }

  /// The share of the relevant items that the first `k` hold: hits / |relevant|.
  ///
  /// With more than `k` relevant items it cannot reach 1.
  public func recall(at k: Int) -> Double {
    ratio(Double(count(at: k)), Double(relevantCount))
  }

  /// The share of the hits that were possible: hits / min(k, |relevant|).
  public func calibratedRecall(at k: Int) -> Double {
    ratio(Double(count(at: k)), Double(min(k, relevantCount)))
  }

  /// Normalised discounted cumulative gain, with gain 1 for a hit: the sum of 1 / log₂(place + 2)
  /// over the hits among the first `k`, divided by that sum for a list that begins with
  /// min(k, |relevant|) hits (Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR
  /// techniques", 2002).
  ///
  /// - Complexity: O(k).
  public func ndcg(at k: Int) -> Double {
    let gain = places.prefix(count(at: k)).reduce(0) { $0 + Self.discount($1) }
    let ideal = (0..<min(k, relevantCount)).reduce(0) { $0 + Self.discount($1) }
    return ratio(gain, ideal)
  }

  /// 1 if any of the first `k` is relevant, otherwise 0.
  public func hitRate(at k: Int) -> Double { count(at: k) > 0 ? 1 : 0 }

  /// 1 / (place + 1) of the first hit, or 0 if none is among the first `k`. Its mean over users is
  /// the mean reciprocal rank.
  public func reciprocalRank(at k: Int) -> Double {
    count(at: k) > 0 ? 1 / Double(places[0] + 1) : 0
  }

  /// The sum of the precision at each hit among the first `k`, divided by min(k, |relevant|). Its
  /// mean over users is MAP@k.
  public func averagePrecision(at k: Int) -> Double {
    var sum = 0.0
    for (earlier, place) in places.prefix(count(at: k)).enumerated() {
      sum += Double(earlier + 1) / Double(place + 1)
    }
    return ratio(sum, Double(min(k, relevantCount)))
  }

  private static func discount(_ place: Int) -> Double { 1 / log2(Double(place + 2)) }

  private func ratio(_ part: Double, _ whole: Double) -> Double { whole > 0 ? part / whole : 0 }
}
