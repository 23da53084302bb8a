import Compute

extension FusionModel {
  static let file = GenerationFile(name: "fusion.arrays", kind: "FUSN")

  package func write(to writer: ArrayArchiveWriter) throws(FileError) {
    try writer.add("scales", features.scales)
    try writer.add("mean", mean)
    try writer.add("deviation", deviation)
    try writer.add("direct", direct)
    try writer.add("hidden", hidden)
    try writer.add("hiddenBias", hiddenBias)
    try writer.add("output", output)
    try writer.add("unusedOffset", [unusedOffset])
  }

  /// - Throws: ``FileError`` where an array is missing or doesn't fit the others.
  package init(reading archive: ArrayArchive) throws(FileError) {
    func array(_ name: String, _ count: Int?) throws(FileError) -> [Float] {
      Array(try archive.array(name, of: Float.self, shape: [count]))
    }
    let width = FusionFeatures.width
    features = FusionFeatures(scales: try array("scales", Signal.allCases.count))
    mean = try array("mean", width)
    deviation = try array("deviation", width)
    direct = try array("direct", width)
    hiddenBias = try array("hiddenBias", nil)
    hidden = try array("hidden", width * hiddenBias.count)
    output = try array("output", hiddenBias.count)
    unusedOffset = try array("unusedOffset", 1)[0]
  }

  /// A plain sum of the signals and of how much an item is used, for logs too small to fit to.
  package static var unfitted: FusionModel {
    let width = FusionFeatures.width
    let signals = Signal.allCases.count
    var direct =
      [Float](repeating: 1, count: signals) + [Float](repeating: 0, count: 1 + Evidence.width)
    direct[FusionFeatures.evidenceColumn] = 0.5  // log(1 + interactions)
    return FusionModel(
      features: FusionFeatures(scales: [Float](repeating: 0.1, count: signals)),
      mean: [Float](repeating: 0, count: width), deviation: [Float](repeating: 1, count: width),
      direct: direct + [0], hidden: [], hiddenBias: [], output: [], unusedOffset: 0)
  }
}
