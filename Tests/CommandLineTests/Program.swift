import Foundation
import TestSupport
import Testing

/// The built program, run as a child process.
enum Program {
  struct Outcome: Sendable {
    var status: Int32
    var output: String
    var errors: String
  }

  /// Beside the test bundle, where the package manager puts both.
  static let path: String = {
    let names = [CommandLine.arguments[0], Bundle.main.executablePath ?? ""]
    let folders =
      names.map { ($0 as NSString).deletingLastPathComponent }
      + [
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
          .appending(path: "../../.build/release").standardizedFileURL.path
      ]
    return folders.map { $0 + "/embedrec" }
      .first { FileManager.default.isExecutableFile(atPath: $0) } ?? "embedrec was not built"
  }()

  static let model = TinyModel.path()

  /// Starts the program with the tiny model and its output in files, which no full pipe can block.
  static func start(
    _ arguments: [String], input: String = "", in folder: TemporaryFolder, executable: String = path
  ) throws -> (Process, () throws -> Outcome) {
    let name = UUID().uuidString
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    var environment = ProcessInfo.processInfo.environment
    environment["EMBEDREC_MODEL"] = model
    process.environment = environment
    let files = ["in", "out", "err"].map { folder.path("\(name).\($0)") }
    for (file, text) in zip(files, [input, "", ""]) {
      try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    }
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: files[0]))
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: files[1]))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: files[2]))
    try process.run()
    return (
      process,
      {
        process.waitUntilExit()
        func text(_ file: String) throws -> String {
          String(decoding: try Data(contentsOf: URL(fileURLWithPath: file)), as: UTF8.self)
        }
        let status = process.terminationReason == .exit ? process.terminationStatus : -1
        return Outcome(status: status, output: try text(files[1]), errors: try text(files[2]))
      }
    )
  }

  static func run(
    _ arguments: String..., input: String = "", in folder: TemporaryFolder
  ) throws -> Outcome {
    try start(arguments, input: input, in: folder).1()
  }
}

/// A small shop with ids that are awkward to print, indexed by the program.
struct PrintedShop {
  let folder: TemporaryFolder
  var index: String { folder.path("shop index") }

  static let items = [
    "a,A red kayak,boats", "\"b,1\",A blue kayak,boats", "\"c \"\"big\"\"\",A river paddle,boats",
    "d\u{fc},A rose,gardens", "e,A spade for roses,gardens", "f,Rose soil,gardens",
  ]
  static let log = [
    "anna,a,5,1", "anna,\"b,1\",5,2", "ben,a,4,1", "ben,d\u{fc},1,2", "\u{00e9}va,e,5,1",
    "\u{00e9}va,f,5,2",
  ]

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      "items.csv", (["id,title,categories"] + Self.items).joined(separator: "\n") + "\n")
    try folder.write(
      "log.csv", (["user,item,rating,timestamp"] + Self.log).joined(separator: "\n") + "\n")
    let made = try Program.run(
      "index", "--items", folder.path("items.csv"), "--interactions", folder.path("log.csv"),
      "--min-value", "3", "--index", index, "--quiet", in: folder)
    try #require(made.status == 0 && made.output.isEmpty && made.errors.isEmpty, "\(made.errors)")
  }

  /// Writes a file of so many items that aren't in the shop, and returns its path.
  func writeMany(_ count: Int) throws -> String {
    let items = (0..<count).map { "k\($0),Thing number \($0) of many,things" }
    return try folder.write(
      "many.csv", (["id,title,categories"] + items).joined(separator: "\n") + "\n")
  }

  func run(_ arguments: String...) throws -> Program.Outcome {
    try Program.start(arguments + ["--index", index], in: folder).1()
  }
}
