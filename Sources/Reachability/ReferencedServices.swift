package import FilterEngine
import HostModel
package import NetworkTypes

/// The protocols and ports that appear in the rules of a host's dataplane.
///
/// Between two adjacent cuts no rule and no published port distinguishes two ports, so one port
/// represents all of them.
package struct ReferencedServices: Sendable {
  private var cuts: [IPProtocol: Set<UInt16>] = [.tcp: [0], .udp: [0]]
  private var named: [IPProtocol: PortSet] = [:]
  private var others: Set<IPProtocol> = []
  private var families: Set<AddressFamily> = []

  /// A longer range than this is considered the rest next to specific ports, not specific itself.
  private static let longestNamedRange = 1024
  /// A longer list of protocols than this means any protocol.
  private static let longestProtocolList = 16

  /// Creates an empty list.
  package init() {}

  /// Adds the services of the filters of peers, and the published ports and load balancers of the host.
  ///
  /// - Parameters:
  ///   - evaluator: Evaluates packets of the host.
  ///   - peers: The peers whose filters are read.
  package mutating func add(_ evaluator: inout PacketEvaluator, _ peers: [MatrixPeer]) {
    var seen: Set<Int> = []
    for peer in peers {
      guard let location = peer.location(evaluator.topology) else { continue }
      for family in AddressFamily.allCases {
        for direction in Direction.allCases where peer.participates(in: direction) {
          for point in evaluator.points(location, family, direction) where seen.insert(point.filter).inserted
          {
            add(evaluator.filter(point), direction, evaluator.names)
          }
        }
      }
    }
    for endpoint in evaluator.topology.endpoints {
      families.formUnion(endpoint.addresses.map(\.family))
      if endpoint.addresses.isEmpty { families.insert(.ipv4) }
      for mapping in endpoint.mappings {
        add(PortSet([PortRange(mapping.externalPort)]), of: [mapping.protocol])
        // Behind NAT these are the only ports that are reached from outside.
        guard evaluator.topology.networks[endpoint.network].driver == .nat else { continue }
        add(PortSet([PortRange(mapping.internalPort)]), of: [mapping.protocol])
      }
    }
    for port in evaluator.topology.loadBalancers.flatMap(\.ports) {
      add(PortSet([PortRange(port.externalPort)]), of: [port.protocol])
    }
  }

  private mutating func add(_ filter: PacketFilter, _ direction: Direction, _ names: [String]) {
    let rules = filter.readings.flatMap { zip($0.matches, filter.answers(of: $0)) }
    for (match, answer) in rules where answer.source != .platform {
      let protocols = match.protocols?.protocols ?? []
      if protocols.count <= Self.longestProtocolList { others.formUnion(protocols) }
      guard let ports = direction == .in ? match.localPorts : match.remotePorts else { continue }
      add(
        ports, of: match.protocols == nil ? [.tcp, .udp] : protocols.filter(\.hasPorts),
        // A default rule matches the rest, between the ports of the other rules.
        isNaming: !ReservedRuleName.isDefault(names[answer.name]))
    }
  }

  private mutating func add(_ ports: PortSet, of protocols: [IPProtocol], isNaming: Bool = true) {
    for proto in protocols where proto.hasPorts {
      for range in ports.ranges {
        cuts[proto, default: []].insert(range.lower)
        if range.upper < .max { cuts[proto, default: []].insert(range.upper + 1) }
        guard isNaming, Int(range.upper) - Int(range.lower) < Self.longestNamedRange else { continue }
        named[proto] = (named[proto] ?? PortSet()).union(PortSet([range]))
      }
    }
  }

  /// Every service found, the rest of TCP and UDP, and ICMP echo.
  package var services: [MatrixService] {
    var services: [MatrixService] = []
    for proto in [IPProtocol.tcp, .udp] {
      let referenced = named[proto] ?? PortSet()
      services += atoms(of: MatrixService(proto, ports: referenced)).map { MatrixService(proto, ports: $0) }
      let rest = PortSet.allPorts.subtracting(referenced)
      if !rest.isEmpty { services.append(MatrixService(proto, ports: rest, isRest: !referenced.isEmpty)) }
    }
    var rest = others.subtracting([.tcp, .udp])
    rest.formUnion([.icmp, .icmpv6])
    if !families.contains(.ipv6) { rest.remove(.icmpv6) }
    if families == [.ipv6] { rest.remove(.icmp) }
    return (services + rest.map { MatrixService($0) }).sorted()
  }

  /// The ports of a service, divided so that nothing distinguishes the ports of a piece.
  ///
  /// - Parameter service: The service.
  package func atoms(of service: MatrixService) -> [PortSet] {
    guard service.protocol.hasPorts else { return [.allPorts] }
    let cuts = (cuts[service.protocol] ?? [0]).sorted()
    return cuts.enumerated().compactMap { index, first in
      let last = index + 1 < cuts.count ? cuts[index + 1] - 1 : UInt16.max
      let atom = service.ports.intersection(PortSet(first, last))
      return atom.isEmpty ? nil : atom
    }
  }
}
