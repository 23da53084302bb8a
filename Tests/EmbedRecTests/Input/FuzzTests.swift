import Compute
import EmbedRec
import Foundation
import TestSupport
import Testing

@Suite struct `Damaged input files` {
  static let seeds: [String: String] = [
    "csv": "id,user,title,rating\n1,u,\"a \"\"b\"\",\nc\",4.5\n2,v,é,\n",
    "tsv": "id\tuser\ttitle\n1\tu\t\"a \"\"b\"\"\"\n2\tv\té🙂\n",
    "item": "item_id:token\tuser_id:token\tt:token_seq\ty:float\n1\tu\ta b\t1995\n2\tv\t\t\n",
    "jsonl":
      "{\"id\":1,\"user\":\"u\",\"l\":[1,\"\\u00e9\",{\"x\":null}],\"t\":-1.5e3}\n{\"id\":\"2\",\"user\":\"v\"}\n",
  ]

  @Test(arguments: seeds.keys.sorted(), [false, true])
  func `end in records or an input error, never in a crash`(format: String, compressed: Bool) throws
  {
    let folder = try TemporaryFolder()
    let seed = Array(Self.seeds[format]!.utf8)
    let original = compressed ? gzip(seed) : seed
    let special = Array("\"\\,\t\n\r{}[]:0-.eun\0".utf8) + [0xFF, 0xC3, 0xED, 0xF0, 0x80, 0xBB]
    var random = SeededRandom(seed: 7)
    var limits = InputLimits()
    limits.recordBytes = 200
    for _ in 0..<1_500 {
      var bytes = original
      for _ in 0..<1 + random.index(below: 4) where !bytes.isEmpty {
        let place = random.index(below: bytes.count)
        switch random.index(below: 5) {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes[place] = special[random.index(below: special.count)]
        case 2: bytes.insert(special[random.index(below: special.count)], at: place)
        case 3: bytes.remove(at: place)
        default: bytes.removeLast(random.index(below: bytes.count - place))
        }
      }
      let path = try folder.write("a.\(format)\(compressed ? ".gz" : "")", bytes)
      for policy in ErrorPolicy.allCases {
        try check(ItemFile(path: path, policy: policy, limits: limits))
        try check(UserFile(path: path, policy: policy, limits: limits))
        let mapping = ColumnMapping(itemID: format == "item" ? "item_id" : "id")
        try check(
          InteractionFile(path: path, mapping: mapping, policy: policy, limits: limits))
      }
    }
  }

  private func check<Record>(_ file: InputFile<Record>) throws {
    do {
      let (records, _, summary) = try file.all()
      #expect(records.count == summary.accepted)
      #expect(summary.rows == summary.accepted + summary.skipped)
      #expect(file.policy == .skip || summary.skipped == 0)
    } catch is InputError {}
  }

  @Test func `text is taken for UTF-8 just where the standard library takes it`() throws {
    let folder = try TemporaryFolder()
    var random = SeededRandom(seed: 8)
    let interesting: [UInt8] = [
      0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC,
      0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
    ]
    var bytes = Array("id\ttitle\n".utf8)
    var valid: [String] = []
    for id in 0..<30_000 {
      // A prefix of ASCII moves the sequence over the eight-byte words.
      var title = [UInt8](repeating: 0x61, count: random.index(below: 10))
      for _ in 0..<1 + random.index(below: 4) {
        title.append(interesting[random.index(below: interesting.count)])
      }
      if let text = String(validating: title, as: UTF8.self) { valid.append(text) }
      bytes += Array("\(id)\t".utf8) + title + [0x0A]
    }
    let file = try ItemFile(path: folder.write("a.tsv", bytes), policy: .skip).all()
    #expect(file.records.map { $0.fields[0].value.text } == valid)
    #expect(valid.count > 500)
  }
}
