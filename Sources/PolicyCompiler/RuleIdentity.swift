/// The Id an ACL of a profile carries on the host: who owns it and which rules it stands for.
///
/// The form is `hnsctl/PROFILE/RULE`. `+RULE` behind it names a rule that could match the same packets
/// and decides none of them, and `~N` the second and further pieces of one rule; neither sign can
/// stand in a name. Ids survive in VFP as friendly names, so that a dump of the host can be read back
/// to the profile.
package struct RuleIdentity: Hashable, Sendable {
  /// The profile that owns the ACL.
  package let profile: String
  /// The rule it comes from and the ones it covers: ACL names, `default-in`, `default-out` or
  /// `published`; never empty.
  package let origins: [String]
  /// The piece of the rule, counted from 1.
  package let piece: Int

  /// Makes an identity.
  ///
  /// - Parameters:
  ///   - profile: The profile that owns the ACL.
  ///   - origins: The rules; there must be one.
  ///   - piece: The piece of the first rule, counted from 1.
  package init(profile: String, origins: [String], piece: Int = 1) {
    precondition(!origins.isEmpty)
    self.profile = profile
    self.origins = origins
    self.piece = piece
  }

  /// Reads an Id; nil for one that ``id`` never is, which is another agent's.
  ///
  /// - Parameter id: The Id as the host has it.
  package init?(id: String) {
    let parts = id.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "hnsctl", Self.isName(parts[1]) else { return nil }
    let name = parts[2].split(separator: "~", omittingEmptySubsequences: false)
    let origins = name[0].split(separator: "+", omittingEmptySubsequences: false)
    guard name.count <= 2, origins.allSatisfy(Self.isName) else { return nil }
    var piece = 1
    if name.count == 2 {
      guard let number = Int(name[1]), number > 1, "\(number)" == name[1] else { return nil }
      piece = number
    }
    self.init(profile: String(parts[1]), origins: origins.map(String.init), piece: piece)
  }

  /// The name of the compiled rule: the first rule's, with the piece behind it where there are several.
  package var name: String { piece == 1 ? origins[0] : "\(origins[0])~\(piece)" }

  /// The Id.
  package var id: String {
    "hnsctl/\(profile)/\(origins.joined(separator: "+"))" + (piece == 1 ? "" : "~\(piece)")
  }

  /// Whether a text can be a name in a profile.
  private static func isName(_ text: Substring) -> Bool {
    func isLetterOrDigit(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    let marks = [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")]
    guard let first = text.utf8.first, isLetterOrDigit(first), text.utf8.count <= 63 else { return false }
    return text.utf8.allSatisfy { isLetterOrDigit($0) || marks.contains($0) }
  }
}
