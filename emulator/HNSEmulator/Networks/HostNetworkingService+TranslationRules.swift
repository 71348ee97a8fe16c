import HostModel
import NetworkTypes

/// The rules of outbound NAT and of encapsulation on VFP ports.
extension HostNetworkingService {
  /// The priority of rules that encapsulate, in whose group the longest prefix decides; this project's choice.
  private static let encapsulationPriority: UInt16 = 100
  /// The priority of the first rule of outbound NAT, after those of published ports and load balancers; this
  /// project's choice.
  private static let outboundNATPriority: UInt16 = 1000
  /// The name of the rule that lets pass what outbound NAT excepts; this project's choice.
  private static let exceptionsName = "OUTBOUNDNAT_EXCEPTIONS"

  /// The rules of OutBoundNAT policies on the port of an endpoint (reference: windows-firewall-and-vfp, 3.5 and
  /// 10.5): for TCP and UDP, and only where the address that replaces the endpoint's is known.
  ///
  /// How exceptions stand there is in no source: here a rule of type allow precedes those that translate, as far
  /// as these are not limited to some destinations.
  ///
  /// - Parameters:
  ///   - endpoint: The endpoint.
  ///   - families: The families of its port.
  func outboundNATRules(of endpoint: EndpointObject, _ families: [AddressFamily]) -> [VFPRule] {
    let policies = outboundNAT(of: endpoint)
    guard !policies.isEmpty else { return [] }
    var rules: [VFPRule] = []
    for family in families {
      guard let own = endpoint.ipConfigurations.first(where: { $0.address.family == family })?.address else {
        continue
      }
      let group = VFPGroup(layer: .slbNAT, family: family, direction: .out)
      let local = AddressSet([AddressRange(own)])
      var priority = Self.outboundNATPriority
      for policy in policies where policy.families.contains(family) {
        guard let address = policy.source(family, host: managementAddress(family)) else { continue }
        let exceptions = policy.exceptions.only(family)
        let destinations = policy.destinations?.only(family).subtracting(exceptions)
        if destinations == nil, !exceptions.isEmpty {
          rules.append(
            VFPRule(
              name: Self.exceptionsName, group: group, priority: priority, effect: .allow,
              match: RuleMatch(localAddresses: local, remoteAddresses: exceptions), origin: .service))
          priority += 1
        }
        for number in [IPProtocol.tcp, .udp] {
          rules.append(
            VFPRule(
              name: VFPRuleName.outboundNAT(number, to: address).name, group: group, priority: priority,
              effect: .translateSource(
                pool: VFPRuleName.natPool(number, of: endpoint.id, own: own, to: address)),
              match: RuleMatch(
                protocols: ProtocolSet([number]), localAddresses: local, remoteAddresses: destinations),
              origin: .service))
        }
        priority += 1
      }
    }
    return rules
  }

  /// The rules that encapsulate packets for other hosts, by RemoteSubnetRoute policies: on the ports of the
  /// network's pods and of the distributed router, or of the host where there is none (reference: hns, 10.4;
  /// windows-firewall-and-vfp, 3.5 and 10.1.2).
  ///
  /// Remote endpoints are mappings in VFP, not rules, and not listed here.
  ///
  /// - Parameters:
  ///   - networks: The networks.
  ///   - layer: The layer of the port.
  func encapsulationRules(for networks: [NetworkObject], in layer: VFPLayer) -> [VFPRule] {
    networks.flatMap(\.policies).filter { $0.type == .remoteSubnetRoute }
      .compactMap { HostTopology.RemoteSubnet(settings: $0.settings) }
      .map { subnet in
        let rule = VFPRuleName.remoteSubnet(subnet.prefix, in: layer)
        return VFPRule(
          name: rule.name, group: rule.group, priority: Self.encapsulationPriority,
          effect: .encapsulate(provider: subnet.provider),
          match: RuleMatch(remoteAddresses: AddressSet([subnet.prefix.range])), origin: .service)
      }
  }
}
