import Compute
import Foundation

/// What transformers makes of token ids with a small model of one family: see
/// `Vectors/encoder/README.md`.
struct FamilyVectors {
  struct Case: Decodable {
    var ids: [Int32]
    /// The kind of each token; empty where all are of kind 0.
    var types: [Int32]
  }

  /// A pair of texts with the score that sentence-transformers gives each label.
  struct Pair: Decodable {
    var pair: [String]
    var scores: [Float]
  }

  let folder: String
  let cases: [Case]
  /// `[tokens of all cases, hidden size]`
  let hidden: Matrix
  /// `[cases, labels]`
  let logits: Matrix
  let pairs: [Pair]

  init(_ name: String) throws {
    folder = GoldenVectors.path("families/" + name)
    cases = try GoldenVectors.lines(of: folder + "/cases.jsonl")
    pairs = try GoldenVectors.lines(of: folder + "/pairs.jsonl")
    hidden = try GoldenVectors.matrix(
      folder + "/hidden.npy", rows: cases.reduce(0) { $0 + $1.ids.count })
    logits = try GoldenVectors.matrix(folder + "/logits.npy", rows: cases.count)
  }

  /// The rows of ``hidden`` that belong to a case.
  func states(of index: Int) -> Matrix {
    let start = cases[..<index].reduce(0) { $0 + $1.ids.count } * hidden.columns
    let count = cases[index].ids.count
    return Matrix(
      rows: count, columns: hidden.columns,
      values: Array(hidden.values[start..<start + count * hidden.columns]))
  }

  /// The kinds of a case's tokens, written out.
  func types(of index: Int) -> [Int32] {
    let one = cases[index]
    return one.types.isEmpty ? one.ids.map { _ in 0 } : one.types
  }

  static let names = [
    "bert", "distilbert", "roberta", "xlm-roberta", "camembert", "mpnet", "albert", "electra",
    "nomic_bert", "nomic_bert-gated", "nomic_bert-plain", "modernbert", "modernbert-biased",
  ]
}
