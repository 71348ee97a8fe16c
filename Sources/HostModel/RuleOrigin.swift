package import NetworkTypes

/// What a rule at an enforcement point was made from.
///
/// The name of a rule never tells: an agent gives its ACLs any Id.
public enum RuleOrigin: Hashable, Sendable {
  /// An ACL of an endpoint with its Id; an empty one where it has none.
  case acl(id: String)
  /// A published port.
  case published(PortMapping)
  /// The platform made the rule on its own account, and no ACL or port mapping asked for it.
  case platform
}

/// The names by which readers know what is no ACL; no ACL of a profile has one of them.
package enum ReservedRuleName: String, Sendable, CaseIterable {
  case defaultIn = "default-in"
  case defaultOut = "default-out"
  case published

  /// The name of what decides where no rule of a direction matches.
  package static func `default`(_ direction: Direction) -> ReservedRuleName {
    direction == .in ? .defaultIn : .defaultOut
  }

  /// Whether a name is that of a default.
  package static func isDefault(_ name: String) -> Bool {
    name == defaultIn.rawValue || name == defaultOut.rawValue
  }
}
