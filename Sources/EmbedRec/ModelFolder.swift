public import Compute
import Embedding
internal import Foundation

/// Where the encoder's model lies.
public enum ModelFolder {
  /// The folder that the set-up script puts the default model into: below `XDG_CACHE_HOME`, else
  /// `~/.cache`.
  public static var defaultPath: String {
    let environment = ProcessInfo.processInfo.environment
    let cache =
      environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : $0 }
      ?? NSHomeDirectory() + "/.cache"
    return cache + "/embedrec/all-MiniLM-L6-v2"
  }

  /// The model to use: `named`, else the environment's `EMBEDREC_MODEL`, else the default one.
  ///
  /// - Throws: ``EmbedRecError`` of kind `model` where there is no such folder.
  static func resolve(_ named: String?) throws(EmbedRecError) -> String {
    let chosen = ProcessInfo.processInfo.environment["EMBEDREC_MODEL"]
    let path = named ?? chosen.flatMap { $0.isEmpty ? nil : $0 } ?? defaultPath
    var isFolder = false as ObjCBool
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
    else {
      throw EmbedRecError(
        .model,
        "\(path): there is no model folder here. Name one with --model or EMBEDREC_MODEL, or fetch "
          + "the default model with Scripts/demo")
    }
    return path
  }

  /// Opens the encoder of the model at `named`, or of the one that is used without a name.
  ///
  /// - Throws: ``EmbedRecError`` of kind `model` where it is missing or incomplete, or can't do what
  ///   the options ask.
  public static func openEncoder(
    _ named: String? = nil, precision: Precision = .float32,
    options: EncodingOptions = EncodingOptions()
  ) throws(EmbedRecError) -> SentenceEncoder {
    let path = try resolve(named)
    do throws(EmbeddingError) {
      return try SentenceEncoder.load(from: path, precision: precision, options: options)
    } catch { throw EmbedRecError(error) }
  }
}
