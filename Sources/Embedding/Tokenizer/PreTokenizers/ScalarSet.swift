/// A set of characters as a bracket expression of a pattern describes it: general categories, ranges,
/// or all but those.
struct ScalarSet: Sendable, Equatable {
  /// A bit for each kind of character (``ScalarKinds``).
  private(set) var kinds: UInt32 = 0
  private(set) var ranges: [ClosedRange<UInt32>] = []
  private var isNegated = false
  /// The answer for each ASCII character.
  private var ascii: (low: UInt64, high: UInt64) = (0, 0)

  init() {}

  init(kinds: UInt32) {
    insert(kinds: kinds)
  }

  init(_ scalars: Unicode.Scalar...) {
    for scalar in scalars { insert(scalar.value...scalar.value) }
  }

  mutating func insert(kinds: UInt32) {
    self.kinds |= kinds
    for value in UInt8(0)..<128 where kinds >> UInt32(ScalarKinds.kind(value)) & 1 == 1 {
      mark(value)
    }
  }

  mutating func insert(_ range: ClosedRange<UInt32>) {
    ranges.append(range)
    for value in range.clamped(to: 0...127) where range.contains(value) { mark(UInt8(value)) }
  }

  /// - Precondition: Nothing was negated before.
  mutating func formUnion(_ other: ScalarSet) {
    insert(kinds: other.kinds)
    for range in other.ranges { insert(range) }
  }

  mutating func negate() {
    isNegated.toggle()
    ascii = (~ascii.low, ~ascii.high)
  }

  private mutating func mark(_ value: UInt8) {
    if value < 64 { ascii.low |= 1 << UInt64(value) } else { ascii.high |= 1 << UInt64(value - 64) }
  }

  @inline(__always)
  func contains(ascii value: UInt8) -> Bool {
    (value < 64 ? ascii.low >> UInt64(value) : ascii.high >> UInt64(value - 64)) & 1 == 1
  }

  /// Whether a character belongs to the set.
  @inline(__always)
  func contains(_ scalar: Unicode.Scalar, _ table: ScalarKinds) -> Bool {
    if scalar.value < 128 { return contains(ascii: UInt8(scalar.value)) }
    if kinds >> UInt32(table.kind(scalar)) & 1 == 1 { return !isNegated }
    return ranges.contains { $0.contains(scalar.value) } != isNegated
  }

  /// Whether characters that are not ASCII can belong to it.
  var reachesBeyondASCII: Bool {
    isNegated || kinds != 0 || ranges.contains { $0.upperBound >= 128 }
  }

  static func == (first: ScalarSet, second: ScalarSet) -> Bool {
    first.kinds == second.kinds && first.ranges == second.ranges
      && first.isNegated == second.isNegated
  }
}

/// The kind of each character: its general category, with the control characters that are white
/// space apart, as of Unicode 16, which the regular expressions of `tokenizers` know.
struct ScalarKinds: Sendable {
  static let names = [
    "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi",
    "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn",
  ]
  /// The kind of control characters that are white space; "Cc" are the others.
  private static let controlSpace: UInt8 = 30
  static let all: UInt32 = (1 << 31) - 1
  static let space = mask(of: "Z")! | 1 << UInt32(controlSpace)

  /// The kinds of a category such as "L" or "Nd"; nil where there is no such category.
  static func mask(of name: String) -> UInt32? {
    var mask: UInt32 = 0
    for (index, kind) in names.enumerated() where kind == name || kind.prefix(1) == name {
      mask |= 1 << UInt32(index)
    }
    if name == "C" || name == "Cc" { mask |= 1 << UInt32(controlSpace) }
    return mask == 0 ? nil : mask
  }

  static let shared = ScalarKinds()

  /// Of the first plane, where nearly all texts are.
  private let table: [UInt8]

  private init() {
    table = (0..<0x10000).map { value in
      Unicode.Scalar(UInt32(value)).map(Self.computedKind) ?? 27
    }
  }

  @inline(__always)
  func kind(_ scalar: Unicode.Scalar) -> UInt8 {
    scalar.value < 0x10000 ? table[Int(scalar.value)] : Self.computedKind(scalar)
  }

  static func kind(_ ascii: UInt8) -> UInt8 { computedKind(Unicode.Scalar(ascii)) }

  private static func computedKind(_ scalar: Unicode.Scalar) -> UInt8 {
    let properties = scalar.properties
    if scalar.value == 0x295 { return 1 }  // No small letter any more.
    switch properties.generalCategory {
    case .control: return properties.isWhitespace ? controlSpace : 25
    case .privateUse: return 28
    case .unassigned: return 29
    case let category:
      guard let age = properties.age, age.major <= 16 else { return 29 }
      return number(of: category)
    }
  }

  private static func number(of category: Unicode.GeneralCategory) -> UInt8 {
    switch category {
    case .uppercaseLetter: 0
    case .lowercaseLetter: 1
    case .titlecaseLetter: 2
    case .modifierLetter: 3
    case .otherLetter: 4
    case .nonspacingMark: 5
    case .spacingMark: 6
    case .enclosingMark: 7
    case .decimalNumber: 8
    case .letterNumber: 9
    case .otherNumber: 10
    case .connectorPunctuation: 11
    case .dashPunctuation: 12
    case .openPunctuation: 13
    case .closePunctuation: 14
    case .initialPunctuation: 15
    case .finalPunctuation: 16
    case .otherPunctuation: 17
    case .mathSymbol: 18
    case .currencySymbol: 19
    case .modifierSymbol: 20
    case .otherSymbol: 21
    case .spaceSeparator: 22
    case .lineSeparator: 23
    case .paragraphSeparator: 24
    case .control: 25
    case .format: 26
    case .surrogate: 27
    case .privateUse: 28
    default: 29
    }
  }
}
