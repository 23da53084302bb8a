import Foundation
import TestSupport
import Testing

@Suite struct `embedrec encode` {
  private let folder = try! TemporaryFolder()

  /// The rows of a NumPy file of float32, and the shape that it names.
  private func matrix(_ path: String) throws -> (shape: String, values: [Float]) {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    try #require(data.prefix(8) == Data([0x93] + Array("NUMPY".utf8) + [1, 0]))
    let header = 10 + Int(data[8]) + 256 * Int(data[9])
    #expect(header % 64 == 0)
    let fields = String(decoding: data[10..<header], as: UTF8.self)
    #expect(
      fields.hasPrefix("{'descr': '<f4', 'fortran_order': False, 'shape': (")
        && fields.hasSuffix(" \n"))
    let values = data[header...].withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
    }
    return (String(fields.split(separator: "(")[1].split(separator: ")")[0]), values)
  }

  private func encode(_ arguments: String..., input: String = "") throws -> Program.Outcome {
    try Program.start(["encode", "--quiet"] + arguments, input: input, in: folder).1()
  }

  @Test func `serves files and texts in turn`() throws {
    let texts = try folder.write("texts.txt", "A red kayak\r\n\nsoil")
    let file = folder.path("vectors.npy")
    let input = "file\t\(texts)\t\(file)\ntext\tsoil\ntext\ttabs\tare text\ntext\t\n"
    let (_, finish) = try Program.start(
      ["encode", "--serve", "--model", Program.model, "--threads", "1"], input: input, in: folder)
    let served = try finish()
    #expect(served.status == 0 && served.output.hasPrefix("done\n") && served.errors.isEmpty)
    // The empty line is a text, the end of the file is not.
    let (shape, values) = try matrix(file)
    #expect(shape == "3, 32" && values.count == 3 * 32)
    // Three vectors and nothing else, the first of them that of the file's last line.
    let answers = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".out") }
      .map { try Data(contentsOf: URL(fileURLWithPath: folder.path($0))) }[0]
    #expect(answers.count == 5 + 3 * 32 * 4)
    #expect(answers[5..<5 + 32 * 4] == values[64...].withUnsafeBytes { Data($0) })
    #expect(answers[(5 + 64 * 4)...].suffix(32 * 4) == values[32..<64].withUnsafeBytes { Data($0) })
  }

  @Test func `writes the same vectors in every format, from a file and from standard input`() throws
  {
    let content = "A red kayak\r\n\n\"soil\"\t\\ \u{1} caf\u{e9}"
    let texts = try folder.write("texts.txt", content)
    let npy = folder.path("v.npy")
    #expect(try encode("--input", texts, "--output", npy).status == 0)
    let expected = try matrix(npy)
    #expect(expected.shape == "3, 32")

    for (arguments, input) in [
      (["--input", texts, "--format", "csv"], ""), (["--format", "csv"], content),
      (["--input", "-", "--output", "-", "--format", "csv"], content),
    ] {
      let found = try Program.start(["encode", "--quiet"] + arguments, input: input, in: folder).1()
      #expect(found.status == 0 && found.errors.isEmpty)
      let rows = found.output.split(separator: "\n").map {
        $0.split(separator: ",").map { Float($0)! }
      }
      #expect(rows.count == 3 && Array(rows.joined()) == expected.values)
    }
    let lines = folder.path("v.jsonl")
    #expect(try encode("--output", lines, input: content).status == 0)
    let objects = try String(contentsOfFile: lines, encoding: .utf8).split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(
      objects.map { $0["text"] as? String } == ["A red kayak", "", "\"soil\"\t\\ \u{1} caf\u{e9}"])
    let vectors = objects.flatMap { ($0["vector"] as? [Double] ?? []).map(Float.init) }
    #expect(vectors == expected.values)
  }

  @Test func `replaces bytes that are not UTF-8 as Python does, and says so`() throws {
    // Python: bytes.decode("utf-8", errors="replace").
    let parts: [([UInt8], String)] = [
      ([0x63, 0xE9], "c\u{fffd}"), ([0xE2, 0x82, 0x41], "\u{fffd}A"),
      ([0xC0, 0x80], "\u{fffd}\u{fffd}"),
      ([0xED, 0xA0, 0x80], "\u{fffd}\u{fffd}\u{fffd}"), ([0xF0, 0x9F, 0x98], "\u{fffd}"),
      ([0xF5, 0x41], "\u{fffd}A"), ([0x41], "A"),
    ]
    let path = folder.path("latin1.txt")
    try Data(parts.map(\.0).joined(separator: [0x0A])).write(to: URL(fileURLWithPath: path))
    let found = try Program.run("encode", "--input", path, "--format", "jsonl", in: folder)
    let texts = try found.output.split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])["text"]
        as? String
    }
    #expect(texts == parts.map(\.1))
    #expect(found.errors.contains("Not UTF-8: bytes of 6 of 7 lines, which U+FFFD replaces\n"))
  }

  @Test func `says in one line what long texts have lost`() throws {
    // The model reads 48 tokens, two of them [CLS] and [SEP].
    let texts = try folder.write("texts.txt", "a\n" + String(repeating: "a ", count: 100) + "\n")
    let file = folder.path("v.npy")
    func said(_ mode: String...) throws -> String {
      try Program.start(["encode", "--input", texts, "--output", file] + mode, in: folder).1()
        .errors
    }
    let cut = try said()
    #expect(
      cut.contains("1 of 2 texts, of which 54 tokens (51.4 % of all) were left out"), "\(cut)")
    let whole = try matrix(file).values
    #expect(try said("--long-text", "head-tail").contains("54 tokens"))
    #expect(
      try said("--long-text", "windows").contains("1 of 2 texts, which were read in windows\n"))
    #expect(try matrix(file).values != whole)
  }

  @Test func `keeps dimensions, and sets a model's prompt before each text`() throws {
    let texts = try folder.write("texts.txt", "a\nb\n")
    let file = folder.path("v.npy")
    #expect(try encode("--input", texts, "--output", file, "--dimensions", "5").status == 0)
    let (shape, values) = try matrix(file)
    #expect(shape == "2, 5" && abs(values[..<5].reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)

    let model = folder.path("model")
    try FileManager.default.copyItem(atPath: Program.model, toPath: model)
    try folder.write(
      "model/config_sentence_transformers.json", "{\"prompts\": {\"query\": \"the \"}}")
    #expect(
      try encode("--input", texts, "--output", file, "--model", model, "--prompt", "query").status
        == 0)
    let prompted = try matrix(file).values
    let written = try folder.write("written.txt", "the a\nthe b\n")
    #expect(try encode("--input", written, "--output", file).status == 0)
    #expect(try matrix(file).values == prompted)
    let unknown = try encode(
      "--input", texts, "--output", file, "--prompt", "title", "--model", model)
    #expect(
      unknown.status == 69 && unknown.errors.contains("no prompt \"title\"; it has \"query\""))
  }

  @Test func `takes a line of ten megabytes and thousands of lines`() throws {
    let long = String(repeating: "bees and honey ", count: 700_000)
    let texts = try folder.write(
      "texts.txt", (0..<9000).map { "\($0 % 10)\n" }.joined() + long + "\nend\n")
    let file = folder.path("v.npy")
    #expect(try encode("--input", texts, "--output", file).status == 0)
    let (shape, values) = try matrix(file)
    #expect(shape == "9002, 32" && values.count == 9002 * 32)
    #expect(values[32 * 8990..<32 * 8991] == values[..<32])
  }

  @Test func `leaves what was there where it can't finish`() throws {
    let texts = try folder.write("texts.txt", "a\n")
    let file = try folder.write("v.npy", "precious")
    let names = {
      try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
        $0.contains("v.npy")
      }
    }
    // A folder has no lines: the output is not touched.
    #expect(try encode("--input", folder.path, "--output", file).status == 65)
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "precious")
    #expect(try names() == ["v.npy"])
    #expect(try encode("--input", texts, "--output", file).status == 0)
    #expect(try matrix(file).shape == "1, 32")
    #expect(try names() == ["v.npy"])
  }

  @Test func `stops at Ctrl-C and leaves what was there`() throws {
    let texts = try folder.write(
      "texts.txt", String(repeating: "a red kayak for two people\n", count: 400_000))
    let file = try folder.write("v.npy", "precious")
    func partial() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { $0.contains("partial") }
    }
    let (process, finish) = try Program.start(
      ["encode", "--input", texts, "--output", file], in: folder)
    // Once the first vectors are written it has long begun to listen for Ctrl-C.
    func hasBegun() throws -> Bool {
      try partial().contains { name in
        let attributes = try? FileManager.default.attributesOfItem(atPath: folder.path(name))
        return attributes?[.size] as? Int ?? 0 > 128
      }
    }
    let deadline = ContinuousClock.now + .seconds(30)
    while try process.isRunning && ContinuousClock.now < deadline && !hasBegun() { usleep(2000) }
    process.interrupt()
    let found = try finish()
    #expect(found.status == 130 && found.errors.contains("error: stopped"), "\(found)")
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "precious")
    #expect(try partial().isEmpty)
  }

  @Test func `says in words why it can't`() throws {
    let texts = try folder.write("texts.txt", "soil\n")
    for (arguments, input, status, words) in [
      (["--serve"], "nonsense\n", 65, "\"nonsense\" is neither text<TAB>"),
      (["--serve"], "file\tnone.txt\tx.npy\n", 66, "none.txt: cannot be read: No such file"),
      (["--serve", "--input", texts], "", 64, "give it no files"),
      (["--input", texts], "", 64, "Give --output, or --format jsonl or csv"),
      (["--input", texts, "--output", "x.txt"], "", 64, "the output's ending is none of .npy"),
      (["--input", texts, "--format", "npy"], "", 64, "can't go to standard output"),
      (["--input", texts, "--format", "csv", "--dimensions", "0"], "", 64, "must be at least 1"),
      (["--input", texts, "--format", "csv", "--dimensions", "99"], "", 69, "have 32 dimensions"),
      (["--input", "none.txt", "--output", "x.npy"], "", 66, "none.txt: cannot be read: No such"),
      (
        ["--input", texts, "--output", "/no/such/x.npy"], "", 74, "cannot be written: No such file"
      ),
      (
        ["--input", texts, "--output", "/dev/full", "--format", "npy"], "", 74,
        "/dev/full: cannot be written: No space"
      ),
      (["--input", texts, "--output", "x.npy", "--model", texts], "", 69, "no model folder here"),
    ] as [([String], String, Int32, String)] {
      let found = try Program.start(["encode"] + arguments, input: input, in: folder).1()
      #expect(found.status == status && found.output.isEmpty, "\(arguments) \(found)")
      #expect(found.errors.contains(words), "\(found.errors)")
    }
  }
}
