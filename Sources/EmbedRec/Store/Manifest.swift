import Compute
internal import Foundation

/// What a generation says about itself: `manifest.json`.
struct Manifest: Codable, Sendable, Equatable {
  static let formatVersion = 1

  /// One file of the generation.
  struct File: Codable, Sendable, Equatable {
    var name: String
    var bytes: Int
    /// XXH3-64 of the whole file, sixteen hexadecimal digits.
    var checksum: String
  }

  var formatVersion = Manifest.formatVersion
  /// The program's version that made it.
  var madeBy: String
  var created: Date
  /// The last change of the catalogue that is in it.
  var sequence: Int64
  var encoder: EncoderIdentity
  var items: Int
  var users: Int
  var interactions: Int
  /// Items that no interaction names.
  var coldItems: Int
  var settings: IndexSettings
  var files: [File]
  /// XXH3-64 of the manifest's bytes with sixteen zeros in the place of this.
  private(set) var ownChecksum = Manifest.noChecksum
}

extension Manifest {
  private static let noChecksum = String(repeating: "0", count: 16)

  /// The bytes of `manifest.json`, with their checksum in them.
  func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    var manifest = self
    manifest.ownChecksum = Self.noChecksum
    let blank = try encoder.encode(manifest)
    manifest.ownChecksum = blank.withUnsafeBytes { Checksum($0).hex }
    return try encoder.encode(manifest)
  }

  /// The manifest in the bytes of `manifest.json`.
  ///
  /// - Throws: `DecodingError` where it is malformed, or of a version with other fields.
  init(decoding bytes: Data) throws {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    self = try decoder.decode(Manifest.self, from: bytes)
  }

  /// Whether the bytes are those that were written.
  func matches(_ bytes: Data) -> Bool {
    guard let checksum = Checksum(hex: ownChecksum),
      let place = bytes.firstRange(of: Data("\"ownChecksum\" : \"\(ownChecksum)\"".utf8))
    else { return false }
    let digits = place.upperBound - 17..<place.upperBound - 1
    var blank = bytes
    blank.replaceSubrange(digits, with: Data(Self.noChecksum.utf8))
    return blank.withUnsafeBytes { Checksum($0) } == checksum
  }
}

/// Which encoder made the vectors.
struct EncoderIdentity: Codable, Sendable, Equatable {
  /// Changes with anything that changes a vector of the catalogue's texts.
  var fingerprint: String
  /// The same for the texts of queries, which may have another prompt.
  var queryFingerprint: String
  var dimension: Int
  /// Where the model was when the index was made: the first place to look for it.
  var modelFolder: String
}
