public import NetworkTypes

/// What a rule does with a packet it matches.
public enum RuleAction: String, Sendable, Hashable, CaseIterable {
  case allow
  case block

  /// The spelling of HCN documents.
  public var documentName: String { self == .allow ? "Allow" : "Block" }
}

/// Which component an HNS ACL is programmed into.
public enum RuleType: String, Sendable, Hashable, CaseIterable {
  /// Windows Firewall, by way of the Windows Filtering Platform.
  case host = "Host"
  /// VFP.
  case `switch` = "Switch"
}

/// An HNS ACL: the settings of an endpoint policy of type ACL.
///
/// Two ACLs are equal if they mean the same, whatever the spelling of their addresses, ports and
/// protocols (reference: hns, 1.8.1; windows-firewall-and-vfp, 4.1).
public struct PortACL: Hashable, Sendable {
  /// The Id, which becomes the friendly name of the VFP rule; not necessarily unique.
  public var id: String?
  /// What the ACL matches.
  public var match: RuleMatch
  /// Ids of IP sets among the local addresses, which this type does not resolve.
  public var localSets: [String] = []
  /// Ids of IP sets among the remote addresses, which this type does not resolve.
  public var remoteSets: [String] = []
  /// The priority, lower first; nil if the document has none.
  public var priority: UInt16?
  /// What happens to a packet that matches.
  public var action: RuleAction
  /// The direction as the endpoint sees it.
  public var direction: Direction
  /// The component; nil if the document has none.
  public var ruleType: RuleType?

  /// Makes an ACL.
  ///
  /// - Parameters:
  ///   - id: The Id.
  ///   - match: What the ACL matches.
  ///   - priority: The priority, lower first.
  ///   - action: What happens to a packet that matches.
  ///   - direction: The direction as the endpoint sees it.
  ///   - ruleType: The component.
  public init(
    id: String? = nil, match: RuleMatch = RuleMatch(), priority: UInt16? = nil, action: RuleAction,
    direction: Direction, ruleType: RuleType? = nil
  ) {
    self.id = id
    self.match = match
    self.priority = priority
    self.action = action
    self.direction = direction
    self.ruleType = ruleType
  }

  /// The same ACL without its Id, to recognize it after an agent removed the Id
  /// (reference: windows-firewall-and-vfp, 9).
  public var anonymous: PortACL {
    var copy = self
    copy.id = nil
    return copy
  }
}
