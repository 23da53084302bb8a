import Foundation

/// The checkpoints of a few kilobytes in `Vectors`, with which tests run everywhere.
public enum TinyModel {
  /// The folder of one of them.
  public static func path(_ name: String = "small-plain") -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Vectors/encoder/\(name)").standardizedFileURL.path
  }
}
