extension CapturedFirewallRule {
  /// Whether the source has a filter of the rule.
  package func has(_ filter: FirewallFilterKind) -> Bool {
    switch filter {
    case .port: protocolText != nil || localPorts != nil || remotePorts != nil || icmpTypes != nil
    case .address: localAddresses != nil || remoteAddresses != nil
    default: filter.missing.map { !missing.contains($0) } ?? true
    }
  }

  /// What is unknown of the rule beside absent filters and its status, in words.
  package var unknownParts: [String] { missing.filter { !Self.statedOtherwise.contains($0) } }

  /// What is unknown of a rule in words, where its source says so by what it has and lacks.
  private static let statedOtherwise =
    Set(FirewallFilterKind.allCases.compactMap(\.missing) + statuses.map(doubt(ofStatus:)))

  /// Everything that is unknown of the rule, in words.
  package var unknowns: [String] {
    let members: [(String, Bool)] = [
      ("whether it is enabled", isEnabled == nil), ("its direction", direction == nil),
      ("its action", action == nil), ("its protocol", protocolText == nil),
      ("its ports", localPorts == nil || remotePorts == nil),
      ("its addresses", localAddresses == nil || remoteAddresses == nil),
    ]
    return members.filter(\.1).map(\.0) + missing
      + contradictions.map { "how Windows reads it, because \($0)" }
  }

  // MARK: Status

  /// The words of `PrimaryStatus` for rules that Windows does not enforce as they are.
  package static let statuses = ["Degraded", "Error"]

  /// What a rule with such a status depends on.
  package static func doubt(ofStatus status: String) -> String {
    "how Windows enforces it, because its status is \(status)"
  }

  /// The word of `PrimaryStatus`.
  package var primaryStatus: String {
    Self.statuses.first { missing.contains(Self.doubt(ofStatus: $0)) } ?? "OK"
  }

  /// The word of `EdgeTraversalPolicy` for what netsh prints as `Edge traversal`; nil if the rule admits none.
  package static func edgeTraversal(netsh text: String) -> String? {
    ["no": nil, "yes": "Allow", "defer to user": "DeferToUser", "defer to application": "DeferToApp"][
      text.lowercased(), default: text]
  }

  /// Its conditions by their kinds, as no source has an order of them.
  package var withOrderedConditions: CapturedFirewallRule {
    guard conditions.count > 1 else { return self }
    var rule = self
    rule.conditions = Condition.Kind.allCases.flatMap { kind in conditions.filter { $0.kind == kind } }
    return rule
  }

  /// The values of the conditions of a kind; nil if the rule has none.
  package func value(of kind: Condition.Kind) -> String? {
    let values = conditions.filter { $0.kind == kind }.map(\.value)
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }
}
