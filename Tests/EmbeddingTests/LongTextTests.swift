import Compute
import Embedding
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite struct `A text that is longer than the model reads` {
  private let copy: ModelCopy
  private let encoder: SentenceEncoder
  /// The tokens that a sequence has room for: 24 less [CLS] and [SEP].
  private let room = 22

  init() throws {
    copy = try ModelCopy(of: "pipeline/base")
    try copy.overlay("pipeline/pooling-mean")
    encoder = try SentenceEncoder.load(from: copy.path)
  }

  private static let letters = "a b c d e f g h i k l m n o p q r s t u w y".split(separator: " ")

  /// A text of so many words of one token each.
  private func text(of tokens: Int, from first: Int = 0) -> String {
    (first..<first + tokens).map { String(Self.letters[$0 * 7 % Self.letters.count]) }
      .joined(separator: " ")
  }

  private func difference(_ a: [Float], _ b: [Float]) -> Float {
    zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  @Test func `is the same in every mode where it fits after all`() throws {
    for mode in LongTexts.allCases {
      let other = try encoder.with(EncodingOptions(longTexts: mode))
      for count in [0, 1, 21, 22] {
        #expect(
          other.encode(text(of: count)) == encoder.encode(text(of: count)), "\(mode) \(count)")
      }
    }
  }

  @Test(arguments: [23, 24, 45, 500])
  func `loses its end, or its middle`(count: Int) throws {
    #expect(encoder.encode(text(of: count)) == encoder.encode(text(of: room)))
    let ends = try encoder.with(EncodingOptions(longTexts: .headTail))
    let joined = text(of: 11) + " " + text(of: 11, from: count - 11)
    #expect(ends.encode(text(of: count)) == encoder.encode(joined))
  }

  /// A reference that builds each window as a text: lengths that differ by one at most, an overlap
  /// of an eighth of the room, 2 tokens, and no more windows than that takes.
  @Test(arguments: [23, 24, 42, 43, 44, 62, 63, 99, 500])
  func `is read whole in windows, pooled by their lengths`(count: Int) throws {
    let windows = try encoder.with(EncodingOptions(longTexts: .windows))
    let number = Int((Double(count - 2) / 20).rounded(.up))
    let total = count + 2 * (number - 1)
    var expected = [Double](repeating: 0, count: encoder.dimension)
    var weight = 0
    var start = 0
    var lengths: Set<Int> = []
    for window in 0..<number {
      let end = total * (window + 1) / number - 2 * window
      lengths.insert(end - start)
      let vector = encoder.encode(text(of: end - start, from: start))
      for (column, value) in vector.enumerated() {
        expected[column] += Double(value) * Double(end - start)
      }
      weight += end - start
      start = end - 2
    }
    #expect(start + 2 == count && lengths.max()! <= room && lengths.max()! - lengths.min()! <= 1)
    let found = windows.encode(text(of: count))
    #expect(difference(found, expected.map { Float($0 / Double(weight)) }) < 1e-5)
  }

  @Test func `is normalised once its windows are pooled, and keeps its prompt in each`() throws {
    let copy = try ModelCopy(of: "pipeline/base")
    try copy.overlay("pipeline/prompts")
    let plain = try SentenceEncoder.load(from: copy.path, options: .init(prompt: .none))
    let options = EncodingOptions(prompt: .text("bees "), longTexts: .windows)
    let found = try plain.with(options).encode(text(of: 40))
    #expect(abs(found.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
    // "bees" is one token: 21 are left, an eighth of which is 2, so two windows of 21.
    let pooled = try SentenceEncoder.load(from: self.copy.path)
    let parts = [text(of: 21), text(of: 21, from: 19)].map { pooled.encode("bees " + $0) }
    let mean = zip(parts[0], parts[1]).map { ($0 + $1) / 2 }
    let length = mean.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(difference(found, mean.map { $0 / length }) < 1e-5)
  }

  @Test func `is counted, and what it loses too`() throws {
    let texts = [text(of: 3), text(of: 30), "", text(of: 22), text(of: 100)]
    for (mode, tokens, lost) in [
      (LongTexts.truncate, 5 + 24 + 2 + 24 + 24, 8 + 78),
      (.headTail, 5 + 24 + 2 + 24 + 24, 8 + 78),
      (.windows, 5 + (32 + 4) + 2 + 24 + (108 + 10), 0),
    ] {
      let last = Mutex(EncodingProgress())
      let encoder = try encoder.with(EncodingOptions(longTexts: mode))
      _ = encoder.encode(texts, threads: 2) { done in last.withLock { $0 = done } }
      let done = last.withLock { $0 }
      #expect(done.texts == 5 && done.longTexts == 2 && done.lostTokens == lost, "\(mode) \(done)")
      #expect(done.tokens == tokens, "\(mode) \(done)")
    }
  }

  @Test func `has the same vector to the last bit in any batch and on any threads`() throws {
    let windows = try encoder.with(EncodingOptions(longTexts: .windows))
    let texts = (0..<60).map { text(of: $0 * 37 % 300, from: $0) }
    let one = windows.encode(texts, threads: 1)
    for threads in [2, 3, 64] { #expect(windows.encode(texts, threads: threads) == one) }
    for (row, text) in texts.enumerated() { #expect(windows.encode(text) == Array(one.row(row))) }
  }

  @Test func `of ten megabytes is encoded, be it words or one word`() throws {
    let words = String(repeating: "bees and honey ", count: 700_000)
    let word = String(repeating: "x", count: 10_000_000)
    let start = ContinuousClock.now
    let vectors = encoder.encode([words, word])
    #expect(vectors.row(0) == encoder.encode([String(words.prefix(600))]).row(0))
    #expect(vectors.values.allSatisfy { $0.isFinite })
    // Cut into tokens no further than they are read, which takes a tenth of a second.
    #expect(ContinuousClock.now - start < .seconds(5))
    let windows = try encoder.with(EncodingOptions(longTexts: .windows))
    #expect(
      windows.encode([String(words.prefix(200_000)), word]).values.allSatisfy { $0.isFinite })
  }
}

@Suite struct `Encoding` {
  private let encoder = try! SentenceEncoder.load(from: GoldenVectors.path("small-cls"))

  @Test func `stops within a batch where its task is cancelled`() async throws {
    let texts = [String](repeating: String(repeating: "text ", count: 40), count: 200_000)
    let encoder = encoder
    let last = Mutex(0)
    let running = Mutex<Task<Matrix, any Error>?>(nil)
    let task = Task {
      try await encoder.encode(texts, threads: 2) { done in
        last.withLock { $0 = done.texts }
        running.withLock { $0?.cancel() }
      }
    }
    running.withLock { $0 = task }
    let result = await task.result
    #expect(throws: CancellationError.self) { try result.get() }
    // Not only after the thousands of texts that are cut into tokens at once.
    #expect(last.withLock { $0 } < 8192)
    // A task that was cancelled before does nothing.
    let late = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await encoder.encode(texts)
    }
    await #expect(throws: CancellationError.self) { try await late.value }
  }

  @Test func `gives the same with and without await, and to many at once`() async throws {
    let texts = (0..<50).map { "text number \($0) of some words" }
    let encoder = encoder
    func plain() -> Matrix { encoder.encode(texts) }
    let expected = plain()
    await withTaskGroup(of: Bool.self) { group in
      for index in 0..<8 {
        group.addTask {
          let found = try? await encoder.encode(texts, threads: 1 + index % 3)
          return found == expected
        }
      }
      for await isSame in group { #expect(isSame) }
    }
  }
}
