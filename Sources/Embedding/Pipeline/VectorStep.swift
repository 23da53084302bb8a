/// What is done to a sentence's vector once the tokens are pooled.
enum VectorStep: Sendable {
  case dense(DenseLayer)
  /// Scaled to length 1; a vector of zeros stays what it is.
  case normalize

  /// Names everything that changes what the step does.
  var identity: String {
    switch self {
    case .dense(let layer): layer.identity
    case .normalize: "normalize"
    }
  }

  /// The number of components that come out where `width` go in.
  func width(after width: Int) -> Int {
    if case .dense(let layer) = self { layer.outputs } else { width }
  }
}
