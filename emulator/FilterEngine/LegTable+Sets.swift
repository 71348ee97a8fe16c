import HostModel
import NetworkTypes
import PacketSpace

/// One end of the packets of a query.
struct PacketEnd {
  var location: RoutedPacket.Location
  var addresses: AddressSet
  /// Whether it is the host by name, which sends from the address that fits the receiver.
  var isHostByName = false
  /// Whether it is an endpoint by name.
  var isEndpointByName = false
}

/// The packets of a query that take one leg, or any one of several to the backends of a load balancer.
struct LegPackets {
  /// The leg; the first of several.
  var leg: PacketLeg
  /// The others.
  var others: [PacketLeg] = []
  /// Who has the destination address.
  var receiver: RoutedPacket.Location
  /// The packets as sent: local is the original destination, remote the sender.
  var packets: PacketBox
  var family: AddressFamily
}

extension LegTable {
  /// The senders of a selection.
  func senders(_ selection: PeerSelection) throws(PacketProblem) -> [PacketEnd] {
    try ends(of: selection, except: SpecialAddress.neverSources)
  }

  /// The receivers of a selection, except for loopback, whose receiver is the sender.
  func receivers(_ selection: PeerSelection) throws(PacketProblem) -> [PacketEnd] {
    try ends(of: selection, except: SpecialAddress.neverDestinations)
  }

  /// The ends of a selection: everything outside as one, and each address of the host.
  private func ends(
    of selection: PeerSelection, except impossible: AddressSet
  ) throws(PacketProblem) -> [PacketEnd] {
    var ends: [PacketEnd] = []
    var rest = selection.addresses.subtracting(impossible)
    var held: [PacketEnd] = []
    if !rest.isEmpty {
      for (index, endpoint) in topology.endpoints.enumerated() where !endpoint.isRemote {
        for (position, address) in endpoint.addresses.enumerated()
        where selection.addresses.contains(address) && address.special == nil
          && !endpoint.addresses[..<position].contains(address)
        {
          let own = AddressSet([AddressRange(address)])
          rest = rest.subtracting(own)
          let isNamed =
            selection.endpoints.contains(index) && address == self.ends[index].addresses[address.family]
          // Endpoints that are not attached have no filters.
          if endpoint.isAttached, !isNamed {
            held.append(PacketEnd(location: .endpoint(index), addresses: own))
          }
        }
      }
      for address in hostAddresses where rest.contains(address) && holder(of: address) == .host {
        let own = AddressSet([AddressRange(address)])
        rest = rest.subtracting(own)
        held.append(PacketEnd(location: .host, addresses: own))
      }
      if !rest.isEmpty { ends.append(PacketEnd(location: .outside, addresses: rest)) }
    }
    if selection.includesHost { ends.append(PacketEnd(location: .host, addresses: .all, isHostByName: true)) }
    for index in selection.endpoints.sorted() {
      let endpoint = topology.endpoints[index]
      guard endpoint.isRemote || endpoint.isAttached else { throw .notAttached(index) }
      let location: RoutedPacket.Location = endpoint.isRemote ? .outside : .endpoint(index)
      for family in AddressFamily.allCases
      where self.ends[index].addresses.families.contains(FamilySet(family)) {
        // The first address of a family is used if only the endpoint is given.
        let address = self.ends[index].addresses[family] ?? IPAddress(family, 0)
        ends.append(
          PacketEnd(
            location: location, addresses: AddressSet([AddressRange(address)]), isEndpointByName: true))
      }
    }
    return ends + held
  }

  /// The legs of the packets to loopback addresses, each within the compartment of its sender.
  func loopbackLegs(from senders: [PacketEnd], _ set: PacketQuerySet) -> [LegPackets] {
    let destinations = set.to.addresses.intersection(SpecialAddress.loopback.addresses)
    guard !destinations.isEmpty else { return [] }
    var legs: [LegPackets] = []
    for sender in senders where sender.location != .outside {
      for family in AddressFamily.allCases {
        let destinations = destinations.only(family)
        guard let destination = Self.first(destinations), let source = loopbackSources(sender, family) else {
          continue
        }
        let leg = leg(sender.location, sender.location, destination: destination, hasPorts: false)
        legs += Self.boxes(set, destinations: destinations, sources: source).map {
          LegPackets(leg: leg, receiver: leg.receiver, packets: $0, family: family)
        }
      }
    }
    return legs
  }

  /// The source addresses of packets within a compartment; an end by name has both families there.
  private func loopbackSources(_ sender: PacketEnd, _ family: AddressFamily) -> AddressSet? {
    if sender.isHostByName { return AddressSet([AddressRange(hostDestination(family))]) }
    let own = sender.addresses.only(family)
    guard own.isEmpty else { return own }
    guard sender.isEndpointByName, case .endpoint(let index) = sender.location,
      !ends[index].addresses.families.contains(FamilySet(family))
    else { return nil }
    return AddressSet([AddressRange(IPAddress(family, 0))])
  }

  /// Why a query has no packets.
  func problem(ofEmpty set: PacketQuerySet) -> PacketProblem {
    for (selection, isSource) in [(set.from, true), (set.to, false)] {
      let addresses = selection.addresses
      let impossible = isSource ? SpecialAddress.neverSources : SpecialAddress.neverDestinations
      guard selection.endpoints.isEmpty, !selection.includesHost, let first = Self.first(addresses),
        addresses.subtracting(impossible).isEmpty, let special = first.special
      else { continue }
      return .cannotOccur(first, special, isSource: isSource)
    }
    return .noPackets
  }

  /// The legs of the packets between two ends, by family, published port and load balancer.
  ///
  /// If neither end is on this host, there is no leg through it, but for the addresses of load balancers.
  func legs(
    from sender: PacketEnd, to receiver: PacketEnd, _ set: PacketQuerySet
  ) throws(PacketProblem) -> [LegPackets] {
    var legs: [LegPackets] = []
    for family in AddressFamily.allCases {
      guard let destinations = destinations(receiver, family),
        let sources = try sources(sender, receiver, family)
      else { continue }
      var rest = Self.boxes(set, destinations: destinations, sources: sources)
      for (port, box) in published(at: receiver, destinations, family) {
        let hits = rest.map { $0.intersection(box) }.filter { !$0.isEmpty }
        rest = rest.flatMap { $0.subtracting(box) }
        guard ends[port.endpoint].isAttached else { continue }
        legs += hits.compactMap { packets in
          Self.first(packets.local).map { destination in
            let leg = leg(
              sender.location, through: port, destination: destination, isHostByName: receiver.isHostByName)
            return LegPackets(leg: leg, receiver: leg.receiver, packets: packets, family: family)
          }
        }
      }
      legs += serviceLegs(from: sender.location, to: receiver, family, &rest)
      if sender.location == .outside, receiver.location == .outside {
        let known = PacketBox(local: virtualAddresses.only(family))
        rest = rest.map { $0.intersection(known) }.filter { !$0.isEmpty }
      }
      legs += rest.compactMap { packets in
        // Only outside can there be several addresses, and nothing is filtered there.
        Self.first(packets.local).map { destination in
          // Each box has protocols with ports or without.
          let leg = leg(
            sender.location, receiver.location, destination: destination,
            hasPorts: !packets.protocols.intersection(.withPorts).isEmpty)
          return LegPackets(leg: leg, receiver: leg.receiver, packets: packets, family: family)
        }
      }
    }
    return legs
  }

  static func first(_ addresses: AddressSet) -> IPAddress? { addresses.ranges.first?.first }

  /// The packets of a query between addresses; a restricted port set excludes protocols without ports.
  private static func boxes(
    _ set: PacketQuerySet, destinations: AddressSet, sources: AddressSet
  ) -> [PacketBox] {
    let withPorts = PacketBox(
      protocols: set.protocols.intersection(.withPorts), local: destinations, remote: sources,
      localPorts: set.ports, remotePorts: set.sourcePorts)
    guard set.ports == .allPorts else { return withPorts.isEmpty ? [] : [withPorts] }
    let others = PacketBox(
      protocols: set.protocols.subtracting(.withPorts), local: destinations, remote: sources)
    return [withPorts, others].filter { !$0.isEmpty }
  }

  private func sources(
    _ sender: PacketEnd, _ receiver: PacketEnd, _ family: AddressFamily
  ) throws(PacketProblem) -> AddressSet? {
    guard sender.isHostByName else {
      let own = sender.addresses.only(family)
      return own.isEmpty ? nil : own
    }
    if let own = hostSource(to: receiver.location, family) { return AddressSet([AddressRange(own)]) }
    // A host whose known addresses are all of the other family has none of this one.
    if case .endpoint = receiver.location, topology.addresses.isEmpty { throw .unknownHostAddress(family) }
    return nil
  }

  private func destinations(_ receiver: PacketEnd, _ family: AddressFamily) -> AddressSet? {
    guard receiver.isHostByName else {
      let own = receiver.addresses.only(family)
      return own.isEmpty ? nil : own
    }
    // For a host, only given addresses count, and one without any counts as IPv4.
    let isKnown = topology.addresses.isEmpty ? family == .ipv4 : host[family] != nil
    guard isKnown else { return nil }
    return AddressSet([AddressRange(hostDestination(family))])
  }

  /// The published ports that packets to some addresses can be sent to, in order of precedence.
  private func published(
    at receiver: PacketEnd, _ destinations: AddressSet, _ family: AddressFamily
  ) -> [(PublishedPort, PacketBox)] {
    guard !published.isEmpty else { return [] }
    var found: [(PublishedPort, PacketBox)] = []
    var number = 0
    while let portMatch = publishedPortMatch(number, receiver.location, isHostByName: receiver.isHostByName) {
      for port in published where port.mapping.family == family {
        let addresses: AddressSet
        switch (portMatch, port.mapping.vip) {
        case (.atDestination, let vip?) where destinations.contains(vip):
          addresses = AddressSet([AddressRange(vip)])
        case (.atAnyAddress, nil): addresses = .all(family)
        case (.atAddress(let own), let vip?) where own == vip: addresses = .all(family)
        default: continue
        }
        let box = PacketBox(
          protocols: ProtocolSet([port.mapping.protocol]), local: addresses, remote: .all(family),
          localPorts: PortSet([PortRange(port.mapping.externalPort)]))
        found.append((port, box))
      }
      number += 1
    }
    return found
  }
}
