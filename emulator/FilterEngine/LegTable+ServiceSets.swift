import HostModel
import NetworkTypes
import PacketSpace

extension LegTable {
  /// The legs of the packets that load balancers take, and the rest.
  ///
  /// - Parameters:
  ///   - sender: The sender.
  ///   - receiver: Who has the destination addresses.
  ///   - family: The family.
  ///   - packets: The packets that no published port takes; those that a load balancer takes are removed.
  func serviceLegs(
    from sender: RoutedPacket.Location, to receiver: PacketEnd, _ family: AddressFamily,
    _ packets: inout [PacketBox]
  ) -> [LegPackets] {
    if case .endpoint = receiver.location { return [] }
    var legs: [LegPackets] = []
    var taken: [ServicePort: [IPAddress]] = [:]
    for (target, address) in targets(at: receiver, packets, family) {
      let port = ServicePort(protocol: target.frontend.protocol, port: target.frontend.port)
      taken[port, default: []].append(address)
      let box = port.box(AddressSet([AddressRange(address)]), family)
      let hits = packets.map { $0.intersection(box) }.filter { !$0.isEmpty }
      legs += hits.compactMap { serviceLegs(from: sender, to: receiver, through: target, $0, family) }
    }
    for (port, addresses) in taken.sorted(by: { $0.key < $1.key }) {
      let box = port.box(AddressSet(addresses.map { AddressRange($0) }), family)
      packets = packets.flatMap { $0.subtracting(box) }
    }
    return legs
  }

  /// A protocol and port that load balancers take packets to.
  private struct ServicePort: Hashable, Comparable {
    var `protocol`: IPProtocol
    var port: UInt16

    static func < (left: Self, right: Self) -> Bool {
      (left.port, left.protocol) < (right.port, right.protocol)
    }

    /// The packets to it.
    func box(_ addresses: AddressSet, _ family: AddressFamily) -> PacketBox {
      PacketBox(
        protocols: ProtocolSet([`protocol`]), local: addresses, remote: .all(family),
        localPorts: PortSet([PortRange(port)]))
    }
  }

  /// The frontends that take some packets, by destination address and port, each with that address.
  private func targets(
    at receiver: PacketEnd, _ packets: [PacketBox], _ family: AddressFamily
  ) -> [(ServiceTarget, IPAddress)] {
    guard receiver.location == .host else {
      let targets = services.compactMap { target -> (ServiceTarget, IPAddress)? in
        let address = target.frontend.address
        guard !target.isNodePort, address.family == family,
          packets.contains(where: { $0.local.contains(address) })
        else { return nil }
        return (target, address)
      }
      return targets.sorted { left, right in
        let (first, second) = (left.0.frontend, right.0.frontend)
        return (first.address, first.port, first.protocol) < (second.address, second.port, second.protocol)
      }
    }
    // All packets to the host have one destination address.
    guard let destination = packets.lazy.compactMap({ Self.first($0.local) }).first else { return [] }
    let ports = Set(
      services.lazy.filter { $0.frontend.address.family == family }
        .map { ServicePort(protocol: $0.frontend.protocol, port: $0.frontend.port) })
    return ports.sorted().compactMap { port in
      service(
        port.protocol, port.port, at: .host, destination, isHostByName: receiver.isHostByName
      ).map { ($0, destination) }
    }
  }

  /// The legs of packets to each backend of a load balancer.
  private func serviceLegs(
    from sender: RoutedPacket.Location, to receiver: PacketEnd, through target: ServiceTarget,
    _ packets: PacketBox, _ family: AddressFamily
  ) -> LegPackets? {
    guard let destination = Self.first(packets.local) else { return nil }
    let backends = usableBackends(target)
    func leg(_ backend: ServiceBackend?) -> PacketLeg {
      self.leg(
        sender, through: target, to: backend, destination: destination, isHostByName: receiver.isHostByName)
    }
    return LegPackets(
      leg: leg(backends.first), others: backends.dropFirst().map { leg($0) }, receiver: receiver.location,
      packets: packets, family: family)
  }
}
