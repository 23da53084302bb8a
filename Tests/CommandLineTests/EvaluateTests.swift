import Foundation
import TestSupport
import Testing

@Suite struct `embedrec evaluate` {
  private let folder = try! TemporaryFolder()

  /// Two halves of a shop, and users who stay in one.
  private func files() throws -> (items: String, log: String) {
    let words = ["kayak", "paddle", "river", "boat", "rose", "spade", "soil", "garden"]
    var items = "id,title\n"
    var log = "user,item,timestamp\n"
    for item in 0..<40 { items += "i\(item),\(words[item / 5]) number \(item)\n" }
    for user in 0..<30 {
      for time in 0..<8 {
        log += "u\(user),i\((user * 7 + time * 3) % 20 + user % 2 * 20),\(time)\n"
      }
    }
    return (try folder.write("items.csv", items), try folder.write("log.csv", log))
  }

  private func run(_ arguments: String...) throws -> Program.Outcome {
    try Program.start(["evaluate"] + arguments, in: folder).1()
  }

  @Test func `prints tables, and every measure as json`() throws {
    let (items, log) = try files()
    let table = try run("--items", items, "--interactions", log)
    #expect(table.status == 0 && table.errors.contains("EmbedRec: 30 rankings"))
    for words in ["recall@20", "ndcg@10", "popularity", "item neighbours", "coverage@20"] {
      #expect(table.output.contains(words))
    }
    let json = try run("--items", items, "--interactions", log, "--json", "--quiet")
    #expect(json.status == 0 && json.errors.isEmpty)
    let report = try #require(
      JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let rows = try #require(report["rows"] as? [[String: Any]])
    #expect(rows.first?["recommender"] as? String == "EmbedRec" && rows.count >= 4)
    // The same seed, the same figures.
    let again = try run(
      "--items", items, "--interactions", log, "--json", "--quiet", "--threads", "1")
    #expect(again.output == json.output)
  }

  @Test func `writes its lists in rank order`() throws {
    let (items, log) = try files()
    let path = folder.path("lists.csv")
    let made = try run(
      "--items", items, "--interactions", log, "--cold-items", "0.2", "--lists", path, "--quiet")
    #expect(made.status == 0 && made.output.contains("cold"))
    let rows = CSVTable.rows(try String(contentsOfFile: path, encoding: .utf8))
    #expect(rows.first == ["user", "item", "score"])
    let scores = Dictionary(grouping: rows.dropFirst()) { $0[0] }.values.map { lines in
      lines.map { Float($0[2])! }
    }
    #expect(scores.count == 30 && scores.allSatisfy { $0 == $0.sorted(by: >) })
  }

  @Test func `says in words why it can't`() throws {
    let (items, log) = try files()
    let input = ["--items", items, "--interactions", log]
    for (arguments, status, words) in [
      (["--items", items], 64, "Give --interactions"),
      (input + ["--share", "2"], 64, "--share must be from 0 to 1"),
      (input + ["--train", log], 64, "--train and --test go together"),
      (["--items", items, "--train", "none.csv", "--test", log], 66, "none.csv: cannot open"),
      (input + ["--lists", "/no/such/place", "--quiet"], 74, "cannot be written: No such file"),
    ] as [([String], Int32, String)] {
      let found = try Program.start(["evaluate"] + arguments, in: folder).1()
      #expect(found.status == status && found.output.isEmpty, "\(arguments)")
      #expect(found.errors.contains(words), "\(found.errors)")
    }
  }
}
