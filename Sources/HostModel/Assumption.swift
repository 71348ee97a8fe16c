/// A named assumption: a choice where the documentation disagrees or is silent.
///
/// A profile specifies them under `host.assumptions`, and a host keeps the values it was created with. Every
/// assumption has a default. Anything else the reference leaves open is marked where the code decides it
/// (reference: windows-firewall-and-vfp, 7 to 9; hns, 9).
public struct Assumption: Sendable {
  /// The name in profiles, options and documents.
  public let name: String
  /// What it decides, in one line.
  public let summary: String
  /// The section of the reference that leaves it open.
  public let source: String
  /// The values it can have and what each means, the default first.
  public let values: [(value: String, meaning: String)]
  private let read: @Sendable (Assumptions) -> String
  private let write: @Sendable (inout Assumptions, String) -> Bool

  private init<Value: AssumptionValue>(
    _ name: String, _ path: any WritableKeyPath<Assumptions, Value> & Sendable, _ summary: String,
    source: String
  ) {
    self.name = name
    self.summary = summary
    self.source = source
    values = Value.allCases.map { ($0.rawValue, $0.meaning) }
    read = { $0[keyPath: path].rawValue }
    write = { assumptions, text in
      guard let value = Value(rawValue: text) else { return false }
      assumptions[keyPath: path] = value
      return true
    }
  }

  /// The assumption with a name; nil if there is none.
  ///
  /// - Parameter name: The name.
  public init?(name: String) {
    guard let known = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = known
  }

  /// The value if none is specified.
  public var defaultValue: String { values[0].value }

  /// Its value among those of a host.
  fileprivate func value(in assumptions: Assumptions) -> String { read(assumptions) }

  /// Sets its value; false if it has no such value.
  fileprivate func set(_ value: String, in assumptions: inout Assumptions) -> Bool {
    write(&assumptions, value)
  }
}

extension Assumption: Hashable {
  /// Assumptions are equal if their names are.
  public static func == (left: Self, right: Self) -> Bool { left.name == right.name }

  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension Assumption: CaseIterable {
  /// Whether unmatched traffic is blocked once an endpoint has ACLs.
  public static let implicitDeny = Assumption(
    "implicitDeny", \.implicitDeny, "whether unmatched traffic is blocked once an endpoint has ACLs",
    source: "windows-firewall-and-vfp 4.3, 7; hns 6.8")
  /// Whether an ACL in one direction also blocks unmatched traffic in the other.
  public static let implicitDenyScope = Assumption(
    "implicitDenyScope", \.implicitDenyScope,
    "whether an ACL in one direction also blocks unmatched traffic in the other",
    source: "windows-firewall-and-vfp 9; hns 6.8")
  /// The rule type of an ACL without RuleType.
  public static let omittedRuleType = Assumption(
    "omittedRuleType", \.omittedRuleType, "the rule type of an ACL without RuleType",
    source: "windows-firewall-and-vfp 9; hns 1.8.1")
  /// The inbound default action of Hyper-V isolation before version 1709.
  public static let hypervInboundBefore1709 = Assumption(
    "hypervInboundBefore1709", \.hypervInboundBefore1709,
    "the inbound default action of Hyper-V isolation before version 1709",
    source: "network-isolation")
  /// Whether ACLs on nat endpoints take effect on Windows Server 2025.
  public static let natAclOnServer2025 = Assumption(
    "natAclOnServer2025", \.natAclOnServer2025,
    "whether ACLs on nat endpoints take effect on Windows Server 2025",
    source: "windows-firewall-and-vfp 4.3; hns 6.7")
  /// Whether a compartment has a firewall rule named after it.
  public static let compartmentFirewallRule = Assumption(
    "compartmentFirewallRule", \.compartmentFirewallRule,
    "whether a compartment has a firewall rule named after it",
    source: "windows-firewall-and-vfp 9")
  /// The HNS version from which ACLs accept VFP's number for VXLAN.
  public static let protocol252 = Assumption(
    "protocol252", \.protocol252, "the HNS version from which ACLs accept VFP's number for VXLAN",
    source: "windows-firewall-and-vfp 4.1, 7")
  /// How compartments are numbered after one is deleted.
  public static let compartmentIds = Assumption(
    "compartmentIds", \.compartmentIds, "how compartments are numbered after one is deleted",
    source: "windows-firewall-and-vfp 1.1")
  /// Whether overlay networks have a distributed router in a compartment before Windows Server 2022.
  public static let routerCompartment = Assumption(
    "routerCompartment", \.routerCompartment,
    "whether overlay networks have a distributed router in a compartment before Windows Server 2022",
    source: "windows-firewall-and-vfp 10.4, 10.6")
  /// Which VFP layers the ports of l2bridge and l2tunnel networks have.
  public static let bridgeLayers = Assumption(
    "bridgeLayers", \.bridgeLayers, "which VFP layers the ports of l2bridge and l2tunnel networks have",
    source: "windows-firewall-and-vfp 10.1.2, 10.4")
  /// What a policy update request replaces.
  public static let policyUpdateScope = Assumption(
    "policyUpdateScope", \.policyUpdateScope, "what a policy update request replaces",
    source: "hns 6.6, 9")
  /// What the address members of an ACL mean when they refer to IP sets.
  public static let setRoles = Assumption(
    "setRoles", \.setRoles, "what the address members of an ACL mean when they refer to IP sets",
    source: "hns 1.8.1")
  /// Which of two ACLs of equal priority decides.
  public static let equalPriority = Assumption(
    "equalPriority", \.equalPriority, "which of two ACLs of equal priority decides",
    source: "hns 6.8, 9")
  /// The order in which VFP and Windows Firewall filter a packet.
  public static let filterOrder = Assumption(
    "filterOrder", \.filterOrder, "the order in which VFP and Windows Firewall filter a packet",
    source: "windows-firewall-and-vfp 8")
  /// Whether Host ACLs become rules of Windows Firewall.
  public static let hostAclRules = Assumption(
    "hostAclRules", \.hostAclRules, "whether Host ACLs become rules of Windows Firewall or bare filters",
    source: "windows-firewall-and-vfp 7, 10.4")
  /// What Windows Firewall contains where the source of a captured host does not say it.
  public static let firewall = Assumption(
    "firewall", \.firewall,
    "what Windows Firewall contains where the source of a captured host does not say it",
    source: "windows-firewall-and-vfp 0, 2.1")
  /// Whose packets the Host ACLs of an endpoint filter if its compartment has others.
  public static let hostAclScope = Assumption(
    "hostAclScope", \.hostAclScope,
    "whose packets the Host ACLs of an endpoint filter if its compartment has others",
    source: "windows-firewall-and-vfp 9, 10.4")
  /// Whether the profiles of a host's own firewall apply in the compartments of containers.
  public static let hostProfileScope = Assumption(
    "hostProfileScope", \.hostProfileScope,
    "whether the profiles of a host's own firewall apply in the compartments of containers",
    source: "windows-firewall-and-vfp 2.2, 4.3, 7")
  /// Which source address the receiver's rules see after outbound NAT on the same host.
  public static let natSource = Assumption(
    "natSource", \.natSource,
    "which source address the receiver's rules see after outbound NAT on the same host",
    source: "windows-firewall-and-vfp 9")
  /// Which destination an endpoint's outbound rules see for a published port.
  public static let publishedDestination = Assumption(
    "publishedDestination", \.publishedDestination,
    "which destination an endpoint's outbound rules see for a published port",
    source: "windows-firewall-and-vfp 9")
  /// Which destination VFP's outbound rules see for a service.
  public static let serviceDestination = Assumption(
    "serviceDestination", \.serviceDestination,
    "which destination VFP's outbound rules see for a service",
    source: "windows-firewall-and-vfp 9, 10.4")
  /// Whether two load balancers can have the same address and port.
  public static let duplicateLoadBalancer = Assumption(
    "duplicateLoadBalancer", \.duplicateLoadBalancer,
    "whether two load balancers can have the same address and port",
    source: "hns 6.10")
  /// Whether a load balancer is refused for whose ports no dynamic ports are left.
  public static let exhaustedPortBlocks = Assumption(
    "exhaustedPortBlocks", \.exhaustedPortBlocks,
    "whether a load balancer is refused for which no block of dynamic ports is left",
    source: "hns 6.5, 6.10; windows-firewall-and-vfp 10.2")
  /// The HNS version from which load balancers can be changed.
  public static let modifyLoadBalancerSince = Assumption(
    "modifyLoadBalancerSince", \.modifyLoadBalancerSince,
    "the HNS version from which load balancers can be changed",
    source: "hns 5.1")
  /// Whether a port can be published twice on 1703 and 1803.
  public static let publishedTwice = Assumption(
    "publishedTwice", \.publishedTwice, "whether a port can be published twice on 1703 and 1803",
    source: "hns 10.4")
  /// Whether an endpoint of another host can have the address of one of this host.
  public static let remoteAddresses = Assumption(
    "remoteAddresses", \.remoteAddresses,
    "whether an endpoint of another host can have the address of one of this host",
    source: "hns 10.1")
  /// Whether networks other than nat can have IPv4 and IPv6 subnets before version 2004.
  public static let dualStackBefore2004 = Assumption(
    "dualStackBefore2004", \.dualStackBefore2004,
    "whether networks other than nat can have IPv4 and IPv6 subnets before version 2004",
    source: "hns 5.1, 10.4")
  /// The case of endpoint ids in load balancers.
  public static let loadBalancerEndpoints = Assumption(
    "loadBalancerEndpoints", \.loadBalancerEndpoints, "the case of endpoint ids in load balancers",
    source: "hns 10.3")
  /// What a load balancer answers that already existed when the service restarted.
  public static let restartedLoadBalancers = Assumption(
    "restartedLoadBalancers", \.restartedLoadBalancers,
    "what a load balancer answers that already existed when the service restarted",
    source: "hns 10.4")
  /// Which networks without a flag a restart of the service removes.
  public static let unflaggedNetworks = Assumption(
    "unflaggedNetworks", \.unflaggedNetworks,
    "which networks without a flag a restart of the service removes",
    source: "hns 6.3")
  /// Whether a new endpoint joins the namespace that its document names.
  public static let namespaceOnCreate = Assumption(
    "namespaceOnCreate", \.namespaceOnCreate,
    "whether a new endpoint joins the namespace that its document names",
    source: "hns 1.5")
  /// The namespace in the document of an endpoint that is in none.
  public static let unattachedNamespace = Assumption(
    "unattachedNamespace", \.unattachedNamespace,
    "the namespace in the document of an endpoint that is in none",
    source: "hns 1.5, 6.4")
  /// How schema 1 documents are laid out.
  public static let v1Layout = Assumption(
    "v1Layout", \.v1Layout, "how schema 1 documents are laid out",
    source: "hns 4.4, 10.3")
  /// Which id an object gets if a call specifies two.
  public static let identityPrecedence = Assumption(
    "identityPrecedence", \.identityPrecedence, "which id an object gets if a call specifies two",
    source: "hns 3, 9")

  /// Every assumption, in the order of the documentation.
  public static let allCases: [Assumption] = [
    .implicitDeny,
    .implicitDenyScope,
    .omittedRuleType,
    .hypervInboundBefore1709,
    .natAclOnServer2025,
    .compartmentFirewallRule,
    .protocol252,
    .compartmentIds,
    .routerCompartment,
    .bridgeLayers,
    .policyUpdateScope,
    .setRoles,
    .equalPriority,
    .filterOrder,
    .hostAclRules,
    .firewall,
    .hostAclScope,
    .hostProfileScope,
    .natSource,
    .publishedDestination,
    .serviceDestination,
    .duplicateLoadBalancer,
    .exhaustedPortBlocks,
    .modifyLoadBalancerSince,
    .publishedTwice,
    .remoteAddresses,
    .dualStackBefore2004,
    .loadBalancerEndpoints,
    .restartedLoadBalancers,
    .unflaggedNetworks,
    .namespaceOnCreate,
    .unattachedNamespace,
    .v1Layout,
    .identityPrecedence,
  ]
}

/// The values of all assumptions about a host.
public struct Assumptions: Hashable, Sendable {
  /// Whether unmatched traffic is blocked once an endpoint has ACLs.
  public var implicitDeny = ImplicitDeny.anyAcl
  /// Whether an ACL in one direction also blocks unmatched traffic in the other.
  public var implicitDenyScope = ImplicitDenyScope.direction
  /// The rule type of an ACL without RuleType.
  public var omittedRuleType = OmittedRuleType.byDriver
  /// The inbound default action of Hyper-V isolation before version 1709.
  public var hypervInboundBefore1709 = HypervInboundBefore1709.allow
  /// Whether ACLs on nat endpoints take effect on Windows Server 2025.
  public var natAclOnServer2025 = NatAclOnServer2025.byRevision
  /// Whether a compartment has a firewall rule named after it.
  public var compartmentFirewallRule = CompartmentFirewallRule.before1803
  /// The HNS version from which ACLs accept VFP's number for VXLAN.
  public var protocol252 = Protocol252.hns11
  /// How compartments are numbered after one is deleted.
  public var compartmentIds = CompartmentIDs.neverReused
  /// Whether overlay networks have a distributed router in a compartment before Windows Server 2022.
  public var routerCompartment = RouterCompartment.from2022
  /// Which VFP layers the ports of l2bridge and l2tunnel networks have.
  public var bridgeLayers = BridgeLayers.withoutEncapsulation
  /// What a policy update request replaces.
  public var policyUpdateScope = PolicyUpdateScope.typesPresent
  /// What the address members of an ACL mean when they refer to IP sets.
  public var setRoles = IPSetRoles.sourceAndDestination
  /// Which of two ACLs of equal priority decides.
  public var equalPriority = EqualPriority.listed
  /// The order in which VFP and Windows Firewall filter a packet.
  public var filterOrder = FilterOrder.vfpOuter
  /// Whether Host ACLs become rules of Windows Firewall.
  public var hostAclRules = HostAclRules.firewallRules
  /// What Windows Firewall contains where the source of a captured host does not say it.
  public var firewall = FirewallContents.captured
  /// Whose packets the Host ACLs of an endpoint filter if its compartment has others.
  public var hostAclScope = HostACLScope.endpoint
  /// Whether the profiles of a host's own firewall apply in the compartments of containers.
  public var hostProfileScope = HostProfileScope.unknown
  /// Which source address the receiver's rules see after outbound NAT on the same host.
  public var natSource = NatSource.translated
  /// Which destination an endpoint's outbound rules see for a published port.
  public var publishedDestination = PublishedDestination.published
  /// Which destination VFP's outbound rules see for a service.
  public var serviceDestination = ServiceDestination.byKind
  /// Whether two load balancers can have the same address and port.
  public var duplicateLoadBalancer = DuplicateLoadBalancer.refused
  /// Whether a load balancer is refused for whose ports no dynamic ports are left.
  public var exhaustedPortBlocks = ExhaustedPortBlocks.refused
  /// The HNS version from which load balancers can be changed.
  public var modifyLoadBalancerSince = ModifyLoadBalancerSince.hns15_4
  /// Whether a port can be published twice on 1703 and 1803.
  public var publishedTwice = PublishedTwice.refused
  /// Whether an endpoint of another host can have the address of one of this host.
  public var remoteAddresses = RemoteAddresses.shared
  /// Whether networks other than nat can have IPv4 and IPv6 subnets before version 2004.
  public var dualStackBefore2004 = DualStackBefore2004.accepted
  /// The case of endpoint ids in load balancers.
  public var loadBalancerEndpoints = LoadBalancerEndpoints.upper
  /// What a load balancer answers that already existed when the service restarted.
  public var restartedLoadBalancers = RestartedLoadBalancers.restored
  /// Which networks without a flag a restart of the service removes.
  public var unflaggedNetworks = UnflaggedNetworks.natGoes
  /// Whether a new endpoint joins the namespace that its document names.
  public var namespaceOnCreate = NamespaceOnCreate.joined
  /// The namespace in the document of an endpoint that is in none.
  public var unattachedNamespace = UnattachedNamespace.bySchema
  /// How schema 1 documents are laid out.
  public var v1Layout = V1Layout.byBuild
  /// Which id an object gets if a call specifies two.
  public var identityPrecedence = IdentityPrecedence.argument

  /// All assumptions at their defaults.
  public init() {}

  /// The value of an assumption, by its spelling; setting an invalid value has no effect.
  ///
  /// - Parameter assumption: The assumption.
  public subscript(assumption: Assumption) -> String {
    get { assumption.value(in: self) }
    set { _ = assumption.set(newValue, in: &self) }
  }

  /// The assumptions that differ from their default, in the order of the table.
  public var changed: [(key: Assumption, value: String)] {
    self == Assumptions()
      ? []
      : Assumption.allCases.compactMap { key in
        let value = self[key]
        return value == key.defaultValue ? nil : (key, value)
      }
  }
}
