/// The version of the library and the program.
public enum EmbedRecVersion {
  public static let current = "0.1.0"
}
