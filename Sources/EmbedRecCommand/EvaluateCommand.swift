import ArgumentParser
import EmbedRec
import Evaluation
import Foundation

/// `embedrec evaluate`.
struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure how well recommendations foresee what a log holds back.",
    discussion: """
        embedrec evaluate --dataset ml-100k --min-value 4 --cold-items 0.2
        embedrec evaluate --items items.csv --interactions log.csv --split time --json
        embedrec evaluate --items items.csv --train train.csv --test test.csv

      Part of the log is held back, EmbedRec and three classic recommenders learn
      from the rest, and each ranks the whole catalogue for the users of the part
      held back: all of it, without what a user is known to have. The table says
      how much of it the lists hold, with 95 % intervals over users: for all
      items, and apart for those that nothing was learnt of (cold) and the others
      (warm). Users with nothing to learn from aren't asked for. No index of yours
      is touched.
      """)

  @OptionGroup var dataset: DatasetOption
  @OptionGroup var input: InputOptions

  @Option(
    help: ArgumentHelp(
      "What to hold back of each user's interactions, the last-share, leave-last-one-out or random "
        + "ones; or, with time, all after one moment.", valueName: "how"))
  var split: SplitName = .lastShare

  @Option(help: ArgumentHelp("How much to hold back, from 0 to 1.", valueName: "x"))
  var share = 0.2

  @Option(
    help: ArgumentHelp(
      "The share of the items, from 0 to 1, that lose all their interactions to the test.",
      valueName: "x"))
  var coldItems = 0.0

  @Option(
    help: ArgumentHelp("Learn from this file instead; with --test.", valueName: "file"))
  var train: String?

  @Option(help: ArgumentHelp("Foresee this file; with --train.", valueName: "file"))
  var test: String?

  @Option(help: "The seed of all that is drawn.")
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("Ask for a sample of at most so many users.", valueName: "n"))
  var testUsers = 2000

  @Option(
    help: ArgumentHelp(
      "Keep the texts' encodings in this folder, for the next run.", valueName: "dir"))
  var work: String?

  @Option(
    help: ArgumentHelp(
      "Write EmbedRec's lists to this file, as user,item,score in rank order.", valueName: "file"))
  var lists: String?

  @OptionGroup var encoder: ModelOption

  @OptionGroup var parallelism: ThreadsOption

  @Flag(help: "Print nothing but the result and errors.")
  var quiet = false

  @Flag(help: "Print every measure as JSON.")
  var json = false

  func validate() throws {
    try dataset.validate(input)
    guard dataset.dataset != nil || input.items != nil else {
      throw ValidationError("Give --items, or --dataset.")
    }
    guard dataset.dataset != nil || input.interactions != nil || train != nil else {
      throw ValidationError("Give --interactions, or --train and --test, or --dataset.")
    }
    guard (train == nil) == (test == nil) else {
      throw ValidationError("--train and --test go together.")
    }
    for (name, value) in [("--share", share), ("--cold-items", coldItems)] {
      guard (0...1).contains(value) else {
        throw ValidationError("\(name) must be from 0 to 1, and is \(value).")
      }
    }
    guard testUsers >= 1 else {
      throw ValidationError("--test-users must be at least 1, and is \(testUsers).")
    }
  }

  func run() async throws {
    let display = ProgressDisplay(isQuiet: quiet)
    defer { display.close() }
    let parts: Experiment.Parts =
      if let train, let test { .files(train: train, test: test) } else {
        .split(split.method(share), coldItems: coldItems)
      }
    let experiment = Experiment(
      sources: try dataset.sources(input), settings: input.settings, parts: parts, seed: seed,
      userLimit: testUsers, model: encoder.model, work: work, threads: parallelism.threads)
    let trials = try await Interruption.cancels { try await experiment.run { display.show($0) } }
    if let lists {
      do {
        try Data(trials.csv(of: trials.trials[0]).utf8).write(to: URL(fileURLWithPath: lists))
      } catch {
        throw EmbedRecError(
          .storage, "\(lists): cannot be written: \(error.systemReason)")
      }
    }
    let report = trials.report(seed: seed)
    if json {
      StandardOutput.write(try report.json() + "\n")
    } else {
      StandardOutput.write(report.table(measures: Self.columns, exposure: false))
      StandardOutput.write("\n" + report.exposureTable())
    }
  }

  /// What fits on a screen; JSON has the rest.
  private static let columns: [Measure] = [
    .recall(at: 20), .ndcg(at: 10), .hitRate(at: 10), .mrr(at: 100),
  ]
}

/// The ways of splitting a log, as the command line names them.
enum SplitName: String, ExpressibleByArgument, CaseIterable {
  case lastShare = "last-share"
  case leaveLastOneOut = "leave-last-one-out"
  case random
  case time

  func method(_ share: Double) -> Split.Method {
    switch self {
    case .lastShare: .lastShare(share)
    case .leaveLastOneOut: .leaveLastOneOut
    case .random: .random(share)
    case .time: .time(share)
    }
  }
}
