/// An address prefix in CIDR notation: a block of addresses that share their leading bits.
///
/// The host bits of ``address`` are always zero; a text with host bits set does not parse as a
/// prefix, because it usually means something else (see ``AddressText``).
public struct IPPrefix: Hashable, Sendable, Comparable {
  /// The first address of the block.
  public let address: IPAddress
  /// The number of leading bits that are shared: 0 to 32, or 0 to 128.
  public let length: Int

  /// Makes the prefix of the given length that contains an address.
  ///
  /// - Parameters:
  ///   - address: Any address of the block.
  ///   - length: The prefix length; it must not exceed the family's width.
  public init(containing address: IPAddress, length: Int) {
    precondition((0...address.family.bitWidth).contains(length))
    self.length = length
    self.address = IPAddress(
      address.family, address.value & ~Self.hostMask(address.family, length))
  }

  /// Reads a prefix; nil when the text is not `ADDRESS/LENGTH` or its host bits are set.
  ///
  /// - Parameter text: The text.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard case .prefix(let prefix) = AddressText(parsing: bytes.span) else { return nil }
    self = prefix
  }

  /// The family of the prefix.
  public var family: AddressFamily { address.family }

  /// All addresses of the block.
  public var range: AddressRange {
    AddressRange(
      family: family, lower: address.value, upper: address.value | Self.hostMask(family, length))
  }

  /// Whether an address is in the block.
  ///
  /// - Parameter candidate: The address.
  public func contains(_ candidate: IPAddress) -> Bool { range.contains(candidate) }

  /// The host bits: those that the prefix does not fix.
  static func hostMask(_ family: AddressFamily, _ length: Int) -> UInt128 {
    let open = family.bitWidth - length
    return open == 128 ? .max : (UInt128(1) << UInt128(open)) - 1
  }

  /// By address, the wider block first.
  public static func < (left: Self, right: Self) -> Bool {
    (left.address, left.length) < (right.address, right.length)
  }
}

extension IPPrefix: CustomStringConvertible {
  /// The prefix in CIDR notation, always with its length.
  public var description: String { "\(address)/\(length)" }

  /// The form HNS lists use: a single address is written without a length.
  public var listed: String { length == family.bitWidth ? "\(address)" : description }
}
