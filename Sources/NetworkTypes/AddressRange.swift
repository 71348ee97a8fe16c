/// A range of addresses of one family, both ends included.
public struct AddressRange: Hashable, Sendable, Comparable {
  /// The family of both ends.
  public let family: AddressFamily
  /// The number of the first address.
  public let lower: UInt128
  /// The number of the last address; never below ``lower``.
  public let upper: UInt128

  /// Makes a range from the numbers of its ends.
  ///
  /// - Parameters:
  ///   - family: The family of both ends.
  ///   - lower: The first address.
  ///   - upper: The last address; it must not be below `lower`.
  public init(family: AddressFamily, lower: UInt128, upper: UInt128) {
    precondition(lower <= upper && upper <= family.highest)
    self.family = family
    self.lower = lower
    self.upper = upper
  }

  /// The range of one address.
  ///
  /// - Parameter address: The address.
  public init(_ address: IPAddress) {
    self.init(family: address.family, lower: address.value, upper: address.value)
  }

  /// The addresses of a text: an address, a prefix in CIDR notation without host bits, or `FIRST-LAST`.
  ///
  /// - Parameter text: The text; nil for any other one.
  public init?(_ text: some StringProtocol) {
    guard let range = AddressText(parsing: Array(text.utf8).span).range else { return nil }
    self = range
  }

  /// Every address of a family.
  ///
  /// - Parameter family: The family.
  public static func all(_ family: AddressFamily) -> AddressRange {
    AddressRange(family: family, lower: 0, upper: family.highest)
  }

  /// The first address.
  public var first: IPAddress { IPAddress(family, lower) }
  /// The last address.
  public var last: IPAddress { IPAddress(family, upper) }

  /// Whether an address is in the range.
  ///
  /// - Parameter address: The address.
  public func contains(_ address: IPAddress) -> Bool {
    address.family == family && address.value >= lower && address.value <= upper
  }

  /// Whether two ranges share an address.
  ///
  /// - Parameter other: The other range.
  public func overlaps(_ other: AddressRange) -> Bool {
    family == other.family && lower <= other.upper && other.lower <= upper
  }

  /// The fewest prefixes that together are exactly this range, in ascending order.
  ///
  /// At most twice the family's width.
  public var prefixes: [IPPrefix] {
    var result: [IPPrefix] = []
    var start = lower
    while true {
      var open = min(start == 0 ? family.bitWidth : start.trailingZeroBitCount, family.bitWidth)
      while open > 0 {
        let mask = IPPrefix.hostMask(family, family.bitWidth - open)
        if start | mask <= upper { break }
        open -= 1
      }
      let length = family.bitWidth - open
      result.append(IPPrefix(containing: IPAddress(family, start), length: length))
      let end = start | IPPrefix.hostMask(family, length)
      if end >= upper { return result }
      start = end + 1
    }
  }

  /// By family, first address, last address.
  public static func < (left: Self, right: Self) -> Bool {
    (left.family, left.lower, left.upper) < (right.family, right.lower, right.upper)
  }
}

extension AddressRange: CustomStringConvertible {
  /// An address, a prefix in CIDR notation, or `FIRST-LAST`, whichever is shortest and exact.
  public var description: String {
    if lower == upper { return "\(first)" }
    let size = upper - lower
    if size & (size &+ 1) == 0, lower & size == 0 {
      let open = size == .max ? 128 : (size + 1).trailingZeroBitCount
      return "\(first)/\(family.bitWidth - open)"
    }
    return "\(first)-\(last)"
  }
}

/// The classification of an address text of a profile or a document.
public enum AddressText: Sendable, Hashable {
  /// One address.
  case address(IPAddress)
  /// A prefix in CIDR notation.
  case prefix(IPPrefix)
  /// `ADDRESS/LENGTH` with host bits set: the prefix that contains it, and the address as written.
  case hostBitsSet(IPPrefix, IPAddress)
  /// A prefix length outside the family's width.
  case badLength(IPAddress)
  /// `FIRST-LAST`.
  case range(AddressRange)
  /// `FIRST-LAST` with the ends in the wrong order.
  case inverted(IPAddress, IPAddress)
  /// `FIRST-LAST` whose ends belong to different families.
  case mixedFamilies(IPAddress, IPAddress)
  /// None of these.
  case invalid

  /// Classifies a text: an address, `ADDRESS/LENGTH`, `FIRST-LAST`, or what is wrong with it.
  ///
  /// - Parameter text: The UTF-8 bytes of the text, without whitespace.
  public init(parsing text: Span<UInt8>) {
    for index in 0..<text.count {
      switch text[index] {
      case UInt8(ascii: "/"):
        self = Self.prefixed(text, slash: index)
        return
      case UInt8(ascii: "-"):
        self = Self.ranged(text, dash: index)
        return
      default: continue
      }
    }
    if let address = parseAddress(text, 0..<text.count) { self = .address(address) } else { self = .invalid }
  }

  private static func prefixed(_ text: Span<UInt8>, slash: Int) -> AddressText {
    guard let address = parseAddress(text, 0..<slash) else { return .invalid }
    guard let length = parseDecimal(text, slash + 1..<text.count, upTo: 999) else { return .invalid }
    guard length <= address.family.bitWidth else { return .badLength(address) }
    let prefix = IPPrefix(containing: address, length: length)
    return prefix.address == address ? .prefix(prefix) : .hostBitsSet(prefix, address)
  }

  private static func ranged(_ text: Span<UInt8>, dash: Int) -> AddressText {
    guard let first = parseAddress(text, 0..<dash), let last = parseAddress(text, dash + 1..<text.count)
    else { return .invalid }
    guard first.family == last.family else { return .mixedFamilies(first, last) }
    guard first <= last else { return .inverted(first, last) }
    return .range(AddressRange(family: first.family, lower: first.value, upper: last.value))
  }

  /// The addresses, if the text is well formed.
  public var range: AddressRange? {
    switch self {
    case .address(let address): AddressRange(address)
    case .prefix(let prefix): prefix.range
    case .range(let range): range
    case .hostBitsSet, .badLength, .inverted, .mixedFamilies, .invalid: nil
    }
  }
}

/// Reads a decimal number without sign; nil when empty, not decimal, or above the limit.
///
/// Leading zeros are read as decimal digits.
func parseDecimal(_ text: Span<UInt8>, _ range: Range<Int>, upTo limit: Int) -> Int? {
  guard !range.isEmpty else { return nil }
  var value = 0
  for index in range {
    let byte = text[index]
    guard byte >= 0x30, byte <= 0x39 else { return nil }
    value = value * 10 + Int(byte - 0x30)
    guard value <= limit else { return nil }
  }
  return value
}
