import Compute
import EmbedRec
import Foundation
import TestSupport
import Testing

/// Damage to the files of an index: found, named, and never answered from.
@Suite struct `A damaged index` {
  /// What an index says to a few questions, or the error that it ends in.
  private enum Outcome: Equatable {
    case answers([[Recommendation]])
    case fails(EmbedRecError.Kind, String)

    var error: (kind: EmbedRecError.Kind, description: String)? {
      if case .fails(let kind, let description) = self { (kind, description) } else { nil }
    }
  }

  private static let queries = [
    Query(.user("user1"), count: 1000, explains: true), Query(.item("0-1"), count: 1000),
    // Its vector is known: no encoder is needed.
    Query(.text("A " + Shop().items[0].text + ". boats"), count: 1000),
    Query(.visitor(history: ["1-1", "2-new-16"], profile: nil), count: 1000),
  ]

  private func outcome(_ index: String) async -> Outcome {
    do throws(EmbedRecError) {
      let recommender = try await Recommender.open(index)
      return .answers(try recommender.recommend(Self.queries, threads: 1))
    } catch { return .fails(error.kind, error.description) }
  }

  /// Runs `body` with a file's bytes and what writes others in their place, and puts them back.
  private func damaging(
    _ path: String, _ body: (Data, (Data) throws -> Void) async throws -> Void
  ) async throws {
    let url = URL(fileURLWithPath: path)
    let original = try Data(contentsOf: url)
    try await body(original) { try $0.write(to: url) }
    try original.write(to: url)
  }

  /// The files of the generation.
  private func derived(_ indexed: IndexedShop) throws -> [String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: indexed.generation).sorted()
    #expect(names == ["fusion.arrays", "items.arrays", "manifest.json", "signals.arrays"])
    return names
  }

  @Test func `names the file that was cut short, wherever`() async throws {
    let indexed = try await IndexedShop()
    for name in try derived(indexed) {
      let path = try indexed.generation + "/" + name
      try await damaging(path) { original, write in
        for length in [0, 1, 7, 8, 63, 64, 65, original.count / 2, original.count - 1]
        where length < original.count {
          try write(original.prefix(length))
          let error = await outcome(indexed.index).error
          #expect(error?.kind == .damaged, "\(name) cut to \(length) bytes")
          #expect(error?.description.contains(name) == true)
          #expect(error?.description.contains("embedrec index") == true)
        }
        try write(original + [0])
        #expect(await outcome(indexed.index).error?.kind == .damaged, "\(name) and a byte")
      }
    }
  }

  @Test func `names the file in which a bit flipped, or answers as before where it is padding`()
    async throws
  {
    let indexed = try await IndexedShop()
    let healthy = await outcome(indexed.index)
    #expect(healthy.error == nil)
    var random = SeededRandom(seed: 1)
    var found = 0
    let paths = try derived(indexed).map { try indexed.generation + "/" + $0 }
    for path in paths + [indexed.index + "/CURRENT"] {
      let name = String(path.split(separator: "/").last!)
      try await damaging(path) { original, write in
        // In the header, in the table at the end, and all over.
        let count = original.count
        let chosen =
          (0..<30).map { _ in random.index(below: min(64, count)) }
          + (0..<20).map { _ in max(0, count - 1 - random.index(below: 400)) }
          + (0..<50).map { _ in random.index(below: count) }
        for place in chosen {
          var damaged = original
          let bit = UInt8(random.index(below: 8))
          damaged[place] ^= 1 << bit
          try write(damaged)
          let outcome = await outcome(indexed.index)
          guard let error = outcome.error else {
            #expect(outcome == healthy, "\(name): bit \(bit) at \(place) changed answers")
            continue
          }
          found += 1
          #expect(error.kind == .damaged)
          #expect(
            error.description.contains(name) || error.description.contains("generations/"),
            "\(name): bit \(bit) at \(place): \(error.description)")
        }
      }
    }
    #expect(found > 300)
    #expect(await outcome(indexed.index) == healthy)
  }

  @Test func `says which file is missing`() async throws {
    let indexed = try await IndexedShop()
    for name in try derived(indexed) {
      let path = try indexed.generation + "/" + name
      try await damaging(path) { original, _ in
        try FileManager.default.removeItem(atPath: path)
        let error = await outcome(indexed.index).error
        #expect(error?.kind == .damaged)
        #expect(error?.description.contains(name) == true)
      }
    }
    try FileManager.default.removeItem(atPath: indexed.index + "/catalogue.sqlite")
    #expect(await outcome(indexed.index).error?.kind == .notFound)
  }

  @Test func `of a newer program says so`() async throws {
    let indexed = try await IndexedShop()
    let path = try indexed.generation + "/manifest.json"
    try await damaging(path) { original, write in
      let text = String(decoding: original, as: UTF8.self)
      try write(
        Data(text.replacing("\"formatVersion\" : 1", with: "\"formatVersion\" : 2").utf8))
      let error = await outcome(indexed.index).error
      #expect(error?.kind == .damaged)
      #expect(error?.description.contains("format version 2, this program reads 1") == true)
    }
  }

  @Test(
    arguments: [
      "", "\n", "nonsense", "../../etc", "000009", "99999999999999999999999", "00000１",
      "\u{0}\u{1}\u{FF}",
    ])
  func `whose CURRENT names no generation says so, and a build mends it`(content: String)
    async throws
  {
    let indexed = try await IndexedShop()
    try Data(content.utf8).write(to: URL(fileURLWithPath: indexed.index + "/CURRENT"))
    let error = await outcome(indexed.index).error
    #expect(error?.kind == .damaged)
    #expect(error?.description.contains("embedrec index") == true)
    try await indexed.build()
    #expect(await outcome(indexed.index).error == nil)
  }

  @Test func `whose generation is damaged is mended by a build`() async throws {
    let indexed = try await IndexedShop()
    let healthy = await outcome(indexed.index)
    for name in try derived(indexed) {
      let path = try indexed.generation + "/" + name
      try Data("garbage".utf8).write(to: URL(fileURLWithPath: path))
      #expect(await outcome(indexed.index).error != nil)
      let summary = try await indexed.build()
      #expect(summary.encodedTexts == 0)
      #expect(await outcome(indexed.index) == healthy)
    }
  }

  @Test func `whose catalogue is garbage or cut short says so`() async throws {
    let indexed = try await IndexedShop()
    _ = try await indexed.open()
    let path = indexed.index + "/catalogue.sqlite"
    // What lies in the write-ahead log belongs to the database that is replaced.
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    try await damaging(path) { original, write in
      for damaged in [
        Data("This is no database. ".utf8) + Data(repeating: 7, count: 5000),
        original.prefix(4096), original.prefix(original.count / 2), Data(),
      ] {
        for suffix in ["-wal", "-shm"] {
          try? FileManager.default.removeItem(atPath: path + suffix)
        }
        try write(damaged)
        let error = await outcome(indexed.index).error
        #expect(error?.kind == .damaged, "\(damaged.count) bytes")
        #expect(error?.description.contains("catalogue.sqlite") == true)
      }
    }
  }

  @Test func `with a bit flipped in its catalogue fails or answers, and never crashes`()
    async throws
  {
    let indexed = try await IndexedShop()
    let path = indexed.index + "/catalogue.sqlite"
    let original = try Data(contentsOf: URL(fileURLWithPath: path))
    var random = SeededRandom(seed: 5)
    for _ in 0..<60 {
      for suffix in ["-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: path + suffix)
      }
      var damaged = original
      damaged[random.index(below: original.count)] ^= 1 << UInt8(random.index(below: 8))
      try damaged.write(to: URL(fileURLWithPath: path))
      // SQLite has no checksums: what it can't see, it can't report.
      if let error = await outcome(indexed.index).error {
        #expect(!error.description.isEmpty)
      }
    }
  }

  @Test func `with another type of value in its catalogue than belongs there never crashes`()
    async throws
  {
    let indexed = try await IndexedShop()
    let path = indexed.index + "/catalogue.sqlite"
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    let original = try Data(contentsOf: URL(fileURLWithPath: path))
    // SQLite keeps the types of a record's columns in the bytes before its first value.
    let item = try #require(original.firstRange(of: Data("0-1{\"".utf8)))
    let user = try #require(original.firstRange(of: Data("user1{}".utf8)))
    var failures = 0
    for place in [item.lowerBound, user.lowerBound] {
      for before in 1...6 {
        for type: UInt8 in [0, 1, 7, 8, 12, 14, 13] {
          for suffix in ["-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: path + suffix)
          }
          var damaged = original
          damaged[place - before] = type
          try damaged.write(to: URL(fileURLWithPath: path))
          guard let error = await outcome(indexed.index).error else { continue }
          failures += 1
          #expect(error.kind == .damaged || error.kind == .notFound, "\(error.description)")
          #expect(error.description.contains("catalogue.sqlite") || error.kind == .notFound)
        }
      }
    }
    #expect(failures > 20)
  }

  @Test func `is not built upon where its catalogue is damaged, or is, but never crashes`()
    async throws
  {
    let indexed = try await IndexedShop(Shop(itemsPerTopic: 6, users: 12, cold: 1))
    let path = indexed.index + "/catalogue.sqlite"
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    let original = try Data(contentsOf: URL(fileURLWithPath: path))
    var random = SeededRandom(seed: 8)
    for _ in 0..<60 {
      for suffix in ["-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: path + suffix)
      }
      // Records fill each page from its end; what is free is zero.
      var damaged = original
      for _ in 0..<3 {
        var place = random.index(below: original.count)
        while original[place] == 0 { place = random.index(below: original.count) }
        damaged[place] = UInt8(truncatingIfNeeded: random.next())
      }
      try damaged.write(to: URL(fileURLWithPath: path))
      do {
        try await indexed.build(InputSources())
      } catch let error as EmbedRecError {
        #expect(error.description.contains("catalogue.sqlite"), "\(error)")
      }
    }
  }

  @Test func `without its cache of encodings answers what is known, and builds it again`()
    async throws
  {
    let indexed = try await IndexedShop()
    let healthy = await outcome(indexed.index)
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: indexed.index + "/encodings.sqlite" + suffix)
    }
    let answer = await outcome(indexed.index)
    #expect(answer == healthy)
    let texts = Set(indexed.shop.items.map { "\($0.topic)\($0.text)" })
    #expect(try await indexed.build().encodedTexts == texts.count)
  }

  @Test(arguments: [Data("no database at all, no database at all".utf8), Data(count: 5000)])
  func `with garbage for its cache of encodings still answers, and builds it again`(
    garbage: Data
  ) async throws {
    let indexed = try await IndexedShop()
    let healthy = await outcome(indexed.index)
    let path = indexed.index + "/encodings.sqlite"
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    try garbage.write(to: URL(fileURLWithPath: path))
    // It is a cache: nothing that it holds can't be made again.
    #expect(await outcome(indexed.index) == healthy)
    try await indexed.build()
    #expect(await outcome(indexed.index) == healthy)
    #expect(try await indexed.build().encodedTexts == 0)
  }

  @Test func `with a bit flipped in its cache of encodings answers as before, or names it`()
    async throws
  {
    let indexed = try await IndexedShop()
    let healthy = await outcome(indexed.index)
    let path = indexed.index + "/encodings.sqlite"
    let original = try Data(contentsOf: URL(fileURLWithPath: path))
    var random = SeededRandom(seed: 6)
    for _ in 0..<60 {
      for suffix in ["-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: path + suffix)
      }
      var damaged = original
      damaged[random.index(below: original.count)] ^= 1 << UInt8(random.index(below: 8))
      try damaged.write(to: URL(fileURLWithPath: path))
      let outcome = await outcome(indexed.index)
      if let error = outcome.error {
        #expect(error.description.contains("encodings.sqlite"))
      } else {
        #expect(outcome == healthy)
      }
    }
  }

  @Test func `never answers from a vector that changed in its cache of encodings`() async throws {
    let indexed = try await IndexedShop()
    let healthy = await outcome(indexed.index)
    let path = indexed.index + "/encodings.sqlite"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    // The end of a page is all hashes and vectors.
    for page in stride(from: 4096, to: bytes.count, by: 4096) {
      for place in stride(from: page + 3000, to: min(page + 4096, bytes.count), by: 97) {
        bytes[place] ^= 0x10
      }
    }
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    try bytes.write(to: URL(fileURLWithPath: path))
    let outcome = await outcome(indexed.index)
    #expect(outcome == healthy || outcome.error?.kind == .damaged)
    #expect(outcome.error?.description.contains("encodings.sqlite") != false)
  }
}
