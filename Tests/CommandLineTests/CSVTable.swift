/// A reader of RFC 4180, so that the program's output is not read by what wrote it.
enum CSVTable {
  static func rows(_ text: String) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var field = ""
    var isQuoted = false
    var quoteIsOpen = false
    for character in text.unicodeScalars {
      switch (character, isQuoted) {
      case ("\"", _) where quoteIsOpen:
        // The second of two quotes inside a field stands for one.
        field.unicodeScalars.append("\"")
        isQuoted = true
        quoteIsOpen = false
        continue
      case ("\"", true):
        isQuoted = false
        quoteIsOpen = true
        continue
      case ("\"", false): isQuoted = true
      case (",", false):
        row.append(field)
        field = ""
      case ("\n", false):
        rows.append(row + [field])
        row = []
        field = ""
      default: field.unicodeScalars.append(character)
      }
      quoteIsOpen = false
    }
    return rows
  }
}
