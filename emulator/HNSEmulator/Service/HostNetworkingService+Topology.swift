public import FilterEngine
public import HostModel
import JSONText
public import NetworkTypes

extension HostNetworkingService: FilteredHost {
  /// The Windows build.
  public var build: WindowsBuild { configuration.build }

  /// The assumptions of the host.
  public var assumptions: Assumptions { configuration.assumptions }

  /// What is not known of the host.
  public var gaps: HostGaps { configuration.gaps }

  /// A key that only endpoints with equal filters share.
  ///
  /// - Parameter id: The endpoint.
  /// - Returns: The key; nil if the endpoint does not have one complete list of ACLs, or if its filters also
  ///   depend on other endpoints or on its name.
  public func filterKey(of id: GUID) -> FilterKey? {
    guard let endpoint = endpoints[id], state(of: endpoint).isAttached,
      let namespace = endpoint.namespace.flatMap({ namespaces[$0] }), namespace.type != .hostDefault,
      namespace.endpoints.count == 1 || assumptions.hostAclScope == .endpoint,
      namespace.type.isGuest || !namesCompartmentRules, gaps.endpoints[id] == nil
    else { return nil }
    guard !endpoint.policies.contains(where: { $0.type == .tierACL }) else { return nil }
    // Keywords of a captured firewall stand for an endpoint's own addresses.
    guard configuration.firewall == nil else { return nil }
    let acls = endpoint.policies.wholeList
    guard acls != nil || !endpoint.policies.contains(where: { $0.type == .acl }) else { return nil }
    return FilterKey(
      acls: acls, mappings: endpoint.policies.compactMap(\.mapping), network: endpoint.network,
      isGuest: namespace.type.isGuest)
  }

  /// The same host under other assumptions.
  ///
  /// - Parameter assumptions: The assumptions.
  /// - Returns: The host.
  public func under(_ assumptions: Assumptions) -> any FilteredHost {
    var copy = self
    copy.assume(assumptions)
    return copy
  }

  /// Sets the assumptions; the objects of the host remain, and its behavior follows the assumptions.
  ///
  /// - Parameter assumptions: The assumptions.
  public mutating func assume(_ assumptions: Assumptions) {
    configuration.assumptions = assumptions
    updateRouterCompartment()
  }

  /// The topology of the host.
  public var topology: HostTopology {
    let networks = networks.values.sorted { $0.ordinal < $1.ordinal }
    let endpoints = endpoints.values.sorted { $0.ordinal < $1.ordinal }
    let namespaces = namespaces.values.sorted { $0.ordinal < $1.ordinal }
    let networkIndex = Dictionary(uniqueKeysWithValues: networks.enumerated().map { ($1.id, $0) })
    let endpointIndex = Dictionary(uniqueKeysWithValues: endpoints.enumerated().map { ($1.id, $0) })
    return HostTopology(
      addresses: configuration.addresses,
      networks: networks.map { network in
        HostTopology.Network(
          id: network.id, name: network.name, driver: network.driver,
          // A prefix of all addresses says nothing about the network's own (reference: hns, 10.4).
          subnets: network.subnets.filter { !$0.isUnspecified }
            .map { HostTopology.Subnet(prefix: $0.prefix, gateway: $0.gateway) },
          remoteSubnets: network.policies.filter { $0.type == .remoteSubnetRoute }
            .compactMap { HostTopology.RemoteSubnet(settings: $0.settings) },
          hasHostRoute: network.policies.contains { $0.type == .hostRoute })
      },
      endpoints: endpoints.compactMap { endpoint in
        networkIndex[endpoint.network].map { topologyEndpoint(of: endpoint, network: $0) }
      },
      namespaces: namespaces.map { namespace in
        HostTopology.Namespace(
          id: namespace.id, isHost: namespace.type == .hostDefault,
          endpoints: namespace.endpoints.compactMap { endpointIndex[$0] }, containers: namespace.containers)
      },
      loadBalancers: loadBalancers.values.sorted { $0.ordinal < $1.ordinal }
        .map { topologyLoadBalancer(of: $0.document, networkIndex, endpointIndex) },
      hasRouter: routerCompartment != nil)
  }

  private func topologyLoadBalancer(
    of balancer: HostComputeLoadBalancer, _ networks: [GUID: Int], _ endpoints: [GUID: Int]
  ) -> HostTopology.LoadBalancer {
    HostTopology.LoadBalancer(
      id: balancer.id, name: balancer.name, owner: balancer.owner,
      network: balancer.network.flatMap { networks[$0] }, addresses: balancer.frontendVIPs,
      ports: balancer.ports.compactMap { port in
        UInt8(exactly: port.protocol).map { number in
          HostTopology.LoadBalancer.Port(
            protocol: IPProtocol(number), externalPort: port.externalPort, internalPort: port.internalPort,
            hasAffinity: port.distributionType != 0,
            isLocalRouted: port.flags & HostComputeLoadBalancer.Port.localRoutedVIPFlag != 0,
            preservesClient: port.flags & HostComputeLoadBalancer.Port.preserveDIPFlag != 0,
            isExternal: port.flags & HostComputeLoadBalancer.Port.externalVIPFlag != 0)
        }
      },
      backends: balancer.endpoints.compactMap { endpoints[$0] }, sourceVIP: balancer.sourceVIP,
      isDSR: balancer.flags & HostComputeLoadBalancer.directServerReturnFlag != 0,
      family: balancer.flags & HostComputeLoadBalancer.ipv6Flag != 0 ? .ipv6 : .ipv4)
  }

  /// The rules of an endpoint's tiers and of its network's ACLs: how they interact with the ACLs of endpoints is
  /// not documented (reference: hns, 1.8 and 1.9; windows-firewall-and-vfp, 3.5).
  private func unevaluatedRules(of endpoint: EndpointObject) -> [UnevaluatedRule] {
    func rules(_ policy: Policy) -> [UnevaluatedRule] {
      policy.type.map { UnevaluatedRule.rules(of: $0, settings: policy.settings) } ?? []
    }
    return endpoint.policies.flatMap(rules) + (networks[endpoint.network]?.policies ?? []).flatMap(rules)
  }

  /// The rule types of an endpoint's ACLs that are stored but do not take effect.
  private func unenforcedRuleTypes(of endpoint: EndpointObject) -> [RuleType] {
    guard let network = networks[endpoint.network], let cell = cell(of: endpoint, network) else { return [] }
    let enforcesAll = cell.programmablePoints.count == EnforcementPoint.allCases.count
    if enforcesAll, cell.enforcesACLs(configuration.build, configuration.assumptions) { return [] }
    let stored = endpoint.policies.acls.filter {
      !cell.enforces($0, configuration.build, configuration.assumptions)
    }
    let types = stored.map {
      $0.effectiveRuleType(driver: network.driver, assumptions: configuration.assumptions)
    }
    return [RuleType.host, .switch].filter(types.contains)
  }

  private func topologyEndpoint(of endpoint: EndpointObject, network: Int) -> HostTopology.Endpoint {
    let namespace = endpoint.namespace.flatMap { namespaces[$0] }
    // Remote endpoints without a name, as kube-proxy creates them, would all be called alike.
    let isNamed = !endpoint.isRemote || endpoint.name != Self.defaultEndpointName
    let address = isNamed ? nil : endpoint.ipConfigurations.first?.address
    return HostTopology.Endpoint(
      id: endpoint.id, name: address.map { "\($0)" } ?? endpoint.name, owner: endpoint.owner,
      network: network,
      addresses: endpoint.ipConfigurations.map(\.address),
      isolation: namespace.map { $0.type.isGuest ? .hyperv : .process }, namespace: endpoint.namespace,
      isAttached: state(of: endpoint).isAttached, isRemote: endpoint.isRemote,
      dnsServers: endpoint.dns.servers.compactMap { IPAddress($0) },
      mappings: endpoint.policies.compactMap(\.mapping),
      outboundNAT: outboundNAT(of: endpoint),
      unevaluatedRules: unevaluatedRules(of: endpoint),
      unenforcedRuleTypes: unenforcedRuleTypes(of: endpoint),
      isStartAssumed: namespace.map { runtimeState.assumedNamespaces.contains($0.id) } ?? false,
      providerAddress: endpoint.policies.first { $0.type == .providerAddress }
        .flatMap { $0.settings["ProviderAddress"]?.string }.flatMap { IPAddress($0) })
  }
}

extension HostNetworkingService {
  /// The translations of an endpoint's OutBoundNAT policies.
  func outboundNAT(of endpoint: EndpointObject) -> [OutboundNAT] {
    OutboundNAT.united(
      endpoint.policies.filter { $0.type == .outboundNAT }.map { OutboundNAT(settings: $0.settings) })
  }
}

extension HostTopology.RemoteSubnet {
  /// Parses the settings of a RemoteSubnetRoute policy, which have been checked (reference: hns, 1.9).
  init?(settings: JSON) {
    guard let prefix = settings["DestinationPrefix"]?.string.flatMap({ IPPrefix($0) }),
      let provider = settings["ProviderAddress"]?.string.flatMap({ IPAddress($0) })
    else { return nil }
    self.init(prefix: prefix, provider: provider)
  }
}

extension OutboundNAT {
  /// Parses the settings of an OutBoundNAT policy, whose lists have been checked (reference: hns, 1.8).
  fileprivate init(settings: JSON) {
    func set(_ member: String) -> AddressSet? {
      settings[member]?.array.map {
        AddressSet($0.compactMap(\.string).compactMap { AddressRange(listed: $0) })
      }
    }
    self.init(
      virtualIP: settings["VirtualIP"]?.string.flatMap { IPAddress($0) },
      exceptions: set("Exceptions") ?? AddressSet(),
      destinations: set("Destinations").flatMap { $0.isEmpty ? nil : $0 },
      isIPv6: (settings["Flags"]?.integer ?? 0) & Self.ipv6Flag != 0)
  }
}
