import Compute
import Foundation
import Testing

@Suite struct `Transformer kernels` {
  private func random(_ count: Int, seed: UInt64, scale: Double = 1) -> [Float] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in Float(random.gaussian() * scale) }
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
      let functions: [Activation] = [.gelu, .tanhGELU, .relu, .silu, .tanh]
      for (function, expected) in zip(functions, reference) {
        var y = x
        function.apply(&y, count: y.count, kernels: kernels)
        for (before, after) in zip(x, y) {
          // The error function is within 2e-7, and is multiplied by x / 2.
          let tolerance = 1e-6 * max(1, abs(Double(before)))
          #expect(abs(Double(after) - expected(Double(before))) < tolerance)
        }
      }
    }
  }

  @Test(arguments: Kernels.Level.available, [false, true])
  func `attention gathers each query's values by the shares of its scores`(
    level: Kernels.Level, isRounded: Bool
  ) {
    let kernels = Kernels(level: level)
    let attention = isRounded ? kernels.roundedAttention : kernels.attention
    for length in [1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 65] {
      for (size, stride) in [(1, 3), (8, 24), (32, 100), (33, 99), (64, 64)] {
        // Large scores, too: an exponential of them would overflow.
        for (scale, window, hasBias) in [(Float(0.3), nil, false), (20, 3, true)] {
          // Rounded scores near 500 would give the first place to another key.
          if isRounded, scale > 1 { continue }
          let q = random(length * stride, seed: 1)
          let k = random(length * stride, seed: 2)
          let v = random(length * stride, seed: 3)
          let bias = random(2 * length, seed: 4)
          var scratch = [Float](repeating: .nan, count: kernels.attentionScratch(length, size) + 1)
          var out = [Float](repeating: .nan, count: length * stride)
          bias.withUnsafeBufferPointer { bias in
            attention(
              q, k, v, stride, length, size, scale, hasBias ? bias.baseAddress! + length : nil,
              window ?? length, &scratch, &out, stride)
          }
          #expect(scratch.last!.isNaN)  // Nothing is written past the end,
          #expect(stride == size || out[size].isNaN)  // nor between the rows.
          for query in 0..<length {
            let seen = (0..<length).filter { abs($0 - query) <= window ?? length }
            let scores = seen.map { key in
              let product = (0..<size).reduce(0.0) {
                $0 + Double(q[query * stride + $1]) * Double(k[key * stride + $1])
              }
              return Double(scale) * product + (hasBias ? Double(bias[length + key - query]) : 0)
            }
            let shares = scores.map { exp($0 - scores.max()!) }
            let sum = shares.reduce(0, +)
            for channel in 0..<size {
              let expected = zip(seen, shares).reduce(0.0) {
                $0 + Double(v[$1.0 * stride + channel]) * $1.1 / sum
              }
              // Scores near 500 are rounded to 3e-5, and so are the shares.
              // Three roundings to 8 bits, of scores up to 10, move a share by a tenth.
              let tolerance = isRounded ? 0.15 : scale > 1 ? 1e-3 : 5e-6
              #expect(abs(Double(out[query * stride + channel]) - expected) < tolerance)
            }
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
