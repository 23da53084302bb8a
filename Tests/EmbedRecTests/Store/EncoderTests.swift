import EmbedRec
import Foundation
import TestSupport
import Testing

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
    // Texts that were encoded before need no encoder: those of items may be searched for.
    let known = "A " + Shop().items[0].text + ". boats"
    #expect(try recommender.recommend(Query(.text(known))).count == 10)
    #expect(try recommender.recommend(Query(.item("0-1"))).count == 10)
    // What is added has a text, so nothing is added.
    let addition = CatalogueAddition(folder: index)
    let refused = await #expect(throws: EmbedRecError.self) {
      _ = try await addition.add(items: [
        ItemRecord(id: "new", fields: [Field(name: "title", value: .text("never seen before"))])
      ])
    }
    #expect(refused?.kind == .model)
    #expect(try recommender.unknownItems(among: ["new"]) == ["new"])
    // A click has none.
    let click = InteractionRecord(user: "user1", item: "0-1")
    #expect(try await addition.add(interactions: [click]).interactions == 1)
    // With the model where it is said to be now, all is well.
    let moved = try await Recommender.open(index, model: TinyModel.path())
    #expect(try moved.recommend(Query(.text("never seen before"))).count == 10)
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
