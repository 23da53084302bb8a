public import Compute
import Embedding

/// What an index keeps of how it was asked to read its input. A later `index` or `add` that doesn't
/// say otherwise goes by the same.
public struct IndexSettings: Sendable, Equatable, Codable {
  /// The item fields that make up an item's text, in order; nil for ``TextTemplate``'s default.
  public var itemTextFields: [String]?
  /// The user fields that make up a profile; nil for ``TextTemplate``'s default.
  public var userTextFields: [String]?
  /// Interactions with a value below this one say that the user knows the item and no more: it
  /// isn't recommended again, and nothing is learnt from it. Those without a value count.
  public var minimumValue: Double?
  /// What becomes of texts that are longer than the encoder reads at once; nil to cut them off.
  public var longTexts: LongTexts?
  /// How many components of the encoder's vectors are kept; nil for all.
  public var dimensions: Int?
  /// What the encoder computes with; nil for float32.
  public var precision: Precision?

  /// Settings that say no more than what is given.
  public init(
    itemTextFields: [String]? = nil, userTextFields: [String]? = nil, minimumValue: Double? = nil,
    longTexts: LongTexts? = nil, dimensions: Int? = nil, precision: Precision? = nil
  ) {
    self.itemTextFields = itemTextFields
    self.userTextFields = userTextFields
    self.minimumValue = minimumValue
    self.longTexts = longTexts
    self.dimensions = dimensions
    self.precision = precision
  }

  var itemTemplate: TextTemplate { TextTemplate(fields: itemTextFields) }
  var userTemplate: TextTemplate { TextTemplate(fields: userTextFields) }

  /// How texts are encoded, those of the catalogue or those of queries: models that were trained to
  /// tell the two apart have a prompt for each.
  func encodingOptions(for prompt: EncodingOptions.Prompt) -> EncodingOptions {
    EncodingOptions(prompt: prompt, dimensions: dimensions, longTexts: longTexts ?? .truncate)
  }

  /// Whether an interaction of this value says that the user liked the item.
  package func isPositive(_ value: Double?) -> Bool {
    guard let minimumValue, let value else { return true }
    return value >= minimumValue
  }

  /// These settings, with what `other` names in place of what this one does.
  func overridden(by other: IndexSettings) -> IndexSettings {
    IndexSettings(
      itemTextFields: other.itemTextFields ?? itemTextFields,
      userTextFields: other.userTextFields ?? userTextFields,
      minimumValue: other.minimumValue ?? minimumValue,
      longTexts: other.longTexts ?? longTexts, dimensions: other.dimensions ?? dimensions,
      precision: other.precision ?? precision)
  }
}
