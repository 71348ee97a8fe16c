package import JSONText
package import NetworkTypes

/// A rule of a policy whose effect beside ACLs is in no source: a tier of an endpoint (TierAcl) or an ACL of
/// a network (NetworkACL) (reference: hns, 1.8 and 1.9; windows-firewall-and-vfp, 3.5 and 4.1).
///
/// What happens to a packet that it matches is not known.
package struct UnevaluatedRule: Hashable, Sendable {
  /// The type of the policy.
  package var type: PolicyType
  /// The rule's id; empty if it has none.
  package var id: String
  /// The direction as the endpoint sees it.
  package var direction: Direction
  /// What the rule matches at most.
  package var match: RuleMatch
  /// Whether the document says that it is one of Windows Firewall.
  package var isHostRule: Bool

  /// The rules of a policy; none for a policy of another type.
  ///
  /// - Parameters:
  ///   - type: The type of the policy.
  ///   - settings: Its settings.
  package static func rules(of type: PolicyType, settings: JSON) -> [UnevaluatedRule] {
    switch type {
    case .tierACL:
      let directions = directions(settings["Direction"])
      return (settings["TierAclRules"]?.array ?? []).flatMap { rule in
        directions.map { UnevaluatedRule(type, rule, $0) }
      }
    case .networkACL: return directions(settings["Direction"]).map { UnevaluatedRule(type, settings, $0) }
    default: return []
    }
  }

  private init(_ type: PolicyType, _ document: JSON, _ direction: Direction) {
    self.type = type
    id = document["Id"]?.string ?? ""
    self.direction = direction
    match = RuleMatch(wideningUnreadable: document)
    isHostRule = document["RuleType"]?.string?.lowercased() == RuleType.host.rawValue.lowercased()
  }

  /// The directions of a document: both if it says neither.
  private static func directions(_ text: JSON?) -> [Direction] {
    switch text?.string?.lowercased() {
    case "in": [.in]
    case "out": [.out]
    default: Direction.allCases
    }
  }
}

extension RuleMatch {
  private static let members = [
    "Protocols", "LocalAddresses", "RemoteAddresses", "LocalPorts", "RemotePorts",
  ]

  /// Reads the members that rules share with ACLs; whatever cannot be read, and the members of IP sets,
  /// match everything.
  fileprivate init(wideningUnreadable document: JSON) {
    var settings: JSONObject = ["Action": "Allow", "Direction": "In"]
    for member in Self.members { settings.append(member, document[member]) }
    while true {
      do throws(PortACLError) {
        let acl = try PortACL(settings: .object(settings))
        self = acl.match
        guard !acl.localSets.isEmpty || !acl.remoteSets.isEmpty else { return }
        // In a rule with IP sets, the two can be swapped (reference: hns, 1.8.1).
        localAddresses = nil
        remoteAddresses = nil
        return
      } catch {
        guard settings[error.member] == nil || !Self.members.contains(error.member) else {
          settings[error.member] = nil
          continue
        }
        // Ports need protocols that have them.
        guard settings["LocalPorts"] != nil || settings["RemotePorts"] != nil else {
          self.init()
          return
        }
        settings["LocalPorts"] = nil
        settings["RemotePorts"] = nil
      }
    }
  }
}
