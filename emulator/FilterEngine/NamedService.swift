package import HostModel
package import NetworkTypes

/// A service that load balancers of a host carry the name of, as the destination `svc:NAME`.
///
/// Its address is the cluster address; node ports and external addresses are dialed as such.
package struct NamedService: Hashable, Sendable {
  /// A port that clients dial.
  package struct Port: Hashable, Sendable, Comparable {
    /// The port.
    package var port: UInt16
    /// The protocol.
    package var `protocol`: IPProtocol

    package static func < (left: Self, right: Self) -> Bool {
      (left.port, left.protocol) < (right.port, right.protocol)
    }
  }

  /// The name of the destination.
  package let name: String
  /// The cluster addresses: one of each family at most, unless several owners have the name.
  package private(set) var addresses: [IPAddress] = []
  /// The ports at these addresses, in ascending order.
  package private(set) var ports: [Port] = []
  private var owners: Set<String> = []

  /// The services of a host in the order of their oldest load balancers.
  ///
  /// - Parameter topology: The topology of the host.
  package static func all(of topology: HostTopology) -> [NamedService] {
    var positions: [String: Int] = [:]
    var services: [NamedService] = []
    for balancer in topology.loadBalancers
    where !balancer.name.isEmpty && balancer.addresses.contains(where: { $0.special == nil }) {
      let ports = balancer.ports.filter { !$0.isExternal }
      guard !ports.isEmpty else { continue }
      let position = positions[balancer.name] ?? services.count
      if position == services.count {
        positions[balancer.name] = position
        services.append(NamedService(name: ServiceName.destination(balancer.name)))
      }
      services[position].add(balancer, ports)
    }
    return services
  }

  private init(name: String) { self.name = name }

  private mutating func add(
    _ balancer: HostTopology.LoadBalancer, _ balanced: [HostTopology.LoadBalancer.Port]
  ) {
    owners.insert(balancer.owner)
    for address in balancer.addresses where address.special == nil && !addresses.contains(address) {
      addresses.append(address)
    }
    ports = Set(ports + balanced.map { Port(port: $0.externalPort, protocol: $0.protocol) }).sorted()
  }

  /// What a lookup of the name finds.
  var finding: PeerDirectory.Finding {
    if owners.count > 1 { return .ambiguousService(addresses) }
    return addresses.count == 1 ? .peer(.address(addresses[0])) : .addresses(addresses)
  }

  /// The only port of a protocol; nil for none or several.
  ///
  /// - Parameter proto: The protocol.
  package func onlyPort(of proto: IPProtocol) -> UInt16? {
    let own = ports.filter { $0.protocol == proto }
    return own.count == 1 ? own[0].port : nil
  }
}
