internal import CKernels
internal import Compute

/// Every vector as bytes: what walks compare with, in a quarter of the memory and of the time.
///
/// A vector is scaled so that its greatest component becomes 127 and rounded; 128 is added. What the
/// integer product of two codes has to do with the score, `factors` and `lifts` say. With c the
/// code and ‖c‖ its length:
///
///     cosine      score = c·c′ · (1/‖c‖) · (1/‖c′‖)
///     dot product score = c·c′ · (‖v‖/‖c‖) · (‖v′‖/‖c′‖) + lift · lift′
///     Euclidean   score = c·c′ · (2‖v‖/‖c‖) · (‖v′‖/‖c′‖) − ‖v‖² − ‖v′‖²
///
/// A graph needs a closeness that is greatest between a vector and itself, which the dot product is
/// not: so vectors get another component, √(greatest ‖v‖² − ‖v‖²), which makes all of one length and
/// is 0 for queries, where it changes no score (Bachrach et al., "Speeding up the Xbox recommender
/// system using a Euclidean transformation for inner-product spaces", RecSys 2014).
struct VectorCodes: Sendable {
  let metric: Metric
  let dimension: Int
  /// The bytes of a row, a multiple of 64.
  let stride: Int
  /// `[count, stride]`
  let codes: SharedArray<UInt8>
  /// `[count]`; NaN for a vector that is in no answer.
  let factors: SharedArray<Float>
  /// `[count]`, or empty for cosine, which needs none.
  let lifts: SharedArray<Float>

  var count: Int { factors.count }

  /// The bytes of a row of codes.
  static func stride(_ dimension: Int) -> Int { max(64, (dimension + 63) & ~63) }

  init(
    metric: Metric, dimension: Int, codes: SharedArray<UInt8>, factors: SharedArray<Float>,
    lifts: SharedArray<Float>
  ) {
    self.metric = metric
    self.dimension = dimension
    stride = Self.stride(dimension)
    self.codes = codes
    self.factors = factors
    self.lifts = lifts
  }

  /// The codes of all vectors of a space.
  ///
  /// - Complexity: O(count · dimension).
  init(_ space: VectorSpace, threads: Int) {
    let (count, dimension, metric) = (space.count, space.dimension, space.metric)
    let stride = Self.stride(dimension)
    let quantize = Kernels.current.codes.quantize
    let nothing = UnsafePointer<Float>(bitPattern: 64)!
    var factors = [Float](repeating: .nan, count: count)
    let codes = SharedArray<UInt8>(count: count * stride) { codes in
      codes.initialize(repeating: 128)
      guard count > 0 else { return }
      // Safe: each range writes its own rows and factors; the space outlives the call.
      factors.withUnsafeMutableBufferPointer { factors in
        let (codes, factors) = (codes.baseAddress!, factors.baseAddress!)
        let rows = space.vectors.values.buffer.baseAddress ?? nothing
        parallelRanges(count, threads: threads) { range in
          for row in range where !space.norms[row].isNaN {
            let length = quantize(rows + row * dimension, dimension, codes + row * stride, stride)
            factors[row] = Self.factor(length, norm: space.norms[row], metric)
          }
        }
      }
    }
    let greatest = space.norms.reduce(0) { $1 > $0 ? $1 : $0 }
    let lifts: [Float] =
      switch metric {
      case .cosine: []
      case .dotProduct:
        space.norms.map { norm in
          norm.isNaN ? 0 : max(0, greatest * greatest - norm * norm).squareRoot()
        }
      case .euclidean: space.norms.map { $0.isNaN ? 0 : $0 * $0 }
      }
    self.init(
      metric: metric, dimension: dimension, codes: codes, factors: SharedArray(factors),
      lifts: SharedArray(lifts))
  }

  /// What the product of a code with another is to be multiplied by.
  private static func factor(_ length: Float, norm: Float, _ metric: Metric) -> Float {
    guard length > 0 else { return 0 }
    return metric == .cosine ? 1 / length : norm / length
  }

  /// The codes in another order.
  func reordered(_ order: [UInt32]) -> VectorCodes {
    let bytes = SharedArray<UInt8>(count: count * stride) { target in
      // Safe: an order holds every row once.
      for (place, row) in order.enumerated() {
        (target.baseAddress! + place * stride).initialize(
          from: codes.buffer.baseAddress! + Int(row) * stride, count: stride)
      }
    }
    return VectorCodes(
      metric: metric, dimension: dimension, codes: bytes,
      factors: SharedArray(order.map { factors[Int($0)] }),
      lifts: SharedArray(lifts.isEmpty ? [] : order.map { lifts[Int($0)] }))
  }
}

/// The codes, ready to be compared. Valid while the ``VectorCodes`` are alive.
///
/// Safe for ids below their count: callers pass ids that a loop or a checked graph gave them.
struct CodeComparison {
  private var space: ck_codes
  private var query: ck_code_query
  private let metric: Metric
  let kernels: CodeKernels
  /// Of a query's code.
  private(set) var codeLength: Float = 0

  init(_ codes: VectorCodes) {
    let nothing = UnsafePointer<UInt8>(bitPattern: 64)!
    space = ck_codes(
      codes: codes.codes.buffer.baseAddress ?? nothing, stride: codes.stride,
      factors: codes.factors.buffer.baseAddress ?? UnsafePointer(bitPattern: 64)!,
      lifts: codes.lifts.isEmpty ? nil : codes.lifts.buffer.baseAddress)
    query = ck_code_query(code: nothing, factor: 0, lift: 0, constant: 0)
    metric = codes.metric
    kernels = Kernels.current.codes
  }

  /// The comparison with a vector of its own, whose code is written to `scratch`, a row of codes.
  func with(
    _ vector: UnsafePointer<Float>, _ dimension: Int, norm: Float,
    scratch: UnsafeMutablePointer<UInt8>
  ) -> CodeComparison {
    var comparison = self
    let length = kernels.quantize(vector, dimension, scratch, space.stride)
    comparison.query.code = UnsafePointer(scratch)
    comparison.codeLength = length
    let factor = length > 0 ? norm / length : 0
    switch metric {
    case .cosine: comparison.query.factor = length > 0 ? 1 / length : 0
    case .dotProduct: comparison.query.factor = factor
    case .euclidean:
      comparison.query.factor = 2 * factor
      comparison.query.lift = -1
      comparison.query.constant = -norm * norm
    }
    return comparison
  }

  /// The comparison with one of the codes.
  @inline(__always)
  func from(_ id: UInt32) -> CodeComparison {
    var comparison = self
    let id = Int(id)
    comparison.query.code = space.codes + id * space.stride
    comparison.query.factor = space.factors[id]
    switch metric {
    case .cosine: break
    case .dotProduct: comparison.query.lift = space.lifts![id]
    case .euclidean:
      comparison.query.factor *= 2
      comparison.query.lift = -1
      comparison.query.constant = -space.lifts![id]
    }
    return comparison
  }

  @inline(__always)
  func scores(
    _ ids: UnsafePointer<UInt32>, _ count: Int, into out: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: space) { space in
      withUnsafePointer(to: query) { kernels.scores(space, $0, ids, count, out) }
    }
  }

  @inline(__always)
  func score(_ id: UInt32) -> Float {
    var score: Float = 0
    withUnsafePointer(to: id) { scores($0, 1, into: &score) }
    return score
  }

  /// The neighbours in a list that a walk has not met; their codes are on their way.
  @inline(__always)
  func gatherNew(_ list: UnsafeBufferPointer<UInt32>, _ memory: WalkMemory) -> Int {
    withUnsafePointer(to: space) {
      kernels.gatherNew(
        $0, list.baseAddress!, list.count, memory.stamps, memory.stamp, memory.ids)
    }
  }
}
