import Compute
import Foundation
import Testing

@Suite struct `Transformer kernels` {
  private func random(_ count: Int, seed: UInt64, scale: Double = 1) -> [Float] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in Float(random.gaussian() * scale) }
  }

  @Test(arguments: Kernels.Level.available)
  func `a linear layer is the sum of products that it says, for every awkward size`(
    level: Kernels.Level
  ) {
    let kernels = Kernels(level: level)
    for (outputs, inputs) in [
      (1, 1), (1, 7), (7, 8), (8, 9), (9, 7), (11, 3), (12, 5), (13, 4), (23, 8), (24, 9), (25, 7),
      (47, 8), (48, 8), (49, 9), (97, 33), (383, 32), (384, 17), (385, 9), (32, 383), (32, 384),
      (5, 385),
    ] {
      let weights = random(outputs * inputs, seed: 1)
      let bias = random(outputs, seed: 2)
      let panels = (outputs + kernels.panelWidth - 1) / kernels.panelWidth
      var packed = [Float](repeating: .nan, count: panels * kernels.panelWidth * inputs)
      kernels.packWeights(weights, &packed, outputs, inputs)
      for rows in [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17] {
        let x = random(rows * inputs, seed: 3)
        var y = [Float](repeating: .nan, count: rows * outputs + 1)
        kernels.linear(x, rows, inputs, packed, bias, &y, outputs)
        #expect(y[rows * outputs].isNaN)  // Nothing is written past the end.
        for row in 0..<rows {
          for output in 0..<outputs {
            var expected = Double(bias[output])
            for i in 0..<inputs {
              expected += Double(x[row * inputs + i]) * Double(weights[output * inputs + i])
            }
            // Hundreds of float32 roundings of terms near 1.
            #expect(abs(Double(y[row * outputs + output]) - expected) < 5e-5)
          }
        }
      }
    }
  }

  @Test(arguments: Kernels.Level.available)
  func `a row of a linear layer is the same to the last bit, whatever stands around it`(
    level: Kernels.Level
  ) {
    let kernels = Kernels(level: level)
    let (rows, inputs, outputs) = (19, 100, 100)
    let panels = (outputs + kernels.panelWidth - 1) / kernels.panelWidth
    var packed = [Float](repeating: 0, count: panels * kernels.panelWidth * inputs)
    kernels.packWeights(random(outputs * inputs, seed: 1), &packed, outputs, inputs)
    let bias = random(outputs, seed: 2)
    let x = random(rows * inputs, seed: 3)
    var whole = [Float](repeating: 0, count: rows * outputs)
    kernels.linear(x, rows, inputs, packed, bias, &whole, outputs)
    for row in 0..<rows {
      var alone = [Float](repeating: 0, count: outputs)
      kernels.linear(
        Array(x[row * inputs..<(row + 1) * inputs]), 1, inputs, packed, bias, &alone, outputs)
      #expect(alone == Array(whole[row * outputs..<(row + 1) * outputs]))
    }
  }

  @Test(arguments: Kernels.Level.available)
  func `activations are near the functions that they stand for`(level: Kernels.Level) {
    let kernels = Kernels(level: level)
    for count in [0, 1, 7, 8, 9, 383, 384, 385] {
      let x = random(count, seed: UInt64(count), scale: 4) + [-100, -12, -1e-8, 0, 1e-8, 12, 100]
      let reference: [(Double) -> Double] = [
        { 0.5 * $0 * erfc(-$0 / 2.0.squareRoot()) },
        { 0.5 * $0 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) },
        { max($0, 0) },
        { $0 / (1 + exp(-$0)) },
        { tanh($0) },
      ]
      let functions = [
        kernels.gelu, kernels.tanhGELU, kernels.relu, kernels.silu, kernels.tanh,
      ]
      for (function, expected) in zip(functions, reference) {
        var y = x
        function(&y, y.count)
        for (before, after) in zip(x, y) {
          // The error function is within 2e-7, and is multiplied by x / 2.
          let tolerance = 1e-6 * max(1, abs(Double(before)))
          #expect(abs(Double(after) - expected(Double(before))) < tolerance)
        }
      }
    }
  }

  @Test(arguments: Kernels.Level.available)
  func `softmax gives each row's shares, of large scores as of small ones`(level: Kernels.Level) {
    let kernels = Kernels(level: level)
    for columns in [1, 2, 7, 8, 9, 15, 16, 17, 383, 384, 385] {
      for (scale, offset) in [(1.0, Float(0)), (30, 0), (1, 1e4), (1, -1e4), (0, 0)] {
        let rows = 3
        let x = random(rows * columns, seed: UInt64(columns), scale: scale).map { $0 + offset }
        var y = x
        kernels.softmax(&y, rows, columns)
        for row in 0..<rows {
          let scores = x[row * columns..<(row + 1) * columns].map(Double.init)
          let exponentials = scores.map { exp($0 - scores.max()!) }
          let sum = exponentials.reduce(0, +)
          for column in 0..<columns {
            // Rounding of the scores' differences, and 3e-7 of the exponential.
            #expect(abs(Double(y[row * columns + column]) - exponentials[column] / sum) < 1e-6)
          }
        }
      }
    }
  }

  @Test(arguments: Kernels.Level.available)
  func `a product of numbers, and a rotation of pairs, is what it says`(level: Kernels.Level) {
    let kernels = Kernels(level: level)
    for count in [0, 1, 7, 8, 9, 15, 16, 17, 383, 384, 385] {
      let x = random(count, seed: 1)
      let y = random(count, seed: 2)
      var product = y
      kernels.multiply(x, &product, count)
      #expect(product == zip(x, y).map { $0 * $1 })

      let heads = 3
      let points = random(heads * 2 * count, seed: 3)
      var turned = points + [.nan]
      kernels.rotate(&turned, x.map(cos), x.map(sin), heads, count)
      #expect(turned.last!.isNaN)  // Nothing is written past the end.
      for head in 0..<heads {
        for i in 0..<count {
          let first = head * 2 * count + i
          let (a, b) = (Double(points[first]), Double(points[first + count]))
          let (c, s) = (cos(Double(x[i])), sin(Double(x[i])))
          // A few roundings of numbers up to 5.
          #expect(abs(Double(turned[first]) - (a * c - b * s)) < 1e-6)
          #expect(abs(Double(turned[first + count]) - (b * c + a * s)) < 1e-6)
        }
      }
    }
  }

  @Test(arguments: Kernels.Level.available)
  func `a normed row has the mean and the variance that gain and bias give it`(
    level: Kernels.Level
  ) {
    let kernels = Kernels(level: level)
    for columns in [1, 7, 8, 9, 383, 384, 385] {
      let rows = 3
      let x = random(rows * columns, seed: 1)
      let added = random(rows * columns, seed: 2)
      let gain = random(columns, seed: 3)
      let bias = random(columns, seed: 4)
      var y = x
      kernels.addLayerNorm(&y, added, gain, bias, 1e-5, rows, columns)
      let whole = zip(x, added).map { $0 + $1 }
      var normed = [Float](repeating: .nan, count: x.count)
      kernels.layerNorm(whole, gain, bias, 1e-5, rows, columns, &normed)
      #expect(normed == y)
      for row in 0..<rows {
        let sum = (row * columns..<(row + 1) * columns).map { Double(whole[$0]) }
        let mean = sum.reduce(0, +) / Double(columns)
        let variance = sum.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(columns)
        for column in 0..<columns {
          let expected =
            (sum[column] - mean) / (variance + 1e-5).squareRoot() * Double(gain[column])
            + Double(bias[column])
          #expect(abs(Double(y[row * columns + column]) - expected) < 1e-5)
        }
      }
    }
  }
}
