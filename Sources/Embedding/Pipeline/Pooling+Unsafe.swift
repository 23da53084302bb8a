internal import Compute

extension SentencePipeline {
  /// Writes one vector for a text from its tokens' vectors, as the pipeline pools them.
  ///
  /// - Parameters:
  ///   - tokens: `[count, width]`, row-major.
  ///   - vector: `[width]`.
  /// - Precondition: `count` > 0.
  func pool(
    _ tokens: UnsafePointer<Float>, count: Int, width: Int,
    into vector: UnsafeMutablePointer<Float>, kernels: Kernels = .current
  ) {
    vector.update(from: tokens, count: width)
    switch pooling {
    case .cls: break
    case .mean:
      for row in 1..<max(count, 1) { kernels.addScaled(1, tokens + row * width, vector, width) }
      kernels.scale(1 / Float(count), vector, width)
    case .max:
      for row in 1..<max(count, 1) {
        for column in 0..<width {
          vector[column] = max(vector[column], tokens[row * width + column])
        }
      }
    }
    if normalizes {
      // The bound keeps a vector of zeros what it is.
      let length = kernels.dot(vector, vector, width).squareRoot()
      kernels.scale(1 / max(length, 1e-12), vector, width)
    }
  }
}
