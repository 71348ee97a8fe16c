public import HostModel
import JSONText
public import NetworkTypes

extension HostNetworkingService {
  /// Windows Firewall of every compartment: the host's default one, those of containers by number, then the
  /// default compartments of utility VMs and those of their namespaces in order of creation.
  public var firewallCompartments: [FirewallInstance] {
    let owned = compartmentOwners.sorted { $0.key < $1.key }.compactMap { namespaces[$0.value] }
    let guests = namespaces.values.filter { $0.type.isGuest && $0.compartment != nil }
      .sorted { $0.ordinal < $1.ordinal }
    return [hostFirewall] + owned.compactMap { instance(of: $0) }
      + guests.flatMap { guest in
        [
          FirewallInstance(
            stack: .utilityVM(guest.id), compartment: 1, platformUnmatched: [.in: .allow, .out: .allow])
        ] + (instance(of: guest).map { [$0] } ?? [])
      }
  }

  /// The firewall of an endpoint's compartment; nil if there is no such endpoint or it is not attached.
  ///
  /// Of the rules for ACLs and published ports it has those that filter the endpoint's packets: its own, or
  /// those of all endpoints in the compartment, depending on the assumption `hostAclScope`. HNS names a rule
  /// after the endpoint's port and binds others to an interface, which is why the default is its own
  /// (reference: windows-firewall-and-vfp, 9 and 10.4).
  ///
  /// - Parameter id: The endpoint.
  /// - Returns: The instance.
  public func firewall(of id: GUID) -> FirewallInstance? {
    guard let endpoint = endpoints[id], state(of: endpoint).isAttached,
      let namespace = endpoint.namespace.flatMap({ namespaces[$0] })
    else { return nil }
    return namespace.type == .hostDefault ? hostFirewall : instance(of: namespace, for: id)
  }

  /// The host's own firewall: block inbound and allow outbound, the defaults of every profile (reference:
  /// windows-firewall-and-vfp, 2.1), the rules of the Host Networking Service for DNS, and the Host ACLs of
  /// endpoints in the default compartment.
  ///
  /// Other rules of Windows are there only if they were captured from a host; its rules for DNS then replace
  /// those of the service.
  public var hostFirewall: FirewallInstance {
    let attached = namespaces.values.filter { $0.type == .hostDefault }
      .sorted { $0.ordinal < $1.ordinal }.flatMap(\.endpoints)
    return FirewallInstance(
      stack: .host, compartment: 1, endpoints: attached, aclRules: attached.flatMap { hostRules(of: $0) },
      platformRules: configuration.firewall?.omitsServiceRules ?? true
        ? networks.values.sorted { $0.ordinal < $1.ordinal }.flatMap { dnsRules(of: $0) } : [],
      platformUnmatched: [.in: .block, .out: .allow], aclFamilies: aclFamilies(of: attached),
      profileReadings: configuration.firewall?.readings(host: 1, configuration.assumptions.firewall) ?? [])
  }

  /// The rules that let endpoints of a nat network query DNS at their gateway, which is the host's vNIC there
  /// (reference: windows-firewall-and-vfp, 4.4 and 10.4).
  ///
  /// They are bound to the interface of the vNIC, which here is its address. Their names contain the id of the
  /// network, from HNS 13.3 on plus one. That builds before Windows Server 2019 have none is this project's
  /// choice.
  private func dnsRules(of network: NetworkObject) -> [FirewallRule] {
    guard network.driver == .nat, configuration.build.build >= WindowsBuild.firstWithGatewayDNS else {
      return []
    }
    let gateways = network.subnets.compactMap(\.gateway)
    guard !gateways.isEmpty else { return [] }
    let id = v1Form.isNewest ? GUID(network.id.value &+ 1) : network.id
    let titles: [(title: String, protocol: IPProtocol)] = [
      ("DNS (UDP-In)", .udp), ("ICS DNS (TCP-In)", .tcp),
    ]
    return titles.map { title, number in
      var rule = FirewallRule(
        name: "HNS Container Networking - \(title) - \(id.uppercase) - 0", direction: .in, action: .allow,
        match: RuleMatch(
          protocols: ProtocolSet([number]), localAddresses: AddressSet(gateways.map { AddressRange($0) }),
          localPorts: PortSet([PortRange(53)])),
        origin: .service)
      rule.interfaceAlias = "vEthernet (\(network.name))"
      return rule
    }
  }

  /// The firewall of a namespace's compartment, with the defaults of its isolation and of the build.
  ///
  /// A utility VM's own instance cannot be programmed: Host ACLs of its endpoints are stored, and nothing
  /// enforces them (reference: network-isolation, both tables). In a container's compartment the platform
  /// allows all outbound traffic and has allow rules for some inbound protocols; a Host ACL removes these in
  /// its direction, depending on `implicitDeny` and `implicitDenyScope`. Only ACLs of type Host count for
  /// Windows Firewall.
  ///
  /// - Parameter endpoint: The endpoint whose packets are filtered; nil for every rule of the compartment.
  private func instance(of namespace: NamespaceObject, for endpoint: GUID? = nil) -> FirewallInstance? {
    guard let compartment = compartment(of: namespace) else { return nil }
    var attached = namespace.endpoints
    if let endpoint, configuration.assumptions.hostAclScope == .endpoint { attached = [endpoint] }
    let isolation: Isolation = namespace.type.isGuest ? .hyperv : .process
    // The inbound default depends on isolation and build only, not on the driver.
    let admitted = PlatformCell(driver: .nat, isolation: isolation)
      .inboundDefault(configuration.build, configuration.assumptions)
    let acls = isolation == .process ? attached.flatMap { hostRules(of: $0) } : []
    var platform = isolation == .process ? attached.flatMap { publishedRules(of: $0) } : []
    if let admitted, !admitted.isEmpty {
      platform.append(
        FirewallRule(
          name: defaultRuleName(compartment.id, namespace.endpoints.first), direction: .in, action: .allow,
          match: RuleMatch(protocols: admitted), origin: .platform))
    }
    let unmatched: [Direction: UnmatchedTraffic] = [.in: admitted == nil ? .allow : .block, .out: .allow]
    // A utility VM has a firewall of its own.
    let readings =
      isolation == .process
      ? configuration.firewall?.readings(
        container: compartment.id, platform: unmatched, configuration.assumptions.hostProfileScope,
        configuration.assumptions.firewall) ?? [] : []
    return FirewallInstance(
      stack: compartment.stack, compartment: compartment.id, namespace: namespace.id,
      endpoints: attached, aclRules: acls, platformRules: platform,
      closed: closedDirections(Set(acls.map(\.direction))),
      platformUnmatched: unmatched, aclFamilies: aclFamilies(of: attached), profileReadings: readings)
  }

  /// The address families to which the ACLs of endpoints apply.
  private func aclFamilies(of endpoints: [GUID]) -> [AddressFamily] {
    let cells = endpoints.compactMap { id in
      self.endpoints[id].flatMap { endpoint in networks[endpoint.network].flatMap { cell(of: endpoint, $0) } }
    }
    return AddressFamily.allCases.filter { family in
      cells.contains { $0.filteredFamilies(configuration.build).contains(family) }
    }
  }

  /// The rules of an endpoint's Host ACLs, if Windows Firewall can be programmed.
  private func hostRules(of id: GUID) -> [FirewallRule] {
    guard let endpoint = endpoints[id], let network = networks[endpoint.network],
      let cell = cell(of: endpoint, network), cell.programmablePoints.contains(.windowsFirewall)
    else { return [] }
    return PortACL.program(
      programmedACLs(of: endpoint, network), driver: network.driver,
      families: cell.filteredFamilies(configuration.build), assumptions: configuration.assumptions
    ).firewall
  }

  /// A published port has an inbound allow rule for the container's port: always on nat, and on other drivers
  /// before version 1709 (reference: hns, 6.5; network-isolation; windows-firewall-and-vfp, 4.3).
  private func publishedRules(of id: GUID) -> [FirewallRule] {
    guard let endpoint = endpoints[id], let network = networks[endpoint.network],
      network.driver == .nat || configuration.build.deniesInboundByDefault
    else { return [] }
    return endpoint.policies.compactMap(\.mapping).map { mapping in
      FirewallRule(
        name: mapping.firewallRuleName, direction: .in, action: .allow,
        match: RuleMatch(
          protocols: ProtocolSet([mapping.protocol]), localPorts: PortSet([PortRange(mapping.internalPort)])),
        origin: .published(mapping))
    }
  }

  /// The name of the rule that allows the default protocols: before version 1803 that of the compartment,
  /// depending on the assumption `compartmentFirewallRule`; otherwise this project's own (reference:
  /// windows-firewall-and-vfp, 9).
  private func defaultRuleName(_ compartment: UInt32, _ endpoint: GUID?) -> String {
    guard namesCompartmentRules, let endpoint else { return "Container default inbound" }
    return "Compartment \(compartment) - \(portID(of: endpoint).uppercase)"
  }

  /// Whether the rule that allows the default protocols has a different name in each compartment.
  var namesCompartmentRules: Bool {
    switch configuration.assumptions.compartmentFirewallRule {
    case .always: true
    case .never: false
    case .before1803: configuration.build.build < 17134
    }
  }
}
