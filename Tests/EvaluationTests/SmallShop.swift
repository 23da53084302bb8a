import Compute
import EmbedRec
import Evaluation
import Foundation
import TestSupport

/// A made-up shop in a folder of its own: items of three kinds, and users who mostly stay with one.
struct SmallShop {
  let folder: URL
  /// user, item, value, time: each user's oldest first.
  private(set) var log: [(user: String, item: String, value: Int, time: Int)] = []

  /// - Parameter history: Rows of each user.
  init(users: Int = 30, items: Int = 45, history: Int = 12, seed: UInt64 = 1) throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("evaluation-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let kinds = ["a warm coat for winter", "a sharp kitchen knife", "a song about the sea"]
    let catalogue = (0..<items).map {
      "{\"id\": \"i, \($0)\", \"title\": \"\(kinds[$0 % 3]), number \($0)\"}\n"
    }
    try Data(catalogue.joined().utf8).write(to: URL(fileURLWithPath: self.items))
    var random = SeededRandom(seed: seed)
    for user in 0..<users {
      let shuffled = random.sample(items, below: items)
      let own = shuffled.filter { $0 % 3 == user % 3 }
      let chosen = own.prefix(history - 2) + shuffled.filter { $0 % 3 != user % 3 }.prefix(2)
      for (place, item) in chosen.enumerated() {
        log.append(("u\(user)", "i, \(item)", 3 + random.index(below: 3), 100 * user + place))
      }
    }
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  var items: String { path("items.jsonl") }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// Writes rows as a file of interactions.
  func write(
    _ rows: [(user: String, item: String, value: Int, time: Int)], to name: String
  ) throws -> String {
    let lines = rows.map { "\($0.user),\"\($0.item)\",\($0.value),\($0.time)\n" }
    try Data(("user,item,rating,timestamp\n" + lines.joined()).utf8)
      .write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }

  /// An experiment on an interaction file, or on two.
  func experiment(
    log: String? = nil, parts: Experiment.Parts, settings: IndexSettings = IndexSettings()
  ) -> Experiment {
    Experiment(
      sources: InputSources(items: items, interactions: log), settings: settings, parts: parts,
      listLength: 45, model: TinyModel.path(), work: path("work"), threads: 2)
  }
}
