/// Arguments in pairs, `--name value`.
struct Arguments {
  struct Unusable: Error, CustomStringConvertible { var description: String }

  private var values: [String: String] = [:]

  init(_ arguments: [String], known: Set<String>) throws {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      guard known.contains(name), let value = rest.popFirst() else {
        throw Unusable(
          description: "\(name): expected one of \(known.sorted().joined(separator: ", ")), each "
            + "with a value")
      }
      values[name] = value
    }
  }

  func text(_ name: String) throws -> String {
    guard let value = values[name] else { throw Unusable(description: "\(name) is missing") }
    return value
  }

  func optional(_ name: String) -> String? { values[name] }

  func number(_ name: String, default standard: Int) throws -> Int {
    guard let value = values[name] else { return standard }
    guard let number = Int(value), number > 0 else {
      throw Unusable(description: "\(name) is \(value), expected a positive number")
    }
    return number
  }

  func numbers(_ name: String, default standard: [Int]) throws -> [Int] {
    guard let value = values[name] else { return standard }
    let numbers = value.split(separator: ",").compactMap { Int($0) }
    guard !numbers.isEmpty, numbers.allSatisfy({ $0 > 0 }) else {
      throw Unusable(description: "\(name) is \(value), expected numbers between commas")
    }
    return numbers
  }
}
