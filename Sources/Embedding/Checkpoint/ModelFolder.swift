internal import Compute

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// A folder that holds a model, and what its files say.
struct ModelFolder: Sendable {
  let path: String

  /// Where a file of the folder lies.
  func path(of name: String) -> String {
    path.isEmpty || path.hasSuffix("/") ? path + name : path + "/" + name
  }

  func subfolder(_ name: String) -> ModelFolder {
    name.isEmpty ? self : ModelFolder(path: path(of: name))
  }

  /// A file, mapped, or nil where there is none of that name.
  ///
  /// - Throws: ``EmbeddingError`` where it is there and cannot be read.
  func file(_ name: String) throws(EmbeddingError) -> MappedFile? {
    do throws(FileError) {
      return try MappedFile(path: path(of: name))
    } catch {
      if error.code == ENOENT { return nil }
      throw EmbeddingError(path: error.path, reason: error.reason)
    }
  }

  /// A JSON file that holds an object, or nil where there is no file of that name.
  func settings(_ name: String) throws(EmbeddingError) -> Settings? {
    guard let value = try json(name) else { return nil }
    guard case .object = value else {
      throw EmbeddingError(path: path(of: name), reason: "it holds \(value.kind), not an object")
    }
    return Settings(path: path(of: name), value: value)
  }

  /// Many times the size of the largest vocabularies; parsed, a file takes some times its size.
  private static let jsonLimit = 1 << 27

  /// A JSON file, or nil where there is no file of that name.
  func json(_ name: String) throws(EmbeddingError) -> JSONValue? {
    guard let file = try file(name) else { return nil }
    guard file.bytes.count <= Self.jsonLimit else {
      throw EmbeddingError(
        path: file.path,
        reason: "it has \(file.bytes.count) bytes, expected at most \(Self.jsonLimit)")
    }
    do throws(JSONSyntaxError) {
      return try JSONParser.parse(Array(file.bytes))
    } catch {
      throw EmbeddingError(
        path: file.path,
        reason: "it is not JSON: \(error.reason), at byte \(error.offset). Fetch the file again")
    }
  }

  func missing(_ name: String, _ role: String) -> EmbeddingError {
    EmbeddingError(
      path: path(of: name),
      reason:
        "there is no such file, which holds \(role). The folder must hold a BERT-style model as "
        + "Hugging Face lays it out: config.json, model.safetensors, and tokenizer.json or "
        + "vocab.txt")
  }
}

/// The members of a JSON object, read by type; a wrong type is an error that names the file.
struct Settings: Sendable {
  let path: String
  let value: JSONValue

  func integer(
    _ key: String, in range: ClosedRange<Int>, default fallback: Int? = nil
  ) throws(EmbeddingError) -> Int {
    guard let found = value[key] else {
      guard let fallback else { throw wrong(key, "a number") }
      return fallback
    }
    guard let integer = found.integer, range.contains(integer) else {
      throw wrong(key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  func number(_ key: String, default fallback: Double) throws(EmbeddingError) -> Double {
    guard let found = value[key] else { return fallback }
    guard let number = found.number else { throw wrong(key, "a number") }
    return number
  }

  func string(_ key: String) throws(EmbeddingError) -> String? {
    guard let found = value[key] else { return nil }
    guard let string = found.string else { throw wrong(key, "a string") }
    return string
  }

  func boolean(_ key: String) throws(EmbeddingError) -> Bool? {
    guard let found = value[key] else { return nil }
    guard let boolean = found.boolean else { throw wrong(key, "true or false") }
    return boolean
  }

  /// An object within, or nil where there is none or it is null.
  func object(_ key: String) throws(EmbeddingError) -> Settings? {
    guard let found = value[key] else { return nil }
    guard case .object = found else { throw wrong(key, "an object") }
    return Settings(path: path, value: found)
  }

  /// A list of objects within.
  func objects(_ key: String) throws(EmbeddingError) -> [Settings] {
    guard let elements = value[key]?.elements else { throw wrong(key, "a list of objects") }
    return try elements.map { element throws(EmbeddingError) in
      guard case .object = element else { throw wrong(key, "a list of objects") }
      return Settings(path: path, value: element)
    }
  }

  func wrong(_ key: String, _ expected: String) -> EmbeddingError {
    let found = value[key].map { "is \($0.kind)" } ?? "is missing"
    return EmbeddingError(path: path, reason: "\"\(key)\" \(found), expected \(expected)")
  }
}
