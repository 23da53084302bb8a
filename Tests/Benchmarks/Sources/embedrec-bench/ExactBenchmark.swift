import Compute
import Foundation
import Search

/// `exact`: the exact index, one query at a time and in batches, against the matrix product alone.
enum ExactBenchmark {
  static func run(_ arguments: [String]) throws {
    let arguments = try Arguments(arguments, known: ["--base", "--queries", "--k"])
    let base = try SharedMatrix(NumPyFile.matrix(try arguments.text("--base")))
    let queries = try NumPyFile.matrix(try arguments.text("--queries"))
    let k = try arguments.number("--k", default: 10)
    let index = ExactIndex(vectors: base, metric: .cosine)

    let few = (0..<min(50, queries.rows)).map { Array(queries.row($0)) }
    var start = ContinuousClock.now
    for query in few { _ = index.search(query, k: k) }
    print("{\"exact\": \"one by one\", \"qps\": \(Int(Double(few.count) / seconds(since: start)))}")

    let size = 2048
    let flops = 2 * Double(size) * Double(size) * Double(base.columns)
    let (a, b) = (
      Matrix(rows: size, columns: base.columns), Matrix(rows: size, columns: base.columns)
    )
    var c = [Float](repeating: 0, count: size * size)
    func product() {
      BLAS.multiply(
        a.values, lda: base.columns, b.values, transposingB: true, ldb: base.columns, into: &c,
        ldc: size, m: size, n: size, k: base.columns)
    }
    product()
    start = ContinuousClock.now
    for _ in 0..<10 { product() }
    let peak = 10 * flops / seconds(since: start)

    start = ContinuousClock.now
    _ = index.search(queries, k: k, threads: 1)
    let spent = seconds(since: start)
    let work = 2 * Double(queries.rows) * Double(base.rows) * Double(base.columns)
    print(
      "{\"exact\": \"batch, one thread\", \"qps\": \(Int(Double(queries.rows) / spent)), "
        + "\"gflops\": \(Int(work / spent / 1e9)), \"sgemm_gflops\": \(Int(peak / 1e9)), "
        + "\"part\": \((work / spent / peak * 100).rounded() / 100)}")
  }
}
