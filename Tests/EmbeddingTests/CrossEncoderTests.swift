import Compute
import Embedding
import Testing

@Suite struct `A cross-encoder` {
  private func difference(_ a: [Float], _ b: [Float]) -> Float {
    #expect(a.count == b.count)
    return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  /// What loading a changed copy of a model says.
  private func failure(
    of name: String = "bert", _ change: (ModelCopy) throws -> Void
  ) throws -> String {
    try ModelCopy.failure(of: "families/" + name, change) { path throws(EmbeddingError) in
      _ = try CrossEncoder.load(from: path)
    }
  }

  @Test(arguments: FamilyVectors.names)
  func `gives the logits that transformers gives for token ids`(name: String) throws {
    let golden = try FamilyVectors(name)
    let encoder = try CrossEncoder.load(from: golden.folder)
    let sequences = golden.cases.indices.map {
      TokenSequence(ids: golden.cases[$0].ids, types: golden.types(of: $0))
    }
    var logits = Matrix(rows: sequences.count, columns: encoder.labels.count)
    encoder.score(sequences, into: &logits, threads: 2)
    #expect(logits.columns == golden.logits.columns)
    // The promise is 1e-4; float32 rounding explains about 1e-5.
    #expect(difference(logits.values, golden.logits.values) < 2e-5)
  }

  @Test(arguments: FamilyVectors.names)
  func `gives the scores that sentence-transformers gives for pairs of texts`(name: String) throws {
    let golden = try FamilyVectors(name)
    let encoder = try CrossEncoder.load(from: golden.folder)
    let pairs = golden.pairs.map { ($0.pair[0], $0.pair[1]) }
    let scores =
      encoder.labels.count == 1 ? encoder.score(pairs) : encoder.logits(pairs).values
    #expect(difference(scores, golden.pairs.flatMap(\.scores)) < 2e-5)
    #expect(encoder.usesSigmoid == (encoder.labels.count == 1 && name != "roberta"))
  }

  @Test func `gives a pair the same score to the last bit alone and on any threads`() throws {
    let golden = try FamilyVectors("bert")
    let encoder = try CrossEncoder.load(from: golden.folder)
    let pairs = golden.pairs.map { ($0.pair[0], $0.pair[1]) }
    let scores = encoder.score(pairs, threads: 1)
    for threads in [2, 3, 7, 64] { #expect(encoder.score(pairs, threads: threads) == scores) }
    #expect(pairs.flatMap { encoder.score([$0]) } == scores)
    #expect(encoder.score([]) == [])
  }

  @Test func `reads no more of a pair than the strictest of its files says`() throws {
    let copy = try ModelCopy(of: "families/bert")
    #expect(try CrossEncoder.load(from: copy.path).maximumTokens == 40)
    try copy.write("sentence_bert_config.json", Array(#"{"max_seq_length": 12}"#.utf8))
    let encoder = try CrossEncoder.load(from: copy.path)
    #expect(encoder.maximumTokens == 12)
    // Three special tokens, four of the first text and five of the second.
    let words = String(repeating: "a ", count: 50)
    #expect(encoder.score([(words, words)]) == encoder.score([("a a a a", "a a a a a")]))
    try copy.write("tokenizer_config.json", Array(#"{"model_max_length": 1e30}"#.utf8))
    #expect(try CrossEncoder.load(from: copy.path).maximumTokens == 12)
  }

  @Test func `knows its labels by name`() throws {
    let folder = try FamilyVectors("distilbert").folder
    #expect(try CrossEncoder.load(from: folder).labels == ["LABEL_0", "LABEL_1", "LABEL_2"])
  }

  @Test func `takes the activation of scores from where any version writes it`() throws {
    for (file, old, new) in [
      ("config.json", "{", "{\"sbert_ce_default_activation_function\": \"torch.nn.Identity\","),
      ("config_sentence_transformers.json", "", "{\"activation_fn\": \"torch.nn.Identity\"}"),
    ] {
      let copy = try ModelCopy(of: "families/bert")
      if old.isEmpty {
        try copy.write(file, Array(new.utf8))
      } else {
        let config = String(decoding: try copy.read(file), as: UTF8.self)
        try copy.write(file, Array((new + config.dropFirst()).utf8))
      }
      #expect(try !CrossEncoder.load(from: copy.path).usesSigmoid)
    }
  }

  @Test func `that is none, or asks for what is not there, is refused by name`() throws {
    let sentence = try ModelCopy(of: "small-cls")
    do throws(EmbeddingError) {
      _ = try CrossEncoder.load(from: sentence.path)
      Issue.record("a sentence encoder was loaded")
    } catch {
      #expect(error.reason.contains("the modules are [\"Transformer\", \"Pooling\""), "\(error)")
    }
    try sentence.remove("modules.json")
    #expect(throws: EmbeddingError.self) { try CrossEncoder.load(from: sentence.path) }
    for (name, file, old, new, reason) in [
      ("bert", "config.json", "\"0\": \"LABEL_0\"", "\"1\": \"x\"", "\"id2label\" is an object"),
      ("bert", "config.json", "LABEL_0\"\n", "x\", \"1\": \"y\"\n", "shape [1, 32] and config"),
      (
        "roberta", "config.json", "linear.Identity", "Tanh",
        "the activation \"torch.nn.modules.Tanh\" of scores is not supported"
      ),
      ("modernbert", "config.json", "\"mean\"", "\"max\"", "\"classifier_pooling\" is the string"),
      (
        "modernbert-biased", "config.json", "\"gelu_new\"", "\"mish\"",
        "the activation \"mish\" is not supported"
      ),
      (
        "bert", "tokenizer_config.json", "\"model_max_length\": 40", "\"model_max_length\": 3",
        "leaves no room for a pair"
      ),
      (
        "bert", "tokenizer.json", "\"type_id\": 1", "\"type_id\": 2",
        "gives tokens the types [0, 2]"
      ),
    ] {
      let message = try failure(of: name) { try $0.replace(file, old, new) }
      #expect(message.contains(reason), "\(message)")
    }
    let bare = try failure { try $0.replace("tokenizer.json", "post_processor", "nothing") }
    #expect(bare.contains("the tokenizer puts no special tokens around a pair"), "\(bare)")
    let message = try failure {
      try $0.write("config_sentence_transformers.json", Array(#"{"default_prompt_name":"q"}"#.utf8))
    }
    #expect(message.contains("the default prompt \"q\" of a cross-encoder is not"), "\(message)")
  }

  @Test(arguments: ["config.json", "tokenizer_config.json", "tokenizer.json", "modules.json"])
  func `with mutated files is loaded or refused, never a crash`(file: String) throws {
    for name in ["bert", "roberta", "modernbert"] {
      let copy = try ModelCopy(of: "families/" + name)
      try copy.write(
        "modules.json", Array(#"[{"idx": 0, "path": "", "type": "a.b.Transformer"}]"#.utf8))
      let original = try copy.read(file)
      var random = SeededRandom(seed: 41)
      for _ in 0..<80 {
        var bytes = original
        for _ in 0...random.index(below: 3) where bytes.count > 1 {
          let index = random.index(below: bytes.count)
          switch random.index(below: 3) {
          case 0: bytes[index] = UInt8(random.index(below: 256))
          case 1: bytes.remove(at: index)
          default: bytes[index] = UInt8(ascii: "0") + UInt8(random.index(below: 10))
          }
        }
        try copy.write(file, bytes)
        do throws(EmbeddingError) {
          let encoder = try CrossEncoder.load(from: copy.path)
          #expect(encoder.logits([("a dance", "of [SEP] bees")]).columns == encoder.labels.count)
        } catch {
          #expect(error.path.hasPrefix(copy.path) && !error.reason.isEmpty)
        }
      }
    }
  }
}
