/// How the weights of a network's linear layers are stored, and what multiplies them.
public enum Precision: String, Sendable, CaseIterable, Codable {
  /// 32-bit floats: exact to rounding.
  case float32 = "f32"
  /// The upper halves of those, 8 bits of significand: twice the speed on CPUs that multiply them.
  case bfloat16 = "bf16"
  /// 8-bit integers, a scale for each output, and for each row of the input a scale and a zero: up to
  /// four times the speed, a quarter of the memory (Jacob et al., "Quantization and training of
  /// neural networks for efficient integer-arithmetic-only inference", 2018).
  case int8
}
