import ArgumentParser
import EmbedRec
import Foundation

/// `embedrec index`.
struct IndexCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "index",
    abstract: "Make a recommender of a catalogue and a click log.",
    discussion: """
        embedrec index --items items.csv --interactions clicks.csv --index shop.index
        embedrec index --dataset ml-100k --min-value 4 --index films.index

      Run it again on the same index with newer files, or with none to fold in
      what `embedrec add` brought: what the files hold is merged into the
      catalogue, only new texts are encoded, and the old state answers queries
      until the new one is complete. Stopping it loses nothing but time.
      """)

  @OptionGroup var place: IndexOption
  @OptionGroup var dataset: DatasetOption
  @OptionGroup var input: InputOptions

  @OptionGroup var encoder: ModelOption
  @OptionGroup var encoding: EncodingArguments

  @OptionGroup var parallelism: ThreadsOption

  @Flag(help: "Print nothing but errors.")
  var quiet = false

  @Flag(help: "Print the summary as JSON on standard output.")
  var json = false

  func validate() throws {
    try dataset.validate(input)
  }

  func run() async throws {
    let display = ProgressDisplay(isQuiet: quiet)
    defer { display.close() }
    var settings = input.settings
    settings.longTexts = encoding.longText
    settings.dimensions = encoding.dimensions
    settings.precision = encoding.precision
    let builder = IndexBuilder(
      folder: place.index, sources: try dataset.sources(input), settings: settings,
      model: encoder.model, threads: parallelism.threads)
    let summary = try await Interruption.cancels {
      try await builder.build { display.show($0) }
    }
    if json {
      try StandardOutput.write(json: summary)
    } else if !quiet {
      StandardOutput.write(Self.text(of: summary, at: place.index))
    }
  }

  private static func text(of summary: IndexSummary, at path: String) -> String {
    var table = TextTable([("", .left), ("", .right)])
    for (name, value) in [
      ("items", summary.items), ("users", summary.users), ("interactions", summary.interactions),
      ("cold items (nothing learnt from yet)", summary.coldItems),
      ("texts encoded now", summary.encodedTexts),
    ] { table.append([name, ProgressDisplay.grouped(value)]) }
    for stage in IndexStage.allCases {
      guard let seconds = summary.seconds[stage.rawValue] else { continue }
      table.append([
        "seconds for \(stage.description.lowercased())", ProgressDisplay.number(seconds, 2),
      ])
    }
    table.append(["size on disk", ProgressDisplay.bytes(summary.bytesOnDisk)])
    return table.text.drop { $0.isNewline }
      + "Published generation \(summary.generation) of \(path)\n"
  }
}
