/// A measure of ranking quality with its cut-off, written `recall@20`. All lie in 0...1, and
/// greater is better. `RankedHits` defines each.
public enum Measure: Sendable, Hashable {
  /// Hits over relevant items.
  case recall(at: Int)
  /// Hits over those that the cut-off leaves room for.
  case calibratedRecall(at: Int)
  /// Normalised discounted cumulative gain.
  case ndcg(at: Int)
  /// Whether there is a hit at all.
  case hitRate(at: Int)
  /// Mean reciprocal rank.
  case mrr(at: Int)
  /// Mean average precision.
  case map(at: Int)

  /// What a report shows when nothing else is asked for.
  public static let standard: [Measure] = [
    .recall(at: 10), .recall(at: 20), .calibratedRecall(at: 20), .ndcg(at: 10), .ndcg(at: 20),
    .hitRate(at: 10), .mrr(at: 100), .map(at: 10),
  ]

  /// The value for one user.
  ///
  /// - Precondition: The cut-off is at least 1.
  public func value(of hits: RankedHits) -> Double {
    switch self {
    case .recall(let k): hits.recall(at: k)
    case .calibratedRecall(let k): hits.calibratedRecall(at: k)
    case .ndcg(let k): hits.ndcg(at: k)
    case .hitRate(let k): hits.hitRate(at: k)
    case .mrr(let k): hits.reciprocalRank(at: k)
    case .map(let k): hits.averagePrecision(at: k)
    }
  }

  private var parts: (name: String, k: Int) {
    switch self {
    case .recall(let k): ("recall", k)
    case .calibratedRecall(let k): ("calibrated_recall", k)
    case .ndcg(let k): ("ndcg", k)
    case .hitRate(let k): ("hit_rate", k)
    case .mrr(let k): ("mrr", k)
    case .map(let k): ("map", k)
    }
  }
}

extension Measure: LosslessStringConvertible {
  /// For example `recall@20`.
  public var description: String { "\(parts.name)@\(parts.k)" }

  /// Reads `recall@20`, or gives nil for an unknown name and for a cut-off below 1.
  public init?(_ description: String) {
    let parts = description.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, let k = Int(parts[1]), k > 0 else { return nil }
    switch parts[0] {
    case "recall": self = .recall(at: k)
    case "calibrated_recall": self = .calibratedRecall(at: k)
    case "ndcg": self = .ndcg(at: k)
    case "hit_rate": self = .hitRate(at: k)
    case "mrr": self = .mrr(at: k)
    case "map": self = .map(at: k)
    default: return nil
    }
  }
}

/// By name, then by cut-off.
extension Measure: Comparable {
  public static func < (a: Measure, b: Measure) -> Bool { a.parts < b.parts }
}

/// Written as its name, so that a dictionary of measures becomes a JSON object.
extension Measure: Codable, CodingKeyRepresentable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  public var codingKey: any CodingKey { Key(stringValue: description) }

  public init?(codingKey: some CodingKey) { self.init(codingKey.stringValue) }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let measure = Measure(name) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\(name) is no measure: expected one such as recall@20")
    }
    self = measure
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
