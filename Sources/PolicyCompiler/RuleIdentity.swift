import HostModel
import NetworkProfile

/// The Id of a profile's ACL on the host: its owner and the rules it comes from.
///
/// The form is `hnsctl/PROFILE/RULE`. A suffix `+RULE` gives a rule that could match the same packets but
/// decides none of them, and `~N` numbers the second and further pieces of one rule; neither character is
/// allowed in a name. Ids survive in VFP as friendly names, so that a dump of the host can be mapped back to
/// the profile.
package struct RuleIdentity: Hashable, Sendable {
  /// The profile that owns the ACL.
  package let profile: String
  /// The rule it comes from and the ones it covers: ACL names, `default-in`, `default-out` or `published`;
  /// never empty.
  package let origins: [String]
  /// The piece of the rule, counted from 1.
  package let piece: Int

  /// Creates an identity.
  ///
  /// - Parameters:
  ///   - profile: The profile that owns the ACL.
  ///   - origins: The rules; at least one.
  ///   - piece: The piece of the first rule, counted from 1.
  package init(profile: String, origins: [String], piece: Int = 1) {
    precondition(!origins.isEmpty)
    self.profile = profile
    self.origins = origins
    self.piece = piece
  }

  /// Parses an Id; nil if it is not in the form of ``id`` and therefore belongs to another agent.
  ///
  /// - Parameter id: The Id on the host.
  package init?(id: String) {
    let owner = Profile.ownerPrefix
    guard id.utf8.starts(with: owner.utf8) else { return nil }
    let rest = id.utf8.dropFirst(owner.utf8.count)
    guard let slash = rest.firstIndex(of: UInt8(ascii: "/")), Self.isName(rest[..<slash]) else { return nil }
    let name = rest[rest.index(after: slash)...]
    let parts = name.split(separator: UInt8(ascii: "~"), omittingEmptySubsequences: false)
    let origins = parts[0].split(separator: UInt8(ascii: "+"), omittingEmptySubsequences: false)
    guard parts.count <= 2, origins.allSatisfy(Self.isName) else { return nil }
    var piece = 1
    if parts.count == 2 {
      let digits = Substring(parts[1])
      guard let number = Int(digits), number > 1, "\(number)" == digits else { return nil }
      piece = number
    }
    self.init(
      profile: String(Substring(rest[..<slash])), origins: origins.map { String(Substring($0)) }, piece: piece
    )
  }

  /// The name of the compiled rule: the first rule's, with the piece appended if there are several.
  package var name: String { piece == 1 ? origins[0] : "\(origins[0])~\(piece)" }

  /// The Id.
  package var id: String {
    Profile.owner(ofProfile: profile) + "/" + origins.joined(separator: "+") + (piece == 1 ? "" : "~\(piece)")
  }

  /// Whether the ACL primarily implements a default action of the profile.
  package var isDefault: Bool { ReservedRuleName.isDefault(origins[0]) }

  /// Whether an Id belongs to an ACL that primarily implements a default action of a profile.
  ///
  /// - Parameter id: The Id as the host has it.
  package static func isDefault(id: String) -> Bool {
    let owner = Profile.ownerPrefix
    guard id.utf8.starts(with: owner.utf8) else { return false }
    let rest = id.utf8.dropFirst(owner.utf8.count)
    guard let slash = rest.firstIndex(of: UInt8(ascii: "/")),
      rest[rest.index(after: slash)...].starts(with: "default-".utf8)
    else { return false }
    return RuleIdentity(id: id)?.isDefault ?? false
  }

  /// The Id of another agent's ACL in output: in quotation marks if it equals a reserved name that does not
  /// denote an ACL.
  package static func shown(foreign id: String) -> String {
    ReservedRuleName(rawValue: id) == nil ? id : "'\(id)'"
  }

  /// Whether a text can be a name in a profile.
  private static func isName(_ text: Substring.UTF8View) -> Bool {
    func isLetterOrDigit(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    guard let first = text.first, isLetterOrDigit(first), text.count <= 63 else { return false }
    return text.allSatisfy { byte in
      isLetterOrDigit(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
        || byte == UInt8(ascii: "-")
    }
  }
}
