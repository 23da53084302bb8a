internal import CKernels

/// A function of one number that stands between the linear layers of a network.
public enum Activation: UInt32, Sendable, CaseIterable {
  case identity = 0
  /// x · Φ(x), with the exact distribution function (Hendrycks and Gimpel, "Gaussian error linear
  /// units", 2016).
  case gelu = 1
  /// The approximation of it by tanh.
  case tanhGELU = 2
  /// max(x, 0)
  case relu = 3
  /// x / (1 + e⁻ˣ)
  case silu = 4
  case tanh = 5

  var kernel: ck_activation { ck_activation(rawValue) }

  /// Replaces `count` numbers by the function's values, within 1e-6 of max(1, |x|).
  ///
  /// - Precondition: The pointer is valid for `count` numbers.
  public func apply(
    _ x: UnsafeMutablePointer<Float>, count: Int, kernels: Kernels = .current
  ) {
    kernels.activate(kernel, x, count)
  }
}
