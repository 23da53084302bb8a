internal import Synchronization

/// How far a call of ``SentenceEncoder``'s `encode` is, and what it has left out.
public struct EncodingProgress: Sendable, Equatable {
  /// Texts that have their vector.
  public internal(set) var texts = 0
  /// Tokens that the model has read, special ones and those of prompts included.
  public internal(set) var tokens = 0
  /// Texts that are longer than the model can read at once.
  public internal(set) var longTexts = 0
  /// Tokens of them that were left out, ``EncodingOptions/longTexts`` being what it is.
  public internal(set) var lostTokens = 0

  /// Nothing done yet.
  public init() {}

  /// The sums of two calls.
  public static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.texts += b.texts
    sum.tokens += b.tokens
    sum.longTexts += b.longTexts
    sum.lostTokens += b.lostTokens
    return sum
  }
}

extension EncodingProgress {
  /// What a person should know of texts that were too long for `encoder`; nil where none was.
  package func remark(on encoder: SentenceEncoder) -> String? {
    guard longTexts > 0 else { return nil }
    let what =
      "Longer than the \(encoder.maximumTokens) tokens that the model reads at once: "
      + "\(longTexts) of \(texts) texts"
    if encoder.options.longTexts == .windows { return what + ", which were read in windows" }
    let share = (1000 * Double(lostTokens) / Double(tokens + lostTokens)).rounded() / 10
    return what + ", of which \(lostTokens) tokens (\(share) % of all) were left out; "
      + "--long-text windows reads them too"
  }
}

/// Adds up what several workers report and passes the sums on, one report at a time; and stops the
/// workers where the call was cancelled.
final class EncodingRun: Sendable {
  private let report: (@Sendable (EncodingProgress) -> Void)?
  private let sums = Mutex(EncodingProgress())
  private let stopped = Atomic(false)

  init(report: (@Sendable (EncodingProgress) -> Void)?) { self.report = report }

  /// Whether anybody asks for the sums, so that they are worth counting.
  var isWatched: Bool { report != nil }
  func isStopped() -> Bool { stopped.load(ordering: .relaxed) }

  func stop() { stopped.store(true, ordering: .relaxed) }

  func add(_ part: EncodingProgress) {
    guard let report else { return }
    sums.withLock {
      $0 = $0 + part
      report($0)
    }
  }
}
