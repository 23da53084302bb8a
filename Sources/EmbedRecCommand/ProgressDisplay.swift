import EmbedRec
import Foundation
import Synchronization

/// Shows how far `embedrec index` is: a bar with rate and time left on a terminal, a plain line for
/// each stage otherwise.
final class ProgressDisplay: Sendable {
  private struct State {
    var stageStart = ContinuousClock.now
    var lastDraw = ContinuousClock.now - .seconds(1)
    var known = 0
    var barIsShown = false
  }

  private let isQuiet: Bool
  private let state = Mutex(State())

  init(isQuiet: Bool) { self.isQuiet = isQuiet }

  func show(_ event: IndexEvent) {
    guard !isQuiet else { return }
    state.withLock { state in
      switch event {
      case .began(let stage):
        state.stageStart = .now
        state.known = 0
        if StandardError.isTerminal {
          StandardError.write("\(stage.description) …")
          state.barIsShown = true
        }
      case .progress(let stage, let done, let total, let known):
        state.known = known
        guard StandardError.isTerminal, ContinuousClock.now - state.lastDraw > .milliseconds(100)
        else { return }
        state.lastDraw = .now
        StandardError.write("\r\u{1B}[K" + Self.bar(stage, done, total, state))
        state.barIsShown = true
      case .note(let text):
        clear(&state)
        StandardError.write(text + "\n")
      case .finished(let stage, let seconds, let detail):
        clear(&state)
        let time = Self.number(seconds, 1) + " s"
        StandardError.write("\(stage.description): \(detail) in \(time)\n")
      }
    }
  }

  /// Takes away a bar that still stands there, such as that of a stage which failed.
  func close() { state.withLock { clear(&$0) } }

  private func clear(_ state: inout State) {
    if state.barIsShown { StandardError.write("\r\u{1B}[K") }
    state.barIsShown = false
  }

  /// `Encoding texts [=====>    ] 1,234 of 5,417, 210/s, 20 s left`.
  private static func bar(_ stage: IndexStage, _ done: Int, _ total: Int?, _ state: State) -> String
  {
    let elapsed = (ContinuousClock.now - state.stageStart).seconds
    let rate = elapsed > 0.2 ? Double(done - state.known) / elapsed : 0
    let speed = rate > 0 ? ", \(grouped(Int(rate)))/s" : ""
    guard let total, total > 0 else { return "\(stage.description): \(grouped(done))\(speed)" }
    let width = 30
    let filled = min(width, done * width / total)
    let bar =
      String(repeating: "=", count: filled) + (filled < width ? ">" : "")
      + String(repeating: " ", count: max(0, width - filled - 1))
    let left = rate > 0 ? ", \(duration(Double(total - done) / rate)) left" : ""
    return "\(stage.description) [\(bar)] \(grouped(done)) of \(grouped(total))\(speed)\(left)"
  }

  static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    return whole < 90 ? "\(whole) s" : "\(whole / 60) min \(whole % 60) s"
  }

  static func number(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", value)
  }

  /// `12.3 MB`.
  static func bytes(_ count: Int) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB"]
    var value = Double(count)
    var unit = 0
    while value >= 1000, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    return unit == 0 ? "\(count) bytes" : "\(number(value, 1)) \(units[unit])"
  }

  /// `1,234,567`.
  static func grouped(_ value: Int) -> String {
    var digits = String(value)
    var position = digits.count - 3
    while position > (value < 0 ? 1 : 0) {
      digits.insert(",", at: digits.index(digits.startIndex, offsetBy: position))
      position -= 3
    }
    return digits
  }
}

extension Duration {
  /// The duration in seconds.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
