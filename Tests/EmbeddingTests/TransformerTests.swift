import Compute
import Embedding
import Testing

@Suite struct `A transformer` {
  private func difference(_ a: Matrix, _ b: Matrix) -> Float {
    #expect(a.rows == b.rows && a.columns == b.columns)
    return zip(a.values, b.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  @Test(arguments: FamilyVectors.names)
  func `gives the hidden states that transformers gives, for every family and length`(
    name: String
  ) throws {
    let golden = try FamilyVectors(name)
    let transformer = try Transformer(modelFolder: golden.folder)
    #expect(golden.cases.map(\.ids.count).max() == transformer.maximumTokens)
    for (index, one) in golden.cases.enumerated() {
      let states = transformer.hiddenStates(
        of: [one.ids], types: one.types.isEmpty ? [] : [one.types])
      // The promise is 1e-4; components reach 5, and float32 rounding explains about 1e-5.
      #expect(difference(states, golden.states(of: index)) < 2e-5, "case \(index)")
    }
  }

  @Test(arguments: FamilyVectors.names)
  func `gives a text the same states to the last bit alone, in a batch and on any threads`(
    name: String
  ) throws {
    let golden = try FamilyVectors(name)
    let transformer = try Transformer(modelFolder: golden.folder)
    let types = golden.cases.indices.map { golden.types(of: $0) }
    let whole = transformer.hiddenStates(of: golden.cases.map(\.ids), types: types)
    for threads in [2, 3, 7] {
      #expect(
        transformer.hiddenStates(of: golden.cases.map(\.ids), types: types, threads: threads)
          == whole)
    }
    let alone = golden.cases.enumerated().flatMap { index, one in
      transformer.hiddenStates(of: [one.ids], types: one.types.isEmpty ? [] : [one.types]).values
    }
    #expect(alone == whole.values)
  }
}
