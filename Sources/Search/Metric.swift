/// How close two vectors are. Greater is closer, for every metric.
public enum Metric: String, Sendable, CaseIterable {
  /// The cosine of the angle: a·b / (‖a‖·‖b‖), from −1 to 1. Lengths are kept beside the vectors,
  /// which stay as they are. A zero vector (or one so small that its squared length underflows)
  /// scores 0 with every other.
  case cosine
  /// The dot product a·b.
  case dotProduct
  /// The negated squared distance −‖a − b‖², at most 0.
  case euclidean
}
