/// What becomes of a text that has more tokens than the model reads at once.
public enum LongTexts: String, Sendable, Hashable, CaseIterable, Codable {
  /// The end is left out, as sentence-transformers does; or the beginning, where the model's
  /// tokenizer says so.
  case truncate
  /// The middle is left out: the first and the last tokens are read as one text, half of each (Sun et
  /// al., "How to fine-tune BERT for text classification?", 2019, section 5.3.1).
  case headTail = "head-tail"
  /// Nothing is left out: windows of equal length, each of which repeats the end of the one before,
  /// are read one by one, and the mean of their vectors, weighted by their tokens, goes through the
  /// rest of the model's pipeline.
  case windows

  /// The passages that are read of `count` tokens where `room` can be read at once, each the parts
  /// of it that are joined. Every mode gives the whole text where it fits.
  ///
  /// - Parameter keepsEnd: Whether cutting leaves out the beginning rather than the end.
  /// - Precondition: `room` ≥ 1.
  func passages(of count: Int, room: Int, keepsEnd: Bool = false) -> [[Range<Int>]] {
    precondition(room >= 1, "there is room for a token")
    guard count > room else { return [[0..<count]] }
    switch self {
    case .truncate: return [[keepsEnd ? count - room..<count : 0..<room]]
    case .headTail: return [[0..<(room + 1) / 2, count - room / 2..<count]]
    case .windows: return Self.windows(over: count, room: room).map { [$0] }
    }
  }

  /// As few windows as will do with an overlap of an eighth of the room, as even as they can be:
  /// many words of context at each seam, and no scrap of a window at the end.
  private static func windows(over count: Int, room: Int) -> [Range<Int>] {
    let overlap = room / 8
    let step = room - overlap
    let windows = (count - overlap + step - 1) / step
    // The tokens that the windows hold together, repeated ones twice, shared out evenly.
    let total = count + (windows - 1) * overlap
    return (0..<windows).map { window in
      let start = total * window / windows - window * overlap
      let end = total * (window + 1) / windows - window * overlap
      return start..<end
    }
  }
}
