public import NetworkTypes

/// What a rule does with a packet it matches.
public enum RuleAction: String, Sendable, Hashable, CaseIterable {
  case allow
  case block

  /// The spelling in HCN documents.
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
/// Two ACLs are equal if they are equivalent, however they spell their addresses, ports and
/// protocols (reference: hns, 1.8.1; windows-firewall-and-vfp, 4.1). Copies share their memory, because
/// endpoints have many ACLs in common.
public struct PortACL: Hashable, Sendable {
  /// The contents of an ACL.
  struct Content: Equatable, Sendable {
    var id: String?
    var match: RuleMatch
    var localSets: [String] = []
    var remoteSets: [String] = []
    var priority: UInt16?
    var action: RuleAction
    var direction: Direction
    var ruleType: RuleType?
  }

  private final class Storage: Sendable {
    let content: Content

    init(_ content: Content) { self.content = content }
  }

  private var storage: Storage

  init(_ content: Content) { storage = Storage(content) }

  private var content: Content {
    get { storage.content }
    set { storage = Storage(newValue) }
  }

  /// The Id, which becomes the friendly name of the VFP rule; not necessarily unique.
  public var id: String? {
    get { storage.content.id }
    set { content.id = newValue }
  }
  /// What the ACL matches.
  public var match: RuleMatch {
    get { storage.content.match }
    set { content.match = newValue }
  }
  /// Ids of IP sets among the local addresses, which this type does not resolve.
  public var localSets: [String] {
    get { storage.content.localSets }
    set { content.localSets = newValue }
  }
  /// Ids of IP sets among the remote addresses, which this type does not resolve.
  public var remoteSets: [String] {
    get { storage.content.remoteSets }
    set { content.remoteSets = newValue }
  }
  /// The priority, lower first; nil if the document has none.
  public var priority: UInt16? {
    get { storage.content.priority }
    set { content.priority = newValue }
  }
  /// What happens to a packet that matches.
  public var action: RuleAction {
    get { storage.content.action }
    set { content.action = newValue }
  }
  /// The direction as the endpoint sees it.
  public var direction: Direction {
    get { storage.content.direction }
    set { content.direction = newValue }
  }
  /// The component; nil if the document has none.
  public var ruleType: RuleType? {
    get { storage.content.ruleType }
    set { content.ruleType = newValue }
  }

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
    self.init(
      Content(
        id: id, match: match, priority: priority, action: action, direction: direction, ruleType: ruleType))
  }

  /// The same ACL without its Id, to recognize it after an agent removed the Id
  /// (reference: windows-firewall-and-vfp, 9).
  public var withoutID: PortACL {
    guard id != nil else { return self }
    var copy = self
    copy.id = nil
    return copy
  }

  /// Whether two ACLs are equivalent.
  public static func == (left: Self, right: Self) -> Bool {
    left.storage === right.storage || left.content == right.content
  }

  /// Hashes only what tells most ACLs apart.
  public func hash(into hasher: inout Hasher) {
    let content = storage.content
    hasher.combine(content.id)
    hasher.combine(content.priority)
    hasher.combine(content.ruleType)
    content.match.hashKeyFields(into: &hasher)
  }
}
