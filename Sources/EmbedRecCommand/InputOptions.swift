import ArgumentParser
import EmbedRec

extension ErrorPolicy: ExpressibleByArgument {}

/// The options that say what to read: shared by `index`, `add` and `validate`.
struct InputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Items: JSONL, CSV or TSV with a header, or RecBole's .item; .gz too.", valueName: "file"))
  var items: String?

  @Option(
    help: ArgumentHelp("Users with what is known of them, in the same formats.", valueName: "file"))
  var users: String?

  @Option(
    help: ArgumentHelp("The log of who used what, in the same formats.", valueName: "file"))
  var interactions: String?

  @Option(
    help: ArgumentHelp(
      "The fields that make up an item's text, in order, separated by commas "
        + "(default: title, categories and description, under their usual names).",
      valueName: "names"))
  var textFields: String?

  @Option(
    help: ArgumentHelp(
      "The fields that make up a user's profile (default: all but ids, links and postal codes).",
      valueName: "names"))
  var userTextFields: String?

  @Option(
    help: ArgumentHelp(
      "Learn only from interactions of at least this value, such as ratings from 4 up; the others "
        + "say that the user knows the item.", valueName: "x"))
  var minValue: Double?

  @Option(help: "What to do about a malformed row: stop or skip.")
  var onError: ErrorPolicy = .stop

  @Option(
    help: ArgumentHelp("The column of item ids, if not recognised.", valueName: "name"))
  var itemColumn: String?

  @Option(help: ArgumentHelp("The column of user ids.", valueName: "name"))
  var userColumn: String?

  @Option(help: ArgumentHelp("The column of values or ratings.", valueName: "name"))
  var valueColumn: String?

  @Option(help: ArgumentHelp("The column of times.", valueName: "name"))
  var timeColumn: String?

  var mapping: ColumnMapping {
    ColumnMapping(
      itemID: itemColumn, userID: userColumn, value: valueColumn, timestamp: timeColumn)
  }

  var sources: InputSources {
    InputSources(
      items: items, users: users, interactions: interactions, mapping: mapping, policy: onError)
  }

  var settings: IndexSettings {
    IndexSettings(
      itemTextFields: textFields.map(IDList.split),
      userTextFields: userTextFields.map(IDList.split), minimumValue: minValue)
  }
}

/// The option that names a whole folder of input.
struct DatasetOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Read items, users and interactions from this folder: RecBole's atomic files, or files "
        + "called items, users and interactions.", valueName: "dir"))
  var dataset: String?

  /// The sources of the folder if there is one, else those of the files.
  func sources(_ input: InputOptions) throws -> InputSources {
    guard let dataset else { return input.sources }
    return try InputSources(dataset: dataset, mapping: input.mapping, policy: input.onError)
  }

  func validate(_ input: InputOptions) throws {
    if dataset != nil, input.items != nil || input.users != nil || input.interactions != nil {
      throw ValidationError("Give --dataset, or --items, --users and --interactions; not both.")
    }
  }
}
