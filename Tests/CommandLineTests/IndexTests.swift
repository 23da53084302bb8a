import Foundation
import TestSupport
import Testing

@Suite struct `embedrec index` {
  private let folder = try! TemporaryFolder()
  private var index: String { folder.path("index") }

  private static let items = "id,title,note\na,A red kayak,old\nb,A blue kayak,new\nc,Soil,new\n"
  private static let log = "user,item,rating\nanna,a,5\nben,b,2\nben,a,4\n"

  private func run(_ command: String, _ arguments: String...) throws -> Program.Outcome {
    try Program.start([command] + arguments + ["--index", index], in: folder).1()
  }

  /// What `info --json` says.
  private func info() throws -> [String: Any] {
    let found = try run("info", "--json")
    #expect(found.status == 0 && found.errors.isEmpty)
    return try #require(
      JSONSerialization.jsonObject(with: Data(found.output.utf8)) as? [String: Any])
  }

  private func expectCounts(items: Int, users: Int, interactions: Int) throws {
    let info = try info()
    #expect(info["items"] as? Int == items)
    #expect(info["users"] as? Int == users)
    #expect(info["interactions"] as? Int == interactions)
  }

  @Test func `reports each stage in a plain line, and a summary`() throws {
    let items = try folder.write("items.csv", Self.items)
    let log = try folder.write("log.csv", Self.log)
    let first = try run("index", "--items", items, "--interactions", log)
    #expect(first.status == 0)
    // No terminal: no bar and no escape sequences.
    #expect(!first.errors.contains("\u{1b}") && !first.errors.contains("\r"))
    let stages = first.errors.split(separator: "\n").map { $0.prefix { $0 != ":" } }
    #expect(
      stages == [
        "Reading files", "Encoding texts", "Learning from interactions", "Fitting the fusion",
        "Writing the index",
      ])
    #expect(first.errors.contains("3 items, 3 interactions"))
    #expect(first.output.hasSuffix("Published generation 000001 of \(index)\n"))
    // Nothing is encoded twice.
    let second = try run("index")
    #expect(second.errors.contains("0 texts encoded, 3 known already"))
    #expect(second.output.hasSuffix("Published generation 000002 of \(index)\n"))
    let third = try run("index", "--quiet")
    #expect(third.status == 0 && third.output.isEmpty && third.errors.isEmpty)
    try expectCounts(items: 3, users: 2, interactions: 3)
  }

  @Test func `reads a folder of atomic files`() throws {
    let set = folder.path("tiny")
    try FileManager.default.createDirectory(atPath: set, withIntermediateDirectories: true)
    try folder.write(
      "tiny/tiny.item", "item_id:token\tmovie_title:token_seq\n1\tToy Story\n2\tHeat\n")
    try folder.write("tiny/tiny.user", "user_id:token\tage:token\n7\t24\n8\t30\n")
    try folder.write(
      "tiny/tiny.inter",
      "user_id:token\titem_id:token\trating:float\ttimestamp:float\n7\t1\t5\t10\n8\t2\t3\t11\n")
    let made = try run("index", "--dataset", set, "--min-value", "4", "--quiet")
    #expect(made.status == 0, "\(made.errors)")
    try expectCounts(items: 2, users: 2, interactions: 2)
    // A value below the least one says that the user knows the item, and no more.
    #expect(try info()["coldItems"] as? Int == 1)
    let found = try run("query", "--user", "8", "--format", "csv")
    #expect(CSVTable.rows(found.output).dropFirst().map { $0[1] } == ["1"])
  }

  @Test func `reads a folder of plain files, compressed ones too`() throws {
    let set = folder.path("plain")
    try FileManager.default.createDirectory(atPath: set, withIntermediateDirectories: true)
    try folder.write("plain/items.jsonl", #"{"id": "a", "title": "Kayak"}"# + "\n")
    try folder.write("plain/interactions.csv", "user,item\nanna,a\n")
    let (_, gzip) = try Program.start(
      ["-c", "gzip \"$0\"", folder.path("plain/interactions.csv")], in: folder,
      executable: "/bin/sh")
    try #require(gzip().status == 0)
    let made = try run("index", "--dataset", set, "--quiet")
    #expect(made.status == 0, "\(made.errors)")
    try expectCounts(items: 1, users: 1, interactions: 1)
  }

  @Test func `takes the columns and text fields that it is told to`() throws {
    let items = try folder.write("items.csv", "code,title,note\na,Kayak,red\nb,Kayak,blue\n")
    let log = try folder.write("log.csv", "who,code,stars,at\nanna,a,5,1\nben,b,1,2\n")
    let made = try run(
      "index", "--items", items, "--interactions", log, "--item-column", "code", "--user-column",
      "who", "--value-column", "stars", "--time-column", "at", "--text-fields", "note,title",
      "--min-value", "2", "--quiet")
    #expect(made.status == 0, "\(made.errors)")
    try expectCounts(items: 2, users: 2, interactions: 2)
    let text = try run("info").output
    #expect(text.contains("item text     note, title\n") && text.contains("values of 2.0 and more"))
    // The search meets the text as it was put together: its own vector, at cosine one.
    let found = try run("query", "--text", "blue. Kayak", "-k", "1", "--format", "csv")
    #expect(CSVTable.rows(found.output).last?[1] == "b")
    // A build that doesn't say otherwise goes by the same.
    #expect(try run("index", "--quiet").status == 0)
    #expect(try run("info").output.contains("item text     note, title\n"))
  }

  @Test func `skips malformed rows if told so, and says which`() throws {
    let items = try folder.write("items.csv", Self.items)
    let log = try folder.write("log.csv", "user,item,rating\nanna,a,5\nben,b,much\n,a,1\nben,c,3\n")
    let stopped = try run("index", "--items", items, "--interactions", log)
    #expect(stopped.status == 65 && stopped.output.isEmpty)
    #expect(stopped.errors.contains("error: \(log):3: field \"rating\": "))
    #expect(try run("query", "--user", "anna").status == 66)
    let skipped = try run("index", "--items", items, "--interactions", log, "--on-error", "skip")
    #expect(skipped.status == 0)
    #expect(skipped.errors.contains("skipped \(log):3: field \"rating\": "))
    #expect(skipped.errors.contains("skipped \(log):4: field \"user\": "))
    try expectCounts(items: 3, users: 2, interactions: 2)
  }

  @Test func `folds in what was added`() throws {
    let items = try folder.write("items.csv", Self.items)
    #expect(try run("index", "--items", items, "--quiet").status == 0)
    let log = try folder.write("log.csv", Self.log)
    let added = try run("add", "--interactions", log)
    #expect(
      added.output == "Added 0 new items (known ones changed: 0), users: 0, interactions: 3.\n")
    // They count at once.
    let found = try run("query", "--user", "ben", "--format", "csv")
    #expect(CSVTable.rows(found.output).dropFirst().map { $0[1] } == ["c"])
    #expect(try run("index", "--quiet").status == 0)
    try expectCounts(items: 3, users: 2, interactions: 3)
  }

  @Test func `says in words why it can't`() throws {
    let items = try folder.write("items.csv", Self.items)
    let file = try folder.write("a file", "")
    let missing = folder.path("missing")
    for (arguments, status, words) in [
      (
        ["--items", items, "--index", file], 74, "\(file): cannot make the index folder: Not a dir"
      ),
      (["--index", missing], 66, "name them with --items and --interactions, or --dataset"),
      (
        ["--dataset", missing, "--index", index], 66, "\(missing): cannot open this folder: No such"
      ),
      (["--dataset", folder.path, "--index", index], 65, "this folder lacks interactions.csv"),
      (["--dataset", missing, "--items", items, "--index", index], 64, "not both"),
      (["--items", items, "--text-fields", "x", "--index", index], 65, "no field is named \"x\""),
      (["--items", items, "--model", missing, "--index", index], 69, "no model folder here"),
      (["--items", items, "--threads", "0", "--index", index], 64, "--threads must be at least 1"),
      (["--items", items], 64, "--index"),
    ] as [([String], Int32, String)] {
      let found = try Program.start(["index"] + arguments, in: folder).1()
      #expect(found.status == status && found.output.isEmpty, "\(arguments)")
      #expect(found.errors.contains(words), "\(found.errors)")
    }
  }
}
