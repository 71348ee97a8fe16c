public import NetworkTypes

/// A rule of Windows Firewall as a host's own tools state it, with all of its filters.
///
/// Members are texts as the tools spell them, so that nothing is lost; ``FirewallRule`` is what they mean. A
/// member that is nil is not in the source, and a list without elements means any.
public struct CapturedFirewallRule: Hashable, Sendable {
  /// The action of a rule.
  public enum Action: String, Sendable, Hashable, CaseIterable {
    case allow = "Allow"
    case block = "Block"
    case bypass = "AllowBypass"
    /// The rule does nothing.
    case notConfigured = "NotConfigured"
  }

  /// A condition on something that a packet does not show.
  public struct Condition: Hashable, Sendable {
    /// What a condition is about; the raw value is its name in documents.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
      case program, package, service, localUser, remoteUser, remoteMachine, interface, interfaceType
      case authentication, encryption, dynamicTarget, dynamicKeyword, platform, policyApp, localOnlyMapping
      /// A condition of the source that is none of the others.
      case other
    }

    /// What the condition is about.
    public var kind: Kind
    /// The value as the source states it.
    public var value: String

    /// Creates a condition.
    ///
    /// - Parameters:
    ///   - kind: What it is about.
    ///   - value: The value as the source states it.
    public init(_ kind: Kind, _ value: String) {
      self.kind = kind
      self.value = value
    }
  }

  /// The unique name (`Name`, `InstanceID`).
  public var name: String
  /// The name shown to users.
  public var displayName: String?
  /// The group.
  public var group: String?
  /// Whether the rule is enabled.
  public var isEnabled: Bool? = true
  /// The direction.
  public var direction: Direction?
  /// The action.
  public var action: Action?
  /// The profiles; none means all.
  public var profiles: Set<FirewallProfile> = []
  /// The store.
  public var store: FirewallStore?
  /// The protocol: a name or a number.
  public var protocolText: String? = "Any"
  /// The addresses of this side.
  public var localAddresses: [String]? = []
  /// The addresses and keywords of the peer.
  public var remoteAddresses: [String]? = []
  /// The ports and keywords of this side.
  public var localPorts: [String]? = []
  /// The ports and keywords of the peer.
  public var remotePorts: [String]? = []
  /// The ICMP types, such as `8`, `3:4` or `8:*`.
  public var icmpTypes: [String]? = []
  /// Conditions on what a packet does not show.
  public var conditions: [Condition] = []
  /// Filters that the source should hold and does not, in words: the rule may match anything they name.
  public var missing: [String] = []
  /// Whether the rule admits edge-traversed traffic, if the source says so.
  public var edgeTraversal: String?
  /// Whether responses of other peers belong to the flow (`LooseSourceMapping`).
  public var hasLooseSourceMapping = false
  /// The compartment the rule belongs to; nil for every compartment.
  public var compartment: UInt32?

  /// Creates an enabled rule for everything.
  ///
  /// - Parameters:
  ///   - name: The unique name.
  ///   - direction: The direction.
  ///   - action: The action.
  public init(name: String, direction: Direction? = nil, action: Action? = nil) {
    self.name = name
    self.direction = direction
    self.action = action
  }
}
