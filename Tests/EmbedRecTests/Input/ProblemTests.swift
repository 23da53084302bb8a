import EmbedRec
import Foundation
import TestSupport
import Testing

@Suite struct `Problems of input files` {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder(name: "input") }

  /// A row that cannot be used, as the last of its file, and what is said of it.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let text: [UInt8]
    let message: String
    var testDescription: String { message }

    init(_ name: String, _ text: String, _ message: String) {
      self.init(name, Array(text.utf8), message)
    }

    init(_ name: String, _ text: [UInt8], _ message: String) {
      (self.name, self.text, self.message) = (name, text, message)
    }
  }

  static let interactionCases = [
    Case("a.csv", "user,item\nu,i\nu\n", "a.csv:3: 1 fields, but the header has 2"),
    Case("a.csv", "user,item\nu,i\nu,i,j\n", "a.csv:3: 3 fields, but the header has 2"),
    Case(
      "a.csv", "user,item\nu,i\nu,\"a\nb\nc,d\n",
      "a.csv:3: a quote opened on this line is never closed"),
    Case(
      "a.csv", "user,item\nu,i\n\"x\ny\",\"b\n",
      "a.csv:4: a quote opened on this line is never closed"),
    Case(
      "a.csv", "user,item\nu,i\n\"u\"x,i\n",
      "a.csv:3: text follows the closing quote of field 1; a quote inside a quoted field is written"
        + " twice"),
    Case("a.csv", "user,item\nu,i\n,i\n", "a.csv:3: field \"user\": the user id is empty"),
    Case("a.csv", "user,item\nu,i\nu,  \n", "a.csv:3: field \"item\": the item id is empty"),
    Case(
      "a.tsv", "user\titem\nu\ti\nu\u{0}\ti\n",
      "a.tsv:3: field \"user\": the user id \"u\\0\" holds the control character U+0000"),
    Case(
      "a.csv", Array("user,item\nu,i\né".utf8) + [0xFF, 0x2C, 0x69],
      "a.csv:3: byte 3 of the line (offset 16 of the file) is 0xFF, which is not valid UTF-8;"
        + " convert the file, for example with iconv"),
    Case(
      "a.csv", "user,item,rating\nu,i,1\nu,i,nan\n",
      "a.csv:3: field \"rating\": \"nan\" is not a finite number"),
    Case(
      "a.csv", "user,item,rating\nu,i,1\nu,i,1e999\n",
      "a.csv:3: field \"rating\": \"1e999\" is not a finite number"),
    Case(
      "a.csv", "user,item,rating\nu,i,1\nu,i,-1\n",
      "a.csv:3: field \"rating\": -1 is negative; leave disliked items out, or shift the scale"),
    Case(
      "a.csv", "user,item,date\nu,i,2024-01-01\nu,i,2023-02-29\n",
      "a.csv:3: field \"date\": \"2023-02-29\" is neither a finite number nor an ISO 8601 time"),
    Case(
      "a.jsonl", "{\"user\":1,\"item\":2}\n{\"user\":1,\"item\":2\n",
      "a.jsonl:2: malformed JSON: expected '}', found the end of the line"),
    Case(
      "a.jsonl", "{\"user\":1,\"item\":2}\n{\"user\":1,\"item\":NaN}\n",
      "a.jsonl:2: malformed JSON at byte 18: expected a JSON value, found \"NaN}\""),
    Case(
      "a.jsonl", "{\"user\":1,\"item\":2}\n[1]\n",
      "a.jsonl:2: expected one JSON object a line, found an array; write each element on a line of"
        + " its own, for example with jq -c '.[]'"),
    Case(
      "a.jsonl", "{\"user\":1,\"item\":2}\n{\"user\":1.5,\"item\":2}\n",
      "a.jsonl:2: field \"user\": the user id 1.5 is neither a text nor an integer"),
    Case(
      "a.jsonl", "{\"user\":1,\"item\":2}\n{\"user\":[1],\"item\":2}\n",
      "a.jsonl:2: field \"user\": the user id must be a text or an integer, found an array"),
    Case(
      "a.jsonl", "{\"user\":1,\"item\":2}\n{\"item\":2}\n",
      "a.jsonl:2: field \"user\": the user id is missing"),
    Case(
      "a.jsonl", "{\"user\":1,\"item\":2}\n{\"user\":1,\"item\":2,\"user\":1}\n",
      "a.jsonl:2: field \"user\": the object has this field twice"),
    Case(
      "a.jsonl", "{\"user\":1,\"item\":2}\n{\"user\":\"\\ud800\",\"item\":2}\n",
      "a.jsonl:2: malformed JSON at byte 10: expected both halves of a surrogate pair, found"
        + " \"\\ud800\",\"ite\""),
    Case(
      "a.jsonl",
      "{\"user\":1,\"item\":2}\n{\"x\":\(String(repeating: "[", count: 9_999))\n",
      "a.jsonl:2: malformed JSON: nested more than 64 deep at byte 70"),
  ]

  @Test(arguments: interactionCases)
  func `a bad row stops the reading or is skipped, counted and named`(example: Case) throws {
    let path = try folder.write(example.name, example.text)
    #expect(InteractionFile(path: path).failure() == example.message)
    let file = try InteractionFile(path: path, policy: .skip).all()
    #expect(file.records.count == 1)
    #expect(file.summary.rows == 2 && file.summary.accepted == 1 && file.summary.skipped == 1)
    #expect(file.summary.problems.map { "\($0)".hasSuffix(example.message) } == [true])
  }

  /// A file that cannot be read under either policy.
  static let fatalCases = [
    Case("a.csv", "", "a.csv: the file holds no items"),
    Case("a.csv", "id,title\n\n", "a.csv: the file holds no items, only a header"),
    Case("a.jsonl", "\n", "a.jsonl: the file holds no items"),
    Case(
      "a.csv", "name,year\nx,1\n",
      "a.csv: no column is known as the item id; columns found: name, year; name the right one with"
        + " --item-column"),
    Case("a.csv", "id,b,b\n1,2,3\n", "a.csv:1: the header names \"b\" twice"),
    Case(
      "a.csv", "id,\"b\n1,2\n",
      "a.csv:1: in the header: a quote opened on this line is never closed"),
    Case(
      "a.item", "item_id\tname:token\n1\tx\n",
      "a.item:1: the header names \"item_id\"; an atomic file needs name:type there, with the types"
        + " token, token_seq, float or float_seq"),
    Case(
      "a.csv", [0xFF, 0xFE, 0x69, 0],
      "a.csv: this is UTF-16: convert it to UTF-8, for example with iconv -f UTF-16 -t UTF-8 OLD >"
        + " NEW"),
    Case(
      "a.csv", [0x69, 0, 0x64, 0],
      "a.csv: this is no UTF-8 text: its first bytes hold a zero, as UTF-16 text does; convert it to"
        + " UTF-8, for example with iconv -f UTF-16LE -t UTF-8 OLD > NEW"),
    Case(
      "a.csv", "id;title\n1;a\n",
      "a.csv: no column is known as the item id; columns found: id;title; separate them with commas"
        + " in a .csv file and with tabs in a .tsv file"),
    Case(
      "a", [0x28, 0xB5, 0x2F, 0xFD, 0],
      "a: this is a zstd file: unpack it, or convert it to JSONL or CSV (gzip is the one compression"
        + " that is read)"),
    Case("a.csv.gz", "id\n1\n", "a.csv.gz: the name ends in .gz, but this is not a gzip file"),
    Case(
      "a.csv.gz", gzip(Array("id\n1\n".utf8)).dropLast(3),
      "a.csv.gz: the gzip data ends early, at offset 25 of the compressed file; is the file complete?"
    ),
    Case(
      "a.csv.gz", gzip(Array("id\n1\n".utf8)) + [7],
      "a.csv.gz: what follows at offset 28 of the compressed file is no gzip data"),
  ]

  @Test(arguments: fatalCases)
  func `a file that cannot be read is an error under either policy`(example: Case) throws {
    let path = try folder.write(example.name, example.text)
    #expect(ItemFile(path: path).failure() == example.message)
    #expect(ItemFile(path: path, policy: .skip).failure() == example.message)
  }

  @Test func `a damaged checksum of a gzip file is found`() throws {
    var bytes = gzip(Array("id\n1\n".utf8))
    bytes[bytes.count - 8] ^= 1
    #expect(
      try ItemFile(path: folder.write("a.csv.gz", bytes)).failure().contains("incorrect data check")
    )
  }

  @Test func `a missing file and a folder are named`() {
    #expect(
      ItemFile(path: folder.path + "/none.csv").failure()
        == "none.csv: cannot open this file: No such file or directory")
    #expect(
      ItemFile(path: folder.path).failure()
        == "input: this is a folder; name a file, or read a whole folder with --dataset")
  }

  @Test func `of two items with one id the first is kept`() throws {
    let path = try folder.write("a.csv", "id,title\n1,a\n2,b\n1,c\n")
    #expect(
      ItemFile(path: path).failure()
        == "a.csv:4: field \"id\": the item \"1\" is there already, on line 2")
    let file = try ItemFile(path: path, policy: .skip).all()
    #expect(file.records.map(\.id) == ["1", "2"])
    #expect(file.summary.skipped == 1)
  }

  @Test func `a file of users or interactions may be empty`() throws {
    let users = try UserFile(path: folder.write("a.csv", "")).all().summary
    #expect(users.warnings == ["the file holds no users"])
    let interactions = try InteractionFile(path: folder.write("b.csv", "user,item\n")).all().summary
    #expect(interactions.warnings == ["the file holds no interactions, only a header"])
  }

  @Test func `an item without text is kept and counted`() throws {
    let file = try ItemFile(path: folder.write("a.csv", "id,title\n1,\n2,b\n3,  \n")).all()
    #expect(file.records.count == 3)
    #expect(file.summary.withoutText == 2)
    #expect(file.summary.warnings == ["2 of 3 items have no text"])
  }

  @Test func `a record that is too long is passed over and the next one is read`() throws {
    var limits = InputLimits()
    limits.recordBytes = 1_000
    for length in [984, 985, 986, 1_000, 500_000] {
      let long = String(repeating: "x", count: length)
      let json = "{\"id\":\"1\"}\n{\"id\":2,\"a\":\"\(long)\"}\n{\"id\":3}\n"
      let recordBytes = 15 + length
      let file = try ItemFile(
        path: folder.write("a.jsonl", json), policy: .skip, limits: limits
      ).all()
      #expect(file.records.map(\.id) == (recordBytes <= 1_000 ? ["1", "2", "3"] : ["1", "3"]))
    }
    let csv = "id,a\n1,\"\(String(repeating: "x\n", count: 600))\n2,y\n"
    let file = try ItemFile(path: folder.write("a.csv", csv), policy: .skip, limits: limits).all()
    #expect(file.records.map(\.id) == ["2"])
    #expect(
      file.summary.problems[0].message
        == "the record is longer than 1000 bytes; is a line break or a quote missing?")
    #expect(file.summary.problems[0].line == 2)
  }

  @Test func `the offset of a bad byte counts from the start of a large file`() throws {
    let good = "id,title\n" + (0..<30_000).map { "\($0),some title\n" }.joined()
    let bytes = Array((good + "x,").utf8) + [0x80]
    for path in [try folder.write("a.csv", bytes), try folder.write("a.csv.gz", gzip(bytes))] {
      let file = try ItemFile(path: path, policy: .skip).all()
      #expect(file.summary.problems.map(\.line) == [30_002])
      #expect(
        file.summary.problems[0].message.contains("(offset \(good.utf8.count + 2) of the file)"))
    }
  }

  @Test func `ids may have 1,024 bytes and no more`() throws {
    let csv =
      "id,title\n\(String(repeating: "é", count: 512)),a\n\(String(repeating: "x", count: 1_025)),b\n"
    let path = try folder.write("a.csv", csv)
    #expect(try ItemFile(path: path, policy: .skip).all().records.count == 1)
    #expect(
      ItemFile(path: path).failure()
        == "a.csv:3: field \"id\": the item id has 1025 bytes, at most 1024 are allowed")
  }

  @Test func `only the first problems are kept, all are counted`() throws {
    let csv = "user,item\n" + String(repeating: "u\n", count: 50) + "u,i\n"
    let file = try InteractionFile(path: folder.write("a.csv", csv), policy: .skip).all()
    #expect(file.summary.problems.map(\.line) == (2...21).map { $0 })
    #expect(file.summary.skipped == 50 && file.records.count == 1)
  }

  @Test func `objects may not have ever new field names`() throws {
    let json = (0..<5_000).map { "{\"user\":1,\"item\":2,\"f\($0)\":0}\n" }.joined()
    let file = try InteractionFile(path: folder.write("a.jsonl", json), policy: .skip).all()
    #expect(file.summary.columns.count == 4_096)
    #expect(file.summary.accepted == 4_094 && file.summary.skipped == 906)
  }

  @Test func `what the receiver throws ends the reading`() throws {
    struct Enough: Error {}
    let path = try folder.write("a.csv", "id\n1\n2\n")
    let file = ItemFile(path: path)
    func stop(_: ItemRecord, _: Int) throws { throw Enough() }
    #expect(throws: Enough.self) { _ = try file.readRecords(stop) }
  }
}
