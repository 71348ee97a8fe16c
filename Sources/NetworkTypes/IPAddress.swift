/// The two versions of the Internet Protocol an address can belong to.
public enum AddressFamily: UInt8, Sendable, Hashable, CaseIterable, Comparable {
  case ipv4 = 4
  case ipv6 = 6

  /// The number of bits of an address of this family: 32 or 128.
  public var bitWidth: Int { self == .ipv4 ? 32 : 128 }

  /// The highest address value of this family.
  public var highest: UInt128 { self == .ipv4 ? UInt128(UInt32.max) : .max }

  /// IPv4 sorts before IPv6.
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// An IPv4 or IPv6 address.
///
/// The text form is dotted decimal for IPv4 and the canonical form of RFC 5952 for IPv6. Zone
/// identifiers (`fe80::1%eth0`) are not part of a policy address and do not parse.
public struct IPAddress: Hashable, Sendable, Comparable {
  /// The family the address belongs to.
  public let family: AddressFamily
  /// The address as a number; an IPv4 address uses the low 32 bits.
  public let value: UInt128

  /// Makes an address from its number.
  ///
  /// - Parameters:
  ///   - family: The family of the address.
  ///   - value: The number; bits beyond the family's width are dropped.
  public init(_ family: AddressFamily, _ value: UInt128) {
    self.family = family
    self.value = value & family.highest
  }

  /// By number alone: equal numbers of different families are rare, and address tables are searched often.
  public func hash(into hasher: inout Hasher) { hasher.combine(value) }

  /// IPv4 sorts before IPv6; within a family by number.
  public static func < (left: Self, right: Self) -> Bool {
    (left.family, left.value) < (right.family, right.value)
  }

  /// Whether this is the unspecified address of its family: `0.0.0.0` or `::`.
  public var isUnspecified: Bool { value == 0 }

  /// The address after this one, or nil at the end of the family.
  public var next: IPAddress? { value == family.highest ? nil : IPAddress(family, value + 1) }

  /// The address before this one, or nil at the start of the family.
  public var previous: IPAddress? { value == 0 ? nil : IPAddress(family, value - 1) }
}

extension IPAddress: CustomStringConvertible {
  /// The canonical text of the address.
  public var description: String {
    switch family {
    case .ipv4: dottedDecimal(UInt32(truncatingIfNeeded: value))
    case .ipv6: canonicalIPv6(value)
    }
  }
}

/// Four decimal numbers; written by digits, because plans contain very many addresses.
private func dottedDecimal(_ value: UInt32) -> String {
  String(unsafeUninitializedCapacity: 15) { buffer in
    var length = 0
    func append(_ byte: UInt32) {
      buffer[length] = UInt8(truncatingIfNeeded: byte)
      length += 1
    }
    for shift: UInt32 in [24, 16, 8, 0] {
      let octet = value >> shift & 0xff
      if octet >= 100 { append(0x30 + octet / 100) }
      if octet >= 10 { append(0x30 + octet / 10 % 10) }
      append(0x30 + octet % 10)
      if shift > 0 { append(0x2e) }
    }
    return length
  }
}

/// RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups as `::`.
private func canonicalIPv6(_ value: UInt128) -> String {
  let groups = (0..<8).map { UInt16(truncatingIfNeeded: value >> UInt128((7 - $0) * 16)) }
  if groups[0..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xffff {
    return "::ffff:" + dottedDecimal(UInt32(truncatingIfNeeded: value))
  }
  var longest = 0..<0
  var start = 0
  while start < 8 {
    var end = start
    while end < 8, groups[end] == 0 { end += 1 }
    if end - start > longest.count, end - start > 1 { longest = start..<end }
    start = max(end, start + 1)
  }
  func text(_ range: Range<Int>) -> String {
    groups[range].map { String($0, radix: 16) }.joined(separator: ":")
  }
  guard !longest.isEmpty else { return text(0..<8) }
  return text(0..<longest.lowerBound) + "::" + text(longest.upperBound..<8)
}
