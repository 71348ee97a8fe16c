public import HostModel
public import NetworkTypes

/// What happens to traffic that no rule of an enforcement point matches.
public enum UnmatchedTraffic: String, Sendable, Hashable, CaseIterable {
  case allow
  case block
  /// The host's switch `implicitDeny` makes no statement.
  case unknown
}

/// A port of a VFP switch: that of an attached endpoint.
public struct SwitchPort: Hashable, Sendable {
  /// The port's name, a GUID (`EndpointPortGuid`).
  public let id: GUID
  /// The friendly name: the endpoint's id in upper case (reference: windows-firewall-and-vfp, 3.4).
  public let name: String
  /// The endpoint.
  public let endpoint: GUID
  /// The endpoint's network.
  public let network: GUID
  /// The driver of the network.
  public let driver: NetworkDriver
  /// How the container behind the port is kept apart.
  public let isolation: Isolation
  /// The endpoint's MAC address.
  public let mac: MACAddress
  /// The groups, by layer, family and direction.
  ///
  /// A family without a group is not filtered.
  public let groups: [VFPGroup]
  /// The rules by group and then by priority; the platform's own included.
  public let rules: [VFPRule]
  /// What happens to inbound traffic of a filtered family that no rule matches.
  public let unmatchedInbound: UnmatchedTraffic
  /// What happens to outbound traffic of a filtered family that no rule matches.
  public let unmatchedOutbound: UnmatchedTraffic

  /// The rules of one group by priority.
  ///
  /// - Parameter group: The group.
  /// - Returns: The rules, the platform's own included.
  public func rules(of group: VFPGroup) -> [VFPRule] { rules.filter { $0.group == group } }
}

/// The rules of Windows Firewall for one compartment.
///
/// Rules made of ACLs bind only the address families that `PlatformCell.filteredFamilies` names for
/// the network: on transparent they do not reach IPv6, whatever addresses they name
/// (reference: windows-firewall-and-vfp, 9). Rules hold for every endpoint of the compartment.
public struct FirewallInstance: Hashable, Sendable {
  /// How the name of an allow rule begins that the service makes for a published port; external port,
  /// internal port and protocol follow.
  ///
  /// The text is this project's choice.
  public static let publishedPrefix = "Published port "

  /// The stack the compartment belongs to.
  public let stack: Compartment.Stack
  /// The compartment's number.
  public let compartment: UInt32
  /// The namespace the compartment is open for; nil for a default compartment.
  public let namespace: GUID?
  /// The endpoints attached to the compartment, in the order of the namespace.
  public let endpoints: [GUID]
  /// The rules, those of the platform last.
  public let rules: [FirewallRule]
  /// What happens to unsolicited inbound traffic that no rule matches.
  public let unmatchedInbound: UnmatchedTraffic
  /// What happens to outbound traffic that no rule matches.
  public let unmatchedOutbound: UnmatchedTraffic
}
