/// The Id an ACL of a profile carries on the host: who owns it and which rule it stands for.
///
/// The form is `hnsctl/PROFILE/RULE`, and `hnsctl/PROFILE/RULE~N` for the second and further pieces of
/// one rule; `~` cannot stand in a name. Ids survive in VFP as friendly names, so that a dump of the
/// host can be read back to the profile.
package struct RuleIdentity: Hashable, Sendable {
  /// The profile that owns the ACL.
  package var profile: String
  /// The rule: an ACL name, `default-in`, `default-out` or `published`.
  package var rule: String
  /// The piece of the rule, counted from 1.
  package var piece: Int

  package init(profile: String, rule: String, piece: Int = 1) {
    self.profile = profile
    self.rule = rule
    self.piece = piece
  }

  /// Reads an Id; nil for the Id of another agent.
  package init?(id: String) {
    let parts = id.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "hnsctl" else { return nil }
    let name = parts[2].split(separator: "~", omittingEmptySubsequences: false)
    guard !parts[1].isEmpty, let rule = name.first, !rule.isEmpty else { return nil }
    switch name.count {
    case 1: self.init(profile: String(parts[1]), rule: String(rule))
    case 2:
      guard let piece = Int(name[1]), piece > 1 else { return nil }
      self.init(profile: String(parts[1]), rule: String(rule), piece: piece)
    default: return nil
    }
  }

  /// The name of the compiled rule: the rule's, with the piece behind it where there are several.
  package var name: String { piece == 1 ? rule : "\(rule)~\(piece)" }

  /// The Id.
  package var id: String { "hnsctl/\(profile)/\(name)" }
}
