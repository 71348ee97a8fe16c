/// A kind of address that is not the address of one end of a packet on a network, and how Windows routes it
/// (reference: windows-firewall-and-vfp, 10.5).
public enum SpecialAddress: Sendable, Hashable, CaseIterable {
  /// 127.0.0.0/8 and ::1: never leaves its compartment, where nothing filters or translates it.
  case loopback
  /// 224.0.0.0/4 and ff00::/8: a destination on the network, never a source; outbound NAT does not
  /// translate it.
  case multicast
  /// 255.255.255.255: a destination on the network like a multicast group.
  case limitedBroadcast
  /// 0.0.0.0 and ::, which stand for an address that is not known yet.
  case unspecified

  /// The addresses of this kind.
  public var addresses: AddressSet {
    switch self {
    case .loopback: Self.loopbackAddresses
    case .multicast: Self.multicastAddresses
    case .limitedBroadcast: Self.broadcastAddresses
    case .unspecified: Self.unspecifiedAddresses
    }
  }

  /// The addresses that are never the source of a packet that a filter sees: all special addresses.
  public static let neverSources = allCases.reduce(AddressSet()) { $0.union($1.addresses) }

  /// The addresses that are never the destination of a packet that a filter sees.
  public static let neverDestinations = loopbackAddresses.union(unspecifiedAddresses)

  /// The addresses that are never the other end of a packet that an endpoint's filters see.
  ///
  /// - Parameter direction: The direction as the endpoint sees it.
  public static func neverRemote(_ direction: Direction) -> AddressSet {
    direction == .in ? neverSources : neverDestinations
  }

  private static let loopbackAddresses = AddressSet([
    range(.ipv4, 0x7f00_0000, 0x7fff_ffff), range(.ipv6, 1, 1),
  ])
  private static let multicastAddresses = AddressSet([
    range(.ipv4, 0xe000_0000, 0xefff_ffff), range(.ipv6, 0xff << 120, .max),
  ])
  private static let broadcastAddresses = AddressSet([range(.ipv4, 0xffff_ffff, 0xffff_ffff)])
  private static let unspecifiedAddresses = AddressSet([range(.ipv4, 0, 0), range(.ipv6, 0, 0)])

  private static func range(_ family: AddressFamily, _ lower: UInt128, _ upper: UInt128) -> AddressRange {
    AddressRange(family: family, lower: lower, upper: upper)
  }
}

extension IPAddress {
  /// The kind of special address it is; nil for the address of a node.
  ///
  /// It is computed, because every packet asks.
  public var special: SpecialAddress? {
    switch family {
    case .ipv4:
      switch UInt8(truncatingIfNeeded: value >> 24) {
      case 127: .loopback
      case 224...239: .multicast
      case 255: value == UInt128(UInt32.max) ? .limitedBroadcast : nil
      case 0: value == 0 ? .unspecified : nil
      default: nil
      }
    case .ipv6: value <= 1 ? (value == 1 ? .loopback : .unspecified) : value >> 120 == 0xff ? .multicast : nil
    }
  }
}

extension IPAddress {
  /// Whether it stands for several receivers on the network: multicast and limited broadcast.
  public var isGroup: Bool { special == .multicast || special == .limitedBroadcast }
}

extension AddressSet {
  /// The set without the gaps that have no meaning: those whose neighbors on both sides are in the set.
  ///
  /// - Parameter gaps: Addresses that nothing in the set could have.
  public func closing(_ gaps: AddressSet) -> AddressSet {
    union(
      AddressSet(
        gaps.ranges.filter { gap in
          guard hasMembers(of: gap.family) else { return false }
          let before = gap.first.previous.map { contains($0) } ?? true
          let after = gap.last.next.map { contains($0) } ?? true
          return before && after
        }))
  }
}
