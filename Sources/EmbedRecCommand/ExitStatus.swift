import EmbedRec

/// The exit statuses that `embedrec --help` documents; the numbers are those of BSD's sysexits.
enum ExitStatus {
  static func of(_ kind: EmbedRecError.Kind) -> Int32 {
    switch kind {
    case .usage: 64
    case .input, .damaged: 65
    case .notFound: 66
    case .model: 69
    case .storage: 74
    case .busy: 75
    case .cancelled: 130
    }
  }
}
