import FilterEngine
import HostModel
import NetworkTypes

/// A random captured firewall, and an obvious way to evaluate it: every rule that may match is on or off, every
/// profile that may apply does, and the verdict is what all of these worlds agree on.
struct FirewallWorlds {
  /// A rule in plain terms, beside the same rule as a host states it.
  struct Rule {
    var captured: CapturedFirewallRule
    var number: UInt8?
    /// The first octets of peers for certain, or nil for any.
    var remotes: Set<UInt8>?
    /// Whether more peers are possible, because of a keyword.
    var hasVagueRemotes = false
    var port: UInt16?
    /// Whether the rule depends on something that a packet does not show.
    var isConditional = false
  }

  /// What a rule does to a packet in all worlds.
  enum Match { case yes, no, maybe }

  let rules: [Rule]
  let profiles: [FirewallProfile: FirewallProfileSettings]
  let active: Set<FirewallProfile>?

  init(using random: inout SeededGenerator) {
    rules = (0..<random.below(8)).map { Self.rule($0, using: &random) }
    var profiles: [FirewallProfile: FirewallProfileSettings] = [:]
    if !random.once(in: 4) {
      for profile in FirewallProfile.allCases {
        var settings = FirewallProfileSettings()
        settings.isEnabled = !random.once(in: 8)
        if random.once(in: 4) { settings.inbound = .allow }
        if random.once(in: 4) { settings.outbound = .block }
        settings.allowsInboundRules = !random.once(in: 6)
        settings.allowsLocalRules = !random.once(in: 6)
        profiles[profile] = settings
      }
    }
    self.profiles = profiles
    active =
      random.once(in: 2)
      ? nil : Set((0...random.below(2)).map { _ in random.one(of: FirewallProfile.allCases) })
  }

  var captured: CapturedFirewall {
    CapturedFirewall(rules: rules.map(\.captured), profiles: profiles, activeProfiles: active)
  }

  private static func rule(_ index: Int, using random: inout SeededGenerator) -> Rule {
    var captured = CapturedFirewallRule(
      name: "rule-\(index)", direction: random.one(of: Direction.allCases),
      action: random.one(of: [.allow, .allow, .block, .block, .bypass, .notConfigured]))
    captured.isEnabled = random.once(in: 10) ? false : true
    captured.store = random.one(of: [.local, .local, .groupPolicy])
    for profile in FirewallProfile.allCases where random.once(in: 4) { captured.profiles.insert(profile) }
    var rule = Rule(captured: captured)
    rule.number = random.one(of: [nil, 6, 6, 17, 1])
    rule.captured.protocolText = rule.number.map { $0 == 6 ? "TCP" : "\($0)" } ?? "Any"
    if random.once(in: 2) {
      let octets = Set((0...random.below(2)).map { _ in UInt8(random.below(3)) })
      rule.remotes = octets
      rule.captured.remoteAddresses = octets.map { "\(20 + $0).0.0.0/8" }
    }
    if random.once(in: 5) {
      rule.remotes = rule.remotes ?? []
      rule.hasVagueRemotes = true
      rule.captured.remoteAddresses?.append(random.one(of: ["Internet", "DHCP4", "LocalSubnet"]))
    }
    if rule.number == 6 || rule.number == 17, random.once(in: 2) {
      rule.port = random.one(of: [80, 443])
      rule.captured.localPorts = captured.direction == .in ? rule.port.map { ["\($0)"] } : []
      rule.captured.remotePorts = captured.direction == .out ? rule.port.map { ["\($0)"] } : []
    }
    switch random.below(7) {
    case 0: rule.captured.conditions = [.init(.program, #"C:\agent.exe"#)]
    case 1: rule.captured.conditions = [.init(.interfaceType, "Wireless")]
    case 2 where rule.number == 1: rule.captured.icmpTypes = ["8"]
    // Only TCP and UDP have ports.
    case 3 where rule.number != 6 && rule.number != 17: rule.captured.localPorts = ["80"]
    default: break
    }
    rule.isConditional =
      captured.action == .bypass || !rule.captured.conditions.isEmpty || rule.captured.icmpTypes != []
      || rule.number != 6 && rule.number != 17 && rule.captured.localPorts != []
    return rule
  }

  /// Whether a rule matches a packet, by its peer's first octet, less 20.
  private static func match(_ rule: Rule, _ packet: Probe) -> Match {
    if let number = rule.number, number != packet.number { return .no }
    if let port = rule.port, port != packet.port { return .no }
    var isVague = false
    if let remotes = rule.remotes, !remotes.contains(packet.octet) {
      guard rule.hasVagueRemotes else { return .no }
      isVague = true
    }
    return isVague || rule.isConditional ? .maybe : .yes
  }

  /// A packet in plain terms.
  struct Probe {
    var direction: Direction
    var number: UInt8
    var octet: UInt8
    var port: UInt16
  }

  /// The verdict of the host's own compartment that all worlds agree on.
  func verdict(_ packet: Probe) -> Verdict {
    var verdicts: Set<RuleAction> = []
    for profile in FirewallProfile.allCases where active?.contains(profile) ?? true {
      let settings = profiles[profile]
      let defaults: [RuleAction] =
        settings.map { settings in
          [(packet.direction == .in ? settings.inbound : settings.outbound) == .allow ? .allow : .block]
        } ?? [.allow, .block]
      for fallback in defaults { verdicts.formUnion(worlds(packet, profile, settings, fallback)) }
    }
    return verdicts.count == 1 ? Verdict(verdicts.first ?? .block) : .unknown
  }

  private func worlds(
    _ packet: Probe, _ profile: FirewallProfile, _ settings: FirewallProfileSettings?, _ fallback: RuleAction
  ) -> Set<RuleAction> {
    if settings?.isEnabled == false { return [.allow] }
    var certain: [CapturedFirewallRule.Action] = []
    var possible: [CapturedFirewallRule.Action] = []
    for rule in rules where rule.captured.isEnabled == true && rule.captured.direction == packet.direction {
      guard let action = rule.captured.action, action != .notConfigured else { continue }
      guard rule.captured.profiles.isEmpty || rule.captured.profiles.contains(profile) else { continue }
      if settings?.allowsLocalRules == false, rule.captured.store == .local { continue }
      if settings?.allowsInboundRules == false, packet.direction == .in, action == .allow { continue }
      switch Self.match(rule, packet) {
      case .yes: certain.append(action)
      case .maybe: possible.append(action)
      case .no: break
      }
    }
    var verdicts: Set<RuleAction> = []
    for world in 0..<(1 << possible.count) {
      let matching = certain + possible.indices.filter { world >> $0 & 1 == 1 }.map { possible[$0] }
      if matching.contains(.bypass) {
        verdicts.insert(.allow)
      } else if matching.contains(.block) {
        verdicts.insert(.block)
      } else {
        verdicts.insert(matching.contains(.allow) ? .allow : fallback)
      }
    }
    return verdicts
  }
}
