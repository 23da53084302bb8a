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

  public let level: Level
  /// `dot(a, b, count)`: Σ a[i]·b[i].
  public let dot: @convention(c) (Floats, Floats, Int) -> Float
  /// `squaredDistance(a, b, count)`: Σ (a[i] − b[i])².
  public let squaredDistance: @convention(c) (Floats, Floats, Int) -> Float
  /// `addScaled(alpha, x, y, count)`: y[i] += alpha · x[i].
  public let addScaled: @convention(c) (Float, Floats, MutableFloats, Int) -> Void
  /// `scale(alpha, x, count)`: x[i] *= alpha.
  public let scale: @convention(c) (Float, MutableFloats, Int) -> Void
  /// `dotRows(query, rows, count, ids, idCount, out)`: out[i] = Σ query[j]·rows[ids[i]·count + j].
  public let dotRows:
    @convention(c) (Floats, Floats, Int, UnsafePointer<UInt32>, Int, MutableFloats) -> Void
  /// `squaredDistanceRows(query, rows, count, ids, idCount, out)`:
  /// out[i] = Σ (query[j] − rows[ids[i]·count + j])².
  public let squaredDistanceRows:
    @convention(c) (Floats, Floats, Int, UnsafePointer<UInt32>, Int, MutableFloats) -> Void

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
    dotRows = table.dot_rows
    squaredDistanceRows = table.squared_distance_rows
  }
}
