import Compute
import Foundation
import Search
import Testing

@Suite struct `A saved HNSW index` {
  private let parameters = HNSWIndex.Parameters(
    neighboursPerNode: 4, efConstruction: 20, efSearch: 12, seed: .max, keepsPruned: false)

  private func example(_ count: Int, metric: Metric = .cosine) -> (SharedMatrix, HNSWIndex) {
    var matrix = clusteredVectors(count, 8, seed: 1)
    if count > 20 { for column in 0..<8 { matrix[20, column] = matrix[3, column] } }
    let vectors = SharedMatrix(matrix)
    return (vectors, HNSWIndex(building: vectors, metric: metric, parameters: parameters))
  }

  @Test(arguments: Metric.allCases)
  func `reopened answers as before`(metric: Metric) throws {
    for count in [0, 1, 7, 8, 9, 700] {
      let (vectors, index) = example(count, metric: metric)
      try withTemporaryPath { path in
        try index.save(to: path)
        let reopened = try HNSWIndex(opening: path, vectors: vectors)
        #expect(reopened.parameters == parameters)
        #expect(reopened.metric == metric)
        #expect(reopened.links == index.links)
        let queries = clusteredVectors(20, 8, seed: 2)
        #expect(reopened.search(queries, k: 5) == index.search(queries, k: 5))
      }
    }
  }

  @Test func `takes the place of another, which stays whole for who has it open`() throws {
    let (vectors, index) = example(700)
    let (others, other) = example(300)
    let queries = clusteredVectors(5, 8, seed: 2)
    try withTemporaryPath { path in
      try other.save(to: path)
      let opened = try HNSWIndex(opening: path, vectors: others)
      try index.save(to: path)
      #expect(opened.search(queries, k: 5) == other.search(queries, k: 5))
      let reopened = try HNSWIndex(opening: path, vectors: vectors)
      #expect(reopened.search(queries, k: 5) == index.search(queries, k: 5))
      let folder = (path as NSString).deletingLastPathComponent
      let name = (path as NSString).lastPathComponent
      let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(files.filter { $0.hasPrefix(name) } == [name])
    }
  }

  @Test func `that was not finished is nowhere`() throws {
    try withTemporaryPath { path in
      do {
        let writer = try ArrayArchiveWriter(path: path, kind: "HNSW")
        try writer.add("settings", [Int64](repeating: 0, count: 1000))
      }
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test func `is the same file for any number of threads`() throws {
    let vectors = SharedMatrix(clusteredVectors(700, 8, seed: 1))
    let files = try (1...3).map { threads in
      try withTemporaryPath { path in
        try HNSWIndex(building: vectors, metric: .cosine, threads: threads).save(to: path)
        return try Data(contentsOf: URL(fileURLWithPath: path))
      }
    }
    #expect(files[0] == files[1] && files[0] == files[2])
  }

  @Test func `is refused for other vectors`() throws {
    let (_, index) = example(700)
    try withTemporaryPath { path in
      try index.save(to: path)
      func message(_ matrix: Matrix) -> String {
        do throws(FileError) {
          _ = try HNSWIndex(opening: path, vectors: SharedMatrix(matrix))
          return ""
        } catch { return error.description }
      }
      let remedy = "open it with the vectors it was built from, or build it again"
      #expect(
        message(normalVectors(699, 8, seed: 1))
          == "\(path): it belongs to 700 vectors of dimension "
          + "8, and those given are 699 of dimension 8: \(remedy)")
      #expect(message(normalVectors(700, 9, seed: 1)).contains("are 700 of dimension 9"))
      #expect(
        message(normalVectors(700, 8, seed: 1))
          == "\(path): it belongs to other vectors than those given: \(remedy)")
    }
  }

  @Test func `that does not exist is named`() {
    let error = #expect(throws: FileError.self) {
      _ = try HNSWIndex(opening: "/nowhere/a.hnsw", vectors: example(1).0)
    }
    #expect(error?.path == "/nowhere/a.hnsw")
  }

  @Test func `with any byte changed is refused or answers as before`() throws {
    let (vectors, index) = example(60)
    let queries = clusteredVectors(5, 8, seed: 2)
    let expected = index.search(queries, k: 5)
    try withTemporaryPath { path in
      try index.save(to: path)
      let file = try Data(contentsOf: URL(fileURLWithPath: path))
      var random = SeededRandom(seed: 1)
      var refused = 0
      for _ in 0..<2000 {
        var damaged = file
        if random.index(below: 4) == 0 {
          damaged.removeLast(1 + random.index(below: file.count))
        } else {
          damaged[random.index(below: file.count)] ^= UInt8(1 << random.index(below: 8))
        }
        try damaged.write(to: URL(fileURLWithPath: path))
        do throws(FileError) {
          let opened = try HNSWIndex(opening: path, vectors: vectors)
          // Only the padding between arrays is not covered by a checksum.
          #expect(opened.search(queries, k: 5) == expected)
        } catch { refused += 1 }
      }
      #expect(refused > 1000)
    }
  }

  /// The arrays of a saved index, to be written again with valid checksums around wrong content.
  private struct Parts {
    var settings: [Int64]
    var metric, codes: [UInt8]
    var norms, factors, lifts: [Float]
    var base, starts, upper, rows, nodes, copies: [UInt32]

    init(path: String) throws {
      let archive = try ArrayArchive(path: path, kind: "HNSW")
      settings = Array(try archive.array("settings"))
      metric = Array(try archive.array("metric"))
      codes = Array(try archive.array("codes", shape: [nil, nil]))
      factors = Array(try archive.array("factors"))
      lifts = Array(try archive.array("lifts"))
      norms = Array(try archive.array("norms"))
      base = Array(try archive.array("base", shape: [nil, nil]))
      starts = Array(try archive.array("starts"))
      upper = Array(try archive.array("upper", shape: [nil, nil]))
      rows = Array(try archive.array("rows"))
      nodes = Array(try archive.array("nodes"))
      copies = Array(try archive.array("copies"))
    }

    func write(to path: String) throws {
      let writer = try ArrayArchiveWriter(path: path, kind: "HNSW")
      try writer.add("settings", settings)
      try writer.add("metric", metric)
      try writer.add("codes", codes, shape: [codes.count / 64, 64])
      try writer.add("factors", factors)
      try writer.add("lifts", lifts)
      try writer.add("norms", norms)
      try writer.add("base", base, shape: [base.count / 8, 8])
      try writer.add("starts", starts)
      try writer.add("upper", upper, shape: [upper.count / 4, 4])
      try writer.add("rows", rows)
      try writer.add("nodes", nodes)
      try writer.add("copies", copies)
      try writer.finish()
    }
  }

  @Test func `with links that lead outside is refused, with other links it answers`() throws {
    let (vectors, index) = example(60)
    try withTemporaryPath { path in
      try index.save(to: path)
      let parts = try Parts(path: path)
      var random = SeededRandom(seed: 2)
      func number() -> UInt32 {
        switch random.index(below: 4) {
        case 0: UInt32(random.index(below: 60))
        case 1: 60
        case 2: .max
        default: UInt32(truncatingIfNeeded: random.next())
        }
      }
      func change(_ array: inout [UInt32]) { array[random.index(below: array.count)] = number() }
      var (opened, refused) = (0, 0)
      for _ in 0..<2000 {
        var changed = parts
        for _ in 0..<1 + random.index(below: 3) {
          switch random.index(below: 10) {
          case 0: change(&changed.base)
          case 1: change(&changed.starts)
          case 2: change(&changed.upper)
          case 3: change(&changed.copies)
          case 4:
            let values: [Int64] = [-1, 0, 1, 2, 59, 60, 61, .max, .min]
            changed.settings[random.index(below: 10)] = values[random.index(below: values.count)]
          case 5: change(&changed.rows)
          case 6: change(&changed.nodes)
          case 7: changed.factors[random.index(below: 60)] = [.nan, -1, 0][random.index(below: 3)]
          case 8: changed.norms[random.index(below: 60)] = [.nan, -1, 0][random.index(below: 3)]
          default: changed.metric[random.index(below: changed.metric.count)] ^= 1
          }
        }
        try changed.write(to: path)
        do throws(FileError) {
          let index = try HNSWIndex(opening: path, vectors: vectors)
          opened += 1
          for row in [0, 30] {
            let query = vectors.row(row)
            #expect(index.search(query, k: 5, efSearch: 10).allSatisfy { (0..<60) ~= $0.id })
            _ = index.search(query, k: 3, efSearch: 3) { $0 % 2 == 0 }
          }
        } catch { refused += 1 }
      }
      #expect(opened > 100 && refused > 100)
    }
  }
}
