package import NetworkTypes

/// What a rule at an enforcement point was created from.
///
/// The name of a rule does not show it: an agent can give its ACLs any Id.
public enum RuleOrigin: Hashable, Sendable {
  /// An ACL of an endpoint with its Id; empty if it has none.
  case acl(id: String)
  /// A published port.
  case published(PortMapping)
  /// The Host Networking Service created the rule for a network, without an ACL or port mapping.
  case service
  /// The rule is one of the host's own firewall, which administrators and programs set up.
  case host
  /// The platform created the rule itself, without an ACL or port mapping.
  case platform
}

/// Names for what is not an ACL; ACLs of a profile cannot use them.
package enum ReservedRuleName: String, Sendable, CaseIterable {
  case defaultIn = "default-in"
  case defaultOut = "default-out"
  case published
  /// What decides is not known, because the source of the host does not contain it.
  case notCaptured = "not-captured"

  /// The name of the default action of a direction.
  package static func `default`(_ direction: Direction) -> ReservedRuleName {
    direction == .in ? .defaultIn : .defaultOut
  }

  /// Whether a name is that of a default action.
  package static func isDefault(_ name: String) -> Bool {
    name == defaultIn.rawValue || name == defaultOut.rawValue
  }
}
