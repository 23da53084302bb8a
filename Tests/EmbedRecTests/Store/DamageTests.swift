import Compute
import EmbedRec
import Foundation
import TestSupport
import Testing

@Suite struct `A damaged index` {
  private let queries: [Query] = [
    Query(.user("user3"), count: 8), Query(.item("2-2"), count: 8),
    Query(.visitor(history: ["1-1"], profile: nil), count: 8),
  ]

  /// The answers, or the error that says which file is damaged.
  private func outcome(_ index: String) async -> Result<[[Recommendation]], EmbedRecError> {
    do throws(EmbedRecError) {
      let recommender = try await Recommender.open(index)
      return .success(try recommender.recommend(queries))
    } catch { return .failure(error) }
  }

  private func files(_ indexed: IndexedShop) throws -> [String] {
    let generation = try indexed.generation
    return try FileManager.default.contentsOfDirectory(atPath: generation).sorted()
      .map { generation + "/" + $0 } + [indexed.index + "/CURRENT"]
  }

  @Test func `is noticed at every truncation, and its file named`() async throws {
    let indexed = try await IndexedShop()
    for path in try files(indexed) {
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      for length in [0, 1, 3, 63, 64, whole.count / 2, whole.count - 1] where length < whole.count {
        try whole.prefix(length).write(to: URL(fileURLWithPath: path))
        // CURRENT without its line end still names its generation.
        if path.hasSuffix("CURRENT"), length == whole.count - 1 { continue }
        guard case .failure(let error) = await outcome(indexed.index) else {
          Issue.record("\(path) cut to \(length) bytes went unnoticed")
          continue
        }
        #expect(error.kind == .damaged)
        #expect(error.description.contains((path as NSString).lastPathComponent))
        #expect(error.description.contains("embedrec index"))
      }
      try whole.write(to: URL(fileURLWithPath: path))
    }
    #expect(try await outcome(indexed.index).get().count == 3)
  }

  @Test func `is noticed at any flipped bit that could change an answer`() async throws {
    let indexed = try await IndexedShop()
    let expected = try await outcome(indexed.index).get()
    var random = SeededRandom(seed: 3)
    for path in try files(indexed) {
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      for _ in 0..<60 {
        var damaged = whole
        damaged[random.index(below: whole.count)] ^= 1 << UInt8(random.index(below: 8))
        try damaged.write(to: URL(fileURLWithPath: path))
        switch await outcome(indexed.index) {
        case .failure(let error):
          // A digit of the manifest may name another file or count.
          let isNamed = error.description.contains(indexed.index)
          #expect(isNamed && error.kind != .usage)
        case .success(let answers):
          // Padding, or a time or a comment of the manifest.
          #expect(answers == expected)
        }
      }
      try whole.write(to: URL(fileURLWithPath: path))
    }
  }

  @Test func `names a file that is gone`() async throws {
    let indexed = try await IndexedShop()
    for path in try files(indexed) {
      let aside = path + ".aside"
      try FileManager.default.moveItem(atPath: path, toPath: aside)
      guard case .failure(let error) = await outcome(indexed.index) else {
        Issue.record("\(path) was not missed")
        continue
      }
      let names = path.hasSuffix("CURRENT") ? "nothing has been published" : path
      #expect(error.description.contains(names))
      try FileManager.default.moveItem(atPath: aside, toPath: path)
    }
  }

  @Test func `of a newer program is left to that program`() async throws {
    let indexed = try await IndexedShop()
    let path = try indexed.generation + "/manifest.json"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try text.replacing("\"formatVersion\" : 1", with: "\"formatVersion\" : 99")
      .write(toFile: path, atomically: true, encoding: .utf8)
    guard case .failure(let error) = await outcome(indexed.index) else {
      Issue.record("the version went unnoticed")
      return
    }
    #expect(error.kind == .damaged && error.description.contains("99"))
  }

  @Test func `is no index without a catalogue, and says so`() async throws {
    let indexed = try await IndexedShop()
    let path = indexed.index + "/catalogue.sqlite"
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    for damaged in [Data("no database".utf8), whole.prefix(5000), Data(count: 8192)] {
      try damaged.write(to: URL(fileURLWithPath: path))
      guard case .failure(let error) = await outcome(indexed.index) else {
        Issue.record("a damaged catalogue went unnoticed")
        continue
      }
      #expect(error.description.contains("catalogue.sqlite"))
    }
    try FileManager.default.removeItem(atPath: path)
    guard case .failure(let error) = await outcome(indexed.index) else { return }
    #expect(error.kind == .notFound)
  }

  @Test func `does without its cache of encodings`() async throws {
    let indexed = try await IndexedShop()
    let path = indexed.index + "/encodings.sqlite"
    let expected = try await outcome(indexed.index).get()
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: path + suffix)
    }
    #expect(try await outcome(indexed.index).get() == expected)
    try Data("no database".utf8).write(to: URL(fileURLWithPath: path))
    guard case .failure(let error) = await outcome(indexed.index) else {
      Issue.record("a damaged cache went unnoticed")
      return
    }
    #expect(error.kind == .damaged && error.description.contains("delete it"))
  }
}

@Suite struct `The encoder of an index` {
  @Test func `must be the one that it was made by`() async throws {
    let indexed = try await IndexedShop()
    let other = try await Recommender.open(indexed.index, model: TinyModel.path("small-cls"))
    let error = #expect(throws: EmbedRecError.self) {
      _ = try other.recommend(Query(.text("never seen before")))
    }
    #expect(error?.kind == .model && error!.description.contains("another model"))
    // What needs no encoder goes on.
    #expect(try other.recommend(Query(.user("user1"))).count == 10)
  }

  @Test func `is missed only when a text must be encoded`() async throws {
    let folder = try TemporaryFolder()
    let model = folder.path("model")
    try FileManager.default.copyItem(atPath: TinyModel.path(), toPath: model)
    let index = folder.path("ix")
    _ = try await IndexBuilder(
      folder: index, sources: try Shop().write(to: folder), model: model
    ).build()
    try FileManager.default.removeItem(atPath: model)
    let recommender = try await Recommender.open(index)
    #expect(try recommender.recommend(Query(.user("user1"))).count == 10)
    let error = #expect(throws: EmbedRecError.self) {
      _ = try recommender.recommend(Query(.text("never seen before")))
    }
    #expect(error?.kind == .model)
  }

  @Test func `can be replaced by another one, which encodes everything anew`() async throws {
    let indexed = try await IndexedShop()
    let summary = try await IndexBuilder(
      folder: indexed.index, model: TinyModel.path("small-cls")
    ).build()
    #expect(summary.encodedTexts > 0)
    #expect(try await indexed.open().recommend(Query(.text("a river"))).count == 10)
  }
}
