/// What speaks for an item. Each signal is linear in the user's history: a sum over its items.
package enum Signal: Int, CaseIterable, Sendable {
  /// EASE on the whole history (Steck 2019), or item neighbours where the catalogue is too large.
  case likedTogether
  /// The same on a history that fades: an item's weight halves with every three later ones.
  case likedTogetherLately
  /// Cosine neighbours of the fading history (Sarwar et al. 2001).
  case neighbours
  /// Each of the latest items votes with its text's cosine to the eighth power.
  case similarText
  /// EASE's score as a linear map predicts it from the item's text.
  case textOfLikes
  /// EASE's scores of the items whose texts are nearest.
  case likesOfSimilarText
  /// What tends to come after the latest items.
  case transitions

  /// As an explanation calls it.
  var name: String {
    switch self {
    case .likedTogether: "liked together"
    case .likedTogetherLately: "liked together lately"
    case .neighbours: "neighbours in the log"
    case .similarText: "similar text"
    case .textOfLikes: "kind of text this history goes for"
    case .likesOfSimilarText: "items with such a text are liked"
    case .transitions: "usually comes next"
    }
  }
}
