import ArgumentParser
import EmbedRec
import Foundation

/// `embedrec info`.
struct InfoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Say what is in an index.")

  @OptionGroup var place: IndexOption

  @Flag(help: "Print as JSON.")
  var json = false

  func run() async throws {
    let info = try await Recommender.open(place.index).info()
    if json {
      try StandardOutput.write(json: info)
      return
    }
    var table = TextTable([("", .left), ("", .left)])
    for (name, value) in [
      (
        "generation",
        "\(info.generation), made \(info.created.formatted(.iso8601)) by version \(info.madeBy)"
      ),
      (
        "items",
        "\(ProgressDisplay.grouped(info.items)), \(ProgressDisplay.grouped(info.coldItems)) of them cold"
      ),
      ("users", ProgressDisplay.grouped(info.users)),
      ("interactions", ProgressDisplay.grouped(info.interactions)),
      ("added since", "\(ProgressDisplay.grouped(info.itemsAddedSince)) items"),
      ("encoder", "\(info.modelFolder), \(info.dimension) dimensions"),
      (
        "item text",
        info.settings.itemTextFields?.joined(separator: ", ")
          ?? "title, categories, description (default)"
      ),
      (
        "learns from",
        info.settings.minimumValue.map { "values of \($0) and more" } ?? "every interaction"
      ),
      ("size on disk", ProgressDisplay.bytes(info.bytesOnDisk)),
    ] { table.append([name, value]) }
    StandardOutput.write(String(table.text.drop { $0.isNewline }))
  }
}
