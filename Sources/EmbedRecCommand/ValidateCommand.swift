import ArgumentParser
import EmbedRec

/// `embedrec validate`.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Read files as `index` would, store nothing, and say what is in them.",
    discussion: """
        embedrec validate --items items.csv --interactions clicks.csv

      Says how many rows there are, what each column was taken for, and the first
      problems with file, line and field. The exit status is 0 where `embedrec
      index` would read the files to their end without skipping a row, and 65
      otherwise.
      """)

  @OptionGroup var dataset: DatasetOption
  @OptionGroup var input: InputOptions

  func validate() throws {
    try dataset.validate(input)
    guard
      dataset.dataset != nil
        || [input.items, input.users, input.interactions].contains(where: { $0 != nil })
    else { throw ValidationError("Give --items, --users, --interactions or --dataset.") }
  }

  func run() throws {
    var sources = try dataset.sources(input)
    // A dry run shows more than the first problem.
    sources.policy = .skip
    let summary = try InputValidation.validate(sources, settings: input.settings)
    var skipped = 0
    for (what, file) in [
      ("items", summary.items), ("users", summary.users), ("interactions", summary.interactions),
    ] {
      guard let file else { continue }
      skipped += file.skipped
      StandardOutput.write(
        "\(what): \(file.path) (\(file.format.rawValue)): \(ProgressDisplay.grouped(file.rows)) rows, "
          + "\(ProgressDisplay.grouped(file.accepted)) good, \(ProgressDisplay.grouped(file.skipped)) bad\n"
      )
      for column in file.columns { StandardOutput.write("  \(column)\n") }
    }
    for note in summary.notes { StandardError.write(note + "\n") }
    StandardOutput.write(
      skipped == 0 ? "No row is malformed.\n" : "\(skipped) rows are malformed.\n")
    if skipped > 0 { throw ExitCode(ExitStatus.of(.input)) }
  }
}
