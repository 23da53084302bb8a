import Compute
import Testing

@Suite struct `Packed weights` {
  static let shapes = [
    (1, 1), (1, 7), (7, 8), (8, 9), (9, 7), (11, 3), (12, 5), (13, 4), (23, 8), (24, 9), (25, 7),
    (31, 8), (32, 8), (33, 9), (97, 33), (383, 32), (384, 17), (385, 9), (32, 383), (32, 384),
    (5, 385),
  ]

  private func random(_ count: Int, seed: UInt64) -> [Float] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in Float(random.gaussian()) }
  }

  private func product(
    _ packed: PackedWeights, _ x: [Float], rows: Int, activation: Activation = .identity
  ) -> [Float] {
    var y = [Float](repeating: .nan, count: rows * packed.outputs + 1)
    let bytes = packed.scratchBytes(rows: rows)
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes + 1, alignment: 64)
    defer { scratch.deallocate() }
    scratch[bytes] = 77
    packed.multiply(
      x, rows: rows, activation: activation, into: &y, scratch: scratch.baseAddress!)
    #expect(y.removeLast().isNaN && scratch[bytes] == 77)  // Nothing is written past the ends.
    return y
  }

  /// Holds the product, for every shape, against the sum of products of rounded numbers.
  private func expectSums(
    _ level: Kernels.Level, _ precision: Precision, rows counts: [Int],
    rounding: (Float) -> Float = { $0 }
  ) {
    for (outputs, inputs) in Self.shapes {
      let weights = random(outputs * inputs, seed: 1)
      let bias = random(outputs, seed: 2)
      let packed = PackedWeights(
        SharedArray(weights), bias: SharedArray(bias), precision: precision,
        kernels: Kernels(level: level))
      for rows in counts {
        let x = random(rows * inputs, seed: 3)
        let y = product(packed, x, rows: rows)
        for row in 0..<rows {
          for output in 0..<outputs {
            var expected = Double(bias[output])
            for i in 0..<inputs {
              expected +=
                Double(rounding(x[row * inputs + i]))
                * Double(rounding(weights[output * inputs + i]))
            }
            // Hundreds of float32 roundings of terms near 1.
            #expect(abs(Double(y[row * outputs + output]) - expected) < 5e-5)
          }
        }
      }
    }
  }

  @Test(arguments: Kernels.Level.available)
  func `give the sum of products, for every awkward size`(level: Kernels.Level) {
    expectSums(
      level, .float32, rows: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14, 15, 16, 17, 28, 29])
  }

  @Test(arguments: Kernels.Level.available)
  func `in bfloat16 give the sum of the rounded numbers' products`(level: Kernels.Level) {
    expectSums(level, .bfloat16, rows: [0, 1, 6, 7, 14, 15]) { value in
      // To the nearest number with sixteen bits, ties to even.
      let bits = value.bitPattern
      return Float(bitPattern: (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF_0000)
    }
  }

  @Test(arguments: Kernels.Level.available)
  func `in int8 give the sum of the quantised numbers' products`(level: Kernels.Level) {
    for (outputs, inputs) in Self.shapes {
      let weights = random(outputs * inputs, seed: 1)
      let bias = random(outputs, seed: 2)
      let packed = PackedWeights(
        SharedArray(weights), bias: SharedArray(bias), precision: .int8,
        kernels: Kernels(level: level))
      for rows in [0, 1, 6, 7, 14, 15] {
        let x = random(rows * inputs, seed: 3)
        let y = product(packed, x, rows: rows)
        for row in 0..<rows {
          let own = x[row * inputs..<(row + 1) * inputs]
          let low = min(0, own.min()!)
          let step = (max(0, own.max()!) - low) / 255
          for output in 0..<outputs {
            let weight = weights[output * inputs..<(output + 1) * inputs]
            let scale = weight.map(abs).max()! / 127
            var expected = Double(bias[output])
            for (a, b) in zip(own, weight) {
              let zero = (-low / step).rounded()
              let q = (a / step + zero).rounded() - zero
              expected += Double(step * q) * Double(scale * (b / scale).rounded())
            }
            // The reference may round a number that lies half-way to the other side.
            let most = Double(step) * Double(scale) * 127 + 1e-4
            #expect(abs(Double(y[row * outputs + output]) - expected) < most)
          }
        }
      }
    }
  }

  @Test func `in int8 give the same numbers with every instruction set`() {
    let (rows, inputs, outputs) = (17, 385, 97)
    let x = random(rows * inputs, seed: 3)
    let results = Kernels.Level.available.map { level in
      product(
        PackedWeights(
          SharedArray(random(outputs * inputs, seed: 1)),
          bias: SharedArray(random(outputs, seed: 2)),
          precision: .int8, kernels: Kernels(level: level)), x, rows: rows)
    }
    for other in results.dropFirst() {
      // The integers are exact; what follows is rounded once or twice.
      for (a, b) in zip(results[0], other) { #expect(abs(a - b) < 1e-5) }
    }
  }

  @Test func `in int8 take rows of zeros, and of numbers too large or too small, without harm`() {
    let packed = PackedWeights(
      SharedArray(random(64, seed: 1)), bias: SharedArray(random(8, seed: 2)), precision: .int8)
    for value in [0, Float.leastNonzeroMagnitude, 1e38, -1e38, .infinity, -.infinity, .nan] {
      let y = product(packed, [Float](repeating: value, count: 8), rows: 1)
      #expect(y.allSatisfy { $0.isFinite })
    }
  }

  @Test(arguments: Kernels.Level.available, Precision.allCases)
  func `give a row the same result to the last bit, whatever stands around it`(
    level: Kernels.Level, precision: Precision
  ) {
    let (rows, inputs, outputs) = (19, 100, 100)
    let packed = PackedWeights(
      SharedArray(random(outputs * inputs, seed: 1)), bias: SharedArray(random(outputs, seed: 2)),
      precision: precision, kernels: Kernels(level: level))
    let x = random(rows * inputs, seed: 3)
    for activation in [Activation.identity, .gelu] {
      let whole = product(packed, x, rows: rows, activation: activation)
      for row in 0..<rows {
        let alone = product(
          packed, Array(x[row * inputs..<(row + 1) * inputs]), rows: 1, activation: activation)
        #expect(alone == Array(whole[row * outputs..<(row + 1) * outputs]))
      }
    }
  }

  @Test(arguments: Precision.allCases)
  func `apply an activation to what they give`(precision: Precision) {
    let (rows, inputs, outputs) = (15, 33, 49)
    let packed = PackedWeights(
      SharedArray(random(outputs * inputs, seed: 1)), bias: SharedArray(random(outputs, seed: 2)),
      precision: precision)
    let x = random(rows * inputs, seed: 3)
    for activation in Activation.allCases {
      var expected = product(packed, x, rows: rows)
      activation.apply(&expected, count: expected.count)
      let fused = product(packed, x, rows: rows, activation: activation)
      for (a, b) in zip(expected, fused) { #expect(abs(a - b) <= 1e-6 * max(1, abs(a))) }
    }
  }
}
