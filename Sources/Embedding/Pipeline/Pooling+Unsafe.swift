internal import Compute

extension Pooling {
  /// Writes one vector for a sequence from its tokens' vectors.
  ///
  /// - Parameters:
  ///   - tokens: `[count, width]`, row-major.
  ///   - first: The first token that counts: those before it belong to a prompt that is to be left
  ///     out. Where nothing would be left, all count.
  ///   - vector: `[modes · width]`.
  /// - Precondition: `count` > 0.
  func pool(
    _ tokens: UnsafePointer<Float>, count: Int, from first: Int = 0, width: Int,
    into vector: UnsafeMutablePointer<Float>, kernels: Kernels = .current
  ) {
    let first = first < count ? first : 0
    let rows = first..<count
    for (place, mode) in modes.enumerated() {
      let result = vector + place * width
      switch mode {
      case .cls: result.update(from: tokens + first * width, count: width)
      case .lastToken: result.update(from: tokens + (count - 1) * width, count: width)
      case .mean, .meanOverRoot:
        result.update(from: tokens + first * width, count: width)
        for row in rows.dropFirst() { kernels.addScaled(1, tokens + row * width, result, width) }
        let number = Float(rows.count)
        kernels.scale(1 / (mode == .mean ? number : number.squareRoot()), result, width)
      case .weightedMean:
        result.update(repeating: 0, count: width)
        for row in rows { kernels.addScaled(Float(row + 1), tokens + row * width, result, width) }
        let sum = rows.reduce(0) { $0 + Float($1 + 1) }
        kernels.scale(1 / sum, result, width)
      case .max:
        result.update(from: tokens + first * width, count: width)
        for row in rows.dropFirst() {
          for column in 0..<width {
            result[column] = Swift.max(result[column], tokens[row * width + column])
          }
        }
      }
    }
  }
}
