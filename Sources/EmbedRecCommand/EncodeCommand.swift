import ArgumentParser
import EmbedRec
import Embedding
import Foundation

/// `embedrec encode`.
struct EncodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode",
    abstract: "Turn texts into vectors with a sentence encoder, without an index.",
    discussion: """
        embedrec encode --input texts.txt --output vectors.npy

      The input has one text a line; the output is a NumPy file of float32 [texts,
      dimension].

      With --serve it answers lines on standard input instead, until that ends:
        text<TAB>the text            the vector, raw little-endian float32
        file<TAB>in.txt<TAB>out.npy  encodes a file, then the line "done"
      """)

  @OptionGroup var encoder: ModelOption

  @Option(help: ArgumentHelp("The texts, one a line.", valueName: "file"))
  var input: String?

  @Option(help: ArgumentHelp("Where the vectors go.", valueName: "file.npy"))
  var output: String?

  @Flag(help: "Answer lines on standard input.")
  var serve = false

  @OptionGroup var parallelism: ThreadsOption

  func validate() throws {
    guard serve != (input != nil && output != nil) else {
      throw ValidationError("Give --input and --output, or --serve.")
    }
  }

  func run() throws {
    let sentenceEncoder = try ModelFolder.openEncoder(encoder.model)
    if let input, let output {
      try Self.encode(input, to: output, sentenceEncoder, parallelism.threads)
      return
    }
    while let line = readLine() {
      let fields = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
      switch (fields.first, fields.count) {
      case ("text", 2...):
        let vector = sentenceEncoder.encode(String(line.dropFirst("text\t".count)))
        StandardOutput.write(vector.withUnsafeBytes { Data($0) })
      case ("file", 3):
        try Self.encode(
          String(fields[1]), to: String(fields[2]), sentenceEncoder, parallelism.threads)
        StandardOutput.write("done\n")
      default:
        throw EmbedRecError(
          .input,
          "standard input: \(line.prefix(60).debugDescription) is neither text<TAB>… nor file<TAB>…<TAB>…"
        )
      }
    }
  }

  private static func encode(
    _ input: String, to output: String, _ encoder: SentenceEncoder, _ threads: Int
  ) throws {
    // To Swift, a carriage return and the line feed behind it are one character.
    var texts = try TextFile.read(input).split(omittingEmptySubsequences: false) {
      $0 == "\n" || $0 == "\r\n"
    }.map(String.init)
    if texts.last == "" { texts.removeLast() }
    try NumPyFile.write(encoder.encode(texts, threads: threads), to: output)
  }
}
