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
}

/// Which encoder made the vectors.
struct EncoderIdentity: Codable, Sendable, Equatable {
  /// Changes with anything that changes a vector.
  var fingerprint: String
  var dimension: Int
  /// Where the model was when the index was made: the first place to look for it.
  var modelFolder: String
}
