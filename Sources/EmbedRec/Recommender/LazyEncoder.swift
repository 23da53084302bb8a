import Embedding
internal import Synchronization

/// The encoder that an index was made by, opened when a text must be encoded and not before.
final class LazyEncoder: Sendable {
  private let named: String?
  private let identity: EncoderIdentity
  private let settings: IndexSettings
  private let opened = Mutex<SentenceEncoder?>(nil)

  /// - Parameter named: The model folder to use instead of the one that the index remembers.
  init(named: String?, manifest: Manifest) {
    self.named = named
    identity = manifest.encoder
    settings = manifest.settings
  }

  /// The same encoder for the texts of queries.
  func queries() throws(EmbedRecError) -> SentenceEncoder {
    let encoder = try encoder()
    do throws(EmbeddingError) {
      return try encoder.with(settings.encodingOptions(for: .query))
    } catch { throw EmbedRecError(error) }
  }

  /// The encoder for the texts of the catalogue.
  ///
  /// - Throws: ``EmbedRecError`` of kind `model` where the model is missing, or isn't the one whose
  ///   vectors the index holds.
  func encoder() throws(EmbedRecError) -> SentenceEncoder {
    try opened.withLock { opened throws(EmbedRecError) in
      if let encoder = opened { return encoder }
      let path = named ?? identity.modelFolder
      let options = settings.encodingOptions(for: .document)
      let precision = settings.precision ?? .float32
      let encoder: SentenceEncoder
      do throws(EmbedRecError) {
        encoder = try ModelFolder.openEncoder(path, precision: precision, options: options)
      } catch {
        guard named == nil else { throw error }
        // The folder that the index remembers is gone: perhaps the usual place has the model.
        encoder = try ModelFolder.openEncoder(nil, precision: precision, options: options)
      }
      guard encoder.fingerprint == identity.fingerprint else {
        throw EmbedRecError(
          .model,
          "\(path): is another model than the one that this index was made by "
            + "(fingerprint \(encoder.fingerprint.prefix(12)), expected "
            + "\(identity.fingerprint.prefix(12))): name the right one with --model, or run "
            + "`embedrec index --model \(path)` to encode everything anew")
      }
      opened = encoder
      return encoder
    }
  }
}
