internal import Foundation

/// What is known of each item beside the signals: how much the log has seen of it, and how much
/// was to be expected from its text.
package struct Evidence: Sendable {
  static let names = [
    "interactions", "is new", "thin evidence", "similar are used", "text is used",
  ]

  /// `[items, 5]`, row-major.
  package var values: [Float]

  /// The column that is 1 for an item that no one has used, else 0.
  package static let isNew = 1
  package static var width: Int { names.count }

  init(values: [Float]) { self.values = values }

  /// What is known of one item, `[evidence]`.
  subscript(item: Int) -> ArraySlice<Float> {
    values[item * Self.width..<(item + 1) * Self.width]
  }

  /// Of every item of a model.
  package init(_ model: SignalModel) {
    values = []
    values.reserveCapacity(model.itemCount * Self.width)
    for item in 0..<model.itemCount {
      values += Self.row(
        count: Int(model.counts[item]),
        similar: model.similarTexts.entries(of: item).lazy.map {
          (model.similarTexts.columnIndices[$0], model.similarTexts.values[$0])
        },
        vector: model.vectors.values.buffer[
          item * model.space.dimension..<(item + 1) * model.space.dimension], model)
    }
  }

  /// Of one item, which needn't be in the model.
  static func row(
    count: Int, similar: some Sequence<(Int32, Float)>, vector: some Collection<Float>,
    _ model: SignalModel
  ) -> [Float] {
    let used = Float(count)
    let similarUse = similar.reduce(Float(0)) { $0 + $1.1 * log1p(Float(model.counts[Int($1.0)])) }
    return [
      0.5 * log1p(used), count == 0 ? 1 : 0, 1 / (1 + used / 3), 0.5 * similarUse,
      0.5 * model.popularity(ofText: vector),
    ]
  }
}
