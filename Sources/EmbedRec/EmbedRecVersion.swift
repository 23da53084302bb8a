/// The version of the library and the program.
public enum EmbedRecVersion {
  /// Major, minor and patch, as semantic versioning has them.
  public static let current = "0.1.0"
}
