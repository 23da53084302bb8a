internal import CKernels
internal import Foundation

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
    /// AVX-512 and dot products of bytes.
    case avx512VNNI = 3
    /// AVX-512 and dot products of bytes and of bfloat16.
    case avx512BF16 = 4

    /// The best instruction set that this CPU has.
    public static var best: Self { Self(rawValue: Int(ck_best_level().rawValue))! }

    /// The name that ``Kernels/variable`` takes.
    public var name: String { "\(self)".lowercased() }

    /// Every instruction set that this CPU has.
    public static var available: [Self] { allCases.filter { $0.rawValue <= best.rawValue } }
  }

  public typealias Floats = UnsafePointer<Float>
  public typealias MutableFloats = UnsafeMutablePointer<Float>
  public typealias AttentionKernel =
    @convention(c) (
      Floats, Floats, Floats, Int, Int, Int, Float, Floats?, Int, MutableFloats, MutableFloats, Int
    ) -> Void

  /// The environment variable that forces an instruction set, for debugging: the name of one of
  /// ``Level/available``. Other values count as none.
  public static let variable = "EMBEDREC_KERNELS"

  /// The kernels of the best instruction set that this CPU has, or of the one that ``variable``
  /// asks for.
  public static let current: Kernels = {
    let asked = ProcessInfo.processInfo.environment[variable]?.lowercased()
    return Kernels(level: Level.available.first { $0.name == asked } ?? .best)
  }()

  /// The instruction set that these kernels were compiled for.
  public let level: Level
  /// `dot(a, b, count)`: Σ a[i]·b[i].
  public let dot: @convention(c) (Floats, Floats, Int) -> Float
  /// `squaredDistance(a, b, count)`: Σ (a[i] − b[i])².
  public let squaredDistance: @convention(c) (Floats, Floats, Int) -> Float
  /// `addScaled(alpha, x, y, count)`: y[i] += alpha · x[i].
  public let addScaled: @convention(c) (Float, Floats, MutableFloats, Int) -> Void
  /// `multiply(x, y, count)`: y[i] *= x[i].
  public let multiply: @convention(c) (Floats, MutableFloats, Int) -> Void
  /// `scale(alpha, x, count)`: x[i] *= alpha.
  public let scale: @convention(c) (Float, MutableFloats, Int) -> Void
  /// `addEighthPower(alpha, x, y, count)`: y[i] += alpha · max(x[i], 0)⁸.
  public let addEighthPower: @convention(c) (Float, Floats, MutableFloats, Int) -> Void

  /// The loops over vectors as bytes, for ``CodeKernels``' users.
  package let codes: CodeKernels
  /// The loops of linear layers, for ``PackedWeights``.
  let linear: LinearKernels
  /// `activate(function, x, count)`: ``Activation``, in place.
  let activate: @convention(c) (ck_activation, MutableFloats, Int) -> Void
  /// `attention(q, k, v, stride, length, size, scale, bias, reach, scratch, out, outStride)`:
  /// softmax(scale · Q · Kᵀ + bias) · V of one head over one text (Vaswani et al., "Attention is all
  /// you need", 2017, equation 1). Q, K, V and out are `[length, size]`, rows a stride apart. To the
  /// score of a key d places after the query `bias[d]` is added, for −length < d < length, unless it
  /// is nil. A token attends to those at most `reach` away.
  public let attention: AttentionKernel
  /// The same, with products of bfloat16 where the CPU has instructions for them.
  public let roundedAttention: AttentionKernel
  /// `attentionScratch(length, size)`: the floats of scratch memory that ``attention`` needs.
  public let attentionScratch: @convention(c) (Int, Int) -> Int
  /// `rotate(x, cosines, sines, heads, pairs)`: in each of the heads of x, `[heads, 2 · pairs]`,
  /// turns the point (x[i], x[pairs + i]) by the angle with that cosine and sine, for each pair i.
  public let rotate: @convention(c) (MutableFloats, Floats, Floats, Int, Int) -> Void
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
    codes = CodeKernels(table)
    linear = LinearKernels(table)
    self.level = level
    dot = table.dot
    squaredDistance = table.squared_distance
    addScaled = table.add_scaled
    multiply = table.multiply
    scale = table.scale
    addEighthPower = table.add_eighth_power
    activate = table.activate
    attention = table.f32_attention
    roundedAttention = table.bf16_attention
    attentionScratch = table.attention_scratch
    rotate = table.rotate
    layerNorm = table.layer_norm
    addLayerNorm = table.add_layer_norm
  }
}
