import Compute
internal import Foundation

/// The network of one fit of the fusion, with the state of its optimiser.
///
///     score = w·x + v·relu(x·W + b)
package struct Network: Sendable {
  let width: Int
  let units: Int
  private var directs: Parameter
  private var hiddens: Parameter
  private var hiddenBiases: Parameter
  private var outputs: Parameter
  private var steps = 0

  /// w, `[width]`.
  package var direct: [Float] { directs.values }
  /// W, `[width, units]`.
  package var hidden: [Float] { hiddens.values }
  /// b, `[units]`.
  package var hiddenBias: [Float] { hiddenBiases.values }
  /// v, `[units]`.
  package var output: [Float] { outputs.values }

  package init(width: Int, units: Int, seed: UInt64) {
    var random = SeededRandom(seed: seed)
    func gaussian(_ count: Int, _ scale: Float) -> [Float] {
      (0..<count).map { _ in scale * Float(random.gaussian()) }
    }
    self.width = width
    self.units = units
    directs = Parameter([Float](repeating: 0, count: width))
    hiddens = Parameter(gaussian(width * units, 1 / Float(width).squareRoot()))
    hiddenBiases = Parameter([Float](repeating: 0, count: units))
    outputs = Parameter(gaussian(units, 0.1))
  }

  /// What a forward pass leaves for the backward one.
  package struct Forward {
    /// `[rows]`.
    package var scores: [Float]
    /// `[rows, units]`: relu(x·W + b).
    var activations: [Float]
  }

  package func forward(_ x: [Float], count: Int) -> Forward {
    var activations = [Float](repeating: 0, count: count * units)
    var scores = [Float](repeating: 0, count: count)
    BLAS.multiply(
      x, lda: width, hidden, ldb: units, into: &activations, ldc: units, m: count, n: units,
      k: width)
    BLAS.multiply(x, rows: count, columns: width, vector: direct, into: &scores)
    let bias = hiddenBias
    let output = output
    for row in 0..<count {
      var sum: Float = 0
      for unit in 0..<units {
        let activation = max(0, activations[row * units + unit] + bias[unit])
        activations[row * units + unit] = activation
        sum += output[unit] * activation
      }
      scores[row] += sum
    }
    return Forward(scores: scores, activations: activations)
  }

  /// The loss's derivatives by each parameter, in the parameters' shapes.
  package struct Gradients {
    package var direct: [Float]
    package var hidden: [Float]
    package var hiddenBias: [Float]
    package var output: [Float]
  }

  /// The derivatives by the parameters, by the chain rule.
  ///
  /// - Parameter gradient: `[rows]`: the loss's derivative by each score.
  package func gradients(
    _ x: [Float], count: Int, _ forward: Forward, _ gradient: [Float]
  ) -> Gradients {
    var directGradient = [Float](repeating: 0, count: width)
    var hiddenGradient = [Float](repeating: 0, count: width * units)
    var biasGradient = [Float](repeating: 0, count: units)
    var outputGradient = [Float](repeating: 0, count: units)
    var inner = [Float](repeating: 0, count: count * units)
    let output = output
    for row in 0..<count {
      for unit in 0..<units {
        let activation = forward.activations[row * units + unit]
        guard activation > 0 else { continue }
        outputGradient[unit] += gradient[row] * activation
        inner[row * units + unit] = gradient[row] * output[unit]
        biasGradient[unit] += gradient[row] * output[unit]
      }
    }
    BLAS.multiply(
      x, transposingA: true, lda: width, inner, ldb: units, into: &hiddenGradient, ldc: units,
      m: width, n: units, k: count)
    BLAS.multiply(
      x, transposingA: true, lda: width, gradient, ldb: 1, into: &directGradient, ldc: 1,
      m: width, n: 1, k: count)
    return Gradients(
      direct: directGradient, hidden: hiddenGradient, hiddenBias: biasGradient,
      output: outputGradient)
  }

  /// One step down the gradient of the loss.
  package mutating func descend(_ gradients: Gradients, rate: Float, weightDecay: Float) {
    steps += 1
    directs.descend(gradients.direct, rate: rate, weightDecay: weightDecay, steps: steps)
    hiddens.descend(gradients.hidden, rate: rate, weightDecay: weightDecay, steps: steps)
    hiddenBiases.descend(gradients.hiddenBias, rate: rate, weightDecay: weightDecay, steps: steps)
    outputs.descend(gradients.output, rate: rate, weightDecay: weightDecay, steps: steps)
  }
}

/// Numbers that are learnt, with Adam's moving averages (Kingma and Ba, 2015, Algorithm 1).
private struct Parameter: Sendable {
  var values: [Float]
  private var first: [Float]
  private var second: [Float]

  init(_ values: [Float]) {
    self.values = values
    first = [Float](repeating: 0, count: values.count)
    second = first
  }

  mutating func descend(_ gradient: [Float], rate: Float, weightDecay: Float, steps: Int) {
    let firstCorrection = 1 - pow(0.9, Float(steps))
    let secondCorrection = 1 - pow(0.999, Float(steps))
    for i in values.indices {
      let slope = gradient[i] + weightDecay * values[i]
      first[i] = 0.9 * first[i] + 0.1 * slope
      second[i] = 0.999 * second[i] + 0.001 * slope * slope
      values[i] -=
        rate * (first[i] / firstCorrection) / ((second[i] / secondCorrection).squareRoot() + 1e-8)
    }
  }
}
