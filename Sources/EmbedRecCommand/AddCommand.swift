import ArgumentParser
import Compute
import EmbedRec

/// `embedrec add`.
struct AddCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Add items, users or interactions to an index; they count at once.",
    discussion: """
        embedrec add --index shop.index --items new.csv
        embedrec add --index shop.index --id B77 --text "A folding kayak. Boats"
        embedrec add --index shop.index --interactions today.csv

      New items are recommended at once by their text, new interactions count at
      once in their users' histories. The models learn from them at the next
      `embedrec index`. All or nothing is stored, durably, before the command
      returns.
      """)

  @OptionGroup var place: IndexOption
  @OptionGroup var input: InputOptions

  @Option(help: ArgumentHelp("The id of one item to add, with --text.", valueName: "id"))
  var id: String?

  @Option(help: ArgumentHelp("The text of the item: its title first.", valueName: "text"))
  var text: String?

  @Option(
    help: ArgumentHelp(
      "The encoder's model folder, if it has moved since the index was made.", valueName: "dir"))
  var model: String?

  @Option(help: "How many threads to use.")
  var threads = availableThreads

  func validate() throws {
    guard (id == nil) == (text == nil) else {
      throw ValidationError("--id and --text go together: they add one item.")
    }
    let files = [input.items, input.users, input.interactions].contains { $0 != nil }
    guard files != (id != nil) else {
      throw ValidationError(
        "Give files with --items, --users or --interactions, or one item with --id and --text.")
    }
  }

  func run() async throws {
    let addition = CatalogueAddition(
      folder: place.index, settings: input.settings, model: model, threads: threads)
    let summary: AdditionSummary
    if let id, let text {
      summary = try await addition.add(
        items: [ItemRecord(id: id, fields: [Field(name: "title", value: .text(text))])])
    } else {
      summary = try await addition.add(input.sources)
    }
    for note in summary.notes { StandardError.write(note + "\n") }
    let new = summary.newItems == 1 ? "1 new item" : "\(summary.newItems) new items"
    StandardOutput.write(
      "Added \(new) (known ones changed: \(summary.changedItems)), users: \(summary.users), "
        + "interactions: \(summary.interactions).\n")
  }
}
