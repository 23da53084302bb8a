import Compute
import EmbedRec
import Foundation
import TestSupport
import Testing

@Suite struct `Input formats` {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  let expected = [
    InteractionRecord(user: "u1", item: "i1", value: 4.5, time: 10),
    InteractionRecord(user: "u2", item: "i2", value: nil, time: nil),
  ]

  static let texts = [
    "csv": "user,item,rating,timestamp\nu1,i1,4.5,10\nu2,i2,,\n",
    "tsv": "user\titem\trating\ttimestamp\nu1\ti1\t4.5\t10\nu2\ti2\t\t\n",
    "inter":
      "user_id:token\titem_id:token\trating:float\ttimestamp:float\nu1\ti1\t4.5\t10\nu2\ti2\t\t\n",
    "jsonl": """
    {"user": "u1", "item": "i1", "rating": 4.5, "timestamp": 10, "more": [1, {"a": []}]}
    {"item": "i2", "user": "u2", "rating": null}

    """,
  ]

  @Test(arguments: texts.keys.sorted())
  func `each format gives the same records, compressed or not, with CRLF or a byte order mark`(
    format: String
  ) throws {
    let text = Self.texts[format]!
    let crlf = text.replacingOccurrences(of: "\n", with: "\r\n")
    let variants: [(name: String, bytes: [UInt8])] = [
      ("a.\(format)", Array(text.utf8)), ("b.\(format)", Array(crlf.utf8)),
      ("c.\(format)", [0xEF, 0xBB, 0xBF] + Array(text.utf8)),
      ("d.\(format)", Array(text.utf8.dropLast())),
      ("e.\(format).gz", gzip(Array(text.utf8))),
      ("f.\(format).gz", gzip(Array(text.utf8.prefix(40))) + gzip(Array(text.utf8.dropFirst(40)))),
      ("g.\(format).GZ", gzip(Array(text.utf8)) + [0, 0, 0]),
      ("h", Array(text.utf8)), ("i.txt", Array(("\n \n" + text).utf8)),
      ("j", gzip(Array(crlf.utf8))),
    ]
    for (name, bytes) in variants {
      let file = try InteractionFile(path: folder.write(name, bytes)).all()
      #expect(file.records == expected, "\(name)")
      #expect(file.summary.rows == 2 && file.summary.accepted == 2 && file.summary.skipped == 0)
    }
  }

  @Test func `data that gzip has really compressed is read`() throws {
    // The header "user,item" and a thousand lines "u7,i7", through gzip -9n.
    let bytes = try #require(
      Data(
        base64Encoded:
          "H4sIAAAAAAACA+3EoQEAIAgAsO4tdC8iECwq/3uEdQvrkzvq5ho9o6Zt27Zt27Zt2/76AWorb/l6FwAA"))
    let file = try InteractionFile(path: folder.write("a.csv.gz", Array(bytes))).all()
    #expect(
      file.records == Array(repeating: InteractionRecord(user: "u7", item: "i7"), count: 1_000))
  }

  @Test func `lines are counted from the header on, and blank ones too`() throws {
    let csv = "x,user,item\n\n,a,b\n\"c\nd\",e,f\n   \n,f,g\n"
    #expect(try InteractionFile(path: folder.write("a.csv", csv)).all().lines == [3, 4, 7])
    let json = "\n{\"user\":1,\"item\":2}\n\n{\"user\":3,\"item\":4}"
    #expect(try InteractionFile(path: folder.write("a.jsonl", json)).all().lines == [2, 4])
  }

  @Test func `cells survive any quoting of CSV`() throws {
    var random = SeededRandom(seed: 1)
    let alphabet = Array("ab\",\n\r\té🙂 ;").map(String.init) + ["\r\n", "\"\""]
    for round in 0..<60 {
      let columns = 1 + random.index(below: 4)
      var text = (["id"] + (0..<columns).map { "title\($0)name" }).joined(separator: ",") + "\n"
      var rows: [[String]] = []
      for id in 0..<random.index(below: 30) + 1 {
        let cells = (0..<columns).map { _ in
          (0..<random.index(below: 9)).map { _ in alphabet[random.index(below: alphabet.count)] }
            .joined()
        }
        rows.append(cells)
        let written = cells.map { cell in
          let mustQuote = cell.utf8.contains { ",\"\n\r".utf8.contains($0) }
          guard mustQuote || random.index(below: 3) == 0 else { return cell }
          return "\"" + cell.replacing("\"", with: "\"\"") + "\""
        }
        text += (["\(id)"] + written).joined(separator: ",") + (id % 2 == 0 ? "\n" : "\r\n")
      }
      let found = try ItemFile(path: folder.write("\(round).csv", text)).all()
      for (record, cells) in zip(found.records, rows) {
        let texts = (0..<columns).map { column in
          record.fields.first { $0.name == "title\(column)name" }?.value.text ?? ""
        }
        #expect(texts == cells)
      }
      #expect(found.records.count == rows.count)
    }
  }

  @Test func `a quote in TSV is a character unless it encloses the field`() throws {
    let tsv =
      "id\ttitle\n1\t\"Cats\" and more\n2\t\"a \"\"b\"\" c\"\n3\t\"\n4\t5\" disk\n5\t\"a\" \"b\"\n6\t\"\"\n"
    let titles = try ItemFile(path: folder.write("a.tsv", tsv)).all().records.map {
      $0.fields.first?.value.text
    }
    #expect(titles == ["\"Cats\" and more", "a \"b\" c", "\"", "5\" disk", "\"a\" \"b\"", nil])
  }

  @Test func `a quote inside an unquoted CSV field is a character`() throws {
    let file = try ItemFile(path: folder.write("a.csv", "id,title\n1,5\" disk\n")).all()
    #expect(file.records[0].fields == [Field(name: "title", value: .text("5\" disk"))])
  }

  @Test func `JSON values are those that Foundation reads`() throws {
    var random = SeededRandom(seed: 2)
    let alphabet = Array("ab\"\\/\n\t\u{1}é🙂\u{2028} {}[],:").map(String.init)
    func word() -> String {
      (0..<random.index(below: 12)).map { _ in alphabet[random.index(below: alphabet.count)] }
        .joined()
    }
    var text = ""
    var expected: [[String: FieldValue]] = []
    for id in 0..<300 {
      var object: [String: Any] = ["id": "\(id)"]
      var fields: [String: FieldValue] = [:]
      for _ in 0..<random.index(below: 6) {
        let name = "f" + word()
        switch random.index(below: 5) {
        case 0:
          let value = word()
          (object[name], fields[name]) = (value, .text(value))
        case 1:
          let value = random.gaussian() * pow(10, Double(random.index(below: 40)) - 20)
          (object[name], fields[name]) = (value, .number(value))
        case 2:
          let value = random.index(below: 2) == 0
          (object[name], fields[name]) = (value, .boolean(value))
        case 3:
          let value = (0..<random.index(below: 4)).map { _ in word() }
          (object[name], fields[name]) = (value, .list(value))
        default:
          object[name] = NSNull()
          fields[name] = nil
        }
      }
      var options: JSONSerialization.WritingOptions = []
      if random.index(below: 2) == 0 { options.insert(.withoutEscapingSlashes) }
      text += String(
        decoding: try JSONSerialization.data(withJSONObject: object, options: options),
        as: UTF8.self)
      text += "\n"
      expected.append(fields)
    }
    let found = try ItemFile(path: folder.write("a.jsonl", text)).all()
    #expect(found.records.count == expected.count)
    for (record, fields) in zip(found.records, expected) {
      #expect(
        Dictionary(uniqueKeysWithValues: record.fields.map { ($0.name, $0.value) }) == fields)
    }
  }

  @Test func `JSON escapes, long numbers and nested values have their stated reading`() throws {
    let json = #"""
      {"id": 12345678901234567890, "t\u0069tle": "\ud83d\ude42\u00e9\/\b", "n": 1e2, "d": {"x": [1]}, "l": [1, true, null, "a"], "e": [[1]], "z": ""}
      """#
    let file = try ItemFile(path: folder.write("a.jsonl", json)).all()
    #expect(file.records[0].id == "12345678901234567890")
    #expect(
      file.records[0].fields == [
        Field(name: "title", value: .text("🙂é/\u{8}")), Field(name: "n", value: .number(100)),
        Field(name: "l", value: .list(["1", "true", "a"])), Field(name: "z", value: .text("")),
      ])
    #expect(
      file.summary.warnings == [
        "the field \"d\" holds objects or arrays of them in 1 items; they are left out",
        "the field \"e\" holds objects or arrays of them in 1 items; they are left out",
      ])
  }

  @Test func `the types of an atomic file decide what a cell is`() throws {
    let text =
      "item_id:token\tmovie_title:token_seq\tyear:token\tclass:token_seq\tprice:float\tv:float_seq\n"
      + "7\tToy Story\t1995\tAnimation Comedy\t2.50\t1 2.5\n8\t\t\t\t\t\n"
    let file = try ItemFile(path: folder.write("a.item", text)).all()
    #expect(
      file.records[0].fields == [
        Field(name: "movie_title", value: .text("Toy Story")),
        Field(name: "year", value: .text("1995")),
        Field(name: "class", value: .list(["Animation", "Comedy"])),
        Field(name: "price", value: .number(2.5)), Field(name: "v", value: .list(["1", "2.5"])),
      ])
    #expect(file.records[1] == ItemRecord(id: "8", fields: []))
  }

  @Test func `a CSV cell is a number only where nothing is lost by it`() throws {
    let csv =
      "id,title,a,b,c,d,e,genres\n1,1984,1995,007,1.50,-0.25,1e3,Action|Crime\n2,,,,,,,Drama\n"
    let file = try ItemFile(path: folder.write("a.csv", csv)).all()
    #expect(
      file.records[0].fields.map(\.value) == [
        .text("1984"), .number(1995), .text("007"), .text("1.50"), .number(-0.25), .text("1e3"),
        .list(["Action", "Crime"]),
      ])
    #expect(file.records[1].fields == [Field(name: "genres", value: .text("Drama"))])
  }

  @Test func `numbers are the ones that the standard library reads`() throws {
    var random = SeededRandom(seed: 3)
    var texts = [
      "0", "-0", "+1", ".5", "5.", "1e308", "4.9e-324", "0.1", "123456789012345678901",
      "1234567890123456789.",
      "+.1234567890123456789", "1.5E+3", "12e-5",
    ]
    for _ in 0..<2_000 {
      let value = abs(random.gaussian()) * pow(10, Double(random.index(below: 60)) - 30)
      texts += ["\(value)", String(format: "%.\(random.index(below: 25))f", value)]
    }
    let csv = "user,item,rating\n" + texts.map { "u,i,\($0)\n" }.joined()
    let found = try InteractionFile(path: folder.write("a.csv", csv)).all().records.map(\.value)
    #expect(found == texts.map { strtod($0, nil) })
  }

  @Test func `times are the ones that Foundation reads`() throws {
    var random = SeededRandom(seed: 4)
    let formatter = ISO8601DateFormatter()
    var expected: [Double?] = []
    var csv = "user,item,created_at\n"
    for _ in 0..<500 {
      let seconds = Double(random.index(below: 8_000_000_000)) - 4_000_000_000
      formatter.timeZone = TimeZone(secondsFromGMT: (random.index(below: 49) - 24) * 1_800)
      csv += "u,i,\(formatter.string(from: Date(timeIntervalSince1970: seconds)))\n"
      expected.append(seconds)
    }
    csv += "u,i,2000-02-29\nu,i,1970-01-02 00:00\nu,i,1970-01-01T00:00:01.25Z\nu,i,1700000000123\n"
    expected += [951_782_400, 86_400, 1.25, 1_700_000_000_123]
    #expect(
      try InteractionFile(path: folder.write("a.csv", csv)).all().records.map(\.time) == expected)
  }

  @Test func `lines and fields of every awkward length cross the buffers whole`() throws {
    var text = ""
    let lengths = [0, 1, 7, 8, 9, 383, 384, 385, 131_060, 131_071, 131_072, 131_073, 300_000]
    for (id, length) in lengths.enumerated() {
      text += "{\"id\":\(id),\"title\":\"\(String(repeating: "é", count: length / 2))\"}\r\n"
    }
    for path in [
      try folder.write("a.jsonl", text), try folder.write("a.jsonl.gz", gzip(Array(text.utf8))),
    ] {
      let records = try ItemFile(path: path).all().records
      #expect(records.map { $0.fields[0].value.text.utf8.count } == lengths.map { $0 / 2 * 2 })
    }
  }
}
