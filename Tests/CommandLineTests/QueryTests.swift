import Foundation
import TestSupport
import Testing

@Suite struct `embedrec query` {
  private let shop = try! PrintedShop()
  private var folder: TemporaryFolder { shop.folder }

  @Test func `prints the same answer in every format`() throws {
    let csv = try shop.run("query", "--user", "anna", "--format", "csv")
    let rows = CSVTable.rows(csv.output)
    #expect(rows.first == ["user", "item", "score"] && rows.count == 5)
    let json = try JSONLine(shop.run("query", "--user", "anna", "--format", "json").output)
    #expect(rows.dropFirst().map { $0[1] } == json.recommendations.map(\.item))
    #expect(rows.dropFirst().map { Float($0[2]) } == json.recommendations.map(\.score))
    let table = try shop.run("query", "--user", "anna").output.split(separator: "\n")
    #expect(table.count == 6 && table[0] == "For anna:")
    for (position, (line, each)) in zip(table.dropFirst(2), json.recommendations).enumerated() {
      #expect(line.hasPrefix("\(position + 1)  \(each.item)"))
      #expect(line.hasSuffix(String(format: "%.3f", each.score)))
    }
  }

  @Test func `gives ids back byte for byte, in csv and json`() throws {
    let ids = ["a", "b,1", "c \"big\"", "d\u{fc}", "e", "f"]
    for user in ["\u{00e9}va", "ben"] {
      let csv = try shop.run("query", "--user", user, "--format", "csv", "--include-seen")
      let rows = CSVTable.rows(csv.output).dropFirst()
      #expect(rows.map { $0[1] }.sorted() == ids.sorted() && rows.allSatisfy { $0[0] == user })
      let json = try shop.run("query", "--user", user, "--format", "json", "--include-seen")
      #expect(try JSONLine(json.output).recommendations.map(\.item).sorted() == ids.sorted())
    }
  }

  @Test func `answers each line of a file of users as it would answer that user alone`() throws {
    let users = ["ben", "anna", "\u{00e9}va", "ben"]
    // Line ends of both kinds, an empty line, none at the end.
    let list = try folder.write("users.txt", "ben\r\nanna\n\n\u{00e9}va\nben")
    let alone = try users.map { try shop.run("query", "--user", $0, "--format", "csv").output }
    let lines = alone.map { $0.split(separator: "\n").dropFirst() }.joined()
    let expected = (["user,item,score"] + lines).joined(separator: "\n") + "\n"
    for threads in ["1", "3"] {
      let found = try shop.run(
        "query", "--users-from", list, "--format", "csv", "--threads", threads)
      #expect(found.output == expected && found.status == 0)
    }
    let (_, finish) = try Program.start(
      ["query", "--users-from", "-", "--format", "csv", "--index", shop.index],
      input: users.joined(separator: "\n"), in: folder)
    #expect(try finish().output == expected)
  }

  @Test func `prints a header and no more for an empty list of users`() throws {
    let found = try shop.run("query", "--users-from", "/dev/null", "--format", "csv")
    #expect(found.status == 0 && found.output == "user,item,score\n")
  }

  @Test func `leaves out what the user knows, unless asked`() throws {
    func items(_ arguments: String...) throws -> [String] {
      let found = try Program.start(
        ["query", "--user", "ben", "--format", "csv", "--index", shop.index] + arguments,
        in: folder
      ).1()
      return CSVTable.rows(found.output).dropFirst().map { $0[1] }
    }
    // He gave dü one star only: nothing to learn from, but he knows it.
    #expect(try items().sorted() == ["b,1", "c \"big\"", "e", "f"].sorted())
    #expect(try items("--include-seen").count == 6)
    #expect(try items("-k", "1") == [items()[0]])
  }

  @Test func `explains by parts that add up to the score`() throws {
    let found = try shop.run("query", "--user", "anna", "--format", "json", "--explain")
    let line = try JSONLine(found.output)
    #expect(line.recommendations.count == 4)
    for each in line.recommendations {
      let explanation = try #require(each.explanation)
      let sum = explanation.parts.map(\.contribution).reduce(0, +)
      // A sum of some ten floats near one, in another order.
      #expect(abs(sum - each.score) < 1e-4)
    }
  }

  @Test func `shows what is like an item, a text, a history and a profile`() throws {
    for arguments in [
      ["--item", "b,1"], ["--text", "red kayak"], ["--history", "e, f"],
      ["--profile", "grows roses"], ["--history", "e", "--profile", "grows roses"],
    ] {
      let found = try Program.start(
        ["query", "--format", "csv", "-k", "2", "--index", shop.index] + arguments, in: folder
      ).1()
      let rows = CSVTable.rows(found.output)
      #expect(found.status == 0 && rows.count == 3, "\(arguments): \(found.errors)")
      #expect(rows.dropFirst().allSatisfy { $0[0].isEmpty && !arguments.contains($0[1]) })
    }
  }

  @Test(arguments: [
    (["--user", "anna", "-k", "-1"], Int32(64), "-k must be at least 1, and is -1"),
    (["--user", "anna", "-k", "many"], 64, "'many' is invalid"),
    (["--user", "anna", "--format", "xml"], 64, "'table', 'json' or 'csv'"),
    (["--user", "anna", "--threads", "0"], 64, "--threads must be at least 1"),
    (["--user", "anna", "--bogus"], 64, "--bogus"),
    (["--users-from", "/no/such/file"], 66, "/no/such/file: cannot be read: No such file"),
    (["--users-from", "/"], 65, "/: cannot be read: Is a directory"),
  ])
  func `refuses in words what it can't do`(
    arguments: [String], status: Int32, words: String
  ) throws {
    let found = try Program.start(
      ["query"] + arguments + ["--index", shop.index], in: folder
    ).1()
    #expect(found.status == status && found.output.isEmpty)
    #expect(found.errors.contains(words), "\(found.errors)")
  }
}

/// What `--format json` prints for a user.
private struct JSONLine: Decodable {
  struct Item: Decodable {
    struct Explanation: Decodable {
      struct Part: Decodable { var contribution: Float }
      var parts: [Part]
    }
    var item: String
    var score: Float
    var explanation: Explanation?
  }
  var recommendations: [Item]

  init(_ text: String) throws {
    self = try JSONDecoder().decode(JSONLine.self, from: Data(text.utf8))
  }
}
