package import CKernels

/// Loops over vectors whose components are bytes, 128 meaning 0.
///
/// A row of codes is `stride` bytes long, a multiple of 64, filled up with 128.
package struct CodeKernels: Sendable {
  /// `scores(space, query, ids, count, out)`: Σ code · query times both factors, plus the product of
  /// the lifts, plus the query's constant; the same to the last bit on every instruction set.
  package let scores:
    @convention(c) (
      UnsafePointer<ck_codes>, UnsafePointer<ck_code_query>, UnsafePointer<UInt32>, Int,
      UnsafeMutablePointer<Float>
    ) -> Void
  /// `gatherNew(space, list, places, stamps, stamp, out)`: the ids of a list that don't bear the
  /// stamp, which they get; says how many.
  package let gatherNew:
    @convention(c) (
      UnsafePointer<ck_codes>, UnsafePointer<UInt32>, Int, UnsafeMutablePointer<UInt16>, UInt16,
      UnsafeMutablePointer<UInt32>
    ) -> Int
  /// `fetch(start, bytes)`: asks for memory that will be needed soon.
  package let fetch: @convention(c) (UnsafeRawPointer, Int) -> Void
  /// `quantize(x, count, out, stride)`: x as a row of bytes; gives its length √Σ (c − 128)².
  package let quantize:
    @convention(c) (UnsafePointer<Float>, Int, UnsafeMutablePointer<UInt8>, Int) -> Float
  /// `halfDot(a, b, count)`: Σ a[i]·b[i], b in half precision and finite.
  package let halfDot: @convention(c) (UnsafePointer<Float>, UnsafePointer<UInt16>, Int) -> Float
  /// `atLeast(x, factors, lifts, bar, count, out)`: every i with x[i]·factors[i] + lifts[i] ≥ bar;
  /// says how many.
  package let atLeast:
    @convention(c) (
      UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>?, Float, Int,
      UnsafeMutablePointer<UInt32>
    ) -> Int

  init(_ table: ck_kernels) {
    scores = table.code_scores
    gatherNew = table.gather_new
    fetch = table.fetch
    quantize = table.code_quantize
    halfDot = table.half_dot
    atLeast = table.at_least
  }
}
