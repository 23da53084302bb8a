import Compute
internal import Foundation

/// Turns signals and evidence into the numbers that the fusion is a function of.
///
/// Signals have heavy tails, so each is divided by the scale it had in the fit and damped by a
/// signed logarithm; nothing depends on the other candidates, so a score doesn't either.
struct FusionFeatures: Sendable, Equatable {
  /// `[signals]`: root mean square of the values that aren't zero.
  var scales: [Float]

  /// Signals, the text's votes once more on a finer scale, evidence of the item, and the length of
  /// the history.
  static var width: Int { Signal.allCases.count + 1 + Evidence.width + 1 }
  static var votesColumn: Int { Signal.allCases.count }
  static var evidenceColumn: Int { votesColumn + 1 }

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
    guard value != 0 else { return 0 }  // Most signals are zero for most items.
    let scaled = value / scales[signal]
    return scaled < 0 ? -log1p(-4 * scaled) : log1p(4 * scaled)
  }

  /// The text's votes on a logarithmic scale: among new items it is small votes that decide.
  func finerVotes(_ votes: Float) -> Float {
    guard votes > 0 else { return Self.noVotes }
    return 0.3 * log(votes / scales[Signal.similarText.rawValue] + 0.01)
  }

  private static let noVotes: Float = 0.3 * log(0.01)

  /// The feature for a history of `length` items.
  static func ofHistory(length: Int) -> Float { 0.5 * log1p(Float(length)) - 1 }

  /// The features of `count` items, `[items, features]`, as they are before standardisation.
  ///
  /// - Parameters:
  ///   - signal: What a signal says of an item.
  ///   - evidence: `[items, evidence]`.
  ///   - length: ``ofHistory(length:)`` for an item's row.
  func rows(
    _ count: Int, evidence: [Float], signal: (_ row: Int, _ signal: Int) -> Float,
    length: (_ row: Int) -> Float
  ) -> [Float] {
    let width = Self.width
    let signals = Signal.allCases.count
    return [Float](unsafeUninitializedCapacity: count * width) { features, initialized in
      for row in 0..<count {
        let first = row * width
        for column in 0..<signals {
          features[first + column] = damped(signal(row, column), signal: column)
        }
        features[first + Self.votesColumn] = finerVotes(signal(row, Signal.similarText.rawValue))
        for column in 0..<Evidence.width {
          features[first + Self.evidenceColumn + column] = evidence[row * Evidence.width + column]
        }
        features[first + width - 1] = length(row)
      }
      initialized = count * width
    }
  }
}
