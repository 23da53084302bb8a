import ArgumentParser
import EmbedRec
import Embedding

extension LongTexts: ExpressibleByArgument {}

/// The options that say what becomes of texts and vectors: shared by `encode` and `index`.
struct EncodingArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What becomes of a text that is longer than the model reads at once: truncate leaves out "
        + "its end, head-tail its middle, windows nothing.", valueName: "mode"))
  var longText: LongTexts?

  @Option(
    help: ArgumentHelp(
      "Keep the first so many components of each vector, for models that were trained for it.",
      valueName: "n"))
  var dimensions: Int?

  func validate() throws {
    if let dimensions, dimensions < 1 {
      throw ValidationError("--dimensions must be at least 1, and is \(dimensions).")
    }
  }
}
