import Compute
import EmbedRec
import Foundation
import TestSupport

/// A small made-up shop: items in four topics, users who keep to one of them.
struct Shop {
  static let topics = ["boats", "gardens", "kitchens", "music"]
  static let words = [
    ["kayak", "paddle", "river", "sail", "anchor"], ["rose", "soil", "spade", "seed", "lawn"],
    ["pan", "knife", "oven", "spoon", "dough"], ["guitar", "drum", "song", "violin", "choir"],
  ]

  let items: [(id: String, topic: Int, text: String)]
  /// In order of time.
  let log: [(user: String, item: String, value: Int, time: Int)]

  /// - Parameter cold: How many more items each topic has that no one has used.
  init(itemsPerTopic: Int = 15, users: Int = 80, cold: Int = 2, seed: UInt64 = 1) {
    var random = SeededRandom(seed: seed)
    var items: [(id: String, topic: Int, text: String)] = []
    for topic in 0..<4 {
      for number in 0..<itemsPerTopic + cold {
        let words = random.sample(3, below: 5).map { Self.words[topic][$0] }
        let id = number < itemsPerTopic ? "\(topic)-\(number)" : "\(topic)-new-\(number)"
        items.append((id, topic, words.joined(separator: " ")))
      }
    }
    var log: [(user: String, item: String, value: Int, time: Int)] = []
    for user in 0..<users {
      let topic = user % 4
      for (place, number) in random.sample(6, below: itemsPerTopic).enumerated() {
        // The sixth is one from another topic that the user did not like.
        let isLiked = place < 5
        log.append(
          (
            "user\(user)", "\(isLiked ? topic : (topic + 1) % 4)-\(number)", isLiked ? 5 : 1,
            1000 * user + place
          ))
      }
    }
    self.items = items
    self.log = log
  }

  func topic(of item: String) -> Int { Int(item.prefix(1))! }

  /// Writes the files and returns them as sources.
  func write(to folder: TemporaryFolder) throws -> InputSources {
    let items = items.map { "\($0.id),A \($0.text),\(Self.topics[$0.topic])" }
    let log = log.map { "\($0.user),\($0.item),\($0.value),\($0.time)" }
    return InputSources(
      items: try folder.write(
        "items.csv", (["id,title,categories"] + items).joined(separator: "\n") + "\n"),
      interactions: try folder.write(
        "log.csv", (["user,item,rating,timestamp"] + log).joined(separator: "\n") + "\n"))
  }
}

/// An index of a shop in a folder of its own.
struct IndexedShop {
  let shop: Shop
  let folder: TemporaryFolder
  let sources: InputSources

  var index: String { folder.path("shop.index") }

  init(_ shop: Shop = Shop(), settings: IndexSettings = IndexSettings(minimumValue: 3)) async throws
  {
    self.shop = shop
    folder = try TemporaryFolder()
    sources = try shop.write(to: folder)
    _ = try await build(settings: settings)
  }

  @discardableResult
  func build(
    _ sources: InputSources? = nil, settings: IndexSettings = IndexSettings(), threads: Int = 2,
    report: @escaping @Sendable (IndexEvent) -> Void = { _ in }
  ) async throws -> IndexSummary {
    try await IndexBuilder(
      folder: index, sources: sources ?? self.sources, settings: settings,
      model: TinyModel.path(), threads: threads
    ).build(report: report)
  }

  func open() async throws -> Recommender { try await Recommender.open(index) }

  /// The bytes of a file of the published generation.
  func file(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: generation + "/" + name))
  }

  var generation: String {
    get throws {
      let current = try String(contentsOfFile: index + "/CURRENT", encoding: .utf8)
      return index + "/generations/" + current.trimmingCharacters(in: .newlines)
    }
  }

  /// One index that tests share which change nothing.
  static let shared = Task { try await IndexedShop() }
}
