import EmbedRec
import Foundation
import Testing

@Suite struct `A recommender` {
  private func kind(_ body: () throws -> Void) -> (EmbedRecError.Kind?, String) {
    do {
      try body()
      return (nil, "")
    } catch let error as EmbedRecError {
      return (error.kind, error.description)
    } catch {
      return (nil, "\(error)")
    }
  }

  @Test func `gives users what those of their taste like, and nothing they know`() async throws {
    let indexed = try await IndexedShop.shared.value
    let recommender = try await indexed.open()
    for user in 0..<12 {
      let found = try recommender.recommend(Query(.user("user\(user)"), count: 5)).map(\.item)
      let known = Set(indexed.shop.log.filter { $0.user == "user\(user)" }.map(\.item))
      #expect(found.count == 5 && known.isDisjoint(with: found))
      #expect(found.count { indexed.shop.topic(of: $0) == user % 4 } >= 4)
    }
  }

  @Test func `recommends what is known again only if asked to`() async throws {
    let indexed = try await IndexedShop.shared.value
    let recommender = try await indexed.open()
    let known = Set(indexed.shop.log.filter { $0.user == "user1" }.map(\.item))
    let all = indexed.shop.items.count
    let fresh = try recommender.recommend(Query(.user("user1"), count: 1000)).map(\.item)
    #expect(fresh.count == all - known.count)
    let again = try recommender.recommend(
      Query(.user("user1"), count: 1000, includesSeen: true)
    ).map(\.item)
    #expect(again.count == all && Set(again).isSuperset(of: known))
  }

  @Test func `takes a low value for knowledge, not for a like`() async throws {
    let indexed = try await IndexedShop.shared.value
    let recommender = try await indexed.open()
    // Users of topic 0 know one item of topic 1 and did not like it.
    let found = try recommender.recommend(Query(.user("user4"), count: 10, explains: true))
    let disliked = indexed.shop.log.first { $0.user == "user4" && $0.value == 1 }!.item
    #expect(!found.contains { $0.item == disliked })
    #expect(!found.contains { $0.explanation!.because.contains { $0.item == disliked } })
  }

  @Test func `ranks among candidates by the scores that they have among all`() async throws {
    let recommender = try await IndexedShop.shared.value.open()
    let all = try recommender.recommend(Query(.user("user2"), count: 1000))
    let chosen = [all[3], all[20], all[41]]
    let among = try recommender.recommend(
      Query(.user("user2"), count: 10, candidates: chosen.map(\.item) + ["no such item"]))
    #expect(among.map(\.item) == chosen.map(\.item))
    // Products over other shapes round differently in the last bits.
    for (a, b) in zip(among, chosen) { #expect(abs(a.score - b.score) < 1e-4) }
    #expect(try recommender.unknownItems(among: ["0-1", "no such item"]) == ["no such item"])
  }

  @Test func `orders by score, equal ones by their place in the catalogue`() async throws {
    let indexed = try await IndexedShop.shared.value
    let found = try await indexed.open().recommend(Query(.user("user3"), count: 1000))
    let place = Dictionary(
      uniqueKeysWithValues: indexed.shop.items.enumerated().map { ($1.id, $0) })
    for (a, b) in zip(found, found.dropFirst()) {
      #expect(a.score > b.score || (a.score == b.score && place[a.item]! < place[b.item]!))
    }
  }

  @Test func `answers several at once as one by one, on any number of threads`() async throws {
    let recommender = try await IndexedShop.shared.value.open()
    let queries = (0..<20).map { Query(.user("user\($0)"), count: 7) }
    let single = try queries.map { try recommender.recommend($0) }
    for threads in [1, 2, 5] {
      #expect(try recommender.recommend(queries, threads: threads) == single)
    }
  }

  @Test func `serves visitors by history, by words, and by both`() async throws {
    let indexed = try await IndexedShop.shared.value
    let recommender = try await indexed.open()
    let liked = ["2-1", "2-3"]
    let byHistory = try recommender.recommend(
      Query(.visitor(history: liked, profile: nil), count: 5)
    ).map(\.item)
    #expect(byHistory.count { indexed.shop.topic(of: $0) == 2 } >= 4)
    #expect(Set(byHistory).isDisjoint(with: liked))
    let byWords = try recommender.recommend(
      Query(.visitor(history: [], profile: "A guitar drum song. music"), count: 5)
    ).map(\.item)
    #expect(byWords.count { indexed.shop.topic(of: $0) == 3 } >= 3)
    let both = try recommender.recommend(
      Query(.visitor(history: liked, profile: "A guitar drum song. music"), count: 60))
    #expect(both.count == 60 && both.map(\.item) != byHistory)
    let nothing = try recommender.recommend(Query(.visitor(history: [], profile: nil), count: 3))
    #expect(nothing.count == 3)
  }

  @Test func `finds items by meaning and by likeness`() async throws {
    let indexed = try await IndexedShop.shared.value
    let recommender = try await indexed.open()
    let item = indexed.shop.items.first { $0.id == "1-4" }!
    let text = "A \(item.text). gardens"
    let found = try recommender.recommend(Query(.text(text), count: 3, explains: true))
    // The very text has the cosine 1; others may have the same words in the same order.
    #expect(abs(found[0].score - 1) < 1e-4)
    #expect(found[0].explanation!.words.contains("gardens"))
    let like = try recommender.recommend(Query(.item("1-4"), count: 10))
    #expect(!like.contains { $0.item == "1-4" })
    #expect(like.count { indexed.shop.topic(of: $0.item) == 1 } >= 7)
    #expect(
      try recommender.recommend(Query(.item("1-4"), count: 100, includesSeen: true))
        .contains { $0.item == "1-4" })
  }

  @Test func `explains each score by parts that add up to it`() async throws {
    let indexed = try await IndexedShop.shared.value
    let recommender = try await indexed.open()
    let queries: [Query.Subject] = [
      .user("user5"), .visitor(history: ["0-1"], profile: "river songs"), .text("a violin"),
      .item("3-2"),
    ]
    for subject in queries {
      for one in try recommender.recommend(Query(subject, count: 20, explains: true)) {
        let explanation = try #require(one.explanation)
        let sum = explanation.parts.reduce(0) { $0 + $1.contribution }
        #expect(abs(sum - one.score) < 1e-3)
        #expect(explanation.because.allSatisfy { $0.share > 0 && $0.share <= 1 })
      }
    }
    let history = indexed.shop.log.filter { $0.user == "user5" && $0.value == 5 }.map(\.item)
    let first = try recommender.recommend(Query(.user("user5"), count: 1, explains: true))[0]
    #expect(!first.explanation!.because.isEmpty)
    #expect(first.explanation!.because.allSatisfy { history.contains($0.item) })
  }

  @Test func `refuses what makes no sense, by name`() async throws {
    let recommender = try await IndexedShop.shared.value.open()
    for (query, expected, words) in [
      (Query(.user("user1"), count: 0), .usage, "0"),
      (Query(.user("nobody")), .notFound, "nobody"),
      (Query(.item("nothing")), .notFound, "nothing"),
      (Query(.visitor(history: ["0-1", "gone"], profile: nil)), .notFound, "gone"),
      (Query(.text("  ")), .usage, "empty"),
    ] as [(Query, EmbedRecError.Kind, String)] {
      let (found, description) = kind { _ = try recommender.recommend(query) }
      #expect(found == expected && description.contains(words))
    }
    let new = try recommender.recommend(Query(.user("nobody")), unknownUsers: .areNew)
    #expect(new.count == 10)
  }
}
