import Compute
internal import Foundation

/// One immutable set of derived files, opened and checked.
struct Generation: Sendable {
  let name: String
  let path: String
  let manifest: Manifest

  /// Reads the manifest and compares the length of every file that it lists. The files' content is
  /// checked by ``ArrayArchive`` when each is opened.
  ///
  /// - Throws: ``EmbedRecError`` where the manifest is missing, malformed or of another version, or
  ///   a file is missing or has another length.
  init(path: String, name: String) throws(EmbedRecError) {
    self.name = name
    self.path = path
    let manifestPath = path + "/manifest.json"
    guard let content = FileManager.default.contents(atPath: manifestPath) else {
      throw EmbedRecError(
        .damaged, "\(manifestPath): is missing or unreadable: restore it, or run `embedrec index`")
    }
    do {
      manifest = try Manifest(decoding: content)
    } catch {
      throw EmbedRecError(
        .damaged,
        "\(manifestPath): is malformed or was made by another version of the program: "
          + "run `embedrec index` to make a new generation")
    }
    guard manifest.formatVersion == Manifest.formatVersion else {
      throw EmbedRecError(
        .damaged,
        "\(manifestPath): has format version \(manifest.formatVersion), this program reads "
          + "\(Manifest.formatVersion): run `embedrec index` to make a new generation")
    }
    guard manifest.matches(content) else {
      throw EmbedRecError(
        .damaged,
        "\(manifestPath): does not match its checksum: restore it, or run `embedrec index` to make a "
          + "new generation")
    }
    for file in manifest.files {
      let found = try? FileManager.default.attributesOfItem(atPath: path + "/" + file.name)[.size]
      guard let size = found as? Int else {
        throw EmbedRecError(
          .damaged, "\(path)/\(file.name): is missing: restore it, or run `embedrec index`")
      }
      guard size == file.bytes else {
        throw EmbedRecError(
          .damaged,
          "\(path)/\(file.name): has \(size) bytes, the manifest says \(file.bytes): restore it, "
            + "or run `embedrec index`")
      }
    }
  }

  /// Opens one of the generation's archives.
  func archive(_ file: GenerationFile) throws(EmbedRecError) -> ArrayArchive {
    do throws(FileError) {
      return try ArrayArchive(path: path + "/" + file.name, kind: file.kind)
    } catch { throw EmbedRecError(error) }
  }
}

/// The files of a generation.
struct GenerationFile: Sendable {
  let name: String
  let kind: String
}
