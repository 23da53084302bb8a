import EmbedRec
import Foundation
import TestSupport
import Testing

@Suite struct `embedrec` {
  private let shop = try! PrintedShop()
  private var folder: TemporaryFolder { shop.folder }

  @Test func `teaches with examples and documents its exit statuses`() throws {
    let help = try Program.run("--help", in: folder)
    #expect(help.status == 0 && help.errors.isEmpty)
    for words in [
      "embedrec index --items", "embedrec query", "64 ", "65 ", "66 ", "69 ", "74 ", "75 ", "130 ",
    ] {
      #expect(help.output.contains(words))
    }
    let version = try Program.run("--version", in: folder)
    #expect(version.output == EmbedRecVersion.current + "\n")
    let completion = try Program.run("--generate-completion-script", "bash", in: folder)
    #expect(completion.output.contains("embedrec"))
  }

  @Test func `prints csv that the referee reads, quoted where it must be`() throws {
    try folder.write("users.txt", "anna\nnobody\n\u{00e9}va\n")
    let found = try shop.run(
      "query", "--users-from", folder.path("users.txt"), "--format", "csv", "-k", "3",
      "--include-seen")
    #expect(found.status == 0 && found.errors.isEmpty)
    let lines = found.output.split(separator: "\n").map(String.init)
    #expect(lines[0] == "user,item,score" && lines.count == 10)
    let users = lines.dropFirst().map { $0.split(separator: ",")[0] }
    #expect(
      users == [
        "anna", "anna", "anna", "nobody", "nobody", "nobody", "\u{00e9}va", "\u{00e9}va",
        "\u{00e9}va",
      ])
    let all = try shop.run("query", "--user", "anna", "--format", "csv", "--include-seen")
    #expect(all.output.contains("anna,\"b,1\",") && all.output.contains("anna,\"c \"\"big\"\"\","))
    let scores = all.output.split(separator: "\n").dropFirst().map {
      Float($0.split(separator: ",").last!)!
    }
    #expect(scores.count == 6 && scores == scores.sorted(by: >))
  }

  @Test func `prints tables and json of the same answer`() throws {
    let table = try shop.run("query", "--user", "anna", "-k", "2", "--explain")
    #expect(table.output.hasPrefix("For anna:\n   item"))
    #expect(table.output.contains("score: "))
    let json = try shop.run("query", "--user", "anna", "-k", "100", "--format", "json")
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let list = try #require(object["recommendations"] as? [[String: Any]])
    // Six items less the two that she knows.
    #expect(object["user"] as? String == "anna" && list.count == 4)
    #expect(
      list.allSatisfy { $0["item"] is String && $0["score"] is Double && $0["title"] is String })
  }

  @Test func `ranks candidates only`() throws {
    try folder.write("ids.txt", "e\nf\n\nunknown\n")
    let found = try shop.run(
      "query", "--user", "anna", "--candidates", folder.path("ids.txt"), "--format", "csv")
    #expect(found.errors.contains("1 of 3 items are not in this index"))
    #expect(found.errors.contains("\"unknown\""))
    #expect(
      Set(found.output.split(separator: "\n").dropFirst().map { $0.split(separator: ",")[1] }) == [
        "e", "f",
      ])
  }

  @Test(arguments: [
    (["query", "--user", "nobody"], Int32(66), "nobody"),
    (["query", "--item", "zzz"], 66, "zzz"),
    (["query", "--history", "a,zzz"], 66, "zzz"),
    (["query", "--user", "anna", "-k", "0"], 64, "-k must be at least 1"),
    (["query"], 64, "exactly one"),
    (["query", "--user", "anna", "--item", "a"], 64, "exactly one"),
    (["query", "--user", "anna", "--candidates", "/no/such/file"], 66, "/no/such/file"),
    (["query", "--text", " "], 64, "empty"),
    (["add"], 64, "Give files"),
    (["add", "--id", "x"], 64, "go together"),
  ])
  func `says what is wrong and ends with the documented status`(
    arguments: [String], status: Int32, words: String
  ) throws {
    let found = try Program.start(arguments + ["--index", shop.index], in: folder).1()
    #expect(found.status == status && found.output.isEmpty)
    #expect(found.errors.contains(words))
  }

  @Test func `says what to do where there is no index`() throws {
    for arguments in [["query", "--user", "anna"], ["info"], ["add", "--id", "x", "--text", "y"]] {
      let found = try Program.start(arguments + ["--index", folder.path("none")], in: folder).1()
      #expect(found.status == 66 && found.errors.contains("embedrec index --items"))
    }
  }

  @Test func `validates files and shows where they are wrong`() throws {
    let good = try Program.run(
      "validate", "--items", folder.path("items.csv"), "--interactions", folder.path("log.csv"),
      in: folder)
    #expect(good.status == 0 && good.output.contains("rating -> value"))
    let path = try folder.write("bad.csv", "id,title\na,ok\n,empty\na,again\n")
    let bad = try Program.run("validate", "--items", path, in: folder)
    #expect(bad.status == 65)
    #expect(bad.errors.contains("bad.csv:3: field \"id\"") && bad.errors.contains("bad.csv:4"))
    let stopped = try Program.run("index", "--items", path, "--index", folder.path("x"), in: folder)
    #expect(stopped.status == 65 && stopped.errors.contains("bad.csv:3"))
    let skipped = try Program.run(
      "index", "--items", path, "--index", folder.path("x"), "--on-error", "skip", "--json",
      in: folder)
    #expect(skipped.status == 0 && skipped.errors.contains("skipped"))
    let summary = try #require(
      JSONSerialization.jsonObject(with: Data(skipped.output.utf8)) as? [String: Any])
    #expect(summary["items"] as? Int == 1)
    for key in ["users", "interactions", "coldItems", "encodedTexts", "seconds", "bytesOnDisk"] {
      #expect(summary[key] != nil)
    }
  }

  @Test func `adds an item that is found at once`() throws {
    let added = try shop.run("add", "--id", "new", "--text", "A green kayak. boats")
    #expect(added.status == 0 && added.output.hasPrefix("Added 1 new item"))
    let found = try shop.run(
      "query", "--text", "A green kayak. boats", "-k", "1", "--format", "csv")
    #expect(found.output.contains(",new,"))
    let info = try shop.run("info")
    #expect(info.output.contains("1 items") || info.output.contains("1 item"))
  }

  @Test func `encodes to NumPy what it serves`() throws {
    try folder.write("texts.txt", "A red kayak\nsoil\n")
    let file = folder.path("v.npy")
    let made = try Program.run(
      "encode", "--model", Program.model, "--input", folder.path("texts.txt"), "--output", file,
      in: folder)
    #expect(made.status == 0)
    let data = try Data(contentsOf: URL(fileURLWithPath: file))
    #expect(data.prefix(6) == Data([0x93] + Array("NUMPY".utf8)))
    let header = 10 + Int(data[8]) + 256 * Int(data[9])
    #expect(header % 64 == 0)
    #expect(String(decoding: data[10..<header], as: UTF8.self).contains("'shape': (2, 32)"))
    let (_, finish) = try Program.start(
      ["encode", "--serve", "--model", Program.model], input: "text\tA red kayak\n", in: folder)
    _ = try finish()
    let served = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".out") }
      .map { try Data(contentsOf: URL(fileURLWithPath: folder.path($0))) }
      .first { $0.count == 32 * 4 }
    #expect(served == data[header..<header + 32 * 4])
  }
}
