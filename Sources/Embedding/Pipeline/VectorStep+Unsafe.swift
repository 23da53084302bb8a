internal import Compute

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

extension VectorStep {
  /// Replaces a vector by what the step makes of it.
  ///
  /// - Complexity: O(components), or O(inputs · outputs) for a dense layer.
  func apply(to vector: inout [Float], kernels: Kernels = .current) {
    switch self {
    case .normalize: Self.normalize(&vector[...], kernels: kernels)
    case .dense(let layer): vector = layer.apply(to: vector, kernels: kernels)
    }
  }

  /// Scales a vector to length 1; one of zeros stays what it is.
  static func normalize(_ vector: inout ArraySlice<Float>, kernels: Kernels = .current) {
    vector.withUnsafeMutableBufferPointer { vector in
      guard let start = vector.baseAddress else { return }
      // The bound is that of PyTorch, whose vectors these must equal.
      let length = kernels.dot(start, start, vector.count).squareRoot()
      kernels.scale(1 / max(length, 1e-12), start, vector.count)
    }
  }
}

extension DenseLayer {
  /// f(W · x + b), `[outputs]`, for x of `[inputs]`.
  fileprivate func apply(to x: [Float], kernels: Kernels) -> [Float] {
    precondition(x.count == inputs, "the widths agree")
    return x.withUnsafeBufferPointer { x in
      (0..<outputs).map { output in
        // Safe: the file's reader has checked that there are [outputs, inputs] weights.
        let row = weights.buffer.baseAddress! + output * inputs
        return activation.value(kernels.dot(row, x.baseAddress!, inputs) + (bias?[output] ?? 0))
      }
    }
  }
}

extension DenseLayer.Activation {
  fileprivate func value(_ x: Float) -> Float {
    let wide = Double(x)
    return switch self {
    case .identity: x
    case .tanh: Float(hyperbolicTangent(wide))
    // x · Φ(x), by the complementary error function, which is exact in the lower tail.
    case .gelu: Float(0.5 * wide * erfc(-wide * 0.5.squareRoot()))
    case .relu: max(x, 0)
    case .sigmoid: Float(1 / (1 + exp(-wide)))
    }
  }
}

/// Within the enumeration the name `tanh` is a case.
private func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
