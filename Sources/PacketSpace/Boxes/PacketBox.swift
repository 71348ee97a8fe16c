package import NetworkTypes

/// A product of sets: the packets whose protocol, addresses, ports and ICMP type are each in a given set.
///
/// Both addresses of a packet belong to one family, so a box of both families is the union of an IPv4 box and
/// an IPv6 box that are otherwise equal. Ports apply only to TCP and UDP, ICMP types only to ICMP and ICMPv6;
/// no rule matches a type, but a query may. Boxes are kept in canonical form: boxes with the same packets are
/// equal, and all empty boxes are equal. `isConsistent` checks three invariants: restricted port sets imply
/// protocols with ports, a restricted set of ICMP types implies ICMP, and an address set contains a family
/// only if the other one does.
package struct PacketBox: Hashable, Sendable {
  /// The IP protocols, within 1 to 255.
  package let protocols: ProtocolSet
  /// The endpoint's addresses.
  package let local: AddressSet
  /// The peer's addresses.
  package let remote: AddressSet
  /// The endpoint's ports.
  package let localPorts: PortSet
  /// The peer's ports.
  package let remotePorts: PortSet
  /// The ICMP types.
  package let icmpTypes: ICMPTypeSet

  /// Creates a box; if ports or ICMP types are restricted, protocols without them are removed.
  ///
  /// - Parameters:
  ///   - protocols: The IP protocols; number 0 is removed.
  ///   - local: The endpoint's addresses.
  ///   - remote: The peer's addresses.
  ///   - localPorts: The endpoint's ports.
  ///   - remotePorts: The peer's ports.
  ///   - icmpTypes: The ICMP types.
  package init(
    protocols: ProtocolSet = .allProtocols, local: AddressSet = .all, remote: AddressSet = .all,
    localPorts: PortSet = .allPorts, remotePorts: PortSet = .allPorts,
    icmpTypes: ICMPTypeSet = .allICMPTypes
  ) {
    var protocols = protocols
    if protocols.contains(0) { protocols = protocols.intersection(.allProtocols) }
    if localPorts != .allPorts || remotePorts != .allPorts, !protocols.isSubset(of: .withPorts) {
      protocols = protocols.intersection(.withPorts)
    }
    if icmpTypes != .allICMPTypes, !protocols.isSubset(of: .withICMPTypes) {
      protocols = protocols.intersection(.withICMPTypes)
    }
    var local = local
    var remote = remote
    for family in AddressFamily.allCases
    where local.hasMembers(of: family) != remote.hasMembers(of: family) {
      local = local.without(family)
      remote = remote.without(family)
    }
    let isEmpty =
      protocols.isEmpty || local.isEmpty || localPorts.isEmpty || remotePorts.isEmpty
      || icmpTypes.isEmpty
    self.protocols = isEmpty ? ProtocolSet() : protocols
    self.local = isEmpty ? AddressSet() : local
    self.remote = isEmpty ? AddressSet() : remote
    self.localPorts = isEmpty ? PortSet() : localPorts
    self.remotePorts = isEmpty ? PortSet() : remotePorts
    self.icmpTypes = isEmpty ? ICMPTypeSet() : icmpTypes
  }

  /// Every packet of some address families.
  ///
  /// - Parameter families: The families.
  package static func universe(_ families: [AddressFamily]) -> PacketBox {
    let addresses = families.reduce(AddressSet()) { $0.union(.all($1)) }
    return PacketBox(local: addresses, remote: addresses)
  }

  /// Whether the box contains no packet.
  package var isEmpty: Bool { protocols.isEmpty }

  /// The address families of the packets in the box, IPv4 first.
  package var families: [AddressFamily] { AddressFamily.allCases.filter { local.hasMembers(of: $0) } }

  /// Whether the invariants hold; false indicates a defect of this type.
  package var isConsistent: Bool {
    if isEmpty { return self == PacketBox(protocols: ProtocolSet()) }
    if localPorts != .allPorts || remotePorts != .allPorts, !protocols.isSubset(of: .withPorts) {
      return false
    }
    if icmpTypes != .allICMPTypes, !protocols.isSubset(of: .withICMPTypes) { return false }
    return protocols.isSubset(of: .allProtocols) && !localPorts.isEmpty && !remotePorts.isEmpty
      && !icmpTypes.isEmpty
      && !local.isEmpty
      && AddressFamily.allCases.allSatisfy { local.hasMembers(of: $0) == remote.hasMembers(of: $0) }
  }

  /// Whether the box contains a packet; its direction is ignored.
  ///
  /// - Parameters:
  ///   - packet: The packet as the endpoint sees it.
  ///   - icmpType: The ICMP type; used only for ICMP and ICMPv6.
  package func contains(_ packet: Packet, icmpType: UInt8 = 0) -> Bool {
    guard protocols.contains(packet.protocol.number), local.contains(packet.local),
      remote.contains(packet.remote), packet.local.family == packet.remote.family
    else { return false }
    if ProtocolSet.withICMPTypes.contains(packet.protocol.number) { return icmpTypes.contains(icmpType) }
    return !packet.protocol.hasPorts
      || localPorts.contains(packet.localPort) && remotePorts.contains(packet.remotePort)
  }
}

extension PacketBox {
  /// The packets in both boxes.
  ///
  /// - Parameter other: The other box.
  package func intersection(_ other: PacketBox) -> PacketBox {
    PacketBox(
      protocols: protocols.intersection(other.protocols), local: local.intersection(other.local),
      remote: remote.intersection(other.remote), localPorts: localPorts.intersection(other.localPorts),
      remotePorts: remotePorts.intersection(other.remotePorts),
      icmpTypes: icmpTypes.intersection(other.icmpTypes))
  }

  /// Whether the boxes overlap.
  ///
  /// - Parameter other: The other box.
  package func intersects(_ other: PacketBox) -> Bool {
    guard protocols.intersects(other.protocols), localPorts.intersects(other.localPorts),
      remotePorts.intersects(other.remotePorts), icmpTypes.intersects(other.icmpTypes)
    else { return false }
    return local.ipv4.intersects(other.local.ipv4) && remote.ipv4.intersects(other.remote.ipv4)
      || local.ipv6.intersects(other.local.ipv6) && remote.ipv6.intersects(other.remote.ipv6)
  }

  /// The packets of this box that are not in the other, as at most six disjoint boxes.
  ///
  /// Protocols are cut first, so that ports and ICMP types are cut only for protocols that have them.
  ///
  /// - Parameter other: The other box.
  package func subtracting(_ other: PacketBox) -> [PacketBox] {
    guard !isEmpty else { return [] }
    guard intersects(other) else { return [self] }
    let shared = (
      protocols: protocols.intersection(other.protocols), local: local.intersection(other.local),
      remote: remote.intersection(other.remote), localPorts: localPorts.intersection(other.localPorts)
    )
    let pieces = [
      PacketBox(
        protocols: protocols.subtracting(other.protocols), local: local, remote: remote,
        localPorts: localPorts, remotePorts: remotePorts, icmpTypes: icmpTypes),
      PacketBox(
        protocols: shared.protocols, local: local.subtracting(other.local), remote: remote,
        localPorts: localPorts, remotePorts: remotePorts, icmpTypes: icmpTypes),
      PacketBox(
        protocols: shared.protocols, local: shared.local, remote: remote.subtracting(other.remote),
        localPorts: localPorts, remotePorts: remotePorts, icmpTypes: icmpTypes),
      PacketBox(
        protocols: shared.protocols, local: shared.local, remote: shared.remote,
        localPorts: localPorts.subtracting(other.localPorts), remotePorts: remotePorts,
        icmpTypes: icmpTypes),
      PacketBox(
        protocols: shared.protocols, local: shared.local, remote: shared.remote,
        localPorts: shared.localPorts, remotePorts: remotePorts.subtracting(other.remotePorts),
        icmpTypes: icmpTypes),
      PacketBox(
        protocols: shared.protocols, local: shared.local, remote: shared.remote,
        localPorts: shared.localPorts, remotePorts: remotePorts.intersection(other.remotePorts),
        icmpTypes: icmpTypes.subtracting(other.icmpTypes)),
    ]
    return pieces.filter { !$0.isEmpty }
  }
}

extension AddressSet {
  /// The members that do not belong to a family.
  fileprivate func without(_ family: AddressFamily) -> AddressSet {
    family == .ipv4 ? AddressSet(ipv6: ipv6) : AddressSet(ipv4: ipv4)
  }
}
