import Compute
import Embedding
import Foundation
import Testing

@Suite struct `A checkpoint` {
  private static let index = "model.safetensors.index.json"
  private static let first = "model-00001-of-00003.safetensors"
  private static let second = "model-00002-of-00003.safetensors"

  /// What loading the encoder of a changed copy of a model in several files says.
  private func failure(
    of name: String = "bert", _ change: (ModelCopy) throws -> Void
  ) throws -> String {
    try ModelCopy.failure(of: "families/" + name, change) { path throws(EmbeddingError) in
      _ = try Transformer(modelFolder: path)
    }
  }

  @Test func `in several files lacks none of them, and each holds what the index says`() throws {
    #expect(try failure { _ in } == "loaded")
    let absent = try failure { try $0.remove(Self.second) }
    #expect(
      absent.hasPrefix("/\(Self.second): there is no such file, which holds the"), "\(absent)")
    let swapped = try failure { try $0.write(Self.second, $0.read(Self.first)) }
    #expect(swapped.contains("/\(Self.second): it has no tensor \""), "\(swapped)")
    #expect(swapped.contains("which \(Self.index) says it has"), "\(swapped)")
  }

  @Test func `in several files holds no tensor twice`() throws {
    let message = try failure { copy in
      let name = "model-copy.safetensors"
      try copy.write(name, copy.read(Self.first))
      try copy.replace(
        Self.index, "\"weight_map\": {",
        "\"weight_map\": {\"bert.embeddings.LayerNorm.bias\": \"\(name)\",")
    }
    #expect(message.contains("model-copy.safetensors: its tensor \"bert."), "\(message)")
    #expect(message.contains("stands in "), "\(message)")
  }

  @Test(arguments: [
    "../\(first)", "/etc/passwd", "sub/x.safetensors", "..", "", "pytorch_model-00001.bin",
    "x\\u0000.safetensors",
  ])
  func `has no file outside its folder`(name: String) throws {
    let message = try failure { try $0.replace(Self.index, "\"\(Self.first)\"", "\"\(name)\"") }
    #expect(message.contains("/\(Self.index): the file of \""), "\(message)")
    #expect(message.contains("expected the name of a safetensors file in the same folder"))
  }

  @Test func `has an index that gives a file for each tensor`() throws {
    for (old, new, reason) in [
      ("\"weight_map\"", "\"weights\"", "\"weight_map\" is missing, expected an object"),
      ("\"\(Self.first)\"", "3", "is 3, expected a name"), ("{", "[", "it is not JSON"),
    ] {
      let message = try failure { try $0.replace(Self.index, old, new) }
      #expect(message.contains(reason), "\(message)")
    }
  }

  @Test(arguments: ["pytorch_model.bin", "tf_model.h5"])
  func `in another format is refused by name, with advice`(name: String) throws {
    let message = try failure(of: "roberta") { copy in
      try copy.remove("model.safetensors")
      try copy.write(name, [1, 2, 3])
    }
    #expect(message.hasPrefix("/\(name): this format is not supported"), "\(message)")
    #expect(message.contains("save_pretrained"), "\(message)")
  }

  @Test(arguments: ["roberta", "bert", "xlm-roberta", "albert", "modernbert"])
  func `with mutated files is loaded or refused, never a crash`(name: String) throws {
    let copy = try ModelCopy(of: "families/" + name)
    let files = try FileManager.default.contentsOfDirectory(atPath: copy.path)
      .filter { $0.hasPrefix("model") || $0 == "config.json" }.sorted()
    let ids: [[Int32]] = [[0, 5, 6, 7, 2]]
    var random = SeededRandom(seed: 31)
    for file in files {
      let original = try copy.read(file)
      for _ in 0..<60 {
        var bytes = original
        for _ in 0...random.index(below: 3) {
          let index = random.index(below: min(bytes.count, 4000))
          switch random.index(below: 4) {
          case 0: bytes[index] = UInt8(random.index(below: 256))
          case 1: if bytes.count > 1 { bytes.remove(at: index) }
          case 2: bytes.removeLast(min(bytes.count - 1, random.index(below: 3) * index))
          default: bytes[index] = UInt8(ascii: "0") + UInt8(random.index(below: 10))
          }
        }
        try copy.write(file, bytes)
        do throws(EmbeddingError) {
          let transformer = try Transformer(modelFolder: copy.path)
          if transformer.vocabularySize > 7, transformer.maximumTokens >= 5 {
            #expect(transformer.hiddenStates(of: ids).rows == 5)
          }
        } catch {
          #expect(error.path.hasPrefix(copy.path) && !error.reason.isEmpty)
        }
      }
      try copy.write(file, original)
    }
  }
}
