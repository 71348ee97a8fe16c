public import HostModel
import JSONText
public import NetworkTypes

extension HostNetworkingService {
  /// The priority of the platform's own rules (reference: hns, 6.8).
  static let platformPriority: UInt16 = 65500

  /// The priority of port mappings in their layer, which is not documented; this project's choice.
  private static let mappingPriority: UInt16 = 100

  /// The VFP ports of all attached endpoints, by the age of the endpoints.
  public var switchPorts: [SwitchPort] {
    endpoints.values.sorted { $0.ordinal < $1.ordinal }.compactMap { port(of: $0) }
  }

  /// The VFP port of an endpoint; nil if there is no such endpoint or it is not attached.
  ///
  /// - Parameter id: The endpoint.
  /// - Returns: The port.
  public func switchPort(of id: GUID) -> SwitchPort? { endpoints[id].flatMap { port(of: $0) } }

  /// The rules of the port follow from the endpoint's policies.
  ///
  /// Switch ACLs are programmed where VFP is enabled; elsewhere the port has no groups, the service stores the
  /// ACLs and nothing enforces them. Without a programmed ACL the platform allows everything at 65500
  /// in both directions. With one, `implicitDeny` and `implicitDenyScope` decide which of these rules are
  /// removed; only ACLs of type Switch count for VFP (reference: hns, 6.7 and 6.8; windows-firewall-and-vfp,
  /// 4.3, 9 and 10.4).
  private func port(of endpoint: EndpointObject) -> SwitchPort? {
    guard state(of: endpoint).isAttached, let network = networks[endpoint.network],
      let cell = cell(of: endpoint, network)
    else { return nil }
    let hasVFP = cell.hasVFP(configuration.build, configuration.assumptions)
    let families = hasVFP ? cell.filteredFamilies(configuration.build) : []
    let acls = hasVFP ? programmedACLs(of: endpoint, network) : []
    var rules = PortACL.program(
      acls, driver: network.driver, families: families, assumptions: configuration.assumptions
    ).vfp
    // An ACL of a family the port does not filter has no rule, but counts as an ACL of the endpoint.
    let switchDirections = Direction.allCases.filter { direction in
      acls.contains {
        $0.direction == direction
          && $0.effectiveRuleType(driver: network.driver, assumptions: configuration.assumptions) == .switch
      }
    }
    let closed = closedDirections(Set(switchDirections), isCaptured: network.driver == .overlay)
    var groups: [VFPGroup] = []
    for family in families {
      for direction in [Direction.in, .out] {
        let group = VFPGroup(family: family, direction: direction)
        groups.append(group)
        guard closed[direction] == nil else { continue }
        rules.append(
          VFPRule(
            name: "ACL Policy", group: group, priority: Self.platformPriority, action: .allow,
            match: RuleMatch(), origin: .platform))
      }
    }
    let mappings = mappingRules(of: endpoint, network)
    groups = Set(groups + mappings.map(\.group)).sorted()
    rules = (rules + mappings).sortedByPriority()
    return SwitchPort(
      id: portID(of: endpoint.id), name: endpoint.id.uppercase, endpoint: endpoint.id,
      network: network.id, driver: network.driver, isolation: cell.isolation, mac: endpoint.mac,
      groups: groups, rules: rules, unmatchedInbound: closed[.in] ?? .allow,
      unmatchedOutbound: closed[.out] ?? .allow)
  }

  /// The cell of the table by driver and isolation that applies to an endpoint, once it is in a namespace.
  func cell(of endpoint: EndpointObject, _ network: NetworkObject) -> PlatformCell? {
    endpoint.namespace.flatMap { namespaces[$0] }.map {
      PlatformCell(driver: network.driver, isolation: $0.type.isGuest ? .hyperv : .process)
    }
  }

  /// The directions in which ACLs change the default action, and the action for unmatched traffic.
  ///
  /// The ACL layer of overlay ports is captured: it drops what no rule matches, so there `implicitDeny` decides
  /// nothing (reference: windows-firewall-and-vfp, 10.1.2 and 10.4).
  ///
  /// - Parameters:
  ///   - directions: The directions of the ACLs programmed at one enforcement point.
  ///   - isCaptured: Whether the point is a layer whose flags are captured.
  /// - Returns: The action for unmatched traffic, by affected direction.
  func closedDirections(
    _ directions: Set<Direction>, isCaptured: Bool = false
  ) -> [Direction: UnmatchedTraffic] {
    let outcome: UnmatchedTraffic
    switch configuration.assumptions.implicitDeny {
    case _ where isCaptured: outcome = .block
    case .never: return [:]
    case .unknown: outcome = .unknown
    case .anyAcl: outcome = .block
    }
    let closed: Set<Direction> =
      configuration.assumptions.implicitDenyScope == .endpoint && !directions.isEmpty
      ? [.in, .out] : directions
    return Dictionary(uniqueKeysWithValues: closed.map { ($0, outcome) })
  }

  /// The endpoint's ACLs with IP set references replaced by the addresses of the sets.
  ///
  /// On Windows Server 2025 ACLs on nat may only be stored, depending on the assumption `natAclOnServer2025`
  /// (reference: windows-firewall-and-vfp, 4.3).
  func programmedACLs(of endpoint: EndpointObject, _ network: NetworkObject) -> [PortACL] {
    let cell = PlatformCell(driver: network.driver, isolation: .process)
    guard cell.enforcesACLs(configuration.build, configuration.assumptions) else { return [] }
    let acls = endpoint.policies.acls
    guard acls.contains(where: \.namesSets) else { return acls }
    let sets = sets(of: network)
    return acls.map { resolved($0, sets) }
  }

  /// An ACL with its IP set references replaced by addresses.
  ///
  /// In a rule with IP sets, `LocalAddresses` lists the sources and `RemoteAddresses` the destinations in
  /// both directions, according to the only public client that uses them; so in an inbound rule the two are
  /// swapped, unless the assumption `setRoles` says otherwise (reference: hns, 1.8.1). An empty set matches
  /// nothing.
  private func resolved(_ acl: PortACL, _ sets: [String: Policy]) -> PortACL {
    guard acl.namesSets else { return acl }
    func union(_ names: [String], _ own: AddressSet?) -> AddressSet? {
      guard !names.isEmpty else { return own }
      return names.reduce(own ?? AddressSet()) { $0.union(members(of: $1, sets)) }
    }
    var match = acl.match
    match.localAddresses = union(acl.localSets, match.localAddresses)
    match.remoteAddresses = union(acl.remoteSets, match.remoteAddresses)
    if acl.direction == .in, configuration.assumptions.setRoles == .sourceAndDestination {
      swap(&match.localAddresses, &match.remoteAddresses)
    }
    var result = acl
    result.match = match
    result.localSets = []
    result.remoteSets = []
    return result
  }

  /// The addresses of an IP set.
  ///
  /// Nested sets refer only to earlier sets, so this terminates.
  private func members(of name: String, _ sets: [String: Policy]) -> AddressSet {
    guard let set = sets[name] else { return AddressSet() }
    guard set.isNestedSet else { return AddressSet(set.setValues.compactMap { AddressRange(listed: $0) }) }
    return set.setValues.reduce(AddressSet()) { $1 == name ? $0 : $0.union(members(of: $1, sets)) }
  }

  /// On l2bridge and overlay a published port is a rule of the NAT layer, which matches the outer address and port
  /// (reference: windows-firewall-and-vfp, 3.5).
  private func mappingRules(of endpoint: EndpointObject, _ network: NetworkObject) -> [VFPRule] {
    guard network.driver == .l2bridge || network.driver == .overlay else { return [] }
    return endpoint.policies.compactMap(\.mapping).map { mapping in
      let host = managementAddress(mapping.family)
      let rule = VFPRuleName.published(mapping, of: endpoint.id, on: host)
      let own = endpoint.ipConfigurations.first { $0.address.family == mapping.family }?.address
      return VFPRule(
        name: rule.name, group: rule.group, priority: Self.mappingPriority,
        effect: own.map { .translate(VFPEffect.Target($0, mapping.internalPort)) } ?? .allow,
        match: RuleMatch(
          protocols: ProtocolSet([mapping.protocol]),
          localAddresses: (mapping.vip ?? host).map { AddressSet([AddressRange($0)]) },
          localPorts: PortSet([PortRange(mapping.externalPort)])),
        origin: .published(mapping))
    }
  }
}
