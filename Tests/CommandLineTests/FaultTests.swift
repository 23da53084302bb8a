import Foundation
import TestSupport
import Testing

@Suite struct `embedrec under adverse conditions` {
  private let shop = try! PrintedShop()
  private var folder: TemporaryFolder { shop.folder }

  private func index(_ arguments: String...) throws -> Program.Outcome {
    try Program.start(["index"] + arguments + ["--index", shop.index], in: folder).1()
  }

  /// The old generation answers as before.
  private func expectOldAnswers(_ before: Program.Outcome) throws {
    #expect(try shop.run("query", "--user", "anna", "--format", "csv").output == before.output)
  }

  @Test func `names the file that can't be read`() throws {
    let gzip = try folder.write("cut.csv.gz", "\u{1f}")
    try Data([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b]).write(to: URL(fileURLWithPath: gzip))
    let utf16 = folder.path("utf16.csv")
    try "id,title\na,b\n".data(using: .utf16)!.write(to: URL(fileURLWithPath: utf16))
    let empty = try folder.write("empty.csv", "")
    let before = try shop.run("query", "--user", "anna", "--format", "csv")
    for (path, status, words) in [
      (folder.path("missing.csv"), 66, "No such file"), (folder.path, 65, "this is a folder"),
      (gzip, 65, "gzip data ends early"), (utf16, 65, "UTF-16"), (empty, 65, "no items"),
    ] as [(String, Int32, String)] {
      let found = try index("--items", path)
      #expect(found.status == status && found.output.isEmpty)
      #expect(found.errors.contains(words) && found.errors.contains(path))
    }
    try expectOldAnswers(before)
  }

  @Test func `tells which index file is cut`() throws {
    let path = shop.index + "/generations/000001/signals.arrays"
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: path))
    let found = try shop.run("query", "--user", "anna")
    #expect(found.status == 65 && found.errors.contains("signals.arrays"))
    // What was lost can be made again of the catalogue.
    #expect(try index("--quiet").status == 0)
    #expect(try shop.run("query", "--user", "anna").status == 0)
  }

  @Test func `tells whose index is being built`() throws {
    let descriptor = open(shop.index + "/building", O_RDWR)
    defer { close(descriptor) }
    try #require(flock(descriptor, LOCK_EX) == 0)
    let found = try index()
    #expect(found.status == 75 && found.errors.contains("being built by process"))
  }

  @Test func `stops at Ctrl-C and keeps what it had`() throws {
    let before = try shop.run("query", "--user", "anna", "--format", "csv")
    let many = try shop.writeMany(20_000)
    let (process, finish) = try Program.start(
      ["index", "--items", many, "--index", shop.index], in: folder)
    // A fixed time would be too early on a busy machine and too late on a fast one: the catalogue's
    // log grows once the run has begun to read, long after it began to listen for Ctrl-C.
    let log = shop.index + "/catalogue.sqlite-wal"
    let deadline = ContinuousClock.now + .seconds(30)
    while process.isRunning, ContinuousClock.now < deadline {
      let size = try? FileManager.default.attributesOfItem(atPath: log)[.size] as? Int
      if (size ?? 0) > 0 { break }
      usleep(2000)
    }
    process.interrupt()
    let found = try finish()
    #expect(found.status == 130)
    #expect(found.errors.contains("Stopping at the next safe point"))
    #expect(found.errors.contains("error: stopped"))
    try expectOldAnswers(before)
    #expect(try index("--quiet", "--items", many).status == 0)
  }

  @Test func `meets a full disk with a clear error and answers on`() throws {
    let before = try shop.run("query", "--user", "anna", "--format", "csv")
    let many = try shop.writeMany(4000)
    // Limits a file to blocks of 512 bytes: what is beyond meets EFBIG, as a full disk does ENOSPC.
    for blocks in [100, 600, 1400] {
      let script = "ulimit -f \(blocks); exec \"$@\""
      let (_, finish) = try Program.start(
        ["-c", script, "sh", Program.path, "index", "--items", many, "--index", shop.index],
        in: folder, executable: "/bin/sh")
      let found = try finish()
      #expect(found.status == 74, "\(blocks) blocks: \(found.errors)")
      #expect(found.errors.contains("error: " + shop.index))
      try expectOldAnswers(before)
    }
  }

  @Test func `refuses another encoder than the index was made by`() throws {
    let other = TinyModel.path("small-cls")
    let found = try shop.run("query", "--text", "never seen", "--model", other)
    #expect(found.status == 69 && found.errors.contains("another model"))
  }

  @Test func `names what a model folder lacks`() throws {
    let model = folder.path("model")
    for missing in ["config.json", "model.safetensors", "tokenizer.json"] {
      try? FileManager.default.removeItem(atPath: model)
      try FileManager.default.copyItem(atPath: Program.model, toPath: model)
      try FileManager.default.removeItem(atPath: model + "/" + missing)
      let found = try Program.run(
        "index", "--items", folder.path("items.csv"), "--model", model, "--index",
        folder.path("other"), in: folder)
      #expect(found.status == 69 && found.errors.contains(model))
    }
  }

  @Test func `tells which weight of a model has the wrong shape`() throws {
    let model = folder.path("model")
    try FileManager.default.copyItem(atPath: Program.model, toPath: model)
    let path = model + "/config.json"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try folder.write(
      "model/config.json",
      text.replacing("\"intermediate_size\": 72", with: "\"intermediate_size\": 64"))
    let found = try Program.run(
      "index", "--items", folder.path("items.csv"), "--model", model, "--index",
      folder.path("other"), in: folder)
    #expect(found.status == 69 && found.errors.contains("model.safetensors: its tensor"))
    #expect(found.errors.contains("[72, 32]") && found.errors.contains("[64, 32]"))
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "needs /dev/full"))
  func `doesn't pass lost results off as success`() throws {
    for format in ["csv", "json", "table"] {
      let (_, finish) = try Program.start(
        [
          "-c", "exec \"$0\" query --user anna --index \"$1\" --format \(format) > /dev/full",
          Program.path, shop.index,
        ], in: folder, executable: "/bin/sh")
      let found = try finish()
      #expect(found.status == 74)
      #expect(
        found.errors == "error: standard output: cannot be written: No space left on device\n")
    }
  }

  @Test func `ends quietly when its reader goes away`() throws {
    let (_, finish) = try Program.start(
      [
        "-c", "\"$0\" query --user anna --index \"$1\" --format csv | head -1", Program.path,
        shop.index,
      ],
      in: folder, executable: "/bin/sh")
    let found = try finish()
    #expect(found.output == "user,item,score\n" && found.errors.isEmpty)
  }
}
