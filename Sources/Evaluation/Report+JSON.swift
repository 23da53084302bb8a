internal import Foundation

extension Report {
  /// The report as JSON: keys sorted, so that equal reports are equal text; measures are keys such
  /// as `recall@20`.
  ///
  /// - Throws: If a number is not finite, which none is that this module computed.
  public func json() throws(EvaluationError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    } catch {
      throw EvaluationError("the report cannot be written as JSON: \(error)")
    }
  }

  /// Reads what `json()` wrote.
  ///
  /// - Throws: If the text is no such report; the message names the key.
  public init(json: String) throws(EvaluationError) {
    do {
      self = try JSONDecoder().decode(Report.self, from: Data(json.utf8))
    } catch {
      throw EvaluationError("this is not a report in JSON: \(error)")
    }
  }
}
