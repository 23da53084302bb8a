internal import Compute

/// A function of one number that stands between two linear layers.
enum Activation: String, Sendable, CaseIterable {
  /// x · Φ(x) with the exact distribution function (Hendrycks and Gimpel, "Gaussian error linear
  /// units", 2016).
  case gelu
  /// The approximation of it by tanh.
  case tanhGELU = "gelu_new"
  case relu
  /// x / (1 + e⁻ˣ)
  case silu
  case tanh

  /// - Parameter name: What `config.json` calls it.
  init?(name: String) {
    let others: [String: Self] = [
      "gelu_python": .gelu, "gelu_pytorch_tanh": .tanhGELU, "gelu_fast": .tanhGELU, "swish": .silu,
    ]
    guard let activation = others[name] ?? Self(rawValue: name) else { return nil }
    self = activation
  }

  /// The loop that applies it in place.
  func kernel(_ kernels: Kernels) -> @convention(c) (Kernels.MutableFloats, Int) -> Void {
    switch self {
    case .gelu: kernels.gelu
    case .tanhGELU: kernels.tanhGELU
    case .relu: kernels.relu
    case .silu: kernels.silu
    case .tanh: kernels.tanh
    }
  }
}
