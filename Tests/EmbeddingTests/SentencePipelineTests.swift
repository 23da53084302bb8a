import Compute
import Embedding
import Foundation
import TestSupport
import Testing

@Suite struct `A sentence-transformers pipeline` {
  /// A folder of modules over the common transformer, or a static model of its own.
  private func folder(_ name: String) throws -> ModelCopy {
    let isStatic = name == "static" || name == "model2vec"
    let copy = try ModelCopy(of: "pipeline/" + (isStatic ? name : "base"))
    if !isStatic { try copy.overlay("pipeline/" + name) }
    return copy
  }

  private static let texts: [String] = {
    let path = GoldenVectors.path("pipeline/base/texts.json")
    return try! JSONDecoder().decode(
      [String].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }()

  /// The greatest difference of a component.
  private func difference(
    _ name: String, call: String = "standard", _ options: EncodingOptions = EncodingOptions()
  ) throws -> Float {
    let copy = try folder(name)
    let found = try SentenceEncoder.load(from: copy.path, options: options).encode(Self.texts)
    let expected = try GoldenVectors.matrix(
      GoldenVectors.path("pipeline/\(name)/\(call).npy"), rows: Self.texts.count)
    try #require(found.rows == expected.rows && found.columns == expected.columns)
    return zip(found.values, expected.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  @Test(arguments: [
    "pooling-cls", "pooling-max", "pooling-mean", "pooling-mean_sqrt_len", "pooling-weightedmean",
    "pooling-lasttoken", "pooling-all", "pooling-list", "dense", "dense-chain", "prompts",
    "prompts-left-out", "truncated", "truncated-unit", "saved", "static", "model2vec",
  ])
  func `gives the vectors that the library gives`(name: String) throws {
    // Float32 rounding of sums of components up to 10.
    #expect(try difference(name) < 1e-5)
  }

  @Test(arguments: ["prompts", "prompts-left-out"])
  func `sets the prompt that is asked for before each text`(name: String) throws {
    for (call, prompt) in [
      ("standard", .query), ("standard", .named("query")), ("none", .none), ("passage", .document),
      ("passage", .named("passage")), ("text", .text("bees and ")),
    ] as [(String, EncodingOptions.Prompt)] {
      #expect(
        try difference(name, call: call, EncodingOptions(prompt: prompt)) < 1e-5, "\(prompt)")
    }
  }

  @Test func `keeps the dimensions that are asked for, at unit length where it normalises`() throws
  {
    for (name, dimensions) in [("truncated", 5), ("truncated", 16), ("truncated-unit", 6)] {
      let options = EncodingOptions(dimensions: dimensions)
      #expect(try difference(name, call: "\(dimensions)", options) < 1e-5, "\(dimensions)")
    }
  }

  @Test func `refuses options that the model can't meet, and says what it has`() throws {
    let copy = try folder("prompts")
    let encoder = try SentenceEncoder.load(from: copy.path)
    for (options, words) in [
      (
        EncodingOptions(prompt: .named("title")),
        "has no prompt \"title\"; it has \"passage\", \"query\", \"search\""
      ),
      (
        EncodingOptions(prompt: .text(String(repeating: "bees ", count: 30))),
        "leaves no room for a text: the model reads 24 tokens at once"
      ),
      (EncodingOptions(dimensions: 17), "have 16 dimensions, of which 17 cannot be kept"),
      (EncodingOptions(dimensions: 0), "of which 0 cannot be kept"),
    ] {
      let error = try #require(throws: EmbeddingError.self) { try encoder.with(options) }
      #expect(error.path == copy.path && error.reason.contains(words), "\(error)")
    }
  }

  @Test func `has a fingerprint that names everything that changes vectors`() throws {
    let copy = try folder("prompts")
    let encoder = try SentenceEncoder.load(from: copy.path)
    func fingerprint(_ options: EncodingOptions) throws -> String {
      try encoder.with(options).fingerprint
    }
    let different = try [
      EncodingOptions(), EncodingOptions(prompt: .none), EncodingOptions(prompt: .document),
      EncodingOptions(prompt: .text("x ")), EncodingOptions(dimensions: 8),
      EncodingOptions(longTexts: .headTail), EncodingOptions(longTexts: .windows),
    ].map(fingerprint)
    #expect(Set(different).count == different.count)
    #expect(different[0] == encoder.fingerprint)
    // Different words for the same thing.
    #expect(
      try fingerprint(EncodingOptions(prompt: .text("query: "), dimensions: 16)) == different[0])
    var seen = Set(different)
    for name in ["pooling-cls", "pooling-list", "pooling-all", "dense", "dense-chain", "truncated"]
    {
      let copy = try folder(name)
      let added = try SentenceEncoder.load(from: copy.path).fingerprint
      #expect(seen.insert(added).inserted, "\(name)")
    }
    // A weight of a dense layer.
    let dense = try folder("dense")
    var weights = try dense.read("2_Dense/model.safetensors")
    weights[weights.count - 1] ^= 1
    try dense.write("2_Dense/model.safetensors", weights)
    #expect(try seen.insert(SentenceEncoder.load(from: dense.path).fingerprint).inserted)
  }

  @Test func `is refused by name where it asks for a module that is not supported`() throws {
    for type in [
      "sentence_transformers.models.CNN", "sentence_transformers.models.LSTM",
      "sentence_transformers.models.WeightedLayerPooling", "sentence_transformers.models.Asym",
      "sentence_transformers.base.modules.router.Router", "sentence_transformers.models.LayerNorm",
      "sentence_transformers.models.WordEmbeddings", "custom_st.Normalize",
    ] {
      let copy = try folder("pooling-all")
      try copy.replace("modules.json", "sentence_transformers.models.Normalize", type)
      let error = try #require(throws: EmbeddingError.self) {
        try SentenceEncoder.load(from: copy.path)
      }
      #expect(error.path.hasSuffix("/modules.json"))
      #expect(error.reason.contains("the module \(type) is not supported"), "\(error)")
    }
  }

  @Test(arguments: [
    (
      "1_Pooling/config.json", "\"pooling_mode_cls_token\": true", "\"pooling_mode\": \"first\"",
      "\"pooling_mode\" is the string \"first\", expected one or several of cls, max, mean"
    ),
    (
      "modules.json", "models.Normalize", "models.Pooling",
      "expected Dense and Normalize after Pooling"
    ),
    (
      "modules.json", "models.Pooling", "models.Normalize", "expected Transformer, Pooling and what"
    ),
    ("modules.json", "models.Transformer", "models.Dense", "StaticEmbedding at their head"),
  ])
  func `is refused where its modules make no sense`(
    file: String, old: String, new: String, words: String
  ) throws {
    let copy = try folder("pooling-all")
    try copy.replace(file, old, new)
    let error = try #require(throws: EmbeddingError.self) {
      try SentenceEncoder.load(from: copy.path)
    }
    #expect(error.path.hasSuffix(file) && error.reason.contains(words), "\(error)")
  }

  @Test(arguments: [
    (
      "\"in_features\": 16", "\"in_features\": 15",
      "its tensor \"linear.weight\" has the shape [12, 16]"
    ),
    ("activation.Tanh", "activation.SiLU", "\"torch.nn.modules.activation.SiLU\" is not supported"),
    ("torch.nn", "mine.nn", "\"mine.nn.modules.activation.Tanh\" is not supported"),
    ("\"bias\": true", "\"use_residual\": true", "\"use_residual\" is true, expected false"),
    (
      "\"bias\": true", "\"module_input_name\": \"token_embeddings\"",
      "\"module_input_name\" is the"
    ),
  ])
  func `is refused where a dense layer asks for what is not there`(
    old: String, new: String, words: String
  ) throws {
    let copy = try folder("dense")
    try copy.replace("2_Dense/config.json", old, new)
    let error = try #require(throws: EmbeddingError.self) {
      try SentenceEncoder.load(from: copy.path)
    }
    #expect(error.reason.contains(words), "\(error)")
  }

  @Test(arguments: [
    ("dense", "modules.json"), ("dense", "1_Pooling/config.json"), ("dense", "2_Dense/config.json"),
    ("dense", "2_Dense/model.safetensors"), ("prompts", "config_sentence_transformers.json"),
    ("model2vec", "config.json"), ("model2vec", "model.safetensors"), ("static", "modules.json"),
  ])
  func `with mutated files is read or refused, never a crash`(name: String, file: String) throws {
    let copy = try folder(name)
    let original = try copy.read(file)
    var random = SeededRandom(seed: 5)
    var refused = 0
    for _ in 0..<80 {
      var bytes = original
      for _ in 0...random.index(below: 3) {
        let index = random.index(below: min(bytes.count, 600))
        switch random.index(below: 4) {
        case 0: bytes[index] = UInt8(random.index(below: 256))
        case 1: bytes.remove(at: index)
        case 2: bytes.removeSubrange((bytes.count - 1 - index)...)
        default: bytes[index] = UInt8(ascii: "0") + UInt8(random.index(below: 10))
        }
        if bytes.isEmpty { bytes = [0] }
      }
      try copy.write(file, bytes)
      do throws(EmbeddingError) {
        let encoder = try SentenceEncoder.load(from: copy.path)
        #expect(encoder.encode(Self.texts).columns == encoder.dimension)
      } catch {
        refused += 1
        #expect(error.path.hasPrefix(copy.path) && !error.reason.isEmpty)
      }
    }
    #expect(refused > 10)
  }

  @Test func `of a static model is refused where table and tokenizer disagree`() throws {
    let copy = try folder("model2vec")
    try copy.replace("tokenizer.json", "\"[MASK]\":4", "\"[MASK]\":160")
    let error = try #require(throws: EmbeddingError.self) {
      try SentenceEncoder.load(from: copy.path)
    }
    #expect(error.reason.contains("the id 160 and the model vectors for 160 tokens"), "\(error)")
  }

  @Test func `of a static model gives zeros for a text without any token`() throws {
    let copy = try folder("static")
    let encoder = try SentenceEncoder.load(from: copy.path)
    #expect(encoder.isNormalized && encoder.maximumTokens == .max)
    #expect(encoder.encode("").allSatisfy { $0 == 0 })
    let texts = (0..<2000).map { "bees \($0) honey" }
    #expect(encoder.encode(texts, threads: 1) == encoder.encode(texts, threads: 3))
  }
}
