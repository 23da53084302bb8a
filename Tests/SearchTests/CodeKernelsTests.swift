import CKernels
import Compute
import Testing

@Suite struct `Kernels over vectors of bytes` {
  private let sizes = [1, 7, 8, 9, 63, 64, 65, 383, 384, 385, 4096]

  /// A code by its definition.
  private func code(_ x: [Float], _ stride: Int) -> [UInt8] {
    let most = x.map(abs).max()!
    let bytes = x.map { UInt8(Int(($0 * (127 / most)).rounded(.toNearestOrEven)) + 128) }
    return bytes + [UInt8](repeating: 128, count: stride - x.count)
  }

  @Test(arguments: Kernels.Level.available)
  func `codes are rounded vectors`(level: Kernels.Level) {
    for size in sizes {
      let stride = (size + 63) / 64 * 64
      let vector = normalVectors(1, size, seed: 1).values
      var out = [UInt8](repeating: 7, count: stride)
      let length = Kernels(level: level).codes.quantize(vector, size, &out, stride)
      #expect(out == code(vector, stride))
      let squares = out.map { (Int($0) - 128) * (Int($0) - 128) }.reduce(0, +)
      #expect(length == Float(squares).squareRoot())
      #expect(
        Kernels(level: level).codes.quantize([Float](repeating: 0, count: size), size, &out, stride)
          == 0)
      #expect(out == [UInt8](repeating: 128, count: stride))
    }
  }

  @Test(arguments: Kernels.Level.available, [false, true])
  func `scores are the same to the last bit on every instruction set`(
    level: Kernels.Level, lifted: Bool
  ) {
    var random = SeededRandom(seed: 3)
    for size in sizes {
      let stride = (size + 63) / 64 * 64
      // The ends of the range among them: sums that 16 bits cannot hold.
      let rows = (0..<40 * stride).map { i in
        i / stride < 4 ? (i / stride % 2 == 0 ? 1 : 255) : UInt8(1 + random.index(below: 255))
      }
      let factors = normalVectors(40, 1, seed: 4).values
      let lifts = normalVectors(40, 1, seed: 5).values
      let query = Array(rows[stride * 2..<stride * 3])
      for count in [0, 1, 2, 3, 4, 5, 33] {
        let ids = (0..<count).map { _ in UInt32(random.index(below: 40)) }
        var scores = [Float](repeating: 99, count: count + 1)
        query.withUnsafeBufferPointer { query in
          rows.withUnsafeBufferPointer { rows in
            factors.withUnsafeBufferPointer { factors in
              lifts.withUnsafeBufferPointer { lifts in
                var space = ck_codes(
                  codes: rows.baseAddress!, stride: stride, factors: factors.baseAddress!,
                  lifts: lifted ? lifts.baseAddress! : nil)
                var asked = ck_code_query(
                  code: query.baseAddress!, factor: 1.7, lift: 0.3, constant: -0.1)
                Kernels(level: level).codes.scores(&space, &asked, ids, count, &scores)
              }
            }
          }
        }
        for (i, id) in ids.map({ Int($0) }).enumerated() {
          let dot = (0..<stride).map {
            (Int(rows[id * stride + $0]) - 128) * (Int(query[$0]) - 128)
          }.reduce(0, +)
          var expected = Float(dot) * (1.7 * factors[id])
          if lifted { expected = expected + 0.3 * lifts[id] }
          #expect(scores[i] == expected + -0.1)
        }
        #expect(scores[count] == 99)
      }
    }
  }

  @Test(arguments: Kernels.Level.available)
  func `half precision is widened exactly`(level: Kernels.Level) {
    let kernels = Kernels(level: level).codes
    for bits in [0, 1, 0x3FF, 0x400, 0x3C00, 0x7BFF, 0x8001, 0xBC01, 0xFBFF] as [UInt16] {
      #expect(kernels.halfDot([3], [bits], 1) == 3 * Float(Float16(bitPattern: bits)))
    }
    for size in sizes {
      let a = normalVectors(1, size, seed: 1).values
      let b = normalVectors(1, size, seed: 2).values.map { Float16($0) }
      let expected = zip(a, b).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      // A sum of up to 4,096 products of normal numbers, each rounded at 6e-8.
      #expect(abs(Double(kernels.halfDot(a, b.map(\.bitPattern), size)) - expected) < 1e-2)
    }
  }

  @Test(arguments: Kernels.Level.available)
  func `new neighbours are found once`(level: Kernels.Level) {
    let codes = [UInt8](repeating: 128, count: 64 * 20)
    let factors = [Float](repeating: 1, count: 20)
    var stamps = [UInt16](repeating: 0, count: 20)
    var out = [UInt32](repeating: 0, count: 8)
    codes.withUnsafeBufferPointer { codes in
      factors.withUnsafeBufferPointer { factors in
        var space = ck_codes(
          codes: codes.baseAddress!, stride: 64, factors: factors.baseAddress!, lifts: nil)
        let gather = Kernels(level: level).codes.gatherNew
        #expect(gather(&space, [3, 19, 0, .max, 5, 5, 5, 5], 8, &stamps, 9, &out) == 3)
        #expect(out.prefix(3) == [3, 19, 0])
        #expect(gather(&space, [3, 5, 0, 7, 1, 2, 4, 6], 8, &stamps, 9, &out) == 6)
        #expect(out.prefix(6) == [5, 7, 1, 2, 4, 6])
      }
    }
  }

  @Test(arguments: Kernels.Level.available, [false, true])
  func `numbers at or above a bar are found in order`(level: Kernels.Level, lifted: Bool) {
    for count in [0, 1, 15, 16, 17, 100] {
      let x = normalVectors(1, count, seed: 1).values
      let factors = [Float](repeating: 2, count: count)
      let lifts = (0..<count).map { Float($0 % 3) }
      var out = [UInt32](repeating: 0, count: count)
      let found = lifts.withUnsafeBufferPointer {
        Kernels(level: level).codes.atLeast(
          x, factors, lifted ? $0.baseAddress : nil, 1, count, &out)
      }
      let expected = (0..<count).filter { 2 * x[$0] + (lifted ? lifts[$0] : 0) >= 1 }
      #expect(out.prefix(found).map { Int($0) } == expected)
    }
  }
}
