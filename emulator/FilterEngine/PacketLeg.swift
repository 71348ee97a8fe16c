import HostModel
import NetworkTypes
import PacketSpace

/// Packets between two ends that go one way through the host.
struct PacketLeg {
  var sender: PacketRoute.Place
  var receiver: PacketRoute.Place
  var published: PortMapping?
  /// The packets as they are sent: local is the destination they are sent to, remote the sender.
  var packets: PacketBox
  var family: AddressFamily
  var isLoopback: Bool
  /// How the sender's filters see them.
  var sentView: PacketView
  /// How the receiver's filters see them.
  var receivedView: PacketView
}

/// What one end sees in place of what is sent, where something is translated.
struct PacketView {
  /// Whether it is the sender's, whose own side is the source.
  var isSender: Bool
  var destination: IPAddress?
  var port: UInt16?
  var source: IPAddress?

  /// What a rule of this end matches of the packets as they are sent; nil for nothing.
  func sent(_ rule: RuleMatch) -> RuleMatch? {
    var match = rule
    if isSender {
      swap(&match.localAddresses, &match.remoteAddresses)
      swap(&match.localPorts, &match.remotePorts)
    }
    // Local is the destination from here on. What is translated is one value, which a rule has or has not.
    if let destination, let addresses = match.localAddresses {
      guard addresses.contains(destination) else { return nil }
      match.localAddresses = nil
    }
    if let source, let addresses = match.remoteAddresses {
      guard addresses.contains(source) else { return nil }
      match.remoteAddresses = nil
    }
    if let port, let ports = match.localPorts {
      guard ports.contains(port) else { return nil }
      match.localPorts = nil
      // Ports belong to TCP and UDP, and only these are translated.
      match.protocols = (match.protocols ?? .allProtocols).intersection(.withPorts)
    }
    return match
  }
}

/// One end of the packets of a query.
struct PacketEnd {
  var place: PacketRoute.Place
  var addresses: AddressSet
  /// Whether it is the host by name, which sends from the address that fits the receiver.
  var isHostByName = false
}

extension PacketRouter {
  /// The ends that a selection stands for: what is outside as one, and each address of the host.
  func ends(of selection: PeerSelection) throws(PacketProblem) -> [PacketEnd] {
    var ends: [PacketEnd] = []
    var rest = selection.addresses
    var held: [PacketEnd] = []
    if !rest.isEmpty {
      for (index, endpoint) in topology.endpoints.enumerated() where !endpoint.isRemote {
        for address in endpoint.addresses where selection.addresses.contains(address) {
          rest = rest.subtracting(AddressSet([AddressRange(address)]))
          // What is not attached meets no filter.
          if endpoint.isAttached, !selection.endpoints.contains(index) {
            held.append(PacketEnd(place: .endpoint(index), addresses: AddressSet([AddressRange(address)])))
          }
        }
      }
      for address in hostAddresses.sorted() where rest.contains(address) {
        let own = AddressSet([AddressRange(address)])
        rest = rest.subtracting(own)
        held.append(PacketEnd(place: .host, addresses: own))
      }
      if !rest.isEmpty { ends.append(PacketEnd(place: .outside, addresses: rest)) }
    }
    if selection.includesHost { ends.append(PacketEnd(place: .host, addresses: .all, isHostByName: true)) }
    for index in selection.endpoints.sorted() {
      let endpoint = topology.endpoints[index]
      guard endpoint.isRemote || endpoint.isAttached else { throw .notAttached(index) }
      let place: PacketRoute.Place = endpoint.isRemote ? .outside : .endpoint(index)
      for family in AddressFamily.allCases {
        // The first address of a family is the one that is used when only the endpoint is named.
        guard
          let address = endpoint.address(family) ?? (endpoint.addresses.isEmpty ? IPAddress(family, 0) : nil)
        else { continue }
        ends.append(PacketEnd(place: place, addresses: AddressSet([AddressRange(address)])))
      }
    }
    return ends + held
  }

  /// The ways of the packets between two ends, by family and by what published ports lead to.
  ///
  /// What neither end of is on this host has no way through it.
  func legs(
    from sender: PacketEnd, to receiver: PacketEnd, _ set: PacketQuerySet
  ) throws(PacketProblem) -> [PacketLeg] {
    var legs: [PacketLeg] = []
    for family in AddressFamily.allCases {
      guard let sources = try sources(sender, receiver, family),
        let destinations = destinations(receiver, family)
      else { continue }
      var rest = Self.boxes(set, destinations: destinations, sources: sources)
      if receiver.place == .host || receiver.place == .outside {
        for (mapping, owner, box) in published(at: receiver, destinations, family) {
          let hits = rest.map { $0.intersection(box) }.filter { !$0.isEmpty }
          rest = rest.flatMap { $0.subtracting(box) }
          guard topology.endpoints[owner].isAttached else { continue }
          legs += hits.map { leg($0, sender.place, .endpoint(owner), mapping, family) }
        }
      }
      guard sender.place != .outside || receiver.place != .outside else { continue }
      legs += rest.map { leg($0, sender.place, receiver.place, nil, family) }
    }
    return legs
  }

  /// The packets of a query between addresses; ports that are not full leave other protocols out.
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
    guard destinations(receiver, family) != nil else { return nil }
    if case .endpoint(let index) = receiver.place {
      do { return AddressSet([AddressRange(try hostSource(towards: index, family))]) } catch {
        // A host that is known to have addresses of the other family has none of this one.
        if topology.addresses.isEmpty { throw error }
        return nil
      }
    }
    let own = topology.addresses.first { $0.family == family }
    return receiver.place == .host || own != nil
      ? AddressSet([AddressRange(own ?? IPAddress(family, 0))]) : nil
  }

  private func destinations(_ receiver: PacketEnd, _ family: AddressFamily) -> AddressSet? {
    guard receiver.isHostByName else {
      let own = receiver.addresses.only(family)
      return own.isEmpty ? nil : own
    }
    let own = topology.addresses.first { $0.family == family }
    let isKnown = topology.addresses.isEmpty ? family == .ipv4 : own != nil
    return isKnown ? AddressSet([AddressRange(own ?? IPAddress(family, 0))]) : nil
  }

  /// The published ports that packets to some addresses meet, those that state the address first.
  private func published(
    at receiver: PacketEnd, _ destinations: AddressSet, _ family: AddressFamily
  ) -> [(PortMapping, Int, PacketBox)] {
    var stated: [(PortMapping, Int, PacketBox)] = []
    var open: [(PortMapping, Int, PacketBox)] = []
    for (owner, endpoint) in topology.endpoints.enumerated() {
      for mapping in endpoint.mappings where mapping.family == family {
        let isOwn = mapping.vip.map { topology.addresses.contains($0) } ?? false
        let addresses = mapping.vip.flatMap { vip in
          // The host by name stands for any address of its own.
          receiver.isHostByName && isOwn ? nil : AddressSet([AddressRange(vip)])
        }
        guard mapping.vip != nil || receiver.place == .host else { continue }
        let box = PacketBox(
          protocols: ProtocolSet([mapping.protocol]), local: addresses ?? .all(family), remote: .all(family),
          localPorts: PortSet([PortRange(mapping.externalPort)]))
        if mapping.vip.map({ destinations.contains($0) }) ?? false {
          stated.append((mapping, owner, box))
        } else if mapping.vip == nil || isOwn && receiver.isHostByName {
          open.append((mapping, owner, box))
        }
      }
    }
    // Without a stated address comes before another address of the host.
    return stated + open.filter { $0.0.vip == nil } + open.filter { $0.0.vip != nil }
  }

  private func leg(
    _ packets: PacketBox, _ sender: PacketRoute.Place, _ receiver: PacketRoute.Place,
    _ published: PortMapping?, _ family: AddressFamily
  ) -> PacketLeg {
    var sent = PacketView(isSender: true)
    var received = PacketView(isSender: false)
    if let published, case .endpoint(let owner) = receiver {
      received.destination = topology.endpoints[owner].address(family)
      received.port = published.internalPort
      if !seesPublishedDestination {
        sent.destination = received.destination
        sent.port = received.port
      }
    }
    if seesTranslatedSource, let destination = packets.local.ranges.first {
      received.source = translatedSource(sender, destination: IPAddress(family, destination.lower))
    }
    return PacketLeg(
      sender: sender, receiver: receiver, published: published, packets: packets, family: family,
      isLoopback: published == nil && isLoopback(sender, receiver), sentView: sent, receivedView: received)
  }
}
