import Compute
internal import Foundation

/// The folder that an index lives in, and the names of what it holds.
///
///     CURRENT             the name of the published generation
///     catalogue.sqlite    items, users, interactions: the truth
///     encodings.sqlite    vectors by hash of text and encoder: a cache, may be deleted
///     generations/000007/ what was derived from the catalogue: immutable, mapped
///     building            held by the process that builds the next generation
struct IndexFolder: Sendable {
  let path: String

  var cataloguePath: String { path + "/catalogue.sqlite" }
  var encodingsPath: String { path + "/encodings.sqlite" }
  var currentPath: String { path + "/CURRENT" }
  var lockPath: String { path + "/building" }
  var generationsPath: String { path + "/generations" }

  func generationPath(_ name: String) -> String { generationsPath + "/" + name }

  /// Whether there is an index here: a catalogue, even if no generation was published yet.
  var exists: Bool { FileManager.default.fileExists(atPath: cataloguePath) }

  /// The size of all files in the folder.
  var bytesOnDisk: Int {
    let files = FileManager.default.enumerator(atPath: path)
    var total = 0
    while files?.nextObject() != nil {
      let attributes = files?.fileAttributes
      if attributes?[.type] as? FileAttributeType == .typeRegular {
        total += attributes?[.size] as? Int ?? 0
      }
    }
    return total
  }

  /// Makes the folder where it is missing.
  ///
  /// - Throws: ``EmbedRecError`` where it can't be made, or something else is in its place.
  func create() throws(EmbedRecError) {
    do {
      try FileManager.default.createDirectory(
        atPath: generationsPath, withIntermediateDirectories: true)
    } catch {
      throw EmbedRecError(
        .storage, "\(path): cannot make the index folder: \(error.systemReason)")
    }
  }

  /// The name of the published generation, or nil where none has been published.
  ///
  /// - Throws: ``EmbedRecError`` where CURRENT can't be read or names no generation.
  func currentGeneration() throws(EmbedRecError) -> String? {
    guard FileManager.default.fileExists(atPath: currentPath) else { return nil }
    guard let content = FileManager.default.contents(atPath: currentPath) else {
      throw EmbedRecError(.storage, "\(currentPath): cannot be read: check its permissions")
    }
    let name = String(decoding: content, as: UTF8.self).trimmingCharacters(
      in: .whitespacesAndNewlines)
    guard GenerationName.number(of: name) != nil else {
      throw EmbedRecError(
        .damaged,
        "\(currentPath): names no generation (\(name.prefix(40).debugDescription)): "
          + "publish a new one with `embedrec index --index \(path)`")
    }
    return name
  }

  /// Opens the published generation.
  ///
  /// A run that publishes while this one opens may remove what CURRENT named a moment ago: then
  /// CURRENT is read once more.
  ///
  /// - Throws: ``EmbedRecError`` where there is no index, nothing was published, or it is damaged.
  func openCurrentGeneration() throws(EmbedRecError) -> Generation {
    guard exists else {
      throw EmbedRecError(
        .notFound,
        "\(path): there is no index here. Make one with `embedrec index --items FILE "
          + "--interactions FILE --index \(path)`")
    }
    guard let name = try currentGeneration() else {
      throw EmbedRecError(
        .notFound,
        "\(path): nothing has been published here yet. Finish it with `embedrec index --index \(path)`"
      )
    }
    do {
      return try Generation(path: generationPath(name), name: name)
    } catch {
      guard let newer = try currentGeneration(), newer != name else { throw error }
      return try Generation(path: generationPath(newer), name: newer)
    }
  }
}

/// The names of generations: six digits or more, counting up.
enum GenerationName {
  static func name(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }

  /// nil where `name` is not the name of a generation.
  static func number(of name: String) -> Int? {
    guard name.utf8.count >= 6, name.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(name)
  }
}
