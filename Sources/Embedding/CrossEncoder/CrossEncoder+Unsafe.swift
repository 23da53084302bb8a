package import Compute

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

extension CrossEncoder {
  /// Writes the logits of sequences to the rows of `result` from `first` on.
  ///
  /// - Precondition: No sequence is empty or longer than ``maximumTokens``, and every id and type is one
  ///   of the model's.
  package func score(
    _ sequences: [TokenSequence], into result: inout Matrix, from first: Int = 0, threads: Int
  ) {
    let ids = sequences.map(\.ids)
    let types = readsTypes ? sequences.map(\.types) : []
    let width = transformer.configuration.hiddenSize
    result.values.withUnsafeMutableBufferPointer { values in
      guard let logits = values.baseAddress else { return }
      // Safe: each batch writes the rows of its own sequences.
      nonisolated(unsafe) let rows = logits + first * labels.count
      transformer.forEachBatch(of: ids, types: types, threads: threads) { batch, states in
        var states = states
        for index in batch {
          head.score(states, tokens: ids[index].count, into: rows + index * labels.count)
          states += ids[index].count * width
        }
      }
    }
  }

  /// The scores that the logits of a model with one label stand for.
  func scores(of logits: Matrix) -> [Float] {
    guard usesSigmoid else { return logits.values }
    return logits.values.map { Float(1 / (1 + exp(-Double($0)))) }
  }
}
