import Compute

/// What someone says they like, in a sentence: a wish rather than a trace of behaviour.
///
/// An item's score rises by one for every standard deviation that its text is nearer to the
/// sentence than the catalogue's is on average, and by less the more history speaks for itself. No
/// log holds sentences to fit this to; one deviation weighs about as much as an item's being used
/// three times as often.
struct StatedTaste {
  /// `[dimension]`: the centred vector of the sentence.
  let vector: [Float]
  private let mean: Float
  private let scale: Float

  init(_ vector: [Float], _ model: SignalModel, historyLength: Int) {
    self.vector = vector
    let spread = model.cosines(to: vector)
    mean = spread.mean
    scale = spread.deviation > 1e-4 ? 1 / (spread.deviation * (1 + Float(historyLength) / 3)) : 0
  }

  func score(ofCosine cosine: Float) -> Float { (cosine - mean) * scale }
}
