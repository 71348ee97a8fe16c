package import HostModel
package import NetworkTypes

/// Which addresses an example packet has: those that a reader takes for a node's, if there is a choice.
///
/// In this order: the addresses of endpoints and hosts that are known; addresses for documentation, which stand for
/// the rest of the network; other addresses of nodes; and only then those that no node sends from, such as
/// 0.0.0.1, the network, broadcast and gateway addresses of known subnets, multicast groups and loopback.
package struct ExampleAddresses: Hashable, Sendable {
  /// The preferences of a family: if no packet has addresses of the first lists, those of the next ones are tried.
  private let ipv4: [[[AddressRange]]]
  private let ipv6: [[[AddressRange]]]

  /// Those of a reader who knows nothing of the host.
  package static let standard = ExampleAddresses(of: [])

  /// Those of a reader who knows some hosts.
  ///
  /// - Parameter hosts: The hosts.
  package init(of hosts: [HostTopology]) {
    func set(_ addresses: [IPAddress]) -> AddressSet { AddressSet(addresses.map { AddressRange($0) }) }
    let nodes = AddressSet.all.subtracting(Self.reserved)
    let named = hosts.flatMap { $0.endpoints.flatMap(\.addresses) + $0.hostAddresses }
    let known = set(named).intersection(nodes)
    let subnets = hosts.flatMap(\.networks).flatMap(\.subnets)
    let ends = subnets.map(\.prefix.range).filter { $0.upper - $0.lower > 1 }.flatMap { [$0.first, $0.last] }
    let usual = nodes.subtracting(set(ends + subnets.compactMap(\.gateway)).subtracting(known))
    let preferences = [
      [known, Self.documentation, usual], [AddressSet.all.subtracting(SpecialAddress.unspecified.addresses)],
      [.all],
    ]
    ipv4 = preferences.map { $0.map { $0.only(.ipv4).ranges } }
    ipv6 = preferences.map { $0.map { $0.only(.ipv6).ranges } }
  }

  /// The most plausible address of a set; nil for the empty set.
  ///
  /// - Parameter addresses: The addresses, of either family; IPv4 comes first.
  package func first(of addresses: AddressSet) -> IPAddress? {
    for family in AddressFamily.allCases {
      let ranges = addresses.only(family).ranges
      for wanted in preferences(family).joined() {
        if let found = ranges.lazy.compactMap({ Self.host(in: $0, wanted) }).first { return found }
      }
    }
    return nil
  }

  /// The preferences of a family, the best first, each with lists in order.
  func preferences(_ family: AddressFamily) -> [[[AddressRange]]] { family == .ipv4 ? ipv4 : ipv6 }

  /// The first address that a range and a list have in common and that does not look like that of a network; nil
  /// if they have none in common.
  ///
  /// - Parameters:
  ///   - range: The range.
  ///   - wanted: Disjoint ranges of the same family in ascending order.
  static func host(in range: AddressRange, _ wanted: [AddressRange]) -> IPAddress? {
    var (first, end) = (wanted.startIndex, wanted.endIndex)
    while first < end {
      let middle = (first + end) / 2
      if wanted[middle].upper < range.lower { first = middle + 1 } else { end = middle }
    }
    guard first < wanted.endIndex, wanted[first].lower <= range.upper else { return nil }
    let (lower, upper) = (max(range.lower, wanted[first].lower), min(range.upper, wanted[first].upper))
    let isNetwork = lower & 3 == 0 && upper - lower >= 3
    return IPAddress(range.family, isNetwork ? lower + 1 : lower)
  }

  /// Addresses for documentation (RFC 5737, RFC 3849), several of them so that more than one example is possible.
  private static let documentation = AddressSet(
    ["198.51.100.9-198.51.100.254", "2001:db8::9-2001:db8::fffe"].compactMap { AddressRange($0) })

  /// Addresses that no node has, or only on its own link.
  private static let reserved = AddressSet(
    ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/8", "fe80::/10", "ff00::/8"]
      .compactMap { AddressRange($0) })
}
