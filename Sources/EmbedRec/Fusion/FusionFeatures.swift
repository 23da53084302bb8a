import Compute
internal import Foundation

/// Turns signals and evidence into the numbers that the fusion is a function of.
///
/// Signals have heavy tails, so each is divided by the scale it had in the fit and damped by a
/// signed logarithm; nothing depends on the other candidates, so a score doesn't either.
struct FusionFeatures: Sendable, Equatable {
  /// `[signals]`: root mean square of the values that aren't zero.
  var scales: [Float]

  /// Signals, evidence of the item, and the length of the history.
  static var width: Int { Signal.allCases.count + Evidence.width + 1 }

  init(scales: [Float]) { self.scales = scales }

  /// - Parameter rows: `[rows][signals]` of the fit.
  init(fitting rows: [Float]) {
    let width = Signal.allCases.count
    var sums = [Double](repeating: 0, count: width)
    var counts = [Int](repeating: 0, count: width)
    for (position, value) in rows.enumerated() where value != 0 {
      sums[position % width] += Double(value) * Double(value)
      counts[position % width] += 1
    }
    scales = zip(sums, counts).map { $1 > 0 ? Float(($0 / Double($1)).squareRoot()) : 1 }
  }

  func damped(_ value: Float, signal: Int) -> Float {
    let scaled = value / scales[signal]
    return scaled < 0 ? -log1p(-4 * scaled) : log1p(4 * scaled)
  }

  /// The feature for a history of `length` items.
  static func ofHistory(length: Int) -> Float { 0.5 * log1p(Float(length)) - 1 }
}
