// The README's example, compiled. `The README's example is the one that compiles` holds them
// together.
import EmbedRec

func recommendFromMyShop() async throws {
  let summary = try await IndexBuilder(
    folder: "shop.index",
    sources: InputSources(items: "items.csv", interactions: "clicks.csv")
  ).build()
  print("\(summary.items) items, \(summary.coldItems) of them new")

  let recommender = try await Recommender.open("shop.index")
  for item in try recommender.recommend(Query(.user("alice"), count: 5, explains: true)) {
    print(item.item, item.title ?? "", item.score, item.explanation?.because.first?.item ?? "")
  }

  // Someone new: what they clicked, what they say of themselves, or both.
  let visitor = Query(.visitor(history: ["B01"], profile: "paddles on small rivers"), count: 5)
  print(try recommender.recommend(visitor).map(\.item))

  // A new item is recommended at once, by its text.
  let kayak = ItemRecord(id: "B77", fields: [Field(name: "title", value: .text("Racing kayak"))])
  _ = try await CatalogueAddition(folder: "shop.index").add(items: [kayak])
  print(try recommender.recommend(Query(.text("a fast boat"), count: 3)).map(\.item))
}
