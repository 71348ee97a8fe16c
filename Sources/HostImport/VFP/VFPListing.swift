import HostModel
import NetworkTypes

/// What replies of vfpctrl say together about the port of one endpoint.
struct VFPListing {
  /// A difference between the rules of a port and those that the documents give.
  struct Difference {
    /// The difference in words.
    var text: String
    /// Where it stands; nil for a rule that is missing.
    var place: CapturePlace?
  }

  /// The endpoint.
  let endpoint: GUID
  /// The replies in the order of the sources.
  private(set) var replies: [VFPReply] = []

  init(endpoint: GUID) { self.endpoint = endpoint }

  mutating func add(_ reply: VFPReply) { replies.append(reply) }

  /// Whether any rule is one of an ACL.
  var hasACLRules: Bool {
    replies.contains { $0.rules.contains { $0.knownGroup?.layer == .endpointACL } }
  }

  /// How the rules of ACL_ENDPOINT_LAYER differ from those that the documents give; empty if they give no port.
  ///
  /// The names of rules are not compared: clients can drop the Ids of ACLs, and the name of the platform's own
  /// rules is not known (reference: windows-firewall-and-vfp, 9 and 10.3).
  ///
  /// - Parameter host: The ports with the rules that the documents give.
  func differences(on host: ExpectedVFP) -> [Difference] {
    guard let port = host.ports[endpoint] else { return [] }
    let families = host.families[endpoint] ?? []
    var result: [Difference] = []
    for family in AddressFamily.allCases {
      for direction in Direction.allCases {
        let group = VFPGroup(family: family, direction: direction)
        guard let reply = replies.first(where: { $0.lists(group) }) else { continue }
        let expected = port.rules.filter { $0.group == group }
        if expected.isEmpty, !reply.rules.contains(where: { $0.knownGroup == group }) { continue }
        // Whether HNS makes groups of a family that the endpoint has no address of is not known.
        if !reply.has(family), !families.contains(family) { continue }
        result += differences(expected, reply, group)
      }
    }
    return result
  }

  private func differences(_ expected: [VFPRule], _ reply: VFPReply, _ group: VFPGroup) -> [Difference] {
    var result: [Difference] = []
    for record in reply.groups where record.name == group.name && !record.conditions.isEmpty {
      result.append(Difference(text: "the group \(group.name) has conditions", place: reply.place))
    }
    var left: [Key: [VFPRule]] = [:]
    for rule in expected { left[Key(rule), default: []].append(rule) }
    for record in reply.rules where record.knownGroup == group {
      let place = reply.text.place(record.lines.lowerBound)
      do throws(UnreadVFPRule) {
        let rule = try record.aclRule(group)
        if left[Key(rule)]?.popLast() == nil {
          result.append(Difference(text: "no ACL is the rule \(Self.text(rule, record.title))", place: place))
        }
      } catch {
        result.append(Difference(text: "the rule '\(record.title)': \(error.reason)", place: place))
      }
    }
    let missing = left.values.joined().sorted { ($0.priority, $0.name) < ($1.priority, $1.name) }
    return result
      + missing.map {
        Difference(text: "VFP does not have the rule \(Self.text($0, $0.name))", place: nil)
      }
  }

  private static func text(_ rule: VFPRule, _ name: String) -> String {
    "'\(name)' (\(rule.group.direction.rawValue), \(rule.action.rawValue), priority \(rule.priority))"
  }

  /// What makes two rules of a group equal.
  private struct Key: Hashable {
    var priority: UInt16
    var action: RuleAction
    var match: RuleMatch

    init(_ rule: VFPRule) {
      priority = rule.priority
      action = rule.action
      match = rule.match
      let family = rule.group.family
      func normal(_ set: AddressSet?) -> AddressSet? {
        let part = set?.only(family)
        return part == AddressSet.all(family) ? nil : part
      }
      match.localAddresses = normal(match.localAddresses)
      match.remoteAddresses = normal(match.remoteAddresses)
      if match.protocols == .allProtocols { match.protocols = nil }
    }
  }
}

extension VFPReply {
  /// Whether the reply lists all rules of a group.
  fileprivate func lists(_ listed: VFPGroup) -> Bool {
    guard isComplete, command == "list-rule" || command == "get-rule-counter" else { return false }
    if let group { return group == listed.name }
    return layer == nil || layer == listed.layer.rawValue
  }

  /// Whether the reply has a group for the ACLs of a family.
  fileprivate func has(_ family: AddressFamily) -> Bool {
    Direction.allCases.contains { direction in
      let name = VFPGroup(family: family, direction: direction).name
      return group == name || groups.contains { $0.name == name }
    }
  }
}
