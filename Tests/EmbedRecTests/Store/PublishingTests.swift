import EmbedRec
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite struct `Publishing a generation` {
  @Test func `lets queries go on while it is made`() async throws {
    let indexed = try await IndexedShop()
    let reader = try await indexed.open()
    let before = try reader.recommend(Query(.user("user5")))
    let answers = Mutex<[[Recommendation]?]>([])
    _ = try await indexed.build { event in
      // In the midst of each stage, while the build holds what it holds.
      guard case .began = event else { return }
      let answer = try? reader.recommend(Query(.user("user5")))
      answers.withLock { $0.append(answer) }
    }
    #expect(answers.withLock { $0 } == [before, before, before, before, before])
  }

  @Test func `is done by one of several builds at a time, and the others say who is at it`()
    async throws
  {
    let indexed = try await IndexedShop()
    let builder = IndexBuilder(folder: indexed.index, model: TinyModel.path())
    let outcomes = await withTaskGroup(of: Result<String, EmbedRecError>.self) { group in
      for _ in 0..<6 {
        group.addTask {
          do throws(EmbedRecError) {
            return .success(try await builder.build().generation)
          } catch { return .failure(error) }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    var names: [String] = []
    let process = "process \(ProcessInfo.processInfo.processIdentifier)"
    for outcome in outcomes {
      switch outcome {
      case .success(let name): names.append(name)
      case .failure(let error):
        #expect(error.kind == .busy && error.description.contains(process))
      }
    }
    #expect(names.sorted() == (2..<2 + names.count).map { "00000\($0)" })
    #expect(!names.isEmpty)
    // The lock ended with the builds.
    #expect(try await indexed.build().generation == "00000\(2 + names.count)")
  }

  @Test func `wants the lock for itself alone`() async throws {
    let indexed = try await IndexedShop()
    let descriptor = open(indexed.index + "/building", O_RDWR)
    defer { close(descriptor) }
    try #require(flock(descriptor, LOCK_SH) == 0)
    let error = await #expect(throws: EmbedRecError.self) { try await indexed.build() }
    #expect(error?.kind == .busy)
    try #require(flock(descriptor, LOCK_UN) == 0)
    try await indexed.build()
  }

  @Test func `never leaves a reader that opens without an index`() async throws {
    let indexed = try await IndexedShop()
    let isDone = Mutex(false)
    async let opened: Int = {
      var count = 0
      repeat {
        let found = try await indexed.open().recommend(Query(.user("user2"), count: 3))
        #expect(found.count == 3)
        count += 1
      } while !isDone.withLock { $0 }
      return count
    }()
    for _ in 0..<6 { try await indexed.build(InputSources()) }
    isDone.withLock { $0 = true }
    #expect(try await opened > 0)
  }

  @Test func `that fails leaves the old one and what it was made of`() async throws {
    let indexed = try await IndexedShop()
    let before = try await indexed.open().recommend(Query(.user("user5"), count: 1000))
    let bad = try indexed.folder.write(
      "bad.csv", "id,title\nfresh,Something new\nother,Something else\n,no id\n")
    await #expect(throws: EmbedRecError.self) { try await indexed.build(InputSources(items: bad)) }
    let after = try await indexed.open()
    #expect(try after.recommend(Query(.user("user5"), count: 1000)) == before)
    // The file's good rows came before the bad one and are not there either.
    #expect(try after.unknownItems(among: ["fresh", "other"]) == ["fresh", "other"])
    #expect(try after.info().generation == "000001")
  }

  @Test func `counts up from the last one, whatever lies beside it`() async throws {
    let indexed = try await IndexedShop()
    for name in ["000041", "notes", "12"] {
      try FileManager.default.createDirectory(
        atPath: indexed.index + "/generations/" + name, withIntermediateDirectories: false)
    }
    #expect(try await indexed.build().generation == "000042")
    let left = try FileManager.default.contentsOfDirectory(atPath: indexed.index + "/generations")
    // What it didn't make it doesn't remove.
    #expect(left.sorted() == ["000001", "000042", "12", "notes"])
  }
}
