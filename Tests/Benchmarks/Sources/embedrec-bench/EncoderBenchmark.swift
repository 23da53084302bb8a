import Compute
import Embedding
import Foundation

/// `encoder`: how fast texts become vectors.
///
///     embedrec-bench encoder --model DIR --texts texts.txt [--threads 1] [--precision f32]
///
/// Prints JSON: texts and real tokens a second (special ones included, nothing is padded), the share
/// that this is of the machine's float32 matrix product, measured before and after in the same run,
/// the median and the 99th percentile of a short text, of one of about 128 tokens and of one of the
/// greatest length alone, and what one thread spends on each stage.
enum EncoderBenchmark {
  static func run(_ arguments: [String]) throws {
    let arguments = try Arguments(
      arguments, known: ["--model", "--texts", "--threads", "--precision", "--rounds"])
    let name = arguments.optional("--precision") ?? "f32"
    guard let precision = Precision(rawValue: name) else {
      throw Arguments.Unusable(description: "--precision is \(name), expected f32, bf16 or int8")
    }
    let threads = try arguments.number("--threads", default: 1)
    let rounds = try arguments.number("--rounds", default: 3)
    let model = try arguments.text("--model")
    let loading = ContinuousClock.now
    let encoder = try SentenceEncoder.load(from: model, precision: precision)
    let loadSeconds = seconds(since: loading)
    let texts = try String(contentsOfFile: try arguments.text("--texts"), encoding: .utf8)
      .split(separator: "\n").map(String.init)
    let limit = min(encoder.maximumTokens, 1 << 20)
    let lengths = texts.map { encoder.tokenizer.tokenIDs(of: $0, maximumTokens: limit).count }

    var peaks = [MatrixPeak.gigaflops(threads: threads)]
    let times = (0..<rounds).map { _ in
      let start = ContinuousClock.now
      _ = encoder.encode(texts, threads: threads)
      return seconds(since: start)
    }.sorted()
    peaks.append(MatrixPeak.gigaflops(threads: threads))
    let bulk = times[times.count / 2]
    let shape = try EncoderShape(modelFolder: model)
    let gigaflops = shape.operations(lengths) / bulk * 1e-9
    let tokens = lengths.reduce(0, +)

    var line = [
      "\"precision\": \"\(name)\"", "\"threads\": \(threads)", "\"texts\": \(texts.count)",
      "\"tokens\": \(tokens)", "\"load_s\": \(rounded(loadSeconds))",
      "\"texts_per_s\": \(rounded(Double(texts.count) / bulk))",
      "\"tokens_per_s\": \(Int(Double(tokens) / bulk))", "\"gflops\": \(rounded(gigaflops))",
      "\"sgemm_gflops\": \(rounded(peaks.max()!))",
      "\"of_sgemm_peak\": \(rounded(gigaflops / peaks.max()!))",
    ]
    for (label, range) in [("short", 5...15), ("128", 116...140), ("longest", limit...limit)] {
      let some = zip(texts, lengths).filter { range.contains($1) }.prefix(50).map(\.0)
      guard !some.isEmpty else { continue }
      let spent = (0..<2).flatMap { _ in
        some.map { text in
          let start = ContinuousClock.now
          _ = encoder.encode(text, threads: threads)
          return 1000 * seconds(since: start)
        }
      }.sorted()
      line.append("\"p50_ms_\(label)\": \(rounded(spent[spent.count / 2]))")
      line.append("\"p99_ms_\(label)\": \(rounded(spent[spent.count * 99 / 100]))")
    }
    let stages = shape.stages(
      texts, lengths, precision: precision, tokenizer: encoder.tokenizer, limit: limit)
    let parts = stages.map { "\"\($0.name)\": \(rounded($0.seconds))" }
    line.append("\"stage_s\": {\(parts.joined(separator: ", "))}")
    print("{\(line.joined(separator: ", "))}")
  }

  private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}

/// The machine's speed at float32 matrix products of a transformer's shape, by OpenBLAS: what others
/// reach, and the yardstick of the encoder.
private enum MatrixPeak {
  static func gigaflops(threads: Int) -> Double {
    let (m, k, n) = (2048, 384, 1536)
    let a = [Float](repeating: 1, count: m * k)
    let b = [Float](repeating: 1, count: k * n)
    var c = [Float](repeating: 0, count: m * n)
    let times = (0..<30).map { _ in
      let start = ContinuousClock.now
      c.withUnsafeMutableBufferPointer { c in
        // Safe: each range of rows is written by one thread.
        nonisolated(unsafe) let c = c.baseAddress!
        parallelRanges(m, threads: threads) { rows in
          a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
              BLAS.multiply(
                a.baseAddress! + rows.lowerBound * k, lda: k, b.baseAddress!, ldb: n,
                into: c + rows.lowerBound * n, ldc: n, m: rows.count, n: n, k: k)
            }
          }
        }
      }
      return seconds(since: start)
    }.sorted()
    return 2e-9 * Double(m * k * n) / times[times.count / 2]
  }
}

/// The sizes of a BERT-shaped encoder, and what its stages cost.
private struct EncoderShape {
  let hidden: Int
  let intermediate: Int
  let layers: Int
  let heads: Int

  init(modelFolder: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: modelFolder + "/config.json"))
    let values = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    func number(_ key: String) throws -> Int {
      guard let value = values[key] as? Int, value > 0 else {
        throw Arguments.Unusable(description: "\(modelFolder)/config.json has no \"\(key)\"")
      }
      return value
    }
    hidden = try number("hidden_size")
    intermediate = try number("intermediate_size")
    layers = try number("num_hidden_layers")
    heads = try number("num_attention_heads")
  }

  /// Multiplications and additions of linear layers and attention, for texts of these lengths.
  func operations(_ lengths: [Int]) -> Double {
    let linear = 2 * Double(layers) * Double(4 * hidden * hidden + 2 * hidden * intermediate)
    return lengths.reduce(0.0) { sum, length in
      sum + Double(length) * linear + 4 * Double(length * length) * Double(hidden * layers)
    }
  }

  /// What one thread spends on each stage, run by itself on memory of the same shapes.
  func stages(
    _ texts: [String], _ lengths: [Int], precision: Precision, tokenizer: Tokenizer, limit: Int
  ) -> [(name: String, seconds: Double)] {
    let tokens = lengths.reduce(0, +)
    var random = SeededRandom(seed: 1)
    func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in Float(random.gaussian()) } }
    func time(_ body: () -> Void) -> Double {
      let start = ContinuousClock.now
      body()
      return seconds(since: start)
    }
    var stages: [(String, Double)] = []
    stages.append(
      (
        "tokenizer",
        time { for text in texts { _ = tokenizer.tokenIDs(of: text, maximumTokens: limit) } }
      ))

    let batch = 256
    let layersOf: [(name: String, inputs: Int, outputs: Int, Activation)] = [
      ("query_key_value", hidden, 3 * hidden, .identity),
      ("attention_output", hidden, hidden, .identity),
      ("expansion_and_gelu", hidden, intermediate, .gelu),
      ("contraction", intermediate, hidden, .identity),
    ]
    for (name, inputs, outputs, activation) in layersOf {
      let packed = PackedWeights(
        SharedArray(numbers(inputs * outputs)), bias: SharedArray(numbers(outputs)),
        precision: precision)
      let x = numbers(batch * inputs)
      var y = [Float](repeating: 0, count: batch * outputs)
      let scratch = UnsafeMutableRawPointer.allocate(
        byteCount: packed.scratchBytes(rows: batch) + 1, alignment: 64)
      defer { scratch.deallocate() }
      stages.append(
        (
          name,
          time {
            for _ in 0..<(tokens * layers + batch - 1) / batch {
              packed.multiply(x, rows: batch, activation: activation, into: &y, scratch: scratch)
            }
          }
        ))
    }

    let kernels = Kernels.current
    let attention = precision == .float32 ? kernels.attention : kernels.roundedAttention
    let longest = lengths.max() ?? 1
    let size = hidden / heads
    let states = numbers(longest * 3 * hidden)
    var context = [Float](repeating: 0, count: longest * hidden)
    var scratch = [Float](repeating: 0, count: kernels.attentionScratch(longest, size))
    stages.append(
      (
        "attention",
        time {
          states.withUnsafeBufferPointer { states in
            for length in lengths {
              for head in 0..<heads * layers {
                let own = states.baseAddress! + head % heads * size
                attention(
                  own, own + hidden, own + 2 * hidden, 3 * hidden, length, size, 0.2, nil, length,
                  &scratch, &context, hidden)
              }
            }
          }
        }
      ))

    let gain = numbers(hidden)
    var x = numbers(batch * hidden)
    let added = numbers(batch * hidden)
    stages.append(
      (
        "norms",
        time {
          for _ in 0..<(2 * tokens * layers + batch - 1) / batch {
            kernels.addLayerNorm(&x, added, gain, gain, 1e-12, batch, hidden)
          }
        }
      ))
    return stages
  }
}
