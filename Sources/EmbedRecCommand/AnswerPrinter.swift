import ArgumentParser
import EmbedRec
import Foundation

/// How answers are printed.
enum AnswerFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json, csv
}

/// Prints answers, each as it comes.
struct AnswerPrinter {
  private let format: AnswerFormat
  private var count = 0

  init(format: AnswerFormat) { self.format = format }

  /// - Parameter user: The id that the answer is for; empty where there is none.
  mutating func add(_ answer: [Recommendation], for user: String) {
    switch format {
    case .csv:
      if count == 0 { StandardOutput.write(Self.header) }
      StandardOutput.write(answer.map { CSV.line([user, $0.item, "\($0.score)"]) }.joined())
    case .json:
      StandardOutput.write(Self.json(answer, user) + "\n")
    case .table:
      if !user.isEmpty { StandardOutput.write((count == 0 ? "" : "\n") + "For \(user):\n") }
      StandardOutput.write(answer.isEmpty ? "Nothing to recommend.\n" : Self.table(answer))
    }
    count += 1
  }

  mutating func finish() {
    if format == .csv, count == 0 { StandardOutput.write(Self.header) }
  }

  private static let header = CSV.line(["user", "item", "score"])

  private static func table(_ answer: [Recommendation]) -> String {
    var table = TextTable([("", .right), ("item", .left), ("title", .left), ("score", .right)])
    for (position, each) in answer.enumerated() {
      table.append([
        String(position + 1), each.item, shortened(each.title ?? "", to: 60),
        String(format: "%.3f", each.score),
      ])
    }
    guard answer.contains(where: { $0.explanation != nil }) else { return table.text }
    // Each item's reasons stand below its line.
    let lines = table.text.split(separator: "\n")
    return lines[0] + "\n"
      + zip(lines.dropFirst(), answer).map { line, each in
        ([String(line)] + (each.explanation.map(reasons) ?? [])).joined(separator: "\n") + "\n"
      }.joined()
  }

  private static func reasons(_ explanation: Explanation) -> [String] {
    var lines: [String] = []
    if !explanation.because.isEmpty {
      let sources = explanation.because.map {
        "\($0.title ?? $0.item) (\(Int(($0.share * 100).rounded())) %)"
      }
      lines.append("because of " + sources.joined(separator: ", "))
    }
    if !explanation.words.isEmpty {
      lines.append("words in common: " + explanation.words.joined(separator: ", "))
    }
    let parts = explanation.parts.map { String(format: "%@ %+.3f", $0.signal, $0.contribution) }
    lines.append("score: " + parts.joined(separator: ", "))
    lines.append(
      explanation.interactions == 0
        ? "no one has used it yet: ranked by its text" : "used by \(explanation.interactions)")
    return lines.map { "      " + $0 }
  }

  private struct Line: Encodable {
    var user: String?
    var recommendations: [Recommendation]
  }

  private static func json(_ answer: [Recommendation], _ user: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let line = Line(user: user.isEmpty ? nil : user, recommendations: answer)
    // Scores are finite and the rest is text: there is nothing that could fail.
    return String(decoding: try! encoder.encode(line), as: UTF8.self)
  }

  private static func shortened(_ text: String, to length: Int) -> String {
    text.count <= length ? text : text.prefix(length - 1) + "…"
  }
}
