public import HostModel
import JSONText
public import NetworkTypes

/// The ports of the virtual switches with all that VFP holds on them, as captured
/// (reference: windows-firewall-and-vfp, 10.1).
extension HostNetworkingService {
  /// The priority of rules of load balancers (reference: windows-firewall-and-vfp, 3.5).
  private static let balancerPriority: UInt16 = 500
  /// The priority of PA_ROUTE (reference: windows-firewall-and-vfp, 3.5).
  private static let routePriority: UInt16 = 45535
  /// The priority of the rule that decapsulates (reference: windows-firewall-and-vfp, 10.1.4).
  private static let decapPriority: UInt16 = 45534

  /// The ports: those of attached endpoints by age, then for each switch with VFP that of the host, of the
  /// distributed router and of the adapter.
  public var vfpPorts: [VFPPort] {
    let services = ServicePrograms(topology)
    let pods = endpoints.values.sorted { $0.ordinal < $1.ordinal }
      .compactMap { vfpPort(of: $0, services) }
    return pods
      + switchNetworks.flatMap { network in
        [VFPPort.Kind.host, .router, .external].compactMap { vfpPort($0, of: network, services) }
      }
  }

  /// The port of an endpoint; nil if there is no such endpoint or it is not attached.
  ///
  /// - Parameter endpoint: The endpoint.
  public func vfpPort(of endpoint: GUID) -> VFPPort? {
    endpoints[endpoint].flatMap { vfpPort(of: $0, ServicePrograms(topology)) }
  }

  private func vfpPort(of endpoint: EndpointObject, _ services: ServicePrograms) -> VFPPort? {
    guard let filter = switchPort(of: endpoint.id), let network = networks[endpoint.network] else {
      return nil
    }
    let kind = VFPPort.Kind.pod(endpoint: endpoint.id)
    var layers = kind.layers(network.driver, configuration.version, configuration.assumptions)
    if layers.isEmpty, !filter.groups.isEmpty { layers = [.endpointACL] }
    let families = cell(of: endpoint, network)?.addressFamilies(configuration.build) ?? []
    let rules =
      filter.rules + routes(in: layers) + services.rules(of: endpoint.id, families)
      + outboundNATRules(of: endpoint, families) + encapsulationRules(for: [network], in: .vnetEncap)
    return completed(
      VFPPort(
        kind: kind, id: filter.id, name: filter.name, network: network.id,
        switchID: ownID("switch", network.layer ?? network.id), nicID: ownID("nic", endpoint.id),
        nicName: endpoint.name, mac: filter.mac, layers: layers, groups: filter.groups),
      with: rules)
  }

  private func vfpPort(
    _ kind: VFPPort.Kind, of network: NetworkObject, _ services: ServicePrograms
  ) -> VFPPort? {
    if kind == .router, network.driver != .overlay || routerCompartment == nil { return nil }
    let layers = kind.layers(network.driver, configuration.version, configuration.assumptions)
    var rules = routes(in: layers)
    switch kind {
    case .host:
      rules += services.hostRules
      if routerCompartment == nil {
        rules += encapsulationRules(for: networks(onSwitchOf: network), in: .encap)
      }
    case .router:
      rules.append(Self.decapsulation)
      rules += encapsulationRules(for: networks(onSwitchOf: network), in: .vnetEncap)
    case .pod, .external: break
    }
    return completed(
      VFPPort(
        kind: kind, id: portID(kind, of: network), name: portName(kind, of: network), network: network.id,
        switchID: ownID("switch", network.layer ?? network.id), nicID: nicID(kind, of: network),
        nicName: nicName(kind, of: network), mac: mac(kind, of: network), layers: layers),
      with: rules)
  }

  /// The port with the rules of its layers and all of their groups.
  private func completed(_ port: VFPPort, with rules: [VFPRule]) -> VFPPort {
    var port = port
    let layers = Set(port.layers)
    port.rules = rules.filter { layers.contains($0.group.layer) }.sortedByPriority()
    let groups = port.groups + port.layers.flatMap(\.standingGroups) + port.rules.map(\.group)
    port.groups = Set(groups).sorted()
    var names: [String: UInt64] = [:]
    port.ruleIDs = port.rules.map { rule in
      guard !rule.name.isEmpty || rule.effect != .decapsulate else { return nil }
      var digest = SeededDigest(configuration.seed, "vfpRule")
      digest.combine(port.id)
      digest.combine(rule.group.name)
      digest.combine(rule.name)
      digest.combine(names[rule.name, default: 0])
      names[rule.name, default: 0] += 1
      return digest.guid
    }
    return port
  }

  /// The rule that routes by the provider's addresses; one is captured, for IPv4.
  private func routes(in layers: [VFPLayer]) -> [VFPRule] {
    guard layers.contains(.vnetPARoute) else { return [] }
    return [
      VFPRule(
        name: "PA_ROUTE", group: VFPGroup(layer: .vnetPARoute, family: .ipv4, direction: .out),
        priority: Self.routePriority, effect: .route, match: RuleMatch(), origin: .service)
    ]
  }

  /// The rule of the distributed router that removes VXLAN; its group is this project's choice
  /// (reference: windows-firewall-and-vfp, 10.1.4).
  private static let decapsulation = VFPRule(
    name: "", group: VFPGroup(layer: .vnetEncap, family: .ipv4, direction: .in), priority: decapPriority,
    effect: .decapsulate, match: RuleMatch(protocols: ProtocolSet([.vxlan])), origin: .service)

  // MARK: Ports of a switch

  /// The oldest network of each switch with VFP.
  private var switchNetworks: [NetworkObject] {
    var seen: Set<[String]> = []
    return networks.values.sorted { $0.ordinal < $1.ordinal }.filter { network in
      network.driver.filtersWithVFP && network.layer == nil
        && seen.insert(network.switchAdapters.sorted()).inserted
    }
  }

  /// The networks on the switch of a network, which is the oldest of them.
  private func networks(onSwitchOf first: NetworkObject) -> [NetworkObject] {
    networks.values.sorted { $0.ordinal < $1.ordinal }.filter { network in
      network.id == first.id || network.layer == first.id
        || network.layer == nil && network.driver.filtersWithVFP
          && network.switchAdapters.sorted() == first.switchAdapters.sorted()
    }
  }

  /// Whether ports have the names of Windows Server 2025 (reference: windows-firewall-and-vfp, 10.1.6).
  private var hasPortsOfServer2025: Bool { configuration.build.build >= 26100 }

  /// The name of an endpoint's port: another GUID than the endpoint's, or the same on Windows Server 2025
  /// (reference: windows-firewall-and-vfp, 10.1.6).
  func portID(of endpoint: GUID) -> GUID {
    guard !hasPortsOfServer2025 else { return endpoint }
    return ownID("switchPort", endpoint)
  }

  /// The name of the port of a network's switch.
  func portID(_ kind: VFPPort.Kind, of network: NetworkObject) -> GUID {
    switch kind {
    case .pod(let endpoint): portID(of: endpoint)
    case .host:
      hasPortsOfServer2025 && network.driver.filtersWithVFP
        ? GUID(network.id.value &+ 1) : ownID("hostPort", network.id)
    case .router: ownID("routingPort", network.id)
    case .external: ownID("externalPort", network.id)
    }
  }

  /// The friendly name of the port of a network's switch (reference: windows-firewall-and-vfp, 10.1.6).
  func portName(_ kind: VFPPort.Kind, of network: NetworkObject) -> String {
    let isNew = hasPortsOfServer2025 && network.driver.filtersWithVFP
    switch kind {
    case .pod(let endpoint): return endpoint.uppercase
    case .host:
      return isNew
        ? "Host Vnic \(network.id.lowercase)" : "Container NIC \(network.id.lowercase.prefix(8))"
    case .router:
      return isNew
        ? "DrPort \(network.id.lowercase)"
        : "Container NIC \(portID(kind, of: network).lowercase.prefix(8))"
    case .external: return "ExternalPort"
    }
  }

  private func nicID(_ kind: VFPPort.Kind, of network: NetworkObject) -> GUID {
    switch kind {
    case .pod(let endpoint): ownID("nic", endpoint)
    case .host: ownID("hostNic", network.id)
    case .router: ownID("routingNic", network.id)
    case .external: ownID("externalNic", network.id)
    }
  }

  private func nicName(_ kind: VFPPort.Kind, of network: NetworkObject) -> String {
    switch kind {
    case .pod(let endpoint): endpoints[endpoint]?.name ?? ""
    case .host: v1Form.isNewest ? String(network.name.prefix(15)) : network.name
    case .router: Compartment.routerDescription
    case .external: network.adapter ?? ""
    }
  }

  private func mac(_ kind: VFPPort.Kind, of network: NetworkObject) -> MACAddress? {
    switch kind {
    case .pod, .external: nil
    case .host: MACAddress(network.macPool.first?.lowerBound ?? 0)
    case .router:
      network.policies.first { $0.type == .drMACAddress }?.settings["Address"]?.string
        .flatMap { MACAddress($0) }
    }
  }

  // MARK: Load balancers

  /// What the load balancers of a host program on its ports.
  private struct ServicePrograms {
    /// The rules in LB_DSR, the same on the port of every pod.
    private var clientRules: [VFPRule] = []
    /// The rules of the ports of backends.
    private var backendRules: [GUID: [VFPRule]] = [:]
    /// The rules on the host's port.
    private(set) var hostRules: [VFPRule] = []

    init(_ topology: HostTopology) {
      var taken: Set<Frontend> = []
      for balancer in topology.loadBalancers {
        for port in balancer.ports {
          for address in topology.frontends(of: balancer)
          where taken.insert(Frontend(address, port.protocol, port.externalPort)).inserted {
            add(topology.rules(of: balancer, port, at: address), balancer, port, topology)
          }
        }
      }
    }

    /// An address and port that the oldest of several load balancers has.
    private struct Frontend: Hashable {
      var address: IPAddress
      var `protocol`: IPProtocol
      var port: UInt16

      init(_ address: IPAddress, _ number: IPProtocol, _ port: UInt16) {
        self.address = address
        self.protocol = number
        self.port = port
      }
    }

    private mutating func add(
      _ made: LoadBalancerRules, _ balancer: HostTopology.LoadBalancer,
      _ port: HostTopology.LoadBalancer.Port,
      _ topology: HostTopology
    ) {
      let family = made.address.family
      let backends = balancer.backends.map { topology.endpoints[$0] }
      func targets(_ endpoints: [HostTopology.Endpoint]) -> [VFPEffect.Target] {
        endpoints.compactMap { $0.address(family).map { VFPEffect.Target($0, port.internalPort) } }
      }
      let all = targets(backends)
      let local = backends.filter { !$0.isRemote }
      let outbound = RuleMatch(
        protocols: ProtocolSet([port.protocol]), remoteAddresses: AddressSet([AddressRange(made.address)]),
        remotePorts: PortSet([PortRange(port.externalPort)]))
      let inbound = RuleMatch(
        protocols: outbound.protocols, localAddresses: outbound.remoteAddresses,
        localPorts: outbound.remotePorts)
      if let rule = made.rule(.client) { clientRules.append(Self.rule(rule, .balance(all), outbound)) }
      if let rule = made.rule(.host) {
        let effect: VFPEffect = all.count == 1 ? .translate(all[0]) : .balance(all)
        hostRules.append(Self.rule(rule, effect, outbound))
      }
      if let rule = made.rule(.hairpin) {
        hostRules.append(Self.rule(rule, .balance(targets(local)), inbound))
      }
      for endpoint in local {
        guard let target = targets([endpoint]).first else { continue }
        if let rule = made.rule(.backend) {
          backendRules[endpoint.id, default: []].append(Self.rule(rule, .translate(target), inbound))
        }
        if let rule = made.rule(.reply) {
          let match = RuleMatch(
            protocols: outbound.protocols, localAddresses: AddressSet([AddressRange(target.address)]),
            localPorts: PortSet([PortRange(target.port)]))
          backendRules[endpoint.id, default: []].append(Self.rule(rule, .allow, match))
        }
      }
    }

    private static func rule(_ made: VFPRuleName, _ effect: VFPEffect, _ match: RuleMatch) -> VFPRule {
      VFPRule(
        name: made.name, group: made.group, priority: HostNetworkingService.balancerPriority, effect: effect,
        match: match, origin: .service)
    }

    /// The rules on the port of a pod, of the families of its addresses.
    func rules(of endpoint: GUID, _ families: [AddressFamily]) -> [VFPRule] {
      (clientRules + (backendRules[endpoint] ?? [])).filter { families.contains($0.group.family) }
    }
  }
}
