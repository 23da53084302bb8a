internal import Foundation

/// The files of a folder that holds a data set.
///
/// Either atomic files, as RecBole lays them out: `NAME.inter`, `NAME.item` and perhaps
/// `NAME.user`, where NAME is the folder's name or, failing that, the only one with that ending. Or
/// `items`, `interactions` and perhaps `users`, each ending in `.jsonl`, `.ndjson`, `.csv` or
/// `.tsv`. Any of them may be compressed, with `.gz` behind its name.
public struct Dataset: Sendable, Equatable {
  /// The path of the file of items.
  public let items: String
  /// The path of the file of interactions.
  public let interactions: String
  /// The path of the file of users; nil where there is none.
  public let users: String?

  /// - Throws: ``InputError`` where the folder cannot be read, a file is missing, or two files
  ///   could be meant.
  public init(directory: String) throws(InputError) {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    } catch {
      if let code = error.systemCode {
        throw InputError(opening: directory, as: "folder", code: code)
      }
      throw InputError(
        path: directory, message: "cannot open this folder: \(error.systemReason)")
    }
    let folder = Folder(path: directory, names: names)
    if !folder.atomic("inter").isEmpty || !folder.atomic("item").isEmpty {
      interactions = try folder.required(folder.atomic("inter"), "NAME.inter")
      items = try folder.required(folder.atomic("item"), "NAME.item")
      users = try folder.only(folder.atomic("user"))
    } else {
      items = try folder.required(folder.plain("items"), "items.jsonl (or .csv, .tsv)")
      interactions = try folder.required(
        folder.plain("interactions"), "interactions.csv (or .tsv, .jsonl)")
      users = try folder.only(folder.plain("users"))
    }
  }
}

/// A folder's files, searched by name.
private struct Folder {
  let path: String
  let names: [String]

  /// The files with an ending, or only those of them that are named like the folder.
  func atomic(_ ending: String) -> [String] {
    let found = names.filter { $0.hasSuffix(".\(ending)") || $0.hasSuffix(".\(ending).gz") }
    let stem = URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent
    let own = found.filter { $0 == "\(stem).\(ending)" || $0 == "\(stem).\(ending).gz" }
    return own.isEmpty ? found : own
  }

  func plain(_ stem: String) -> [String] {
    let endings = ["jsonl", "ndjson", "csv", "tsv"].flatMap { [$0, $0 + ".gz"] }
    return names.filter { name in endings.contains { name == "\(stem).\($0)" } }
  }

  func only(_ found: [String]) throws(InputError) -> String? {
    guard found.count < 2 else {
      throw InputError(
        path: path,
        message: "any of \(found.joined(separator: ", ")) could be meant; leave one, or name the"
          + " files one by one")
    }
    return found.first.map { (path as NSString).appendingPathComponent($0) }
  }

  func required(_ found: [String], _ expected: String) throws(InputError) -> String {
    if let file = try only(found) { return file }
    let there = names.isEmpty ? "nothing" : names.prefix(20).joined(separator: ", ")
    throw InputError(path: path, message: "this folder lacks \(expected); it holds \(there)")
  }
}
