import Compute
import EmbedRec
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite struct `Building an index` {
  private static let derived = ["signals.arrays", "fusion.arrays", "items.arrays"]

  @Test func `counts what it read`() async throws {
    let shop = Shop()
    let folder = try TemporaryFolder()
    let summary = try await IndexBuilder(
      folder: folder.path("ix"), sources: try shop.write(to: folder),
      settings: IndexSettings(minimumValue: 3), model: TinyModel.path()
    ).build()
    #expect(summary.items == shop.items.count && summary.users == 80)
    #expect(summary.interactions == shop.log.count && summary.generation == "000001")
    let liked = Set(shop.log.filter { $0.value == 5 }.map(\.item))
    #expect(summary.coldItems == shop.items.count - liked.count)
    #expect(summary.encodedTexts == Set(shop.items.map { $0.text + "\($0.topic)" }).count)
    #expect(Set(summary.seconds.keys) == Set(IndexStage.allCases.map(\.rawValue)))
    #expect(summary.bytesOnDisk > 10_000)
  }

  @Test func `a second time encodes nothing and makes the same files, on any number of threads`()
    async throws
  {
    let indexed = try await IndexedShop()
    let first = try Self.derived.map { try indexed.file($0) }
    for threads in [1, 3] {
      let summary = try await indexed.build(threads: threads)
      #expect(summary.encodedTexts == 0)
      #expect(try Self.derived.map { try indexed.file($0) } == first)
    }
  }

  @Test func `encodes a changed text and no other`() async throws {
    let indexed = try await IndexedShop()
    let path = try indexed.folder.write(
      "changed.csv", "id,title,categories\n0-1,Something else altogether,boats\n")
    let summary = try await indexed.build(InputSources(items: path))
    #expect(summary.encodedTexts == 1 && summary.items == indexed.shop.items.count)
  }

  @Test func `keeps the old generation answering when stopped, and resumes`() async throws {
    let folder = try TemporaryFolder()
    let small = try await IndexBuilder(
      folder: folder.path("ix"), sources: try Shop().write(to: folder), model: TinyModel.path()
    ).build()
    let answer = try await Recommender.open(folder.path("ix")).recommend(Query(.user("user1")))

    // More texts than one batch, each another one.
    let items = (0..<3000).map { "more\($0),Number \($0) of many" }.joined(separator: "\n")
    let many = InputSources(items: try folder.write("many.csv", "id,title\n\(items)\n"))
    let builder = IndexBuilder(folder: folder.path("ix"), sources: many, model: TinyModel.path())
    let encoded = Mutex(0)
    let task = Mutex<Task<IndexSummary, any Error>?>(nil)
    let running = Task {
      try await builder.build { event in
        if case .progress(.encoding, let done, _, let known) = event, done > known {
          encoded.withLock { $0 = max($0, done - known) }
          task.withLock { $0?.cancel() }
        }
      }
    }
    task.withLock { $0 = running }
    let result = await running.result
    guard case .failure(let error) = result, let error = error as? EmbedRecError else {
      Issue.record("the build was not stopped")
      return
    }
    #expect(error.kind == .cancelled)
    let after = try await Recommender.open(folder.path("ix"))
    #expect(try after.info().generation == small.generation)
    #expect(try after.recommend(Query(.user("user1"))) == answer)

    let resumed = try await IndexBuilder(
      folder: folder.path("ix"), sources: many, model: TinyModel.path()
    ).build()
    let before = encoded.withLock { $0 }
    #expect(before > 0)
    #expect(resumed.encodedTexts == 3000 - before)
  }

  @Test func `is one process's at a time, and says whose`() async throws {
    let indexed = try await IndexedShop()
    let descriptor = open(indexed.index + "/building", O_RDWR)
    defer { close(descriptor) }
    try #require(flock(descriptor, LOCK_EX) == 0)
    let error = await #expect(throws: EmbedRecError.self) { try await indexed.build() }
    #expect(error?.kind == .busy)
    #expect(error?.description.contains("being built by process") == true)
    #expect(try await indexed.open().recommend(Query(.user("user1"))).count == 10)
  }

  @Test func `leaves open readers their generation and removes what a killed run left`()
    async throws
  {
    let indexed = try await IndexedShop()
    let reader = try await indexed.open()
    let before = try reader.recommend(Query(.user("user7")))
    let leftover = indexed.index + "/generations/unpublished"
    try FileManager.default.createDirectory(atPath: leftover, withIntermediateDirectories: false)
    try Data("half".utf8).write(to: URL(fileURLWithPath: leftover + "/signals.arrays"))
    try Data("half".utf8).write(to: URL(fileURLWithPath: indexed.index + "/CURRENT.new"))
    try await indexed.build()
    try await indexed.build()
    #expect(try reader.recommend(Query(.user("user7"))) == before)
    let generations = try FileManager.default.contentsOfDirectory(
      atPath: indexed.index + "/generations")
    #expect(generations.sorted() == ["000002", "000003"])
    #expect(!FileManager.default.fileExists(atPath: indexed.index + "/CURRENT.new"))
  }

  @Test func `merges a log that it has read before without a trace`() async throws {
    let indexed = try await IndexedShop()
    let summary = try await indexed.build()
    #expect(summary.interactions == indexed.shop.log.count)
  }

  @Test func `works from a log too small to fit anything to`() async throws {
    let folder = try TemporaryFolder()
    let builder = IndexBuilder(
      folder: folder.path("ix"),
      sources: InputSources(
        items: try folder.write("i.csv", "id,title\na,river\nb,kayak\nc,oven\n"),
        interactions: try folder.write("l.csv", "user,item\nu,a\n")), model: TinyModel.path())
    _ = try await builder.build()
    let recommender = try await Recommender.open(folder.path("ix"))
    #expect(try Set(recommender.recommend(Query(.user("u"))).map(\.item)) == ["b", "c"])
    // No log at all.
    let items = IndexBuilder(
      folder: folder.path("ix2"), sources: InputSources(items: builder.sources.items),
      model: TinyModel.path())
    _ = try await items.build()
    let textOnly = try await Recommender.open(folder.path("ix2"))
    #expect(try textOnly.recommend(Query(.item("a"))).count == 2)
    #expect(try textOnly.recommend(Query(.visitor(history: ["a"], profile: nil))).count == 2)
  }

  @Test func `names what is wrong with its input`() async throws {
    let folder = try TemporaryFolder()
    let items = try folder.write("items.csv", "id,title\na,one\n")
    func failure(
      _ sources: InputSources, _ settings: IndexSettings = IndexSettings(), model: String? = nil
    ) async -> EmbedRecError? {
      await #expect(throws: EmbedRecError.self) {
        _ = try await IndexBuilder(
          folder: folder.path(UUID().uuidString), sources: sources, settings: settings,
          model: model ?? TinyModel.path()
        ).build()
      }
    }
    let log = try folder.write("log.csv", "user,item\nu,x\nv,y\n")
    let unknown = await failure(InputSources(items: items, interactions: log))
    #expect(unknown?.kind == .input && unknown!.description.contains("--item-column"))
    let field = await failure(
      InputSources(items: items), IndexSettings(itemTextFields: ["titel"]))
    #expect(field?.kind == .input && field!.description.contains("title"))
    #expect(await failure(InputSources())?.kind == .notFound)
    #expect(await failure(InputSources(items: items), model: folder.path("no"))?.kind == .model)
    let bad = await failure(InputSources(items: try folder.write("bad.csv", "id,title\n,x\n")))
    #expect(bad?.kind == .input && bad!.description.contains("bad.csv:2"))
  }

  @Test func `leaves out what names unknown items, counts it and keeps the latest`() async throws {
    let folder = try TemporaryFolder()
    let notes = Mutex<[String]>([])
    let summary = try await IndexBuilder(
      folder: folder.path("ix"),
      sources: InputSources(
        items: try folder.write("i.csv", "id,title\na,river\nb,kayak\n"),
        interactions: try folder.write(
          "l.csv", "user,item,rating,timestamp\nu,gone,5,1\nu,a,5,3\nu,a,1,2\n")),
      settings: IndexSettings(minimumValue: 3), model: TinyModel.path()
    ).build { if case .note(let text) = $0 { notes.withLock { $0.append(text) } } }
    #expect(summary.interactions == 1)
    #expect(
      notes.withLock { $0.contains { $0.contains("1 of 3") && $0.contains("\"gone\" on line 2") } })
    // The earlier rating of 1 did not displace the later 5: "a" is liked, so it explains "b".
    let found = try await Recommender.open(folder.path("ix")).recommend(Query(.user("u")))
    #expect(found.map(\.item) == ["b"])
    #expect(summary.coldItems == 1)
  }

  @Test func `makes texts anew of other fields without reading the files again`() async throws {
    let indexed = try await IndexedShop()
    let summary = try await indexed.build(
      InputSources(), settings: IndexSettings(itemTextFields: ["categories"]))
    // Four topics, four texts.
    #expect(summary.encodedTexts == 4)
    let error = await #expect(throws: EmbedRecError.self) {
      try await indexed.build(InputSources(), settings: IndexSettings(itemTextFields: ["colour"]))
    }
    #expect(error?.description.contains("categories, title") == true)
  }
}
