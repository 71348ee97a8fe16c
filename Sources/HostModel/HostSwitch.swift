/// A named choice where the sources disagree or are silent.
///
/// A profile sets them under `host.switches`; a host keeps the values it was created with. Every
/// switch has a default, and nothing about Windows is assumed outside this list without being marked
/// so (reference: windows-firewall-and-vfp, 7 to 9; hns, 9).
public enum HostSwitch: String, Sendable, Hashable, CaseIterable {
  case implicitDeny
  case implicitDenyScope
  case omittedRuleType
  case hypervInboundBefore1709
  case natAclOnServer2025
  case compartmentFirewallRule
  case protocol252
  case compartmentIds
  case policyUpdateScope
  case setRoles
  case equalPriority
  case filterOrder
  case natSource
  case publishedDestination
  case duplicateLoadBalancer
  case modifyLoadBalancerSince
  case unflaggedNetworks
  case v1Layout
  case identityPrecedence

  /// The values it can take with what each means, the default first.
  public var values: [(value: String, meaning: String)] {
    switch self {
    case .implicitDeny:
      [
        ("anyAcl", "once an endpoint carries an ACL, what no rule matches is dropped"),
        ("never", "what no rule matches falls to the platform's defaults, ACLs or not"),
        ("unknown", "no statement: a verdict that depends on it is reported as unknown"),
      ]
    case .implicitDenyScope:
      [
        ("direction", "an ACL closes only its own direction"),
        ("endpoint", "an ACL in either direction closes both"),
      ]
    case .omittedRuleType:
      [
        ("byDriver", "an ACL without RuleType is Host on nat and transparent, Switch elsewhere"),
        ("switch", "an ACL without RuleType is Switch on every driver"),
      ]
    case .hypervInboundBefore1709:
      [
        ("allow", "Hyper-V isolated containers admit inbound traffic before version 1709 as after it"),
        ("block", "they deny it before version 1709, like process isolated ones"),
      ]
    case .natAclOnServer2025:
      [
        (
          "byRevision",
          "enforced from revision 32690 on, or when the revision is not stated; before, only stored"
        ),
        ("enforced", "ACLs on nat endpoints are enforced on every revision of build 26100"),
        ("storedOnly", "ACLs on nat endpoints are stored and not enforced on build 26100"),
      ]
    case .compartmentFirewallRule:
      [
        (
          "before1803",
          "the default of a compartment is a firewall rule 'Compartment N - PORT' before version 1803"
        ),
        ("always", "there is such a rule on every build"),
        ("never", "there is none on any build"),
      ]
    case .protocol252:
      [
        ("hns11", "ACLs take protocol 252 (VXLAN) from HNS 11.0 on, as clients test it"),
        ("hns9", "they take it from HNS 9.3 on, as a comment in the same client says"),
      ]
    case .compartmentIds:
      [
        ("neverReused", "the id of a compartment that went away is not given again"),
        ("lowestFree", "a new compartment gets the lowest free id"),
      ]
    case .policyUpdateScope:
      [
        ("typesPresent", "a policy update replaces the policies of the types it names"),
        ("all", "a policy update replaces every policy of the endpoint"),
      ]
    case .setRoles:
      [
        (
          "sourceAndDestination",
          "with IP sets, LocalAddresses are the sources and RemoteAddresses the destinations, in too"
        ),
        ("localAndRemote", "with IP sets, LocalAddresses are the endpoint's side in both directions"),
      ]
    case .equalPriority:
      [
        ("listed", "of two ACLs of equal priority the one that stands first in the document decides"),
        ("reversed", "the one that stands last decides"),
      ]
    case .filterOrder:
      [
        ("switchOutside", "inbound traffic meets VFP first, outbound traffic Windows Firewall first"),
        ("firewallOutside", "inbound traffic meets Windows Firewall first, outbound traffic VFP first"),
      ]
    case .natSource:
      [
        ("translated", "the receiver's rules see the source address that outbound NAT put in place"),
        ("original", "they see the sender's own address"),
      ]
    case .publishedDestination:
      [
        ("published", "the sender's rules see the published address and port"),
        ("container", "they see the address and port of the container behind it"),
      ]
    case .duplicateLoadBalancer:
      [
        ("refused", "a load balancer at an address, protocol and port of another is refused (0x803b0013)"),
        ("accepted", "it is taken, and the older one keeps answering"),
      ]
    case .modifyLoadBalancerSince:
      [
        ("hns15.4", "load balancers can be changed from HNS 15.4 on, as one client tests it"),
        ("hns15.5", "they can from HNS 15.5 on, as another does"),
      ]
    case .unflaggedNetworks:
      [
        ("natGoes", "of networks without a flag, nat ones go when the service restarts, from 1809 on"),
        ("kept", "networks without a flag stay when the service restarts"),
        ("removed", "they go when the service restarts"),
      ]
    case .v1Layout:
      [
        ("byBuild", "schema 1 documents are alphabetical before build 22000, in schema order from then on"),
        ("alphabetical", "they are alphabetical on every build, and types are in lower case"),
        ("schema", "they are in schema order on every build, and types as documented"),
      ]
    case .identityPrecedence:
      [
        ("argument", "of an id argument and an ID in the document that differ, the argument counts"),
        ("document", "the document counts"),
      ]
    }
  }

  /// The value it has when nothing is said.
  public var defaultValue: String { values[0].value }

  /// What it decides, in one line.
  public var summary: String {
    switch self {
    case .implicitDeny: "whether unmatched traffic is dropped once an endpoint carries ACLs"
    case .implicitDenyScope: "whether an ACL in one direction closes the other"
    case .omittedRuleType: "what an ACL without RuleType is"
    case .hypervInboundBefore1709: "the inbound default of Hyper-V isolation before version 1709"
    case .natAclOnServer2025: "whether ACLs on nat endpoints act on Windows Server 2025"
    case .compartmentFirewallRule: "whether a compartment has a firewall rule of its own name"
    case .protocol252: "from which HNS version ACLs take VFP's number for VXLAN"
    case .compartmentIds: "how compartments are numbered after one went away"
    case .policyUpdateScope: "what a policy update request replaces"
    case .setRoles: "what the address members of an ACL mean when they name IP sets"
    case .equalPriority: "which of two ACLs of equal priority decides"
    case .filterOrder: "in which order a packet meets VFP and Windows Firewall"
    case .natSource: "which source address rules see behind outbound NAT on the same host"
    case .publishedDestination: "which destination an endpoint's outbound rules see of a published port"
    case .duplicateLoadBalancer: "whether two load balancers can answer at one address and port"
    case .modifyLoadBalancerSince: "from which HNS version load balancers can be changed"
    case .unflaggedNetworks: "which networks a restart of the service takes, where no flag says"
    case .v1Layout: "how documents of schema 1 are laid out"
    case .identityPrecedence: "which id an object gets when a call states two"
    }
  }

  /// The section of the reference that leaves it open.
  public var source: String {
    switch self {
    case .implicitDeny: "windows-firewall-and-vfp 4.3, 7; hns 6.8"
    case .implicitDenyScope: "windows-firewall-and-vfp 9; hns 6.8"
    case .omittedRuleType: "windows-firewall-and-vfp 9; hns 1.8.1"
    case .hypervInboundBefore1709: "network-isolation"
    case .natAclOnServer2025: "windows-firewall-and-vfp 4.3; hns 6.7"
    case .compartmentFirewallRule: "windows-firewall-and-vfp 9"
    case .protocol252: "windows-firewall-and-vfp 4.1, 7"
    case .compartmentIds: "windows-firewall-and-vfp 1.1"
    case .policyUpdateScope: "hns 6.6, 9"
    case .setRoles: "hns 1.8.1"
    case .equalPriority: "hns 6.8, 9"
    case .filterOrder: "windows-firewall-and-vfp 8"
    case .natSource: "windows-firewall-and-vfp 9"
    case .publishedDestination: "windows-firewall-and-vfp 9"
    case .duplicateLoadBalancer: "hns 6.10"
    case .modifyLoadBalancerSince: "hns 5.1"
    case .unflaggedNetworks: "hns 6.3"
    case .v1Layout: "hns 4.4"
    case .identityPrecedence: "hns 3, 9"
    }
  }
}

/// The value of every switch of a host.
public struct HostSwitches: Hashable, Sendable {
  /// The switches that were set to something else than their default.
  private var chosen: [HostSwitch: String] = [:]

  /// Every switch at its default.
  public init() {}

  /// The value of a switch; an unknown value does not change it.
  ///
  /// - Parameter key: The switch.
  public subscript(key: HostSwitch) -> String {
    get { chosen[key] ?? key.defaultValue }
    set {
      guard key.values.contains(where: { $0.value == newValue }) else { return }
      chosen[key] = newValue == key.defaultValue ? nil : newValue
    }
  }

  /// The switches that differ from their default, in the catalogue's order.
  public var changed: [(key: HostSwitch, value: String)] {
    HostSwitch.allCases.compactMap { key in chosen[key].map { (key, $0) } }
  }
}
