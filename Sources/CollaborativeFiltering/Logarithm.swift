#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

extension Popularity {
  /// ln(1 + x).
  static func log1p(_ x: Float) -> Float { log1pf(x) }
}
