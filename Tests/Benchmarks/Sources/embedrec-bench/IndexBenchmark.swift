import Compute
import Foundation
import Search

/// `ann`: how fast the graph index is built, and how its recall trades for speed.
///
/// Builds from the float32 vectors of a NumPy file, then asks every query alone on one thread, for
/// each `--ef`, `--rounds` times. The found row numbers are written to `DIR/ids-EF.npy`, and a line
/// of JSON says how long it took. Asked is the index as it was built or, with `--searched file`, the
/// saved one, mapped. With `--svg FILE` the curve is drawn, against the exact answers.
enum IndexBenchmark {
  private static let k = "--k", ef = "--ef", rounds = "--rounds"

  static func run(_ arguments: [String]) throws {
    let arguments = try Arguments(
      arguments,
      known: [
        "--base", "--queries", k, ef, rounds, "--build-threads", "--output", "--masks", "--svg",
        "--neighbours", "--ef-construction", "--storage", "--searched",
      ])
    let base = try SharedMatrix(NumPyFile.matrix(try arguments.text("--base")))
    let queries = try NumPyFile.matrix(try arguments.text("--queries"))
    let k = try arguments.number(k, default: 10)
    let rounds = try arguments.number(rounds, default: 3)
    let output = arguments.optional("--output")
    let storage = arguments.optional("--storage") ?? "float16"
    guard let storage = VectorStorage.allCases.first(where: { "\($0)" == storage }) else {
      throw Arguments.Unusable(description: "--storage is \(storage)")
    }
    var parameters = HNSWIndex.Parameters()
    parameters.storage = storage
    parameters.neighboursPerNode = try arguments.number(
      "--neighbours", default: parameters.neighboursPerNode)
    parameters.efConstruction = try arguments.number(
      "--ef-construction", default: parameters.efConstruction)

    let start = ContinuousClock.now
    let built = HNSWIndex(
      building: base, metric: .cosine, parameters: parameters,
      threads: try arguments.number("--build-threads", default: availableThreads))
    let buildSeconds = seconds(since: start)
    let path = FileManager.default.temporaryDirectory.path + "/embedrec-bench-\(UUID()).hnsw"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try built.save(to: path)
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as! Int
    let external = storage == .external ? 4 * base.columns : 0
    let bytes = Double(size) / Double(max(1, base.rows)) + Double(external)
    let opening = ContinuousClock.now
    let reopened = try HNSWIndex(opening: path, vectors: storage == .external ? base : nil)
    let openMilliseconds = rounded(1000 * seconds(since: opening))
    let index = arguments.optional("--searched") == "file" ? reopened : built

    let name = "EmbedRec HNSW M=\(parameters.neighboursPerNode) \(storage)"
    let list = (0..<queries.rows).map { Array(queries.row($0)) }
    var truth: [[Scored]]?
    if arguments.optional("--svg") != nil || output == nil {
      truth = ExactIndex(vectors: base, metric: .cosine).search(queries, k: k)
    }
    var curve: [RecallCurve.Point] = []
    for ef in try arguments.numbers(Self.ef, default: [10, 16, 24, 32, 48, 64, 96, 128, 192, 256]) {
      let timed = time(list, rounds: rounds) { index.search($0, k: k, efSearch: ef) }
      if let output { try write(timed.answers, k: k, to: "\(output)/ids-\(ef).npy") }
      var line =
        "{\"name\": \"\(name)\", \"ef\": \(ef), \"qps\": \(Int(timed.perSecond)), "
        + "\"p50_us\": \(Int(timed.median)), \"p99_us\": \(Int(timed.late)), \"build_seconds\": "
        + "\(rounded(buildSeconds)), \"bytes_per_vector\": \(Int(bytes.rounded())), "
        + "\"open_ms\": \(openMilliseconds)"
      if let truth {
        let recall = recall(timed.answers, of: truth)
        curve.append(RecallCurve.Point(recall: recall, perSecond: timed.perSecond))
        line += ", \"recall\": \(recall)"
      }
      print(line + "}")
      fflush(nil)
    }
    if let path = arguments.optional("--svg") {
      try RecallCurve(title: name, points: curve).svg.write(
        toFile: path, atomically: true, encoding: .utf8)
    }
    if let path = arguments.optional("--masks") {
      let file = try NumPyFile(path: path, type: "|u1")
      let masks = try file.values(UInt8.self)
      for mask in 0..<file.rows {
        let allowed = IDSet(capacity: file.columns) { masks[mask * file.columns + $0] != 0 }
        let timed = time(Array(list.prefix(200)), rounds: 1) {
          index.search($0, k: k, within: allowed)
        }
        if let output { try write(timed.answers, k: k, to: "\(output)/mask-\(mask).npy") }
        print(
          "{\"mask\": \(mask), \"qps\": \(Int(timed.perSecond)), \"p99_us\": \(Int(timed.late))}")
      }
    }
  }

  private static func write(_ answers: [[Scored]], k: Int, to path: String) throws {
    let ids = answers.flatMap { answer in
      (0..<k).map { $0 < answer.count ? Int64(answer[$0].id) : -1 }
    }
    try NumPyFile.write(ids, rows: answers.count, columns: k, to: path)
  }

  private static func recall(_ found: [[Scored]], of truth: [[Scored]]) -> Double {
    let hits = zip(found, truth).map { Set($0.map(\.id)).intersection($1.map(\.id)).count }
    return Double(hits.reduce(0, +)) / Double(max(1, truth.map(\.count).reduce(0, +)))
  }

  private static func rounded(_ seconds: Double) -> Double { (seconds * 10).rounded() / 10 }

  /// Answers, queries a second in the median round, and microseconds of the last round's 50th and
  /// 99th percentile.
  private static func time(
    _ queries: [[Float]], rounds: Int, _ search: ([Float]) -> [Scored]
  ) -> (answers: [[Scored]], perSecond: Double, median: Double, late: Double) {
    var rates: [Double] = []
    var answers: [[Scored]] = []
    var spent: [Double] = []
    for _ in 0..<rounds {
      (answers, spent) = ([], [])
      for query in queries {
        let start = ContinuousClock.now
        answers.append(search(query))
        spent.append(seconds(since: start))
      }
      rates.append(Double(queries.count) / spent.reduce(0, +))
    }
    spent.sort()
    func percentile(_ part: Double) -> Double { 1e6 * spent[Int(part * Double(spent.count - 1))] }
    return (answers, rates.sorted()[rates.count / 2], percentile(0.5), percentile(0.99))
  }
}
