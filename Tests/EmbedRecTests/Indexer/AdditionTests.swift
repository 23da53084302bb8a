import EmbedRec
import Foundation
import Testing

@Suite struct `What is added to an index` {
  private let kayak = ItemRecord(
    id: "added",
    fields: [
      Field(name: "title", value: .text("A kayak paddle river")),
      Field(name: "categories", value: .list(["boats"])),
    ])

  @Test func `counts at once for those who have it open, and for all others`() async throws {
    let indexed = try await IndexedShop()
    let open = try await indexed.open()
    _ = try open.recommend(Query(.user("user0")))
    let summary = try await CatalogueAddition(folder: indexed.index).add(
      items: [kayak], interactions: [InteractionRecord(user: "user1", item: "0-2")])
    #expect(summary.newItems == 1 && summary.changedItems == 0 && summary.interactions == 1)

    for recommender in [open, try await indexed.open()] {
      #expect(
        try recommender.recommend(Query(.text("A kayak paddle river. boats"), count: 1))[0].item
          == "added")
      // A taste that the item fits: it stands above the middle of the catalogue.
      let found = try recommender.recommend(Query(.user("user0"), count: 30)).map(\.item)
      #expect(found.contains("added"))
      #expect(try recommender.recommend(Query(.item("added"), count: 5)).count == 5)
      #expect(
        try recommender.recommend(Query(.user("user0"), candidates: ["added"])).map(\.item)
          == ["added"])
      // The new click is history now.
      #expect(
        try !recommender.recommend(Query(.user("user1"), count: 1000)).contains {
          $0.item == "0-2"
        })
      // And someone may have clicked the new item itself.
      let visitor = Query.Subject.visitor(history: ["added"], profile: nil)
      let after = try recommender.recommend(Query(visitor, count: 5)).map(\.item)
      #expect(after.count == 5 && !after.contains("added"))
    }
    #expect(try open.info().itemsAddedSince == 1)

    let next = try await indexed.build(InputSources())
    #expect(next.items == indexed.shop.items.count + 1 && next.encodedTexts == 0)
    let rebuilt = try await indexed.open()
    #expect(try rebuilt.info().itemsAddedSince == 0)
    #expect(
      try rebuilt.recommend(Query(.text("A kayak paddle river. boats"), count: 1))[0].item
        == "added")
  }

  @Test func `is stored as a whole or not at all`() async throws {
    let indexed = try await IndexedShop()
    let path = try indexed.folder.write("new.csv", "id,title\nfirst,one\n,no id\n")
    await #expect(throws: EmbedRecError.self) {
      _ = try await CatalogueAddition(folder: indexed.index).add(InputSources(items: path))
    }
    await #expect(throws: EmbedRecError.self) {
      _ = try await CatalogueAddition(folder: indexed.index).add(
        items: [kayak], interactions: [InteractionRecord(user: "user1", item: "nothing")])
    }
    #expect(try await indexed.open().unknownItems(among: ["first", "added"]).count == 2)
  }

  @Test func `is told apart from what is known and changed`() async throws {
    let indexed = try await IndexedShop()
    var changed = kayak
    changed.id = "0-1"
    let addition = CatalogueAddition(folder: indexed.index)
    let first = try await addition.add(items: [changed])
    #expect(first.newItems == 0 && first.changedItems == 1)
    let second = try await addition.add(items: [changed])
    #expect(second.newItems == 0 && second.changedItems == 0)
  }

  @Test func `counts at once even if a stopped build had read it before`() async throws {
    let indexed = try await IndexedShop()
    let path = try indexed.folder.write(
      "new.csv", "id,title,categories\nadded,A kayak paddle river,boats\n")
    let build = Task { [indexed] in
      try await indexed.build(InputSources(items: path)) { event in
        // Between the catalogue's commit and the first encoding.
        if case .finished(.reading, _, _) = event { withUnsafeCurrentTask { $0?.cancel() } }
      }
    }
    let stopped = await #expect(throws: EmbedRecError.self) { _ = try await build.value }
    #expect(stopped?.kind == .cancelled)
    let open = try await indexed.open()
    #expect(
      try !open.recommend(Query(.text("A kayak"), count: 1000)).contains { $0.item == "added" })
    _ = try await CatalogueAddition(folder: indexed.index).add(items: [kayak])
    #expect(
      try open.recommend(Query(.text("A kayak"), count: 1000)).contains { $0.item == "added" })
    #expect(try open.info().itemsAddedSince == 1)
    // What is in the generation is not added by naming it once more.
    try await indexed.build(InputSources())
    let again = try await CatalogueAddition(folder: indexed.index).add(items: [kayak])
    #expect(again.newItems == 0 && again.changedItems == 0)
  }
}
