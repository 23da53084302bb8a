/// Sums for indices `0..<count` of which few are touched at a time: reading and clearing them costs
/// what was touched, not `count`.
struct SparseSums {
  private var sums: [Float]
  private var touched: [Int32] = []

  init(count: Int) { sums = [Float](repeating: 0, count: count) }

  /// - Precondition: `value` is not negative: 0 marks a sum that was not touched.
  mutating func add(_ value: Float, to index: Int32) {
    let sum = sums[Int(index)]
    if sum == 0 { touched.append(index) }
    sums[Int(index)] = sum + value
  }

  /// Hands out the sums above 0, in the order in which they were touched first, and clears them.
  mutating func drain(_ body: (_ index: Int, _ sum: Float) -> Void) {
    for index in touched {
      let sum = sums[Int(index)]
      // An index whose first values were 0 stands here twice: its sum is gone the second time.
      guard sum > 0 else { continue }
      sums[Int(index)] = 0
      body(Int(index), sum)
    }
    touched.removeAll(keepingCapacity: true)
  }
}
