import ArgumentParser
import EmbedRec
import Embedding
import Foundation

/// `embedrec encode`.
struct EncodeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode",
    abstract: "Turn texts into vectors with a sentence encoder, without an index.",
    discussion: """
        embedrec encode --input texts.txt --output vectors.npy
        zcat texts.gz | embedrec encode --format csv

      The input has one text a line, an empty line too. By its ending the output is a
      NumPy file of float32 [texts, dimension], .jsonl with a line
      {"text": …, "vector": […]} for each text, or .csv with a line of numbers.

      With --serve it answers lines on standard input instead, until that ends:
        text<TAB>the text            the vector, raw little-endian float32
        file<TAB>in.txt<TAB>out.npy  encodes a file, then the line "done"
      """)

  @OptionGroup var encoder: ModelOption

  @Option(
    help: ArgumentHelp(
      "The texts, one a line; - or nothing for standard input.", valueName: "file"))
  var input: String?

  @Option(
    help: ArgumentHelp(
      "Where the vectors go; - or nothing for standard output.", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp("How they are written, if the output's ending doesn't say it."))
  var format: VectorFormat?

  @Option(
    help: ArgumentHelp(
      "The prompt that goes before each text, by the name that the model has for it (default: the "
        + "model's own choice).", valueName: "name"))
  var prompt: String?

  @OptionGroup var encoding: EncodingArguments

  @Flag(help: "Answer lines on standard input.")
  var serve = false

  @Flag(help: "Print nothing but errors.")
  var quiet = false

  @OptionGroup var parallelism: ThreadsOption

  func validate() throws {
    if serve {
      guard input == nil, output == nil, format == nil else {
        throw ValidationError("--serve reads and answers lines: give it no files.")
      }
    } else {
      _ = try outputFormat()
    }
  }

  func run() async throws {
    let options = EncodingOptions(
      prompt: prompt.map { .named($0) } ?? .standard, dimensions: encoding.dimensions,
      longTexts: encoding.longText ?? .truncate)
    let job = EncodingJob(
      encoder: try ModelFolder.openEncoder(
        encoder.model, precision: encoding.precision ?? .float32, options: options),
      threads: parallelism.threads)
    if serve { return try await job.serve() }
    let display = ProgressDisplay(isQuiet: quiet)
    defer { display.close() }
    let (input, output) = (input ?? "-", output == "-" ? nil : output)
    let format = try outputFormat()
    try await Interruption.cancels {
      try await job.encode(input, to: output, format: format, display: display)
    }
  }

  /// The format that is asked for, or the one that the output's ending names.
  private func outputFormat() throws -> VectorFormat {
    let isStandard = output == nil || output == "-"
    let ending = output.flatMap { VectorFormat(rawValue: ($0 as NSString).pathExtension) }
    guard let chosen = format ?? ending else {
      throw ValidationError(
        isStandard
          ? "Give --output, or --format jsonl or csv to write to standard output; or --serve."
          : "Give --format: the output's ending is none of .npy, .jsonl and .csv.")
    }
    guard chosen != .npy || !isStandard else {
      throw ValidationError("A NumPy file can't go to standard output: give --output.")
    }
    return chosen
  }
}
