/// Why a regular expression is refused.
struct PatternError: Error {
  var reason: String
}

extension WordPattern {
  /// Reads a regular expression in the notation that `tokenizer.json` files use.
  ///
  /// - Throws: ``PatternError`` for what is not supported: groups that repeat, anchors, references,
  ///   lazy repetition, and patterns that can match nothing.
  init(_ source: String) throws(PatternError) {
    var parser = PatternParser(source)
    let alternatives = try parser.alternatives()
    guard parser.isAtEnd else { throw PatternError(reason: "a \")\" has no \"(\"") }
    guard alternatives.count <= 64 else {
      throw PatternError(reason: "it has \(alternatives.count) alternatives, 64 are supported")
    }
    for items in alternatives {
      guard items.contains(where: { $0.look == .none && $0.minimum > 0 }) else {
        throw PatternError(reason: "it can match nothing")
      }
      let unbounded = items.filter { $0.maximum == .max }
      guard unbounded.count <= 3 else {
        throw PatternError(reason: "it repeats more than three sets without limit in a row")
      }
    }
    self.init(alternatives: alternatives)
  }
}

/// A recursive-descent parser that multiplies groups out into plain alternatives.
private struct PatternParser {
  typealias Item = WordPattern.Item

  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var ignoresCase = false

  init(_ source: String) { scalars = Array(source.unicodeScalars) }

  var isAtEnd: Bool { index == scalars.count }

  private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func take(_ text: String) -> Bool {
    let sought = Array(text.unicodeScalars)
    guard scalars[index...].starts(with: sought) else { return false }
    index += sought.count
    return true
  }

  /// Alternatives up to the end or a closing parenthesis.
  mutating func alternatives(depth: Int = 0) throws(PatternError) -> [[Item]] {
    guard depth < 8 else { throw PatternError(reason: "its groups nest too deep") }
    if depth == 0, take("(?i)") { ignoresCase = true }
    var result: [[Item]] = []
    repeat {
      var sequences: [[Item]] = [[]]
      while let scalar = next, scalar != "|", scalar != ")" {
        let pieces = try piece(depth: depth)
        guard sequences.count * pieces.count <= 64 else {
          throw PatternError(reason: "its groups make more than 64 alternatives")
        }
        sequences = sequences.flatMap { start in pieces.map { start + $0 } }
      }
      result += sequences
    } while take("|")
    return result
  }

  /// A set with its repetition, a look ahead or a group.
  private mutating func piece(depth: Int) throws(PatternError) -> [[Item]] {
    for (opening, look) in [("(?!", Item.Look.aheadNot), ("(?=", .ahead)] where take(opening) {
      let set = try set()
      guard take(")") else { throw PatternError(reason: "it looks ahead for more than one set") }
      return [[Item(set: set, look: look)]]
    }
    guard next == "(" else { return [[try repetition(of: set())]] }
    let ignoredCase = ignoresCase
    if take("(?i:") {
      ignoresCase = true
    } else if !take("(?:") {
      if scalars[index...].starts(with: Array("(?".unicodeScalars)) {
        throw PatternError(reason: "the group \"(?\" is none of (?:, (?i:, (?! and (?=")
      }
      index += 1
    }
    var group = try alternatives(depth: depth + 1)
    guard take(")") else { throw PatternError(reason: "a group is not closed") }
    ignoresCase = ignoredCase
    if take("?") { group.append([]) }
    if let next, "?*+{".unicodeScalars.contains(next) {
      throw PatternError(reason: "a group repeats")
    }
    return group
  }

  private mutating func repetition(of set: ScalarSet) throws(PatternError) -> Item {
    var item = Item(set: set)
    if take("?") {
      (item.minimum, item.maximum) = (0, 1)
    } else if take("*") {
      (item.minimum, item.maximum) = (0, .max)
    } else if take("+") {
      item.maximum = .max
    } else if take("{") {
      guard let minimum = number() ?? (next == "," ? 0 : nil) else {
        throw PatternError(reason: "a \"{\" begins no repetition")
      }
      item.minimum = minimum
      item.maximum = minimum
      if take(",") { item.maximum = number() ?? .max }
      guard take("}"), item.minimum <= item.maximum else {
        throw PatternError(reason: "a \"{\" begins no repetition")
      }
      if next == "+" || next == "*" || next == "?" {
        throw PatternError(reason: "a repetition is repeated")
      }
      return item
    } else {
      return item
    }
    if take("+") { item.isPossessive = true }
    if next == "?" || next == "*" || next == "+" {
      throw PatternError(reason: "lazy repetition is not supported")
    }
    return item
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let digit = next, ("0"..."9").contains(digit), value ?? 0 < 100_000 {
      value = (value ?? 0) * 10 + Int(digit.value - 0x30)
      index += 1
    }
    return value
  }

  // MARK: Sets

  private mutating func set() throws(PatternError) -> ScalarSet {
    guard let scalar = next else { throw PatternError(reason: "it ends too early") }
    index += 1
    switch scalar {
    case "[": return try bracket()
    case "\\": return try escape()
    case ".":
      var set = ScalarSet("\n")
      set.negate()
      return set
    case "^", "$", "*", "+", "?", "{", ")", "|":
      throw PatternError(reason: "\"\(scalar)\" is not supported where it stands")
    default: return literal(scalar)
    }
  }

  private func literal(_ scalar: Unicode.Scalar) -> ScalarSet {
    var set = ScalarSet(scalar)
    guard ignoresCase else { return set }
    let lower = scalar.properties.lowercaseMapping.unicodeScalars
    let upper = scalar.properties.uppercaseMapping.unicodeScalars
    for mapping in [lower, upper] where mapping.count == 1 {
      set.insert(mapping.first!.value...mapping.first!.value)
    }
    if scalar == "s" || scalar == "S" { set.insert(0x17F...0x17F) }  // The long s.
    if scalar == "k" || scalar == "K" { set.insert(0x212A...0x212A) }  // The sign for kelvin.
    return set
  }

  /// What follows a backslash.
  private mutating func escape() throws(PatternError) -> ScalarSet {
    guard let scalar = next else { throw PatternError(reason: "it ends in a backslash") }
    index += 1
    switch scalar {
    case "r": return ScalarSet("\r")
    case "n": return ScalarSet("\n")
    case "t": return ScalarSet("\t")
    case "s": return ScalarSet(kinds: ScalarKinds.space)
    case "S": return ScalarSet(kinds: ScalarKinds.all & ~ScalarKinds.space)
    case "d": return ScalarSet(kinds: ScalarKinds.mask(of: "Nd")!)
    case "D": return ScalarSet(kinds: ScalarKinds.all & ~ScalarKinds.mask(of: "Nd")!)
    case "p", "P": return try property(isNegated: scalar == "P")
    case "a"..."z", "A"..."Z", "0"..."9":
      throw PatternError(reason: "the escape \"\\\(scalar)\" is not supported")
    default: return ScalarSet(scalar)
    }
  }

  private mutating func property(isNegated: Bool) throws(PatternError) -> ScalarSet {
    guard take("{") else { throw PatternError(reason: "a \"\\p\" has no \"{\"") }
    var isNegated = isNegated
    if take("^") { isNegated.toggle() }
    var name = ""
    while let scalar = next, scalar != "}" {
      name.unicodeScalars.append(scalar)
      index += 1
    }
    guard take("}"), let mask = ScalarKinds.mask(of: name) else {
      throw PatternError(reason: "the property \"\(name.prefix(40))\" is not supported")
    }
    return ScalarSet(kinds: isNegated ? ScalarKinds.all & ~mask : mask)
  }

  private mutating func bracket() throws(PatternError) -> ScalarSet {
    var result = ScalarSet()
    let isNegated = take("^")
    var isFirst = true
    while let scalar = next, scalar != "]" || isFirst {
      guard scalar != "[", scalar != "&", scalar != "]" else {
        throw PatternError(reason: "a bracket holds \"\(scalar)\", which is not supported there")
      }
      isFirst = false
      index += 1
      var part = scalar == "\\" ? try escape() : literal(scalar)
      if part.kinds == 0, next == "-", index + 1 < scalars.count, scalars[index + 1] != "]" {
        index += 1
        let last = scalars[index]
        index += 1
        let end = last == "\\" ? try escape() : ScalarSet(last)
        guard let low = part.ranges.first?.lowerBound, end.kinds == 0,
          let high = end.ranges.first?.upperBound, low <= high
        else { throw PatternError(reason: "a bracket holds a range that ends before it begins") }
        guard !ignoresCase else {
          throw PatternError(reason: "a range without regard to case is not supported")
        }
        part = ScalarSet()
        part.insert(low...high)
      }
      result.formUnion(part)
    }
    guard take("]") else { throw PatternError(reason: "a bracket is not closed") }
    if isNegated { result.negate() }
    return result
  }
}
