import Foundation
import TestSupport
import Testing

@Suite struct `embedrec model verify` {
  private let folder = try! TemporaryFolder()

  /// A copy of a tiny model that may be damaged.
  private func copy(_ name: String = "small-cls") throws -> String {
    let path = folder.path(UUID().uuidString)
    try FileManager.default.copyItem(atPath: TinyModel.path(name), toPath: path)
    return path
  }

  @Test func `says what a model is and how fast it is`() throws {
    let found = try Program.run("model", "verify", try copy(), in: folder)
    #expect(found.status == 0 && found.errors.isEmpty)
    for words in [
      "family        bert\n", "layers        2, 32 wide, 4 attention heads, 72 between\n",
      ", F32\n",
      "tokenizer     WordPiece, 500 tokens\n",
      "modules       Transformer, Pooling (cls), Normalize\n",
      "prompts       none\n", "longest text  40 tokens\n",
      "vectors       32 dimensions, of unit length\n",
      " texts/s, ", " ms\n", "Everything is in order.\n",
    ] { #expect(found.output.contains(words), "\(words)\n\(found.output)") }
  }

  @Test func `says the same as JSON`() throws {
    let found = try Program.run(
      "model", "verify", "--json", "--threads", "1", try copy("small-max"), in: folder)
    let report = try #require(
      JSONSerialization.jsonObject(with: Data(found.output.utf8)) as? [String: Any])
    let summary = try #require(report["summary"] as? [String: Any])
    #expect(found.status == 0 && summary["family"] as? String == "bert")
    #expect(summary["storedAs"] as? [String] == ["F16"] && summary["maximumTokens"] as? Int == 40)
    #expect((summary["fingerprint"] as? String)?.count == 32 && report["threads"] as? Int == 1)
    for key in [
      "bytesOnDisk", "bytesInMemory", "secondsToLoad", "textsPerSecond", "tokensPerSecond",
      "millisecondsForShortText",
    ] {
      #expect((report[key] as? Double ?? 0) > 0, "\(key)")
    }
  }

  @Test func `finds a weight that is no number`() throws {
    let path = try copy()
    let file = URL(fileURLWithPath: path + "/model.safetensors")
    var bytes = try Data(contentsOf: file)
    let (place, name) = try Self.lastTensor(bytes)
    bytes.replaceSubrange(place + 8..<place + 12, with: [0, 0, 0xC0, 0x7F])
    try bytes.write(to: file)
    let found = try Program.run("model", "verify", path, in: folder)
    #expect(found.status == 65 && found.output.isEmpty)
    #expect(
      found.errors.contains(
        "model.safetensors: its tensor \"\(name)\" has an infinite value or none at index 2"),
      "\(found.errors)")
  }

  /// Where the tensor at a file's end begins, and its name.
  private static func lastTensor(_ bytes: Data) throws -> (Int, String) {
    let length = Int(bytes[0]) + Int(bytes[1]) << 8 + Int(bytes[2]) << 16
    let header = try #require(
      JSONSerialization.jsonObject(with: bytes[8..<8 + length]) as? [String: [String: Any]])
    let tensors = header.compactMap { name, entry in
      (entry["data_offsets"] as? [Int]).map { (8 + length + $0[0], name) }
    }
    return try #require(tensors.max { $0.0 < $1.0 })
  }

  @Test func `ends with the status of what is wrong, and names file and field`() throws {
    let missing = try copy()
    try FileManager.default.removeItem(atPath: missing + "/tokenizer.json")
    let malformed = try copy()
    try Data("{\"model_type\": \"bert\"}".utf8).write(
      to: URL(fileURLWithPath: malformed + "/config.json"))
    for (path, status, words) in [
      (folder.path("none"), 66, "none: there is no model folder here"),
      (missing, 66, "/tokenizer.json: there is no such file"),
      (malformed, 65, "/config.json: \"vocab_size\" is missing"),
    ] as [(String, Int32, String)] {
      let found = try Program.run("model", "verify", path, in: folder)
      #expect(
        found.status == status && found.output.isEmpty && found.errors.contains(words), "\(found)")
    }
  }
}
