package import Compute

/// The tensors of a model's folder: one safetensors file, or several with an index.
package struct Checkpoint: Sendable {
  private static let fileName = "model.safetensors"
  private static let indexName = "model.safetensors.index.json"

  /// The files, in the order of their names.
  let files: [SafetensorsFile]
  /// Which file holds a tensor.
  private let places: [String: Int]
  /// Where an error about a tensor that is in none of the files belongs.
  private let path: String

  /// - Throws: ``EmbeddingError`` where there is no checkpoint in a format that is read, a file of it
  ///   is missing or malformed, or two files hold a tensor of the same name.
  init(folder: ModelFolder) throws(EmbeddingError) {
    if let file = try folder.file(Self.fileName) {
      try self.init([SafetensorsFile(file)], path: file.path)
    } else if let index = try folder.settings(Self.indexName) {
      try self.init(try Self.shards(index, folder), path: index.path)
    } else {
      throw try Self.nothing(in: folder)
    }
  }

  private init(_ files: [SafetensorsFile], path: String) throws(EmbeddingError) {
    self.files = files
    self.path = path
    var places: [String: Int] = [:]
    for (number, file) in files.enumerated() {
      for name in file.names {
        if let other = places.updateValue(number, forKey: name) {
          throw EmbeddingError(
            path: file.file.path,
            reason: "its tensor \"\(name)\" stands in \(files[other].file.path), too: fetch the "
              + "model's files again")
        }
      }
    }
    self.places = places
  }

  /// The files that an index names, each within the index's folder.
  private static func shards(
    _ index: Settings, _ folder: ModelFolder
  ) throws(EmbeddingError) -> [SafetensorsFile] {
    guard let map = index.value["weight_map"]?.members else {
      throw index.wrong("weight_map", "an object that gives the file of each tensor")
    }
    var tensors: [String: [String]] = [:]
    for member in map {
      guard let name = member.value.string else {
        throw EmbeddingError(
          path: index.path,
          reason: "the file of \"\(member.key)\" is \(member.value.kind), expected a name")
      }
      guard !name.contains("/"), !name.contains("\0"), name.hasSuffix(".safetensors") else {
        throw EmbeddingError(
          path: index.path,
          reason:
            "the file of \"\(member.key)\" is \"\(name)\", expected the name of a safetensors "
            + "file in the same folder")
      }
      tensors[name, default: []].append(member.key)
    }
    return try tensors.sorted { $0.key < $1.key }.map { name, tensors throws(EmbeddingError) in
      guard let mapped = try folder.file(name) else {
        throw folder.missing(name, "the weights that \(indexName) says it does")
      }
      let file = try SafetensorsFile(mapped)
      if let absent = tensors.first(where: { !file.has($0) }) {
        throw EmbeddingError(
          path: file.file.path,
          reason:
            "it has no tensor \"\(absent)\", which \(indexName) says it has: the two belong to "
            + "different models")
      }
      return file
    }
  }

  private static func nothing(in folder: ModelFolder) throws(EmbeddingError) -> EmbeddingError {
    for name in ["pytorch_model.bin", "pytorch_model.bin.index.json", "tf_model.h5", "model.onnx"]
    where try folder.file(name) != nil {
      return EmbeddingError(
        path: folder.path(of: name),
        reason: "this format is not supported, and there is no \(fileName). In Python, "
          + "AutoModel.from_pretrained(folder).save_pretrained(folder) writes it; many models on "
          + "the hub have one")
    }
    return folder.missing(fileName, "the weights")
  }

  package var names: some Collection<String> { places.keys }

  package func has(_ name: String) -> Bool { places[name] != nil }

  /// The values of a tensor as float32: see ``SafetensorsFile/floats(_:shape:)``.
  package func floats(_ name: String, shape: [Int]) throws(EmbeddingError) -> SharedArray<Float> {
    guard let place = places[name] else {
      throw EmbeddingError(path: path, reason: SafetensorsFile.absence(of: name))
    }
    return try files[place].floats(name, shape: shape)
  }

  /// Gives back the memory of what was read so far; it is read from the files again where it is
  /// needed.
  func dropPages() { for file in files { file.file.dropPages() } }

  /// A hash of every file, one a line.
  ///
  /// - Complexity: O(bytes).
  package var fingerprint: String {
    files.map { ContentHash($0.file).hex }.joined(separator: "\n")
  }
}
