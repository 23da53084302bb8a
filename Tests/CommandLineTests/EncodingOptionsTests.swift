import Foundation
import TestSupport
import Testing

@Suite struct `An index` {
  private let folder = try! TemporaryFolder()

  private func items(_ prefix: String = "") throws -> String {
    let lines =
      ["id,title,categories"]
      + ["a,red kayak,boats", "b,blue kayak,boats", "c,rose,gardens"]
      .map { $0.replacing(",", with: "," + prefix, maxReplacements: 1) }
    return try folder.write("items.csv", lines.joined(separator: "\n") + "\n")
  }

  private func log() throws -> String {
    try folder.write("log.csv", "user,item,timestamp\nanna,a,1\nben,c,2\n")
  }

  @Test func `of a model with prompts encodes items by one and queries by the other`() throws {
    let model = folder.path("model")
    try FileManager.default.copyItem(atPath: Program.model, toPath: model)
    try folder.write(
      "model/config_sentence_transformers.json",
      "{\"prompts\": {\"query\": \"find \", \"passage\": \"item \"}}")
    // The same words, written by the model's prompts and by hand.
    var answers: [String] = []
    for (index, model, prefix, text) in [
      ("by-prompt", model, "", "boats"), ("by-hand", Program.model, "item ", "find boats"),
    ] {
      let place = folder.path(index)
      let made = try Program.run(
        "index", "--items", try items(prefix), "--interactions", try log(), "--index", place,
        "--model", model, "--quiet", in: folder)
      #expect(made.status == 0, "\(made.errors)")
      let found = try Program.run(
        "query", "--text", text, "--index", place, "--format", "csv", in: folder)
      #expect(found.status == 0, "\(found.errors)")
      answers.append(found.output.replacing(text, with: "…"))
    }
    #expect(answers[0] == answers[1] && answers[0].split(separator: "\n").count == 4)
  }

  @Test func `says what long texts have lost, and keeps to how they were encoded`() throws {
    let items = try folder.write(
      "items.csv", "id,title\na,kayak\nb," + String(repeating: "a ", count: 100) + "\n")
    let place = folder.path("index")
    func index(_ arguments: String...) throws -> Program.Outcome {
      try Program.start(
        ["index", "--items", items, "--interactions", try log(), "--index", place] + arguments,
        in: folder
      ).1()
    }
    let cut = try index()
    #expect(cut.status == 0)
    #expect(
      cut.errors.contains("1 of 2 texts, of which 54 tokens ("),
      "\(cut.errors)")
    let windows = try index("--long-text", "windows", "--dimensions", "8")
    #expect(
      windows.errors.contains("1 of 2 texts, which were read in windows"), "\(windows.errors)")
    // Later runs, additions and queries go by what the index was made with.
    #expect(try index().errors.contains("0 texts encoded, 2 known already"))
    #expect(
      try Program.run("add", "--id", "c", "--text", "canoe", "--index", place, in: folder).status
        == 0)
    let found = try Program.run(
      "query", "--text", "canoe", "-k", "1", "--index", place, "--format", "csv", in: folder)
    #expect(found.output.contains(",c,"))
    let info = try Program.run("info", "--index", place, in: folder)
    #expect(info.output.contains("8 dimensions"))
    let impossible = try index("--dimensions", "99")
    #expect(impossible.status == 69 && impossible.errors.contains("have 32 dimensions"))
  }
}
