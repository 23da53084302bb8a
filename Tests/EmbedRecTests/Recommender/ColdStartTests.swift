import EmbedRec
import Foundation
import Testing

/// Items that no one has used, in a catalogue where others are.
@Suite struct `An item without interactions` {
  @Test func `stands above other such items for those of its topic`() async throws {
    let indexed = try await IndexedShop.shared.value
    let recommender = try await indexed.open()
    let cold = indexed.shop.items.filter { $0.id.contains("new") }.map(\.id)
    #expect(cold.count == 8)
    var first = 0
    for user in 0..<40 {
      let found = try recommender.recommend(
        Query(.user("user\(user)"), count: 8, candidates: cold)
      ).map { indexed.shop.topic(of: $0.item) }
      #expect(found.count == 8)
      if found[0] == user % 4 { first += 1 }
    }
    // A tiny encoder and twenty words: by chance, a quarter would be right.
    #expect(first >= 30)
  }

  @Test func `is recommended among all, and its text says why`() async throws {
    let indexed = try await IndexedShop.shared.value
    let recommender = try await indexed.open()
    for user in 0..<8 {
      let found = try recommender.recommend(
        Query(.user("user\(user)"), count: 1000, explains: true))
      let cold = try #require(found.first { $0.item.contains("new") })
      #expect(indexed.shop.topic(of: cold.item) == user % 4)
      let explanation = try #require(cold.explanation)
      #expect(explanation.interactions == 0)
      let ofLog = ["liked together", "neighbours in the log", "usually comes next"]
      #expect(explanation.parts.contains { !ofLog.contains($0.signal) && $0.contribution > 0 })
      // Above what is used by others alone.
      let place = found.firstIndex { $0.item == cold.item }!
      #expect(found[place...].contains { indexed.shop.topic(of: $0.item) != user % 4 })
    }
  }

  @Test func `scores the same whether it was there at the build or was added since`() async throws {
    let indexed = try await IndexedShop()
    // Words that no other item has in this order, so that nothing but these is compared.
    let records = [("0", "boats", "sail river anchor"), ("2", "kitchens", "dough oven")].map {
      ItemRecord(
        id: $0.0 + "-later",
        fields: [
          Field(name: "title", value: .text("A " + $0.2)),
          Field(name: "categories", value: .text($0.1)),
        ])
    }
    _ = try await CatalogueAddition(folder: indexed.index).add(items: records)
    let ids = records.map(\.id)
    let added = try await indexed.open()
    var scores: [Float] = []
    for user in 0..<8 {
      let found = try added.recommend(Query(.user("user\(user)"), candidates: ids))
      #expect(found.count == 2)
      scores += ids.map { id in found.first { $0.item == id }!.score }
      // An item of the user's topic goes before one of another.
      if user % 4 == 0 || user % 4 == 2 {
        #expect(indexed.shop.topic(of: found[0].item) == user % 4)
      }
    }
    let similar = try added.recommend(Query(.item("0-3"), candidates: ids))
    let search = try added.recommend(Query(.text("A sail"), candidates: ids))
    #expect(similar[0].item == "0-later" && search.count == 2)

    // Two more unused items change the fit little, by the spread of all texts that profiles are
    // measured against, and the guess how many unused ones are disliked for all alike.
    try await indexed.build(InputSources())
    let built = try await indexed.open()
    #expect(try built.info().itemsAddedSince == 0)
    var differences: [Float] = []
    for user in 0..<8 {
      let found = try built.recommend(Query(.user("user\(user)"), candidates: ids))
      differences += ids.enumerated().map { place, id in
        found.first { $0.item == id }!.score - scores[2 * user + place]
      }
    }
    for difference in differences { #expect(abs(difference - differences[0]) < 0.05) }
    #expect(
      zip(try built.recommend(Query(.item("0-3"), candidates: ids)), similar).allSatisfy {
        $0.item == $1.item && abs($0.score - $1.score) < 1e-3
      })
    #expect(
      zip(try built.recommend(Query(.text("A sail"), candidates: ids)), search).allSatisfy {
        $0.item == $1.item && abs($0.score - $1.score) < 1e-3
      })
  }
}
