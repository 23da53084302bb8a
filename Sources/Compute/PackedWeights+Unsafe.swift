internal import CKernels

/// The weights and biases of a linear layer, y = activation(x · Wᵀ + b), packed for the kernels that
/// this CPU runs.
///
/// Packing costs one pass over the weights, when a model is loaded, and saves it on every product: a
/// general matrix product packs both operands each time.
public struct PackedWeights: Sendable {
  public let inputs: Int
  public let outputs: Int
  public let precision: Precision
  private let packed: SharedArray<UInt32>
  private let bias: SharedArray<Float>
  /// Of int8 only: the scale of each output's weights, and the sum of their integers.
  private let scales: SharedArray<Float>
  private let sums: SharedArray<Int32>
  private let kernels: Kernels

  /// - Parameters:
  ///   - weights: `[outputs, inputs]`
  ///   - bias: `[outputs]`
  /// - Precondition: The shapes agree; for int8, `inputs` is at most ``maximumQuantizedInputs``.
  /// - Complexity: O(inputs · outputs).
  public init(
    _ weights: SharedArray<Float>, bias: SharedArray<Float>, precision: Precision = .float32,
    kernels: Kernels = .current
  ) {
    let outputs = bias.count
    let inputs = outputs == 0 ? 0 : weights.count / outputs
    precondition(weights.count == inputs * outputs, "the shapes agree")
    precondition(precision != .int8 || inputs <= Self.maximumQuantizedInputs, "the sums fit")
    self.inputs = inputs
    self.outputs = outputs
    self.precision = precision
    self.kernels = kernels
    let linear = kernels.linear
    let padded = (outputs + linear.panelWidth - 1) / linear.panelWidth * linear.panelWidth
    let groups = linear.groups(inputs, precision)
    let rows = weights.buffer.baseAddress
    self.bias = SharedArray(
      (0..<padded).map { $0 < outputs ? bias[$0] : 0 })
    func pack(_ fill: (UnsafeMutablePointer<UInt32>) -> Void) -> SharedArray<UInt32> {
      SharedArray(count: padded * groups) { memory in
        if let start = memory.baseAddress { fill(start) }
      }
    }
    // Safe, all: the kernels fill whole panels, and read the weights of the shape just checked.
    switch precision {
    case .float32:
      packed = pack { target in
        rows!.withMemoryRebound(to: UInt32.self, capacity: weights.count) {
          linear.packGroups($0, target, outputs, groups)
        }
      }
    case .bfloat16:
      packed = pack { target in
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: outputs * groups) { rounded in
          linear.round(rows!, outputs, inputs, rounded.baseAddress!)
          linear.packGroups(rounded.baseAddress!, target, outputs, groups)
        }
      }
    case .int8: packed = pack { _ in }
    }
    guard precision == .int8, let rows else {
      (scales, sums) = (SharedArray([]), SharedArray([]))
      return
    }
    var scales = [Float](repeating: 0, count: padded)
    var sums = [Int32](repeating: 0, count: padded)
    let target = UnsafeMutableRawPointer(mutating: packed.buffer.baseAddress!)
    linear.quantizeWeights(rows, outputs, inputs, target, &scales, &sums)
    self.scales = SharedArray(scales)
    self.sums = SharedArray(sums)
  }

  /// The longest row that ``Precision/int8`` can sum without overflow.
  public static let maximumQuantizedInputs = Int(Int32.max) / (255 * 127)

  /// Bytes that ``multiply(_:rows:activation:into:scratch:)`` needs for `rows` rows; 0 for float32.
  public func scratchBytes(rows: Int) -> Int {
    switch precision {
    case .float32: 0
    case .bfloat16: rows * rowBytes
    case .int8: rows * (rowBytes + MemoryLayout<ck_row_scale>.stride)
    }
  }

  private var rowBytes: Int { kernels.linear.groups(inputs, precision) * 4 }

  /// Writes `[rows, outputs]` to `y` for `[rows, inputs]` in `x`.
  ///
  /// A row of `y` depends on that row of `x` alone, to the last bit. Sums of products run in float32
  /// over rising inputs; with int8 they are exact and the same for every instruction set.
  ///
  /// - Parameter scratch: ``scratchBytes(rows:)`` bytes, aligned to 8; nil where that is 0.
  /// - Precondition: The pointers are valid for those extents and don't overlap.
  /// - Complexity: O(rows · inputs · outputs).
  public func multiply(
    _ x: UnsafePointer<Float>, rows: Int, activation: Activation = .identity,
    into y: UnsafeMutablePointer<Float>, scratch: UnsafeMutableRawPointer? = nil
  ) {
    guard rows > 0, outputs > 0 else { return }
    let linear = kernels.linear
    var layout = ck_weights(
      inputs: inputs, outputs: outputs, packed: UnsafeRawPointer(packed.buffer.baseAddress!),
      bias: bias.buffer.baseAddress!, scales: scales.buffer.baseAddress,
      sums: sums.buffer.baseAddress)
    switch precision {
    case .float32: linear.float32(x, nil, rows, &layout, activation.kernel, y)
    case .bfloat16:
      linear.round(x, rows, inputs, scratch!)
      linear.bfloat16(scratch!, nil, rows, &layout, activation.kernel, y)
    case .int8:
      let quanta = scratch! + rows * MemoryLayout<ck_row_scale>.stride
      let rowScales = scratch!.assumingMemoryBound(to: ck_row_scale.self)
      linear.quantizeRows(x, rows, inputs, quanta, rowScales)
      linear.int8(quanta, rowScales, rows, &layout, activation.kernel, y)
    }
  }
}

/// The kernels of linear layers, as `CKernels.h` describes them.
struct LinearKernels: Sendable {
  let panelWidth: Int
  private let inputsPerGroup: [Int]
  let packGroups:
    @convention(c) (UnsafePointer<UInt32>, UnsafeMutablePointer<UInt32>, Int, Int) -> Void
  let round: @convention(c) (UnsafePointer<Float>, Int, Int, UnsafeMutableRawPointer) -> Void
  let quantizeRows:
    @convention(c) (
      UnsafePointer<Float>, Int, Int, UnsafeMutableRawPointer, UnsafeMutablePointer<ck_row_scale>
    ) -> Void
  let quantizeWeights:
    @convention(c) (
      UnsafePointer<Float>, Int, Int, UnsafeMutableRawPointer, UnsafeMutablePointer<Float>,
      UnsafeMutablePointer<Int32>
    ) -> Void
  let float32: ck_linear_function
  let bfloat16: ck_linear_function
  let int8: ck_linear_function

  init(_ table: ck_kernels) {
    panelWidth = table.panel_width
    inputsPerGroup = [table.f32_group, table.bf16_group, table.int8_group]
    packGroups = table.pack_groups
    round = table.bf16_round
    quantizeRows = table.int8_quantize
    quantizeWeights = table.int8_pack
    float32 = table.f32_linear
    bfloat16 = table.bf16_linear
    int8 = table.int8_linear
  }

  /// Groups, of four bytes, in a row of `inputs` numbers.
  func groups(_ inputs: Int, _ precision: Precision) -> Int {
    let size =
      switch precision {
      case .float32: inputsPerGroup[0]
      case .bfloat16: inputsPerGroup[1]
      case .int8: inputsPerGroup[2]
      }
    return (inputs + size - 1) / size
  }
}
