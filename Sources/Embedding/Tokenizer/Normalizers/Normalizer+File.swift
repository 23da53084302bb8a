internal import Foundation

extension Normalizer {
  init(_ settings: Settings?, configuration: Settings?) throws(EmbeddingError) {
    steps =
      try settings.map { settings throws(EmbeddingError) in
        try Self.steps(settings, configuration, depth: 0)
      } ?? []
  }

  private static func steps(
    _ settings: Settings, _ configuration: Settings?, depth: Int
  ) throws(EmbeddingError) -> [Step] {
    let type = try settings.string("type")
    if let type, let form = UnicodeForm(rawValue: type) { return [.form(form)] }
    switch type {
    case "Sequence":
      var steps: [Step] = []
      for step in try settings.objects("normalizers") {
        steps += try Self.steps(step, configuration, depth: depth + 1)
      }
      return steps
    case "BertNormalizer":
      return [.bert(try BertNormalizer(settings, configuration: depth == 0 ? configuration : nil))]
    case "Lowercase": return [.lowercase]
    case "StripAccents": return [.stripAccents]
    case "Strip":
      return [
        .strip(
          left: try settings.boolean("strip_left") ?? true,
          right: try settings.boolean("strip_right") ?? true)
      ]
    case "Replace":
      let content = try settings.string("content") ?? ""
      return [.replace(try Finder(settings), with: Array(content.utf8))]
    case "Prepend": return [.prepend(Array((try settings.string("prepend") ?? "").utf8))]
    case "Nmt": return [.translation]
    case "ByteLevel": return [.byteAlphabet]
    case "Precompiled":
      // The rules are in Base64; without rules, nothing happens.
      guard let text = try settings.string("precompiled_charsmap") else { return [] }
      guard let blob = Data(base64Encoded: text) else {
        throw EmbeddingError(
          path: settings.path, reason: "\"precompiled_charsmap\" is not Base64")
      }
      return [.charsmap(try Charsmap(Array(blob), path: settings.path))]
    default:
      throw settings.wrong(
        "type",
        "one of the normalizers BertNormalizer, NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, "
          + "Strip, Replace, Prepend, Nmt, Precompiled, ByteLevel and Sequence")
    }
  }
}
