/// A set of IPv4 and IPv6 addresses.
public struct AddressSet: Hashable, Sendable {
  /// The IPv4 members.
  public var ipv4: IntervalSet<UInt32>
  /// The IPv6 members.
  public var ipv6: IntervalSet<UInt128>

  /// Makes a set from its two halves.
  ///
  /// - Parameters:
  ///   - ipv4: The IPv4 members.
  ///   - ipv6: The IPv6 members.
  public init(ipv4: IntervalSet<UInt32> = .init(), ipv6: IntervalSet<UInt128> = .init()) {
    self.ipv4 = ipv4
    self.ipv6 = ipv6
  }

  /// The union of ranges of either family.
  ///
  /// - Parameter ranges: The ranges, in any order.
  public init(_ ranges: some Sequence<AddressRange>) {
    var four: [IntervalSet<UInt32>.Interval] = []
    var six: [IntervalSet<UInt128>.Interval] = []
    for range in ranges {
      switch range.family {
      case .ipv4:
        four.append(.init(UInt32(truncatingIfNeeded: range.lower), UInt32(truncatingIfNeeded: range.upper)))
      case .ipv6: six.append(.init(range.lower, range.upper))
      }
    }
    self.init(ipv4: .init(four), ipv6: .init(six))
  }

  /// Every address of both families.
  public static var all: AddressSet { FullSets.addresses }

  /// Every address of one family.
  ///
  /// - Parameter family: The family.
  public static func all(_ family: AddressFamily) -> AddressSet {
    family == .ipv4 ? FullSets.ipv4 : FullSets.ipv6
  }

  /// Whether the set has no member.
  public var isEmpty: Bool { ipv4.isEmpty && ipv6.isEmpty }

  /// Whether the set has a member of a family.
  ///
  /// - Parameter family: The family.
  public func hasMembers(of family: AddressFamily) -> Bool {
    family == .ipv4 ? !ipv4.isEmpty : !ipv6.isEmpty
  }

  /// The members that belong to one family.
  ///
  /// - Parameter family: The family.
  public func only(_ family: AddressFamily) -> AddressSet {
    family == .ipv4 ? AddressSet(ipv4: ipv4) : AddressSet(ipv6: ipv6)
  }

  /// Whether an address is a member.
  ///
  /// - Parameter address: The address.
  public func contains(_ address: IPAddress) -> Bool {
    switch address.family {
    case .ipv4: ipv4.contains(UInt32(truncatingIfNeeded: address.value))
    case .ipv6: ipv6.contains(address.value)
    }
  }

  /// The members of either set.
  ///
  /// - Parameter other: The other set.
  public func union(_ other: Self) -> Self {
    Self(ipv4: ipv4.union(other.ipv4), ipv6: ipv6.union(other.ipv6))
  }

  /// The members of both sets.
  ///
  /// - Parameter other: The other set.
  public func intersection(_ other: Self) -> Self {
    Self(ipv4: ipv4.intersection(other.ipv4), ipv6: ipv6.intersection(other.ipv6))
  }

  /// The members of this set that are not members of the other.
  ///
  /// - Parameter other: The other set.
  public func subtracting(_ other: Self) -> Self {
    Self(ipv4: ipv4.subtracting(other.ipv4), ipv6: ipv6.subtracting(other.ipv6))
  }

  /// The members as the fewest ranges, IPv4 first, ascending.
  public var ranges: [AddressRange] {
    ipv4.intervals.map {
      AddressRange(family: .ipv4, lower: UInt128($0.lower), upper: UInt128($0.upper))
    } + ipv6.intervals.map { AddressRange(family: .ipv6, lower: $0.lower, upper: $0.upper) }
  }

  /// The members as prefixes, IPv4 first, ascending.
  public var prefixes: [IPPrefix] { ranges.flatMap(\.prefixes) }
}
