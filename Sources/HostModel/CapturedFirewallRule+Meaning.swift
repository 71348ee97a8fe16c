import NetworkTypes

extension CapturedFirewallRule {
  /// What the rule does to packets; none if it is disabled or has no action.
  ///
  /// A rule whose direction or action is not in the source becomes one for each, all of which only may match.
  package var meaning: [FirewallRule] {
    guard isEnabled != false, action != .notConfigured else { return [] }
    var reader = RuleMeaning(self)
    let match = reader.match()
    let doubt = reader.doubt
    let directions = direction.map { [$0] } ?? Direction.allCases
    let actions: [Action] = action.map { [$0] } ?? [.allow, .block]
    return directions.flatMap { direction in
      actions.map { action in
        var rule = FirewallRule(
          name: name, direction: direction, action: action == .block ? .block : .allow, match: match,
          origin: .host)
        rule.displayName = displayName
        rule.overridesBlocks = action == .bypass
        rule.remoteKeywords = reader.keywords
        rule.doubt = doubt
        return rule
      }
    }
  }

  /// Where the rule contradicts its own filters, in words; Windows does not enforce such a rule as it stands
  /// (reference: windows-firewall-and-vfp, 2.2).
  package var contradictions: [String] {
    var found: [String] = []
    let ports = (localPorts ?? []) + (remotePorts ?? [])
    let number = protocolNumber
    let hasPortKeywords = (localPorts ?? []).contains { PortWord($0).isKeyword }
    if number != 6, number != 17, ports.contains(where: { !PortWord($0).isAny }) {
      found.append("it has ports, which only TCP and UDP have")
    }
    if direction == .out, hasPortKeywords {
      found.append("an outbound rule cannot have keywords for local ports")
    }
    for text in localPorts ?? [] {
      switch PortWord(text) {
      case .rpc, .rpcEndpointMapper:
        if number != 6 { found.append("the port \(text) needs the protocol TCP") }
      case .teredo:
        if number != 17 { found.append("the port \(text) needs the protocol UDP") }
      default: break
      }
    }
    let types = (icmpTypes ?? []).filter { !Self.isAny($0) }
    if !types.isEmpty, number != 1, number != 58 {
      found.append("it has ICMP types, but not the protocol ICMP")
    }
    if (localAddresses ?? []).contains(where: { AddressWord($0).isKeyword }) {
      found.append("a local address cannot be a keyword")
    }
    let isAuthenticated = conditions.contains { $0.kind == .authentication }
    if hasLooseSourceMapping, direction == .in || number == 6 || isAuthenticated {
      found.append("loose source mapping is for outbound rules without authentication, and not for TCP")
    }
    if direction == .out, let edgeTraversal, !Self.isOff(edgeTraversal) {
      found.append("an outbound rule cannot have edge traversal")
    }
    if isAuthenticated, action == .block { found.append("a rule with authentication cannot block") }
    return found
  }

  /// The number of the protocol; nil for any, and for one that cannot be read.
  var protocolNumber: Int? {
    guard let text = protocolText, !Self.isAny(text), text != "256" else { return nil }
    return UInt8(text).map { Int($0) } ?? Self.protocolNames[text.lowercased()]
      ?? IPProtocol(name: text).map { Int($0.number) }
  }

  /// Names that the firewall's tools use besides those of the registry of protocols.
  private static let protocolNames = [
    "hopopt": 0, "ipv6-route": 43, "ipv6-frag": 44, "ipv6-nonxt": 59, "ipv6-opts": 60, "pgm": 113,
  ]

  static func isAny(_ text: String) -> Bool {
    let lowered = text.lowercased()
    return lowered == "any" || lowered == "*" || lowered.isEmpty
  }

  private static func isOff(_ edge: String) -> Bool {
    ["block", "no", "0", "false"].contains(edge.lowercased())
  }
}

/// Reads the filters of a rule into a match and what remains in doubt.
private struct RuleMeaning {
  private let rule: CapturedFirewallRule
  private var conditions: [String] = []
  private var isConditional = false
  private var vague = FirewallRuleDoubt()
  private(set) var keywords: [AddressKeyword] = []

  init(_ rule: CapturedFirewallRule) { self.rule = rule }

  var doubt: FirewallRuleDoubt? {
    guard !conditions.isEmpty else { return nil }
    var doubt = vague
    doubt.conditions = conditions
    doubt.isConditional = isConditional
    return doubt
  }

  private mutating func depend(on condition: String) {
    isConditional = true
    conditions.append(condition)
  }

  mutating func match() -> RuleMatch {
    var match = RuleMatch()
    for condition in rule.conditions { depend(on: condition.description) }
    for text in rule.missing { depend(on: text) }
    if rule.isEnabled == nil { depend(on: "whether it is enabled") }
    if rule.direction == nil { depend(on: "its direction") }
    if rule.action == nil { depend(on: "its action") }
    if rule.action == .bypass, rule.conditions.isEmpty { depend(on: "authentication") }
    let contradictions = rule.contradictions
    for text in contradictions { depend(on: "how Windows reads it, because \(text)") }
    readProtocol(&match)
    match.localAddresses = localAddresses()
    match.remoteAddresses = remoteAddresses()
    guard match.protocols == ProtocolSet([.tcp]) || match.protocols == ProtocolSet([.udp]) else {
      return match
    }
    match.localPorts = ports(
      rule.localPorts, "its local ports", \.localPorts, isContradictory: !contradictions.isEmpty)
    match.remotePorts = ports(
      rule.remotePorts, "its remote ports", \.remotePorts, isContradictory: !contradictions.isEmpty)
    return match
  }

  private mutating func readProtocol(_ match: inout RuleMatch) {
    guard let text = rule.protocolText else { return depend(on: "its protocol") }
    guard !CapturedFirewallRule.isAny(text), text != "256" else { return }
    guard let number = rule.protocolNumber.flatMap({ UInt8(exactly: $0) }) else {
      return depend(on: "its protocol '\(text)'")
    }
    match.protocols = ProtocolSet([IPProtocol(number)])
    guard number == 1 || number == 58 else { return }
    guard let types = rule.icmpTypes else { return depend(on: "its ICMP types") }
    let named = types.filter { !CapturedFirewallRule.isAny($0) && $0 != "*:*" }
    if named.count == types.count, !named.isEmpty {
      depend(on: "the ICMP type (\(named.joined(separator: ", ")))")
    }
  }

  private mutating func localAddresses() -> AddressSet? {
    guard let texts = rule.localAddresses else {
      depend(on: "its local addresses")
      return nil
    }
    var ranges: [AddressRange] = []
    for text in texts {
      switch AddressWord(text) {
      case .any: return nil
      case .range(let range): ranges.append(range)
      case .keyword, .vagueKeyword: return nil
      case .unreadable:
        depend(on: "its local address '\(text)'")
        return nil
      }
    }
    return texts.isEmpty ? nil : AddressSet(ranges)
  }

  private mutating func remoteAddresses() -> AddressSet? {
    guard let texts = rule.remoteAddresses else {
      depend(on: "its remote addresses")
      return nil
    }
    var ranges: [AddressRange] = []
    for text in texts {
      switch AddressWord(text) {
      case .any:
        keywords = []
        return nil
      case .range(let range): ranges.append(range)
      case .keyword(let keyword):
        keywords.append(keyword)
        guard keyword == .localSubnet else { continue }
        // Every interface also has the link-local prefix, whose use no source states.
        vague.remoteAddresses = vague.remoteAddresses.union(Self.linkLocal)
        conditions.append("what LocalSubnet stands for")
      case .vagueKeyword(let addresses):
        vague.remoteAddresses = vague.remoteAddresses.union(addresses)
        conditions.append("what \(text) stands for")
      case .unreadable:
        vague.remoteAddresses = .all
        conditions.append("its remote address '\(text)'")
      }
    }
    return texts.isEmpty ? nil : AddressSet(ranges)
  }

  private static let linkLocal = AddressSet([
    AddressRange(family: .ipv6, lower: 0xfe80 << 112, upper: 0xfebf << 112 | (1 << 112 - 1))
  ])

  private mutating func ports(
    _ texts: [String]?, _ member: String, _ path: WritableKeyPath<FirewallRuleDoubt, PortSet>,
    isContradictory: Bool
  ) -> PortSet? {
    guard let texts else {
      depend(on: member)
      return nil
    }
    var ranges: [PortRange] = []
    for text in texts {
      switch PortWord(text) {
      case .any: return nil
      case .range(let range): ranges.append(range)
      case .rpcEndpointMapper where !isContradictory:
        vague[keyPath: path] = vague[keyPath: path].union(PortSet([PortRange(135)]))
        conditions.append("what \(text) stands for")
      case .rpc, .rpcEndpointMapper, .teredo, .keyword:
        vague[keyPath: path] = .allPorts
        conditions.append("what \(text) stands for")
      case .unreadable:
        vague[keyPath: path] = .allPorts
        conditions.append("its port '\(text)'")
      }
    }
    return texts.isEmpty ? nil : PortSet(ranges)
  }
}

extension CapturedFirewallRule.Condition: CustomStringConvertible {
  /// The condition as a phrase: `the program C:\x.exe`.
  public var description: String {
    switch kind {
    case .program: "the program \(value)"
    case .package: "the app package \(value)"
    case .service: "the service \(value)"
    case .localUser: "the local user"
    case .remoteUser: "the remote user"
    case .remoteMachine: "the remote computer"
    case .interface: "the interface \(value)"
    case .interfaceType: "the type of the interface (\(value))"
    case .authentication, .encryption: "authentication by IPsec"
    case .dynamicTarget: "the dynamic target \(value)"
    case .dynamicKeyword: "the addresses of the dynamic keyword \(value)"
    case .platform: "the version of Windows (\(value))"
    case .policyApp: "the application policy \(value)"
    case .localOnlyMapping: "local-only mapping"
    case .other: value
    }
  }
}
