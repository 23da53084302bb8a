internal import Foundation

/// Numbers and times as texts spell them.
enum NumberText {
  /// Powers of ten that a Double holds exactly.
  private static let powers: [Double] = (0...22).map { pow(10, Double($0)) }

  /// A decimal number, with or without sign, fraction and exponent, and spaces around it; nil for
  /// anything else, for `nan` and `inf`, and for a number beyond the range of a Double.
  ///
  /// Up to fifteen digits and a power of ten up to 22 need one exact division or multiplication
  /// (Clinger, "How to read floating point numbers accurately", 1990); others take the slow path.
  static func decimal(_ bytes: ArraySlice<UInt8>) -> Double? {
    let text = trimmed(bytes)
    var i = text.startIndex
    func digit() -> UInt64? {
      guard i < text.endIndex else { return nil }
      let value = text[i] &- UInt8(ascii: "0")
      return value < 10 ? UInt64(value) : nil
    }
    func skip(_ byte: Character) -> Bool {
      guard i < text.endIndex, text[i] == byte.asciiValue else { return false }
      i += 1
      return true
    }
    let isNegative = skip("-")
    if !isNegative { _ = skip("+") }
    var mantissa: UInt64 = 0
    var digits = 0
    var exponent = 0
    while let value = digit() {
      mantissa = mantissa &* 10 &+ value
      digits += 1
      i += 1
    }
    if skip(".") {
      while let value = digit() {
        mantissa = mantissa &* 10 &+ value
        digits += 1
        exponent -= 1
        i += 1
      }
    }
    guard digits > 0 else { return nil }
    var isPlain = digits <= 15 && exponent >= -22
    if skip("e") || skip("E") {
      isPlain = false
      if !skip("-") { _ = skip("+") }
      guard digit() != nil else { return nil }
      while digit() != nil { i += 1 }
    }
    guard i == text.endIndex else { return nil }
    guard !isPlain else {
      let value = Double(mantissa) / powers[-exponent]
      return isNegative ? -value : value
    }
    guard let value = Double(String(decoding: text, as: UTF8.self)) else { return nil }
    return value.isFinite ? value : nil
  }

  /// Whether a text is a number as we would write it, so that taking it for one loses nothing:
  /// `1995`, `-3.5`; not `007`, `1.50`, `1e3` nor more digits than a Double holds.
  static func isCanonical(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard (1...16).contains(bytes.count), let value = decimal(bytes) else { return false }
    return text(value).utf8.elementsEqual(bytes)
  }

  /// A number as text: without a fraction where it has none.
  static func text(_ value: Double) -> String {
    if value == 0 { return "0" }
    return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
  }

  /// The seconds since 1970 of an ISO 8601 date or time: `2024-05-01`, `2024-05-01T12:30`,
  /// `2024-05-01 12:30:59.25`, and any of the times with `Z` or an offset like `+02:00` behind it.
  /// Without one it is UTC.
  static func iso8601(_ bytes: ArraySlice<UInt8>) -> Double? {
    var rest = trimmed(bytes)
    func number(_ digits: Int, in range: ClosedRange<Int>) -> Int? {
      guard rest.count >= digits else { return nil }
      var value = 0
      for byte in rest.prefix(digits) {
        guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return nil }
        value = value * 10 + Int(byte - UInt8(ascii: "0"))
      }
      rest = rest.dropFirst(digits)
      return range.contains(value) ? value : nil
    }
    func skip(_ characters: String) -> Bool {
      guard let first = rest.first, characters.utf8.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }
    guard let year = number(4, in: 0...9999), skip("-"), let month = number(2, in: 1...12),
      skip("-"), let day = number(2, in: 1...31), day <= daysIn(month: month, of: year)
    else { return nil }
    let seconds = Double(days(year, month, day) * 86_400)
    guard !rest.isEmpty else { return seconds }
    guard skip("Tt "), let hour = number(2, in: 0...24), skip(":"),
      let minute = number(2, in: 0...59)
    else { return nil }
    var time = Double(hour * 3_600 + minute * 60)
    if skip(":") {
      guard let second = number(2, in: 0...60) else { return nil }  // 60 is a leap second.
      time += Double(second)
      if skip(".,") {
        let fraction = rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        guard !fraction.isEmpty, fraction.count <= 15,
          let value = decimal([UInt8(ascii: ".")] + fraction)
        else { return nil }
        time += value
        rest = rest.dropFirst(fraction.count)
      }
    }
    if rest.isEmpty || skip("Zz") { return rest.isEmpty ? seconds + time : nil }
    let isWest = rest.first == UInt8(ascii: "-")
    guard skip("+-"), let hours = number(2, in: 0...23) else { return nil }
    _ = skip(":")
    guard let minutes = rest.isEmpty ? 0 : number(2, in: 0...59), rest.isEmpty else { return nil }
    let shift = Double(hours * 3_600 + minutes * 60)
    return seconds + time + (isWest ? shift : -shift)
  }

  private static func daysIn(month: Int, of year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  /// Days from 1970-01-01 to a day of the Gregorian calendar, years beginning in March so that the
  /// leap day comes last.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let marchYear = month > 2 ? year : year - 1
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    let century = marchYear >= 0 ? marchYear / 100 : -1
    let leapDays = Int((Double(marchYear) / 4).rounded(.down)) - century
    return marchYear * 365 + leapDays + Int((Double(century) / 4).rounded(.down)) + dayOfYear
      - 719_468
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var text = bytes
    while text.first == UInt8(ascii: " ") { text.removeFirst() }
    while text.last == UInt8(ascii: " ") { text.removeLast() }
    return text
  }
}
