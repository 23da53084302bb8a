import ArgumentParser
import Compute
import EmbedRec
import Embedding

extension LongTexts: ExpressibleByArgument {}

extension Precision: ExpressibleByArgument {}

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

  @Option(
    help: ArgumentHelp(
      "What the encoder computes with: f32, bf16 (near exact, fast on CPUs that multiply it) or "
        + "int8 (fastest; some nearest neighbours change).", valueName: "format"))
  var precision: Precision?

  func validate() throws {
    if let dimensions, dimensions < 1 {
      throw ValidationError("--dimensions must be at least 1, and is \(dimensions).")
    }
  }
}
