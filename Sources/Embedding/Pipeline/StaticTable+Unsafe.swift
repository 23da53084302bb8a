internal import Compute

extension StaticTable {
  /// Writes the mean of the tokens' vectors, `[width]`; zeros where there are no tokens.
  ///
  /// - Precondition: Every id is below ``tokens``.
  func pool(
    _ ids: [Int32], into vector: UnsafeMutablePointer<Float>, kernels: Kernels = .current
  ) {
    vector.update(repeating: 0, count: width)
    guard !ids.isEmpty else { return }
    for id in ids {
      // Safe: the ids are the tokenizer's, whose highest was compared with the table's length, and
      // the rows were checked when the table was read.
      let row = rowOfToken.map { Int($0[Int(id)]) } ?? Int(id)
      kernels.addScaled(
        weights?[Int(id)] ?? 1, values.buffer.baseAddress! + row * width, vector, width)
    }
    kernels.scale(1 / Float(ids.count), vector, width)
  }
}
