import Foundation

/// `embedrec-bench SUBCOMMAND …`: measures what the library does. Nothing here is a test.
@main struct Main {
  /// Each subcommand's name and what runs it on the arguments that follow.
  static let subcommands: [(name: String, run: @Sendable ([String]) throws -> Void)] = [
    ("ann", { try IndexBenchmark.run($0) }),
    ("encoder", { try EncoderBenchmark.run($0) }),
    ("exact", { try ExactBenchmark.run($0) }),
  ]

  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    guard let subcommand = subcommands.first(where: { $0.name == arguments.first }) else {
      fail("usage: embedrec-bench \(subcommands.map(\.name).joined(separator: "|")) …")
    }
    do { try subcommand.run(Array(arguments.dropFirst())) } catch { fail("\(error)") }
  }

  private static func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data((message + "\n").utf8))
    exit(2)
  }
}
