package import NetworkTypes

/// Formats sets of packets as text, relative to a whole.
///
/// Unrestricted properties are omitted, and a set is described by its members or by its complement, whichever
/// is shorter: `tcp ports other than 80 from addresses other than 10.0.0.0/8`.
package struct PacketFormatter: Sendable {
  private let senders: AddressSet
  private let receivers: AddressSet
  private let namesSourcePorts: Bool
  /// Whether the box's own side is the destination.
  private let isInbound: Bool

  /// The maximum number of list entries written out.
  private static let listLimit = 6

  /// Creates a formatter for packets with the destination as the local side.
  ///
  /// - Parameters:
  ///   - whole: All packets between the same ends; addresses that a part shares with them are omitted.
  ///   - namesSourcePorts: Whether source ports are included.
  package init(whole: [PacketBox], namesSourcePorts: Bool) {
    senders = whole.reduce(AddressSet()) { $0.union($1.remote) }
    receivers = whole.reduce(AddressSet()) { $0.union($1.local) }
    self.namesSourcePorts = namesSourcePorts
    isInbound = true
  }

  /// Creates a formatter for packets of one direction at an endpoint, relative to all packets.
  ///
  /// - Parameters:
  ///   - direction: The direction as the endpoint sees it.
  ///   - families: The address families of all packets.
  package init(direction: Direction, families: [AddressFamily] = AddressFamily.allCases) {
    senders = families.reduce(AddressSet()) { $0.union(.all($1)) }
    receivers = senders
    namesSourcePorts = true
    isInbound = direction == .in
  }

  // MARK: Packets

  /// The packets of a box.
  ///
  /// - Parameter box: The box.
  package func text(_ box: PacketBox) -> String {
    let (from, to) = isInbound ? (box.remote, box.local) : (box.local, box.remote)
    let (source, destination) =
      isInbound ? (box.remotePorts, box.localPorts) : (box.localPorts, box.remotePorts)
    var text = Self.protocols(box.protocols)
    if destination != .allPorts { text += " " + Self.ports(destination) }
    if namesSourcePorts, source != .allPorts { text += " from source " + Self.ports(source, "port ") }
    // With two families, the family is clear from the addresses.
    let family: AddressFamily? =
      box.families.count == 1 && !receivers.ipv4.isEmpty && !receivers.ipv6.isEmpty
      ? box.families.first : nil
    let sender = Self.end(from, of: family.map { senders.only($0) } ?? senders)
    let receiver = Self.end(to, of: family.map { receivers.only($0) } ?? receivers)
    if let family, sender?.isRest ?? true, receiver?.isRest ?? true {
      text = (family == .ipv4 ? "IPv4 " : "IPv6 ") + text
    }
    if let sender { text += " from " + sender.text }
    if let receiver { text += " to " + receiver.text }
    return text
  }

  /// The boxes of a region, the first few written out.
  ///
  /// - Parameter region: The region.
  package func text(_ region: PacketRegion) -> String {
    let parts = Self.joiningFamilies(region.boxes)
    let shown = parts.prefix(Self.listLimit).map { text($0) }.joined(separator: "; ")
    return Listing.rest(of: parts.count, limit: Self.listLimit).map { "\(shown); \($0)" } ?? shown
  }

  /// The verdicts on all packets, by the shorter of the allowed and the blocked ones.
  ///
  /// - Parameter allowed: The packets that are allowed.
  package func summary(allowed: PacketRegion) -> String {
    guard !allowed.isEmpty else { return "everything is blocked" }
    let families = AddressFamily.allCases.filter { receivers.hasMembers(of: $0) }
    guard let rest = PacketRegion([.universe(families)]).subtracting(allowed, limit: 200) else {
      return "allowed: \(text(allowed))"
    }
    if rest.isEmpty { return "everything is allowed" }
    return Self.joiningFamilies(rest.boxes).count < Self.joiningFamilies(allowed.boxes).count
      ? "everything is allowed except: \(text(rest))" : "everything is blocked except: \(text(allowed))"
  }

  /// Merges boxes without local addresses and with equal protocols and ports.
  private static func joiningFamilies(_ boxes: [PacketBox]) -> [PacketBox] {
    struct Key: Hashable {
      var protocols: ProtocolSet
      var localPorts: PortSet
      var remotePorts: PortSet
    }
    var positions: [Key: Int] = [:]
    var result: [PacketBox] = []
    for box in boxes {
      guard box.local == PacketBox.universe(box.families).local else {
        result.append(box)
        continue
      }
      let key = Key(protocols: box.protocols, localPorts: box.localPorts, remotePorts: box.remotePorts)
      guard let position = positions[key] else {
        positions[key] = result.count
        result.append(box)
        continue
      }
      let other = result[position]
      result[position] = PacketBox(
        protocols: box.protocols, local: other.local.union(box.local), remote: other.remote.union(box.remote),
        localPorts: box.localPorts, remotePorts: box.remotePorts)
    }
    return result
  }

  // MARK: Sets

  /// Protocols: `tcp, udp`, or `protocols other than icmp`.
  ///
  /// - Parameter set: The protocols.
  package static func protocols(_ set: ProtocolSet) -> String {
    if set == .allProtocols { return "every protocol" }
    let (members, rest) = (set.protocols, ProtocolSet.allProtocols.subtracting(set).protocols)
    return rest.count < members.count
      ? "protocols other than \(list(rest.map(\.description)))" : list(members.map(\.description))
  }

  /// Ports: `80, 443`, or `ports other than 80`.
  ///
  /// - Parameters:
  ///   - set: The ports.
  ///   - label: The text before a list of ports.
  package static func ports(_ set: PortSet, _ label: String = "") -> String {
    let (ranges, rest) = (set.ranges, PortSet.allPorts.subtracting(set).ranges)
    return rest.count < ranges.count
      ? "ports other than \(list(rest.map(\.description)))" : label + list(ranges.map(\.description))
  }

  /// Addresses relative to a whole: `10.0.0.0/8`, or `addresses other than 10.0.0.0/8`; nil for all of it.
  ///
  /// - Parameters:
  ///   - set: The addresses.
  ///   - whole: All addresses there are.
  package static func addresses(_ set: AddressSet, of whole: AddressSet) -> String? {
    description(set, of: whole)?.text
  }

  /// The addresses of one end of packets; the unspecified address stands for one that is not known.
  private static func end(_ set: AddressSet, of whole: AddressSet) -> (text: String, isRest: Bool)? {
    guard set != whole, let range = set.ranges.first, set.ranges.count == 1, range.upper == 0 else {
      return description(set, of: whole)
    }
    return ("an unknown address", false)
  }

  /// Addresses relative to a whole, and whether the complement is listed instead; nil for all of it.
  private static func description(_ set: AddressSet, of whole: AddressSet) -> (text: String, isRest: Bool)? {
    guard set != whole else { return nil }
    let ranges = joined(set, in: whole)
    let rest = joined(whole.subtracting(set), in: whole)
    return rest.count < ranges.count
      ? ("addresses other than " + list(rest), true) : (list(ranges), false)
  }

  /// Addresses relative to all addresses of their families.
  ///
  /// - Parameter set: The addresses.
  package static func addresses(_ set: AddressSet) -> String {
    let families = AddressFamily.allCases.filter { set.hasMembers(of: $0) }
    let whole = families.reduce(AddressSet()) { $0.union(.all($1)) }
    return addresses(set, of: whole) ?? list(set.ranges.map(\.description))
  }

  /// The ranges of a set, merged across gaps without members of the whole, as prefixes if possible.
  private static func joined(_ set: AddressSet, in whole: AddressSet) -> [String] {
    var ranges: [AddressRange] = []
    for range in set.ranges {
      guard let last = ranges.last, last.family == range.family,
        AddressSet([AddressRange(family: range.family, lower: last.upper, upper: range.lower)])
          .intersection(whole).subtracting(set).isEmpty
      else {
        ranges.append(range)
        continue
      }
      ranges[ranges.count - 1] = AddressRange(family: range.family, lower: last.lower, upper: range.upper)
    }
    return ranges.map { range in
      let prefixes = range.prefixes
      return prefixes.count == 1 ? prefixes[0].listed : range.description
    }
  }

  /// A list, the first few entries written out.
  ///
  /// - Parameters:
  ///   - entries: The entries.
  ///   - separator: The separator.
  package static func list(_ entries: [String], separator: String = ", ") -> String {
    Listing.text(entries, limit: listLimit, separator: separator)
  }
}
