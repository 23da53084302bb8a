internal import CKernels

/// The inner loops, for the instruction set that this CPU runs.
///
/// Take `Kernels.current` once, outside a loop, and keep it. Each kernel is a C function pointer to
/// a loop compiled for one instruction set. Pointers must be valid for the given count; operands
/// must not overlap where one is written.
public struct Kernels: Sendable {
  /// An instruction set that the kernels were compiled for, in rising order.
  public enum Level: Int, CaseIterable, Sendable {
    case baseline = 0
    case avx2 = 1
    case avx512 = 2

    /// The best instruction set that this CPU has.
    public static var best: Self { Self(rawValue: Int(ck_best_level().rawValue))! }

    /// Every instruction set that this CPU has.
    public static var available: [Self] { allCases.filter { $0.rawValue <= best.rawValue } }
  }

  public typealias Floats = UnsafePointer<Float>
  public typealias MutableFloats = UnsafeMutablePointer<Float>

  /// The kernels of the best instruction set that this CPU has.
  public static let current = Kernels(level: Level.best)

  /// The instruction set that these kernels were compiled for.
  public let level: Level
  /// `dot(a, b, count)`: Σ a[i]·b[i].
  public let dot: @convention(c) (Floats, Floats, Int) -> Float
  /// `squaredDistance(a, b, count)`: Σ (a[i] − b[i])².
  public let squaredDistance: @convention(c) (Floats, Floats, Int) -> Float
  /// `addScaled(alpha, x, y, count)`: y[i] += alpha · x[i].
  public let addScaled: @convention(c) (Float, Floats, MutableFloats, Int) -> Void
  /// `scale(alpha, x, count)`: x[i] *= alpha.
  public let scale: @convention(c) (Float, MutableFloats, Int) -> Void
  /// `addEighthPower(alpha, x, y, count)`: y[i] += alpha · max(x[i], 0)⁸.
  public let addEighthPower: @convention(c) (Float, Floats, MutableFloats, Int) -> Void
  /// `dotRows(query, rows, count, ids, idCount, out)`: out[i] = Σ query[j]·rows[ids[i]·count + j].
  public let dotRows:
    @convention(c) (Floats, Floats, Int, UnsafePointer<UInt32>, Int, MutableFloats) -> Void
  /// `squaredDistanceRows(query, rows, count, ids, idCount, out)`:
  /// out[i] = Σ (query[j] − rows[ids[i]·count + j])².
  public let squaredDistanceRows:
    @convention(c) (Floats, Floats, Int, UnsafePointer<UInt32>, Int, MutableFloats) -> Void

  /// How many outputs of a linear layer lie side by side in its packed weights.
  public let panelWidth: Int
  /// `packWeights(weights, packed, outputs, inputs)`: packs `[outputs, inputs]` for ``linear``,
  /// into `inputs` times the outputs rounded up to whole panels.
  public let packWeights: @convention(c) (Floats, MutableFloats, Int, Int) -> Void
  /// `linear(x, rows, inputs, packed, bias, y, outputs)`: y = x · Wᵀ + bias, `[rows, outputs]`. A
  /// row of y depends on that row of x alone, to the last bit.
  public let linear: @convention(c) (Floats, Int, Int, Floats, Floats, MutableFloats, Int) -> Void
  /// `gelu(x, count)`: x[i] · Φ(x[i]), in place.
  public let gelu: @convention(c) (MutableFloats, Int) -> Void
  /// `tanhGELU(x, count)`: the same, Φ approximated by tanh.
  public let tanhGELU: @convention(c) (MutableFloats, Int) -> Void
  /// `relu(x, count)`: max(x[i], 0), in place.
  public let relu: @convention(c) (MutableFloats, Int) -> Void
  /// `silu(x, count)`: x[i] / (1 + e^−x[i]), in place.
  public let silu: @convention(c) (MutableFloats, Int) -> Void
  /// `tanh(x, count)`: the hyperbolic tangent of x[i], in place.
  public let tanh: @convention(c) (MutableFloats, Int) -> Void
  /// `multiply(x, y, count)`: y[i] *= x[i].
  public let multiply: @convention(c) (Floats, MutableFloats, Int) -> Void
  /// `rotate(x, cosines, sines, heads, pairs)`: in each of the heads of x, `[heads, 2 · pairs]`,
  /// turns the point (x[i], x[pairs + i]) by the angle with that cosine and sine, for each pair i.
  public let rotate: @convention(c) (MutableFloats, Floats, Floats, Int, Int) -> Void
  /// `softmax(x, rows, columns)`: each row's exponentials over their sum, in place.
  public let softmax: @convention(c) (MutableFloats, Int, Int) -> Void
  /// `layerNorm(x, gain, bias, epsilon, rows, columns, y)`: the rows of x, scaled to mean 0 and
  /// variance 1, times gain, plus bias, in y, which may be x.
  public let layerNorm:
    @convention(c) (Floats, Floats, Floats, Float, Int, Int, MutableFloats) -> Void
  /// `addLayerNorm(x, added, gain, bias, epsilon, rows, columns)`: the rows of x + added, scaled to
  /// mean 0 and variance 1, times gain, plus bias, in x.
  public let addLayerNorm:
    @convention(c) (MutableFloats, Floats, Floats, Floats, Float, Int, Int) -> Void

  /// The kernels of one instruction set, for tests and benchmarks.
  ///
  /// - Precondition: `level` is one of ``Level/available``.
  public init(level: Level) {
    precondition(level.rawValue <= Level.best.rawValue, "this CPU has no \(level)")
    let table = ck_kernels_at(ck_level(UInt32(level.rawValue))).pointee
    self.level = level
    dot = table.dot
    squaredDistance = table.squared_distance
    addScaled = table.add_scaled
    scale = table.scale
    addEighthPower = table.add_eighth_power
    dotRows = table.dot_rows
    squaredDistanceRows = table.squared_distance_rows
    panelWidth = table.panel_width
    packWeights = table.pack_weights
    linear = table.linear
    gelu = table.gelu
    tanhGELU = table.gelu_tanh
    relu = table.relu
    silu = table.silu
    tanh = table.tanh
    multiply = table.multiply
    rotate = table.rotate
    softmax = table.softmax
    layerNorm = table.layer_norm
    addLayerNorm = table.add_layer_norm
  }
}
