public import NetworkTypes

/// What happens to traffic that no rule of an enforcement point matches.
public enum UnmatchedTraffic: String, Sendable, Hashable, CaseIterable {
  case allow
  case block
  /// Unknown: the host's assumption `implicitDeny` is undecided.
  case unknown
}

/// A port of a VFP switch, of an attached endpoint.
public struct SwitchPort: Hashable, Sendable {
  /// The port's name, a GUID (`EndpointPortGuid`).
  public let id: GUID
  /// The friendly name: the endpoint's id in upper case
  /// (reference: windows-firewall-and-vfp, 3.4 and 10.1.6).
  public let name: String
  /// The endpoint.
  public let endpoint: GUID
  /// The endpoint's network.
  public let network: GUID
  /// The driver of the network.
  public let driver: NetworkDriver
  /// The isolation of the port's container.
  public let isolation: Isolation
  /// The endpoint's MAC address.
  public let mac: MACAddress
  /// The groups, by layer, family and direction.
  ///
  /// A family without a group is not filtered.
  public let groups: [VFPGroup]
  /// The rules by group and then by priority; including the platform's own.
  public let rules: [VFPRule]
  /// What happens to inbound traffic of a filtered family that no rule matches.
  public let unmatchedInbound: UnmatchedTraffic
  /// What happens to outbound traffic of a filtered family that no rule matches.
  public let unmatchedOutbound: UnmatchedTraffic

  package init(
    id: GUID, name: String, endpoint: GUID, network: GUID, driver: NetworkDriver, isolation: Isolation,
    mac: MACAddress, groups: [VFPGroup], rules: [VFPRule], unmatchedInbound: UnmatchedTraffic,
    unmatchedOutbound: UnmatchedTraffic
  ) {
    self.id = id
    self.name = name
    self.endpoint = endpoint
    self.network = network
    self.driver = driver
    self.isolation = isolation
    self.mac = mac
    self.groups = groups
    self.rules = rules
    self.unmatchedInbound = unmatchedInbound
    self.unmatchedOutbound = unmatchedOutbound
  }

  /// The same port with its rules in another representation.
  package func mappingRules(_ transform: (VFPRule) -> VFPRule) -> SwitchPort {
    SwitchPort(
      id: id, name: name, endpoint: endpoint, network: network, driver: driver, isolation: isolation,
      mac: mac, groups: groups, rules: rules.map(transform), unmatchedInbound: unmatchedInbound,
      unmatchedOutbound: unmatchedOutbound)
  }

  /// The rules of one group by priority.
  ///
  /// - Parameter group: The group.
  /// - Returns: The rules, including the platform's own.
  public func rules(of group: VFPGroup) -> [VFPRule] {
    // Rules are large; those of other groups are not copied.
    rules.indices.lazy.filter { rules[$0].group == group }.map { rules[$0] }
  }
}

/// The rules of Windows Firewall for one compartment.
///
/// Rules created from ACLs apply only to the address families in `PlatformCell.filteredFamilies`: on
/// transparent networks they do not apply to IPv6, whatever addresses they specify, but the platform's own
/// rules do (reference: windows-firewall-and-vfp, 9). Rules apply to every endpoint of the compartment.
public struct FirewallInstance: Hashable, Sendable {
  /// The stack the compartment belongs to.
  public let stack: Compartment.Stack
  /// The compartment's number.
  public let compartment: UInt32
  /// The namespace the compartment is open for; nil for a default compartment.
  public let namespace: GUID?
  /// The endpoints attached to the compartment, in the order of the namespace.
  public let endpoints: [GUID]
  /// The rules of the endpoints' ACLs, in order.
  public let aclRules: [FirewallRule]
  /// The rules of published ports, and the platform's own allow rules.
  public let platformRules: [FirewallRule]
  /// The directions that ACLs close: the platform's default rule is removed, and this is the default action
  /// instead.
  public let closed: [Direction: UnmatchedTraffic]
  /// The default action in a direction in which no ACL blocks unmatched traffic.
  public let platformUnmatched: [Direction: UnmatchedTraffic]
  /// The address families that the ACLs' rules apply to.
  public let aclFamilies: [AddressFamily]
  /// What the host's own firewall can be in this compartment: more than one reading if it is not known which
  /// profile applies; none if the host has the platform's defaults only.
  package let profileReadings: [FirewallReading]

  package init(
    stack: Compartment.Stack, compartment: UInt32, namespace: GUID? = nil, endpoints: [GUID] = [],
    aclRules: [FirewallRule] = [], platformRules: [FirewallRule] = [],
    closed: [Direction: UnmatchedTraffic] = [:], platformUnmatched: [Direction: UnmatchedTraffic],
    aclFamilies: [AddressFamily] = AddressFamily.allCases, profileReadings: [FirewallReading] = []
  ) {
    self.stack = stack
    self.compartment = compartment
    self.namespace = namespace
    self.endpoints = endpoints
    self.aclRules = aclRules
    self.platformRules = platformRules
    self.closed = closed
    self.platformUnmatched = platformUnmatched
    self.aclFamilies = aclFamilies
    self.profileReadings = profileReadings
  }

  /// The same firewall with the rules of its ACLs in another representation.
  package func mappingRules(_ transform: (FirewallRule) -> FirewallRule) -> FirewallInstance {
    FirewallInstance(
      stack: stack, compartment: compartment, namespace: namespace, endpoints: endpoints,
      aclRules: aclRules.map(transform), platformRules: platformRules, closed: closed,
      platformUnmatched: platformUnmatched, aclFamilies: aclFamilies, profileReadings: profileReadings)
  }

  /// The rules that apply to the families of the ACLs, those of the platform last.
  public var rules: [FirewallRule] {
    aclRules
      + platformRules.filter { !$0.isPlatformDefault || closed[$0.direction] == nil }
  }

  /// The rules that apply to one family and direction, those of the platform last.
  ///
  /// - Parameters:
  ///   - family: The address family.
  ///   - direction: The direction.
  public func rules(_ family: AddressFamily, _ direction: Direction) -> [FirewallRule] {
    (aclFamilies.contains(family) ? rules : platformRules).filter { $0.direction == direction }
  }

  /// What happens to traffic of a family and direction that no rule matches.
  ///
  /// - Parameters:
  ///   - family: The address family.
  ///   - direction: The direction.
  public func unmatched(_ family: AddressFamily, _ direction: Direction) -> UnmatchedTraffic {
    let closing = aclFamilies.contains(family) ? closed[direction] : nil
    return closing ?? platformUnmatched[direction] ?? .allow
  }

  /// What happens to unsolicited inbound traffic of the families of the ACLs that no rule matches.
  public var unmatchedInbound: UnmatchedTraffic {
    commonUnmatched(.in) ?? closed[.in] ?? platformUnmatched[.in] ?? .allow
  }

  /// What happens to outbound traffic of the families of the ACLs that no rule matches.
  public var unmatchedOutbound: UnmatchedTraffic {
    commonUnmatched(.out) ?? closed[.out] ?? platformUnmatched[.out] ?? .allow
  }
}
