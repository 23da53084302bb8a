internal import Compute

extension Activation {
  /// What `config.json` calls them.
  private static let names: [String: Self] = [
    "gelu": .gelu, "gelu_python": .gelu, "gelu_new": .tanhGELU, "gelu_fast": .tanhGELU,
    "gelu_pytorch_tanh": .tanhGELU, "relu": .relu, "silu": .silu, "swish": .silu, "tanh": .tanh,
  ]

  static var supportedNames: String { names.keys.sorted().joined(separator: ", ") }

  init?(name: String) {
    guard let activation = Self.names[name] else { return nil }
    self = activation
  }
}
