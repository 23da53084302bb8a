import ArgumentParser
import Compute

/// The option of the commands that open an encoder of the user's choice.
struct ModelOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The encoder: a folder in Hugging Face's layout (default: EMBEDREC_MODEL, else the default "
        + "model in the cache folder).", valueName: "dir"))
  var model: String?
}

/// The option of the commands that open the encoder which an index was made by.
struct MovedModelOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The encoder's model folder, if it has moved since the index was made.", valueName: "dir"))
  var model: String?
}

/// The option of the commands that work in parallel.
struct ThreadsOption: ParsableArguments {
  @Option(help: "How many threads to use.")
  var threads = availableThreads

  func validate() throws {
    guard threads >= 1 else {
      throw ValidationError("--threads must be at least 1, and is \(threads).")
    }
  }
}
