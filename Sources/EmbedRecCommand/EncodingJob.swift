import EmbedRec
import Embedding
import Foundation
import Synchronization

/// What `embedrec encode` does with an encoder: files, or lines on standard input.
struct EncodingJob: Sendable {
  let encoder: SentenceEncoder
  let threads: Int

  /// Texts are encoded in blocks of so many, or fewer where they are so many bytes: enough for all
  /// threads to stay busy, and little enough to keep millions of lines out of memory.
  private static let block = (texts: 8192, bytes: 1 << 23)

  /// Encodes the lines of a file into another.
  ///
  /// - Parameter output: nil for standard output.
  /// - Throws: ``EmbedRecError``; `CancellationError` where the task was cancelled. What was under
  ///   the output's name stays then.
  func encode(
    _ input: String, to output: String?, format: VectorFormat, display: ProgressDisplay? = nil
  ) async throws {
    let start = ContinuousClock.now
    var lines = try Lines(input)
    var file = try VectorFile(output, format: format, dimension: encoder.dimension)
    display?.show(.began(.encoding))
    let total = display == nil ? nil : Self.count(input)
    var sums = EncodingProgress()
    while true {
      let texts = try Self.block(of: &lines)
      if texts.isEmpty { break }
      let before = sums
      let latest = Mutex(EncodingProgress())
      let report: @Sendable (EncodingProgress) -> Void = { done in
        latest.withLock { $0 = done }
        display?.show(
          .progress(.encoding, done: before.texts + done.texts, total: total, known: 0))
      }
      // Nobody reads what `--serve` counts.
      let vectors = try await encoder.encode(
        texts, threads: threads, progress: display == nil ? nil : report)
      sums = before + latest.withLock { $0 }
      try file.add(vectors, of: texts)
    }
    try file.finish()
    let seconds = (ContinuousClock.now - start).seconds
    let detail =
      "\(ProgressDisplay.grouped(sums.texts)) texts, "
      + "\(ProgressDisplay.grouped(sums.tokens)) tokens"
    display?.show(.finished(.encoding, seconds: seconds, detail: detail))
    if let remark = sums.remark(on: encoder) { display?.show(.note(remark)) }
    if lines.replacedLines > 0 {
      display?.show(
        .note(
          "Not UTF-8: bytes of \(lines.replacedLines) of \(sums.texts) lines, which U+FFFD replaces"
        ))
    }
  }

  private static func block(of lines: inout Lines) throws -> [String] {
    var texts: [String] = []
    var bytes = 0
    while texts.count < block.texts, bytes < block.bytes, let line = try lines.next() {
      texts.append(line)
      bytes += line.utf8.count
    }
    return texts
  }

  /// How many lines a file has, for a progress bar that somebody sees.
  private static func count(_ path: String) -> Int? {
    guard StandardError.isTerminal, path != "-",
      let file = try? FileHandle(forReadingFrom: URL(fileURLWithPath: path)),
      (try? file.seekToEnd()) != nil, (try? file.seek(toOffset: 0)) != nil
    else { return nil }
    var count = 0
    while let bytes = try? file.read(upToCount: 1 << 20), !bytes.isEmpty {
      count += bytes.count { $0 == UInt8(ascii: "\n") }
    }
    return count
  }

  /// Answers lines on standard input until it ends: `text<TAB>…` with a vector, raw little-endian
  /// float32, and `file<TAB>in<TAB>out` with `done` once the file is written.
  ///
  /// - Throws: ``EmbedRecError`` for the first line that can't be answered.
  func serve() async throws {
    var lines = try Lines("-")
    let output = try OutputFile(nil)
    while let line = try lines.next() {
      if line.utf8.starts(with: "text\t".utf8) {
        let text = String(line.utf8.dropFirst(5)) ?? ""
        try output.write(encoder.encode(text, threads: threads))
        continue
      }
      let fields = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3, fields[0] == "file" else {
        throw EmbedRecError(
          .input,
          "standard input: \(line.prefix(60).debugDescription) is neither text<TAB>… nor "
            + "file<TAB>…<TAB>…")
      }
      try await encode(String(fields[1]), to: String(fields[2]), format: .npy)
      try output.write(Array("done\n".utf8))
    }
  }
}
