import Compute
internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// Writes the files of the next generation under a temporary name and publishes them.
///
/// Until ``publish(manifest:)`` renames the folder and swaps CURRENT, readers see the old
/// generation; a run that is killed before leaves only a folder that the next run removes.
struct GenerationWriter {
  private let folder: IndexFolder
  private let temporaryPath: String
  private(set) var files: [Manifest.File] = []

  /// - Precondition: The caller holds the ``BuildLock``.
  init(folder: IndexFolder) throws(EmbedRecError) {
    self.folder = folder
    temporaryPath = folder.generationsPath + "/unpublished"
    try? FileManager.default.removeItem(atPath: temporaryPath)
    do {
      try FileManager.default.createDirectory(
        atPath: temporaryPath, withIntermediateDirectories: false)
    } catch {
      throw EmbedRecError(
        .storage, "\(temporaryPath): cannot be made: \(error.systemReason)")
    }
  }

  /// Writes an archive, syncs it and records its length and checksum.
  mutating func write(
    _ file: GenerationFile, _ body: (ArrayArchiveWriter) throws -> Void
  ) throws(EmbedRecError) {
    let path = temporaryPath + "/" + file.name
    try EmbedRecError.wrapping {
      let writer = try ArrayArchiveWriter(path: path, kind: file.kind)
      try body(writer)
      try writer.finish()
      try record(file.name)
    }
  }

  /// Records a file that `body` writes to the path that it gets.
  mutating func record(
    _ file: GenerationFile, writtenBy body: (_ path: String) throws -> Void
  ) throws(EmbedRecError) {
    try EmbedRecError.wrapping {
      try body(temporaryPath + "/" + file.name)
      try record(file.name)
    }
  }

  private mutating func record(_ name: String) throws {
    let mapped = try MappedFile(path: temporaryPath + "/" + name)
    files.append(
      Manifest.File(
        name: name, bytes: mapped.bytes.count, checksum: Checksum(mapped.bytes).hex))
  }

  /// Writes the manifest, gives the folder its final name and points CURRENT at it. All older
  /// generations but the last one are removed: a reader may be opening that one right now.
  ///
  /// - Returns: The name of the published generation.
  consuming func publish(manifest: Manifest) throws(EmbedRecError) -> String {
    let folder = self.folder
    let temporaryPath = self.temporaryPath
    return try EmbedRecError.wrapping {
      try writeDurably(try manifest.encoded(), to: temporaryPath + "/manifest.json")
      try syncFolder(temporaryPath)

      let existing = try FileManager.default.contentsOfDirectory(atPath: folder.generationsPath)
        .compactMap { name in GenerationName.number(of: name) }.sorted()
      // A CURRENT that names nothing is what this run mends.
      let previous = try? folder.currentGeneration()
      let name = GenerationName.name((existing.last ?? 0) + 1)
      try move(temporaryPath, to: folder.generationPath(name))
      try syncFolder(folder.generationsPath)
      try writeDurably(Data((name + "\n").utf8), to: folder.currentPath + ".new")
      try move(folder.currentPath + ".new", to: folder.currentPath)
      try syncFolder(folder.path)

      for number in existing where GenerationName.name(number) != previous {
        try? FileManager.default.removeItem(
          atPath: folder.generationPath(GenerationName.name(number)))
      }
      return name
    }
  }
}

private func writeDurably(_ data: Data, to path: String) throws {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
  guard descriptor >= 0 else { throw FileError(path: path, action: "create", code: errno) }
  defer { close(descriptor) }
  try data.withUnsafeBytes { try writeAll($0, to: descriptor, path: path) }
  guard fsync(descriptor) == 0 else { throw FileError(path: path, action: "sync", code: errno) }
}

/// Renames atomically, replacing what is there.
private func move(_ source: String, to target: String) throws {
  guard rename(source, target) == 0 else {
    throw FileError(path: target, action: "replace", code: errno)
  }
}

/// Makes the names in a folder durable.
private func syncFolder(_ path: String) throws {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw FileError(path: path, action: "open", code: errno) }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else { throw FileError(path: path, action: "sync", code: errno) }
}
