import ArgumentParser
import EmbedRec
import Embedding
import Foundation

/// `embedrec model`.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Look into the folders of sentence encoders.",
    subcommands: [VerifyCommand.self])

  /// `embedrec model verify`.
  struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify",
      abstract: "Check a model folder; say what it is and how fast it is here.",
      discussion: """
          embedrec model verify models/all-MiniLM-L6-v2

        Reads every file that encoding needs, looks for weights that are not finite,
        and encodes a few sentences for about a second. The exit status is 0 if all is
        well, 65 if a file is malformed or not supported, 66 if one is missing.
        """)

    @Argument(help: "The model's folder.")
    var folder: String

    @Flag(help: "Print as JSON.")
    var json = false

    @OptionGroup var parallelism: ThreadsOption

    func run() throws {
      guard FileManager.default.fileExists(atPath: folder) else {
        throw EmbedRecError(.notFound, "\(folder): there is no model folder here")
      }
      let report: ModelReport
      do {
        report = try ModelReport(verifying: folder, threads: parallelism.threads)
      } catch let error as EmbeddingError {
        let isThere = FileManager.default.fileExists(atPath: error.path)
        throw EmbedRecError(isThere ? .input : .notFound, error.description)
      }
      if json {
        try StandardOutput.write(json: report)
      } else {
        StandardOutput.write(report.text)
      }
    }
  }
}
