#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

extension ItemNeighbours {
  /// `[users]`: 1 / ln(1 + h_u) for a history of h_u items, 1 for a user without one.
  ///
  /// What two items share through a user says the less, the more that user takes (after Adamic and
  /// Adar, "Friends and neighbors on the web", 2003).
  public static func adamicAdarWeights(of matrix: InteractionMatrix) -> [Float] {
    (0..<matrix.userCount).map { user in
      let length = matrix.byUser.entries(of: user).count
      return length == 0 ? 1 : 1 / log1pf(Float(length))
    }
  }
}
