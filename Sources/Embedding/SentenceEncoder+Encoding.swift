public import Compute

extension SentenceEncoder {
  /// The vectors of texts, `[texts, dimension]`, in the order given.
  ///
  /// An empty text has a vector, too: that of [CLS] [SEP].
  ///
  /// - Parameters:
  ///   - texts: As many as there are, of any length.
  ///   - threads: How many threads share the work.
  ///   - progress: Told of what is done, which rises; from several threads, but never from two at
  ///     once. Counting what long texts lose takes cutting them into tokens to their end.
  /// - Complexity: O(tokens · weights of the linear layers + Σ tokens² · dimension · layers), the sum
  ///   over the texts. Beyond the result, memory for a few thousand texts at a time.
  public func encode(
    _ texts: [String], threads: Int = availableThreads,
    progress: (@Sendable (EncodingProgress) -> Void)? = nil
  ) -> Matrix {
    encode(texts, threads: threads, run: EncodingRun(report: progress))
  }

  /// The vectors of texts, as without `await`, off the caller's actor. Cancelling the task stops it
  /// within a batch on each thread, some milliseconds.
  ///
  /// - Throws: `CancellationError` where the task was cancelled.
  @concurrent
  public func encode(
    _ texts: [String], threads: Int = availableThreads,
    progress: (@Sendable (EncodingProgress) -> Void)? = nil
  ) async throws(CancellationError) -> Matrix {
    let run = EncodingRun(report: progress)
    let result = await withTaskCancellationHandler {
      encode(texts, threads: threads, run: run)
    } onCancel: {
      run.stop()
    }
    guard !run.isStopped() else { throw CancellationError() }
    return result
  }

  /// The vector of one text.
  public func encode(_ text: String, threads: Int = availableThreads) -> [Float] {
    encode([text], threads: threads).values
  }

  private func encode(_ texts: [String], threads: Int, run: EncodingRun) -> Matrix {
    let threads = max(1, threads)
    var result = Matrix(rows: texts.count, columns: dimension)
    // A window at a time, so that the token ids of a large catalogue need not all be kept.
    var start = 0
    while start < texts.count, !run.isStopped() {
      let window = Self.window(of: texts, from: start)
      start = window.upperBound
      let readings = parallelMap(window.count, chunk: 16, threads: threads) {
        reader.read(texts[window.lowerBound + $0], counts: run.isWatched)
      }
      let batch = TokenizedTexts(readings)
      let pooled = pool(batch, threads: threads, run: run)
      guard !run.isStopped() else { break }
      finish(pooled, of: batch, into: &result, from: window.lowerBound, threads: threads)
    }
    return result
  }

  /// The texts from `start` on whose tokens are kept at once: few thousands, or fewer where they are
  /// long.
  private static func window(of texts: [String], from start: Int) -> Range<Int> {
    var end = start
    var bytes = 0
    while end < texts.count, end - start < 8192, bytes < 1 << 24 {
      bytes += texts[end].utf8.count
      end += 1
    }
    return start..<end
  }
}

/// Some texts, ready for the model.
struct TokenizedTexts: Sendable {
  /// The sequences of all texts, one text's after another's.
  let sequences: [[Int32]]
  /// The text's own tokens in each sequence.
  let weights: [Int]
  /// Where each text's sequences begin, and where the last one's end: `[texts + 1]`.
  let starts: [Int]
  /// What each text adds to the progress once its last sequence is done.
  private let parts: [EncodingProgress]

  init(_ readings: [TextReader.Reading]) {
    sequences = readings.flatMap(\.sequences)
    weights = readings.flatMap(\.weights)
    var starts = [0]
    for reading in readings { starts.append(starts.last! + reading.sequences.count) }
    self.starts = starts
    parts = readings.map { reading in
      var part = EncodingProgress()
      part.texts = 1
      part.tokens = reading.sequences.reduce(0) { $0 + $1.count }
      part.longTexts = reading.isLong ? 1 : 0
      part.lostTokens = reading.lost
      return part
    }
  }

  /// What is done once a range of sequences is.
  func progress(of done: Range<Int>) -> EncodingProgress {
    // A text is done with its last sequence.
    func texts(endingBy sequence: Int) -> Int {
      // Most texts have one sequence: then this is the first guess.
      var text = min(sequence, starts.count - 1)
      while starts[text] > sequence { text -= 1 }
      return text
    }
    return parts[texts(endingBy: done.lowerBound)..<texts(endingBy: done.upperBound)]
      .reduce(EncodingProgress()) { $0 + $1 }
  }
}
