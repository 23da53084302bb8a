import Compute
import Embedding
import Testing

@Suite struct `A model folder` {
  /// What loading a changed copy of a model says.
  private func failure(
    of name: String = "small-cls", _ change: (ModelCopy) throws -> Void
  ) throws -> String {
    try ModelCopy.failure(of: name, change) { path throws(EmbeddingError) in
      _ = try SentenceEncoder.load(from: path)
    }
  }

  @Test(arguments: [
    ("config.json", "which holds the model's sizes"),
    ("model.safetensors", "which holds the weights"),
    ("tokenizer.json", "which holds the tokenizer, and no vocab.txt either"),
    ("1_Pooling/config.json", "which holds the way that token vectors are pooled"),
  ])
  func `that lacks a file is told which, and what the file is for`(
    name: String, role: String
  ) throws {
    let message = try failure { try $0.remove(name) }
    #expect(message.hasPrefix("/\(name): there is no such file, \(role)"), "\(message)")
  }

  @Test func `that does not exist is an error`() {
    #expect(throws: EmbeddingError.self) { try SentenceEncoder.load(from: "/no/such/folder") }
    #expect(throws: EmbeddingError.self) { try SentenceEncoder.load(from: "") }
  }

  @Test(arguments: [
    ("config.json", "\"bert\"", "\"gpt2\"", "the architecture \"gpt2\" is not supported"),
    ("config.json", "\"gelu\"", "\"mish\"", "the activation \"mish\" is not supported"),
    (
      "config.json", "\"hidden_size\": 32", "\"hidden_size\": \"x\"",
      "\"hidden_size\" is the string \"x\", expected a whole number"
    ),
    (
      "config.json", "\"hidden_size\": 32", "\"hidden_size\": 33",
      "\"hidden_size\" is 33, expected a multiple of the attention heads, 4"
    ),
    ("config.json", "\"hidden_size\": 32", "\"other\": 32", "\"hidden_size\" is missing"),
    (
      "config.json", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3",
      "it has no tensor \"bert.encoder.layer.2.attention.self.query.weight\""
    ),
    (
      "config.json", "\"intermediate_size\": 72", "\"intermediate_size\": 71",
      "its tensor \"bert.encoder.layer.0.intermediate.dense.weight\" has the shape [72, 32]"
    ),
    ("config.json", "{", "[", "it is not JSON"),
    ("modules.json", "Normalize", "CNN", "the module sentence_transformers.models.CNN is not"),
    ("modules.json", "\"1_Pooling\"", "\"../x\"", "the path \"../x\" leaves the model's folder"),
    ("tokenizer.json", "\"WordPiece\"", "\"Other\"", "\"type\" is the string \"Other\""),
    ("tokenizer.json", "BertNormalizer", "Other", "\"type\" is the string \"Other\""),
    ("tokenizer.json", "\"[PAD]\":0", "\"[PAD]\":-1", "the token \"[PAD]\" has the id -1"),
    (
      "tokenizer.json", "\"[PAD]\":0", "\"[PAD]\":501",
      "the tokenizer has the id 501 and the model vectors for"
    ),
  ])
  func `whose files ask for what is not there is told the value and what was expected`(
    file: String, old: String, new: String, reason: String
  ) throws {
    let message = try failure { try $0.replace(file, old, new) }
    #expect(message.contains(": " + reason), "\(message)")
  }

  @Test func `whose weights are cut short says so`() throws {
    let message = try failure { copy in
      try copy.write("model.safetensors", copy.read("model.safetensors").dropLast(1000))
    }
    #expect(message.contains("lies outside the file"), "\(message)")
    #expect(try failure { try $0.write("model.safetensors", []) }.contains("fewer than a header"))
  }

  @Test func `reads the newer form of a pooling configuration`() throws {
    let message = try failure {
      try $0.write("1_Pooling/config.json", Array("{\"pooling_mode\": \"mean\"}".utf8))
    }
    #expect(message == "loaded")
  }

  @Test(arguments: ["config.json", "tokenizer.json", "modules.json", "1_Pooling/config.json"])
  func `with mutated files is loaded or refused, never a crash`(file: String) throws {
    let copy = try ModelCopy(of: "small-cls")
    let original = try copy.read(file)
    var random = SeededRandom(seed: 21)
    for _ in 0..<150 {
      var bytes = original
      for _ in 0...random.index(below: 3) {
        let index = random.index(below: min(bytes.count, 2500))
        switch random.index(below: 3) {
        case 0: bytes[index] = UInt8(random.index(below: 256))
        case 1: bytes.remove(at: index)
        default: bytes[index] = UInt8(ascii: "0") + UInt8(random.index(below: 10))
        }
      }
      try copy.write(file, bytes)
      if let encoder = try? SentenceEncoder.load(from: copy.path) {
        _ = encoder.encode("It is a text [SEP] of some length, in which words occur.")
      }
    }
  }
}
