import Embedding
import Foundation
import Synchronization

/// What `embedrec model verify` has found out about a model folder.
struct ModelReport: Encodable {
  let summary: ModelSummary
  /// The files of the folder.
  let bytesOnDisk: Int
  /// The most memory that the process has had by then.
  let bytesInMemory: Int
  let secondsToLoad: Double
  let threads: Int
  let textsPerSecond: Double
  let tokensPerSecond: Double
  /// The median for a text of some ten tokens by itself.
  let millisecondsForShortText: Double

  /// - Throws: `EmbeddingError` for the first thing that is wrong.
  init(verifying folder: String, threads: Int) throws {
    let start = ContinuousClock.now
    let encoder = try SentenceEncoder.load(from: folder)
    secondsToLoad = (ContinuousClock.now - start).seconds
    self.threads = threads
    millisecondsForShortText = Self.latency(of: encoder, threads: threads)
    (textsPerSecond, tokensPerSecond) = Self.speed(of: encoder, threads: threads)
    bytesOnDisk = Self.size(of: folder)
    var usage = rusage()
    getrusage(0, &usage)  // RUSAGE_SELF, whose type differs from system to system.
    // Linux counts kilobytes, macOS bytes.
    #if canImport(Darwin)
      bytesInMemory = usage.ru_maxrss
    #else
      bytesInMemory = usage.ru_maxrss * 1024
    #endif
    // Last, since it reads files to their ends that encoding reads parts of.
    summary = try encoder.summary()
    try encoder.verify()
  }

  /// Sentences of some lengths, as descriptions of things have them.
  private static let sentences = [
    "A red kayak for two", "Beekeeping for beginners: hives, tools and the first year",
    "Three friends rent a cottage by the sea and find out that its owner never left.",
    "Waterproof hiking boots with a wide toe box, a stiff sole and laces that stay tied in the "
      + "rain. Made for long days on stony ground, and light enough to carry on the way home.",
    "soil", "An atlas of the night sky, month by month, with maps for both hemispheres",
    "A quiet documentary follows the last lighthouse keepers of the northern coast through one "
      + "winter, their letters and their radio, until the lamps are lit by a machine.",
    "Strings for classical guitar, medium tension",
  ]

  private static func latency(of encoder: SentenceEncoder, threads: Int) -> Double {
    let times = (0..<25).map { _ in
      let start = ContinuousClock.now
      _ = encoder.encode(sentences[1], threads: threads)
      return (ContinuousClock.now - start).seconds * 1000
    }
    return times.sorted()[times.count / 2]
  }

  private static func speed(
    of encoder: SentenceEncoder, threads: Int
  ) -> (texts: Double, tokens: Double) {
    let texts = (0..<8).flatMap { _ in sentences }
    let first = Mutex(EncodingProgress())
    _ = encoder.encode(texts, threads: threads) { done in first.withLock { $0 = done } }
    let tokens = first.withLock { $0.tokens }
    let start = ContinuousClock.now
    var rounds = 0.0
    var seconds = 0.0
    while seconds < 1 {
      _ = encoder.encode(texts, threads: threads)
      rounds += 1
      seconds = (ContinuousClock.now - start).seconds
    }
    return (rounds * Double(texts.count) / seconds, rounds * Double(tokens) / seconds)
  }

  private static func size(of folder: String) -> Int {
    let files = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
    return files.reduce(0) { sum, name in
      // A link, as caches keep them, counts as what it points at.
      let path = URL(fileURLWithPath: folder + "/" + name).resolvingSymlinksInPath().path
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      guard attributes?[.type] as? FileAttributeType == .typeRegular else { return sum }
      return sum + (attributes?[.size] as? Int ?? 0)
    }
  }

  /// The report as a table.
  var text: String {
    var table = TextTable([("", .left), ("", .left)])
    let grouped = ProgressDisplay.grouped
    table.append(["family", summary.family])
    if summary.layers > 0 {
      table.append([
        "layers",
        "\(summary.layers), \(summary.hiddenSize) wide, \(summary.attentionHeads) attention heads, "
          + "\(summary.intermediateSize) between",
      ])
    }
    let prompts = summary.prompts.sorted { $0.key < $1.key }.map { name, words in
      "\(name) \(words.debugDescription)" + (name == summary.defaultPrompt ? " (default)" : "")
    }
    for (name, value) in [
      (
        "parameters",
        "\(grouped(summary.parameters)), \(summary.storedAs.joined(separator: " and "))"
      ),
      ("tokenizer", "\(summary.tokenizer), \(grouped(summary.vocabularySize)) tokens"),
      ("modules", summary.modules.joined(separator: ", ")),
      ("prompts", prompts.isEmpty ? "none" : prompts.joined(separator: ", ")),
      ("longest text", summary.maximumTokens.map { "\(grouped($0)) tokens" } ?? "no limit"),
      (
        "vectors",
        "\(summary.dimension) dimensions" + (summary.isNormalized ? ", of unit length" : "")
      ),
      ("fingerprint", summary.fingerprint),
      ("size on disk", ProgressDisplay.bytes(bytesOnDisk)),
      ("peak memory", ProgressDisplay.bytes(bytesInMemory)),
      ("loaded in", "\(ProgressDisplay.number(secondsToLoad, 3)) s"),
      (
        "speed here",
        "\(grouped(Int(textsPerSecond))) texts/s, \(grouped(Int(tokensPerSecond))) tokens/s on "
          + "\(threads) threads"
      ),
      ("a short text", "\(ProgressDisplay.number(millisecondsForShortText, 2)) ms"),
    ] { table.append([name, value]) }
    return table.text.drop { $0.isNewline } + "Everything is in order.\n"
  }
}
