import Compute
import Embedding
import Synchronization
import TestSupport
import Testing

@Suite struct `A sentence encoder` {
  private func difference(_ a: Matrix, _ b: Matrix) -> Float {
    zip(a.values, b.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  @Test(arguments: GoldenVectors.small)
  func `gives the vectors that PyTorch gives for small models of every kind`(name: String) throws {
    let golden = try GoldenVectors(name)
    let encoder = try SentenceEncoder.load(from: golden.folder)
    let vectors = encoder.encode(golden.texts)
    #expect(encoder.dimension == 32)
    #expect(encoder.maximumTokens == (name == "small-plain" ? 48 : 40))
    // Weights ten times those of a trained model, and vectors that are not normalised in one of
    // them: components reach 5.
    #expect(difference(vectors, golden.embeddings) < 2e-5)
  }

  @Test(.enabled(if: DefaultModel.folder != nil, "\(DefaultModel.absence)"))
  func `gives the vectors that sentence-transformers gives for the real model`() throws {
    let golden = try GoldenVectors("all-MiniLM-L6-v2")
    let encoder = try SentenceEncoder.load(from: #require(DefaultModel.folder))
    #expect(encoder.maximumTokens == 256)
    // The texts of few tokens, and one in eight of the rest, so that the test stays quick.
    let some = golden.lines.indices.filter { golden.lines[$0].ids.count < 24 || $0 % 8 == 0 }
    let vectors = encoder.encode(some.map { golden.lines[$0].text })
    let expected = Matrix(
      rows: some.count, columns: 384, values: some.flatMap { Array(golden.embeddings.row($0)) })
    // The promise is 2e-5; float32 rounding explains less than 1e-6.
    #expect(difference(vectors, expected) < 2e-6)
  }

  @Test(arguments: ["small-cls", "small-plain"])
  func `gives a text the same vector to the last bit alone, in a batch and on any threads`(
    name: String
  ) throws {
    let golden = try GoldenVectors(name)
    let encoder = try SentenceEncoder.load(from: golden.folder)
    let one = encoder.encode(golden.texts, threads: 1)
    for threads in [2, 3, 7, 64] {
      #expect(encoder.encode(golden.texts, threads: threads) == one)
    }
    let backwards = encoder.encode(golden.texts.reversed(), threads: 2)
    for (index, text) in golden.texts.enumerated() {
      #expect(encoder.encode(text) == Array(one.row(index)))
      #expect(backwards.row(golden.texts.count - 1 - index) == one.row(index))
    }
  }

  @Test func `encodes no texts, and empty ones`() throws {
    let encoder = try SentenceEncoder.load(from: GoldenVectors.path("small-cls"))
    #expect(encoder.encode([]).rows == 0)
    let vectors = encoder.encode(["", " ", "a"])
    #expect(vectors.row(0) == vectors.row(1))
    #expect(vectors.row(0) != vectors.row(2))
  }

  @Test func `reports progress that rises to the number of texts`() throws {
    let golden = try GoldenVectors("small-cls")
    let encoder = try SentenceEncoder.load(from: golden.folder)
    let reports = Mutex<[Int]>([])
    _ = encoder.encode(golden.texts, threads: 3) { done in
      reports.withLock { $0.append(done.texts) }
    }
    let counts = reports.withLock { $0 }
    #expect(counts == counts.sorted())
    #expect(counts.last == golden.texts.count)
  }

  @Test func `has a fingerprint that names weights, vocabulary and pooling`() throws {
    func fingerprint(_ change: (ModelCopy) throws -> Void = { _ in }) throws -> String {
      let copy = try ModelCopy(of: "small-cls")
      try change(copy)
      return try SentenceEncoder.load(from: copy.path).fingerprint
    }
    let original = try fingerprint()
    #expect(original.count == 32)
    #expect(try fingerprint() == original)  // Wherever the folder lies.
    let changed = [
      try fingerprint { copy in
        var weights = try copy.read("model.safetensors")
        weights[weights.count - 1] ^= 1
        try copy.write("model.safetensors", weights)
      },
      try fingerprint {
        try $0.replace("tokenizer.json", "\"lowercase\":true", "\"lowercase\":false")
      },
      try fingerprint { try $0.replace("config.json", "\"gelu\"", "\"relu\"") },
      try fingerprint { try $0.replace("sentence_bert_config.json", "40", "41") },
      try fingerprint {
        try $0.replace("1_Pooling/config.json", "_mean_tokens\": false", "_mean_tokens\": true")
        try $0.replace("1_Pooling/config.json", "_cls_token\": true", "_cls_token\": false")
      },
    ]
    #expect(Set(changed + [original]).count == changed.count + 1)
  }
}
