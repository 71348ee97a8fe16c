import HostModel
import JSONText

/// The members of one filter of a rule, as Get-NetFirewall*Filter with ConvertTo-Json prints them (reference:
/// windows-firewall-and-vfp, 2.4 and 2.5).
struct FirewallFilter: Hashable, Sendable {
  let kind: FirewallFilterKind
  /// The members that are read; a real object has many more.
  private let members: JSONObject

  /// The filters that an object states with its own members.
  static func kinds(of object: JSONObject) -> [FirewallFilterKind] {
    object.members.reduce(into: []) { kinds, member in
      guard let name = memberNames[member.key], name.tells, !kinds.contains(name.kind) else { return }
      kinds.append(name.kind)
    }
  }

  init(_ kind: FirewallFilterKind, _ object: JSONObject) {
    self.kind = kind
    members = JSONObject(object.members.filter { Self.memberNames[$0.key]?.kind == kind })
  }

  /// The kinds of members, and whether a member tells the kind of its object.
  private static let memberNames: [String: (kind: FirewallFilterKind, tells: Bool)] = {
    let names: [(FirewallFilterKind, [String], others: [String])] = [
      (.port, ["Protocol", "LocalPort", "RemotePort", "IcmpType"], ["DynamicTarget", "DynamicTransport"]),
      (
        .address, ["LocalAddress", "RemoteAddress", "LocalIP", "RemoteIP"], ["RemoteDynamicKeywordAddresses"]
      ), (.application, ["Program", "AppPath"], ["Package"]), (.service, ["Service", "ServiceName"], []),
      (
        .security, ["Authentication", "OverrideBlockRules"],
        [
          "Encryption", "LocalUser", "LocalUsers", "RemoteUser", "RemoteUsers", "RemoteMachine",
          "RemoteMachines",
        ]
      ), (.interface, ["InterfaceAlias"], []), (.interfaceType, ["InterfaceType"], []),
    ]
    var result: [String: (kind: FirewallFilterKind, tells: Bool)] = [:]
    for (kind, own, others) in names {
      for name in own { result[name] = (kind, true) }
      for name in others { result[name] = (kind, false) }
    }
    return result
  }()

  /// Puts the members into a rule.
  func apply(to rule: inout CapturedFirewallRule) {
    switch kind {
    case .port: applyPorts(to: &rule)
    case .address:
      rule.localAddresses = list("LocalAddress") ?? list("LocalIP")
      rule.remoteAddresses = list("RemoteAddress") ?? list("RemoteIP")
      add(.dynamicKeyword, "RemoteDynamicKeywordAddresses", to: &rule)
    case .application:
      add(.program, members["Program"] == nil ? "AppPath" : "Program", to: &rule)
      add(.package, "Package", to: &rule)
    case .service:
      let name = members["Service"] == nil ? "ServiceName" : "Service"
      if text(name) == "*" { rule.conditions.append(.init(.service, "*")) }
      add(.service, name, to: &rule)
    case .security:
      add(.authentication, "Authentication", unless: ["0", "notrequired"], to: &rule)
      add(.encryption, "Encryption", unless: ["0", "notrequired"], to: &rule)
      for (kind, names) in [
        (.localUser, ["LocalUser", "LocalUsers"]), (.remoteUser, ["RemoteUser", "RemoteUsers"]),
        (.remoteMachine, ["RemoteMachine", "RemoteMachines"]),
      ] as [(CapturedFirewallRule.Condition.Kind, [String])] {
        if let name = names.first(where: { members[$0] != nil }) { add(kind, name, to: &rule) }
      }
      if CIMValue.flag(members["OverrideBlockRules"]) == true, rule.action == .allow { rule.action = .bypass }
    case .interface: add(.interface, "InterfaceAlias", to: &rule)
    case .interfaceType: add(.interfaceType, "InterfaceType", unless: ["0"], to: &rule)
    }
  }

  private func applyPorts(to rule: inout CapturedFirewallRule) {
    rule.protocolText = text("Protocol")
    rule.localPorts = list("LocalPort")
    rule.remotePorts = list("RemotePort")
    rule.icmpTypes = list("IcmpType")
    add(
      .dynamicTarget, members["DynamicTarget"] == nil ? "DynamicTransport" : "DynamicTarget", unless: ["0"],
      to: &rule)
    // ICMP types stand in the place of ports (reference: windows-firewall-and-vfp, 2.2): the keyword RPC there
    // is the number of a type or the mark of all (assumption of this project).
    if ["icmpv4", "icmpv6", "1", "58"].contains(rule.protocolText?.lowercased()), rule.localPorts == ["RPC"] {
      rule.localPorts = []
    }
  }

  /// The values of a member; none means any.
  private func list(_ name: String) -> [String]? {
    CIMValue.list(members[name]).map { $0.contains(where: { $0.lowercased() == "any" }) ? [] : $0 }
  }

  private func text(_ name: String) -> String? {
    guard let list = list(name) else { return nil }
    return list.isEmpty ? "Any" : list.joined(separator: ",")
  }

  /// Adds a condition unless its value means any.
  private func add(
    _ kind: CapturedFirewallRule.Condition.Kind, _ name: String, unless values: Set<String> = [],
    to rule: inout CapturedFirewallRule
  ) {
    guard let value = members[name] else { return }
    guard let list = CIMValue.list(value) else {
      rule.conditions.append(.init(kind, "that the source does not hold"))
      return
    }
    let named = list.filter {
      !["any", "*", ""].contains($0.lowercased()) && !values.contains($0.lowercased())
    }
    guard !named.isEmpty else { return }
    rule.conditions.append(.init(kind, named.joined(separator: ", ")))
  }
}
