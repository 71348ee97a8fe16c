import Manifests

/// An amount of CPU or memory, in billionths.
struct Quantity: Comparable {
  /// The amount times 10^9; amounts beyond 128 bits are the largest number.
  var billionths: Int128

  static func < (left: Self, right: Self) -> Bool { left.billionths < right.billionths }

  /// A quantity as Kubernetes reads it: a decimal number with a suffix or an exponent.
  init?(_ value: ManifestValue) {
    guard let text = value.scalarText, value.bool == nil else { return nil }
    self.init(text)
  }

  /// A quantity as Kubernetes reads it.
  init?(_ text: String) {
    let suffixes: [(String, Int128)] = [
      ("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("Ti", 1 << 40), ("Pi", 1 << 50), ("Ei", 1 << 60),
      ("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000), ("T", 1_000_000_000_000),
      ("P", 1_000_000_000_000_000), ("E", 1_000_000_000_000_000_000),
    ]
    let small: [(String, Int128)] = [("n", 1), ("u", 1_000), ("m", 1_000_000)]
    if let (suffix, factor) = suffixes.first(where: { text.hasSuffix($0.0) }) {
      self.init(digits: text.dropLast(suffix.count), unit: Self.one, factor: factor)
    } else if let (suffix, unit) = small.first(where: { text.hasSuffix($0.0) }) {
      self.init(digits: text.dropLast(suffix.count), unit: unit, factor: 1)
    } else if let mark = text.firstIndex(where: { $0 == "e" || $0 == "E" }) {
      guard let exponent = Int(text[text.index(after: mark)...]), (-30...30).contains(exponent) else {
        return nil
      }
      self.init(digits: text[..<mark], unit: Self.one, factor: 1, exponent: exponent)
    } else {
      self.init(digits: text[...], unit: Self.one, factor: 1)
    }
  }

  private static let one: Int128 = 1_000_000_000

  /// - Parameters:
  ///   - digits: A decimal number.
  ///   - unit: What 1 is worth, in billionths.
  ///   - factor: What the number is multiplied with; times the unit, it fits.
  ///   - exponent: How many places to the right its point is moved.
  private init?(digits: Substring, unit: Int128, factor: Int128, exponent: Int = 0) {
    var digits = digits
    let isNegative = digits.hasPrefix("-")
    if isNegative || digits.hasPrefix("+") { digits.removeFirst() }
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), digits.contains(where: \.isNumber) else { return nil }
    guard parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else { return nil }
    var (whole, fraction) = (Array(parts[0].utf8), parts.count == 2 ? Array(parts[1].utf8) : [])
    if exponent > 0 {
      fraction += repeatElement(0x30, count: max(0, exponent - fraction.count))
      whole += fraction.prefix(exponent)
      fraction.removeFirst(exponent)
    } else if exponent < 0 {
      whole.insert(contentsOf: repeatElement(0x30, count: max(0, -exponent - whole.count)), at: 0)
      fraction.insert(contentsOf: whole.suffix(-exponent), at: 0)
      whole.removeLast(-exponent)
    }
    var amount: Int128 = 0
    var isTooLarge = false
    for digit in whole {
      let (product, overflow) = amount.multipliedReportingOverflow(by: 10)
      isTooLarge = isTooLarge || overflow
      amount = product &+ Int128(digit - 0x30)
    }
    let scaled = amount.multipliedReportingOverflow(by: unit)
    let product = scaled.partialValue.multipliedReportingOverflow(by: factor)
    var rest: Int128 = 0
    var place = unit * factor
    for digit in fraction.prefix(30) {
      place /= 10
      rest += Int128(digit - 0x30) * place
    }
    let sum = product.partialValue.addingReportingOverflow(rest)
    isTooLarge = isTooLarge || scaled.overflow || product.overflow || sum.overflow
    billionths = (isTooLarge ? .max : sum.partialValue) * (isNegative ? -1 : 1)
  }

  /// A CPU limit as the template of 2021 reads it: a number, whole text, or text with the suffix `m`.
  ///
  /// Text with a decimal point is not read.
  init?(cpuOf2021 value: ManifestValue) {
    switch value.content {
    case .number(let text): self.init(text)
    case .text(let text) where text.hasSuffix("m"): self.init(text)
    case .text(let text) where Self.isWhole(text[...]): self.init(text)
    default: return nil
    }
  }

  /// A memory limit as the template of 2021 reads it: a number, or whole text with one of the suffixes K, M,
  /// G, T, P, E, Ki and so on.
  ///
  /// The suffix `k`, decimal points and exponents are not read.
  init?(memoryOf2021 value: ManifestValue) {
    switch value.content {
    case .number(let text): self.init(text)
    case .text(let text):
      var number = text[...]
      if number.hasSuffix("i") { number.removeLast() }
      if let last = number.last, "KMGTPE".contains(last) {
        number.removeLast()
      } else if number.count < text.count {
        return nil
      }
      guard Self.isWhole(number) else { return nil }
      self.init(text.hasSuffix("K") ? text.dropLast() + "k" : text)
    default: return nil
    }
  }

  private static func isWhole(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}
