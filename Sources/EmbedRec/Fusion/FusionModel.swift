import Compute
internal import Foundation

/// The fused score: a small network on signals and evidence, fitted on simulated cold starts.
///
///     z = (features − mean) / deviation
///     score = w·z + v·relu(z·W + b)
///
/// Several fits from different starts are averaged: their hidden units stand side by side, their
/// output weights divided by their number.
package struct FusionModel: Sendable, Equatable {
  var features: FusionFeatures
  /// `[features]` each: what standardises the features.
  var mean: [Float]
  var deviation: [Float]
  /// w, `[features]`.
  var direct: [Float]
  /// W, `[features, hidden]`.
  var hidden: [Float]
  /// b, `[hidden]`.
  var hiddenBias: [Float]
  /// v, `[hidden]`.
  var output: [Float]
  /// Added to the score of items that no one had used when the model was fitted: of such items
  /// some are merely disliked, which the simulation, whose cold items once were used, can't show.
  package var unusedOffset: Float

  var hiddenUnits: Int { hiddenBias.count }

  /// The scores of standardised rows, `[rows, features]`.
  package func scores(ofStandardized rows: [Float], count: Int) -> [Float] {
    let width = FusionFeatures.width
    let units = hiddenUnits
    var activations = [Float](repeating: 0, count: count * units)
    var scores = [Float](repeating: 0, count: count)
    guard count > 0 else { return scores }
    let kernels = Kernels.current
    rows.withUnsafeBufferPointer { rows in
      activations.withUnsafeMutableBufferPointer { activations in
        BLAS.multiply(
          rows.baseAddress!, lda: width, hidden, ldb: units, into: activations.baseAddress!,
          ldc: units, m: count, n: units, k: width)
        for row in 0..<count {
          var sum = kernels.dot(rows.baseAddress! + row * width, direct, width)
          let first = row * units
          for unit in 0..<units {
            sum += output[unit] * max(0, activations[first + unit] + hiddenBias[unit])
          }
          scores[row] = sum
        }
      }
    }
    return scores
  }

  /// The features of items, standardised: `[items, features]`.
  ///
  /// - Parameters:
  ///   - columns: `[signals][items]`.
  ///   - evidence: `[items, evidence]` in the same order.
  package func standardized(_ columns: [[Float]], evidence: [Float], historyLength: Int) -> [Float]
  {
    let width = FusionFeatures.width
    let length = FusionFeatures.ofHistory(length: historyLength)
    var rows = features.rows(
      columns[0].count, evidence: evidence, signal: { columns[$1][$0] }, length: { _ in length })
    for first in stride(from: 0, to: rows.count, by: width) {
      for column in 0..<width {
        rows[first + column] = (rows[first + column] - mean[column]) / deviation[column]
      }
    }
    return rows
  }

  /// The share of each feature in a score, by integrated gradients from a baseline (Sundararajan,
  /// Taly and Yan, "Axiomatic attribution for deep networks", 2017): the shares add up to the
  /// difference between the two scores.
  ///
  /// - Parameters:
  ///   - row: `[features]`, standardised; `baseline` likewise.
  package func attributions(of row: [Float], from baseline: [Float]) -> [Float] {
    let width = FusionFeatures.width
    let steps = 64
    var gradients = [Float](repeating: 0, count: width)
    for step in 0..<steps {
      let position = (Float(step) + 0.5) / Float(steps)
      let point = zip(baseline, row).map { $0 + position * ($1 - $0) }
      for column in 0..<width { gradients[column] += direct[column] }
      for unit in 0..<hiddenUnits {
        var sum = hiddenBias[unit]
        for column in 0..<width { sum += point[column] * hidden[column * hiddenUnits + unit] }
        guard sum > 0 else { continue }
        for column in 0..<width {
          gradients[column] += output[unit] * hidden[column * hiddenUnits + unit]
        }
      }
    }
    return (0..<width).map { (row[$0] - baseline[$0]) * gradients[$0] / Float(steps) }
  }
}
