import ArgumentParser
import EmbedRec

/// `embedrec query`.
struct QueryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "Ask an index for recommendations.",
    discussion: """
      Ask with exactly one of --user, --users-from, --history/--profile, --text
      and --item:

        embedrec query --index shop.index --user alice
        embedrec query --index shop.index --profile "a gardener with a small balcony"
        embedrec query --index shop.index --history B01,B07,B33 --explain
        embedrec query --index shop.index --text "waterproof hiking boots" -k 5
        embedrec query --index shop.index --item B01
        embedrec query --index shop.index --users-from users.txt --format csv

      A user whom the index doesn't know is an error with --user, and gets an
      empty history with --users-from. An item that it doesn't know is an error in
      every option but --candidates, where it is left out with a warning.
      """)

  @OptionGroup var place: IndexOption

  @Option(help: ArgumentHelp("Recommend to this user of the catalogue.", valueName: "id"))
  var user: String?

  @Option(
    help: ArgumentHelp(
      "Recommend to each user of this file, one id a line (- reads standard input).",
      valueName: "file"))
  var usersFrom: String?

  @Option(
    help: ArgumentHelp(
      "Recommend to someone who liked these items, oldest first, separated by commas.",
      valueName: "ids"))
  var history: String?

  @Option(
    help: ArgumentHelp(
      "Recommend to someone described in plain words; may be joined with --history.",
      valueName: "text"))
  var profile: String?

  @Option(help: ArgumentHelp("Search for items by meaning.", valueName: "text"))
  var text: String?

  @Option(help: ArgumentHelp("Find the items most like this one.", valueName: "id"))
  var item: String?

  @Option(name: .short, parsing: .unconditional, help: "How many items to return.")
  var k = 10

  @Option(
    help: ArgumentHelp("Rank only the items of this file, one id a line.", valueName: "file"))
  var candidates: String?

  @Flag(help: "Recommend items of the user's history again, too.")
  var includeSeen = false

  @Flag(help: "Say what each score is made of, and which items or words brought it.")
  var explain = false

  @Option(help: "How to print: table, json or csv (user,item,score in rank order).")
  var format: AnswerFormat = .table

  @OptionGroup var encoder: MovedModelOption

  @OptionGroup var parallelism: ThreadsOption

  func validate() throws {
    let subjects = [
      user != nil, usersFrom != nil, history != nil || profile != nil, text != nil, item != nil,
    ].count { $0 }
    guard subjects == 1 else {
      throw ValidationError(
        "Ask with exactly one of --user, --users-from, --history/--profile, --text and --item.")
    }
    guard k >= 1 else { throw ValidationError("-k must be at least 1, and is \(k).") }
  }

  func run() async throws {
    let recommender = try await Recommender.open(place.index, model: encoder.model)
    let allowed = try candidates.map { try IDList.read($0) }
    if let allowed, let candidates {
      let unknown = try recommender.unknownItems(among: allowed)
      if let first = unknown.first {
        StandardError.write(
          "warning: \(candidates): \(unknown.count) of \(allowed.count) items are not in this "
            + "index and are left out, the first \(first.debugDescription)\n")
      }
    }
    var printer = AnswerPrinter(format: format)

    if let usersFrom {
      let users = try IDList.read(usersFrom)
      // A block at a time, so that the answers of millions of users needn't fit in memory.
      for start in stride(from: 0, to: users.count, by: 4096) {
        let block = users[start..<min(users.count, start + 4096)]
        let answers = try recommender.recommend(
          block.map { query(.user($0), allowed) }, threads: parallelism.threads,
          unknownUsers: .areNew)
        for (user, answer) in zip(block, answers) { printer.add(answer, for: user) }
      }
    } else {
      let subject: Query.Subject =
        if let user { .user(user) } else if let text { .text(text) } else if let item {
          .item(item)
        } else { .visitor(history: history.map(IDList.split) ?? [], profile: profile) }
      printer.add(try recommender.recommend(query(subject, allowed)), for: user ?? "")
    }
    printer.finish()
  }

  private func query(_ subject: Query.Subject, _ allowed: [String]?) -> Query {
    Query(
      subject, count: k, candidates: allowed, includesSeen: includeSeen, explains: explain)
  }
}

/// The option that every command shares: where the index is.
struct IndexOption: ParsableArguments {
  @Option(help: ArgumentHelp("The folder that holds the index.", valueName: "dir"))
  var index: String
}
