import FilterEngine
import HNSEmulator
import HostModel
import NetworkTypes
import PacketSpace
import PolicyPlan
import Testing

/// Comparisons of hosts with captured firewalls whose rules only may match, against single packets and against
/// every world: each rule that may match does or does not, and each profile applies.
@Suite struct UncertainComparisonTests {
  /// A container with a captured firewall.
  private struct Host {
    var service: HostNetworkingService
    var bare: HostNetworkingService
    var rules: [FirewallWorlds.Rule]
    var evaluator: PacketEvaluator

    init(_ profile: String, _ rules: [FirewallWorlds.Rule], _ settings: FirewallProfileSettings?) throws {
      service = try AppliedProfile(profile).service
      bare = service
      for endpoint in service.topology.endpoints { try bare.setACLs([], ofEndpoint: endpoint.id) }
      self.rules = rules
      let profiles = settings.map { settings in
        Dictionary(uniqueKeysWithValues: FirewallProfile.allCases.map { ($0, settings) })
      }
      service.describeHost(
        as: HostConfiguration(
          firewall: CapturedFirewall(rules: rules.map(\.captured), profiles: profiles ?? [:])))
      evaluator = PacketEvaluator(service)
    }

    /// The host with other rules, the same settings of all profiles, and other assumptions; a bare one has no
    /// ACLs.
    func evaluator(
      _ rules: [CapturedFirewallRule], _ settings: FirewallProfileSettings, _ assumptions: Assumptions,
      isBare: Bool = false
    ) -> PacketEvaluator {
      var service = isBare ? bare : service
      let profiles = Dictionary(uniqueKeysWithValues: FirewallProfile.allCases.map { ($0, settings) })
      service.describeHost(
        as: HostConfiguration(firewall: CapturedFirewall(rules: rules, profiles: profiles)))
      service.assume(assumptions)
      return PacketEvaluator(service)
    }
  }

  private static func acls(_ random: inout SeededGenerator) -> String {
    (0..<(1 + random.below(3))).map { index in
      let direction = random.one(of: ["in", "out"])
      var acl = "        - {name: acl\(index), direction: \(direction), action: "
      acl += random.one(of: ["allow", "block"])
      if random.once(in: 2) {
        acl += ", protocols: [tcp], \(direction == "in" ? "local" : "remote")Ports: ["
        acl += random.one(of: ["80", "443"]) + "]"
      }
      if random.once(in: 2) { acl += ", remoteAddresses: [\(20 + random.below(3)).0.0.0/8]" }
      return acl + "}"
    }.joined(separator: "\n")
  }

  /// Rules of which not many may match, so that all worlds can be tried.
  private static func rules(_ random: inout SeededGenerator) -> [FirewallWorlds.Rule] {
    while true {
      let rules = FirewallWorlds(using: &random).rules
      if (1...3).contains(rules.count(where: isUncertain)) { return rules }
    }
  }

  private static func isUncertain(_ rule: FirewallWorlds.Rule) -> Bool {
    rule.isConditional || rule.hasVagueRemotes
  }

  /// A rule that only matches what it certainly matches, or all that it can match; nil if it matches nothing.
  private static func decided(_ rule: FirewallWorlds.Rule, _ matches: Bool) -> CapturedFirewallRule? {
    guard matches || !rule.isConditional else { return nil }
    var captured = rule.captured
    captured.conditions = []
    if rule.number == 1 { captured.icmpTypes = [] }
    if rule.number != 6, rule.number != 17 { captured.localPorts = [] }
    if rule.hasVagueRemotes {
      let isKnown = rule.captured.remoteAddresses?.contains("LocalSubnet") == true
      captured.remoteAddresses =
        matches && !isKnown ? [] : captured.remoteAddresses?.filter { $0.contains("/") } ?? []
      // Nothing is certain of a rule with other keywords only; no packet of this test is from the subnet.
      if captured.remoteAddresses?.isEmpty == true, !matches || isKnown { return nil }
    }
    return captured
  }

  /// The verdicts of both hosts on packets, in every world; a world is a list of the rules that match.
  private static func worlds(
    _ hosts: [Host], _ settings: FirewallProfileSettings?, _ queries: [PacketQuery]
  ) throws -> [[[Verdict]]] {
    var uncertain: [CapturedFirewallRule] = []
    for rule in hosts.flatMap(\.rules) where isUncertain(rule) && !uncertain.contains(rule.captured) {
      uncertain.append(rule.captured)
    }
    var possibleSettings = [settings].compactMap(\.self)
    if settings == nil {
      possibleSettings = [RuleAction.allow, .block].map { action in
        var settings = FirewallProfileSettings()
        settings.inbound = action == .allow ? .allow : .block
        settings.outbound = action == .allow ? .allow : .block
        return settings
      }
    }
    var worlds: [[[Verdict]]] = []
    for profile in FirewallProfile.allCases {
      for scope in [Assumptions.HostProfileScope.host, .everywhere] {
        for settings in possibleSettings {
          for world in 0..<(1 << uncertain.count) {
            worlds.append(
              try hosts.map { host in
                try verdicts(host, profile, scope, settings, queries) { rule in
                  uncertain.firstIndex(of: rule).map { world >> $0 & 1 == 1 } ?? true
                }
              })
          }
        }
      }
    }
    return worlds
  }

  private static func verdicts(
    _ host: Host, _ profile: FirewallProfile, _ scope: Assumptions.HostProfileScope,
    _ settings: FirewallProfileSettings, _ queries: [PacketQuery],
    where matches: (CapturedFirewallRule) -> Bool
  ) throws -> [Verdict] {
    var rules: [CapturedFirewallRule] = []
    var bypasses: [CapturedFirewallRule] = []
    for rule in host.rules
    where rule.captured.profiles.isEmpty || rule.captured.profiles.contains(profile) {
      guard var captured = decided(rule, matches(rule.captured)) else { continue }
      captured.profiles = []
      if captured.action == .bypass {
        captured.action = .block
        bypasses.append(captured)
      } else {
        rules.append(captured)
      }
    }
    var assumptions = host.service.assumptions
    assumptions.hostProfileScope = scope
    var evaluator = host.evaluator(rules, settings, assumptions)
    // What blocks in place of a bypass, and alone, is what the bypass would let through.
    var instead = host.evaluator(bypasses, settings, assumptions, isBare: true)
    return try queries.map { query in
      func steps(_ evaluator: inout PacketEvaluator, _ point: EnforcementPoint) throws -> [RuleAnswer] {
        try evaluator.trace(query).filters.filter { $0.enforcement == point }.map(\.answer)
      }
      let isBypassed =
        try !bypasses.isEmpty
        && steps(&instead, .windowsFirewall).contains { $0.source == .host && $0.verdict == .block }
      guard isBypassed else { return try evaluator.decide(query).verdict }
      return try steps(&evaluator, .vfp).first?.verdict ?? .allow
    }
  }

  /// A random change of the rules of a host: mostly none.
  private static func changed(
    _ rules: [FirewallWorlds.Rule], _ random: inout SeededGenerator
  ) -> [FirewallWorlds.Rule] {
    var rules = rules
    let position = random.below(rules.count)
    switch random.below(4) {
    case 0: rules.remove(at: position)
    case 1: rules[position].captured.action = random.one(of: [.allow, .block, .bypass])
    case 2:
      guard let other = Self.rules(&random).first(where: isUncertain) else { break }
      rules.append(other)
      rules[rules.count - 1].captured.name = "added"
    default: break
    }
    for position in rules.indices where rules[position].captured.action == .bypass {
      rules[position].isConditional = true
    }
    return rules
  }

  @Test("Every packet is in the change that its verdicts say, or undecided if a world changes it.")
  func everyPacket() throws {
    var random = SeededGenerator(for: "comparisons of captured firewalls")
    var seen: [String: Int] = [:]
    for number in 0..<1_000 {
      if number >= 30, seen.count == Self.kinds.count, seen.values.allSatisfy({ $0 > 20 }) { break }
      let driver = random.one(of: [NetworkDriver.l2bridge, .transparent, .transparent])
      let defaults = "{in: \(random.one(of: ["allow", "block"])), out: \(random.one(of: ["allow", "block"]))}"
      func profile(_ acls: String) -> String {
        FirewallVFPEquivalenceTests.host(driver, .process, defaults, acls)
      }
      var settings: FirewallProfileSettings?
      if !random.once(in: 4) {
        settings = FirewallProfileSettings()
        settings?.allowsLocalRules = !random.once(in: 4)
        if random.once(in: 3) { settings?.outbound = .block }
      }
      let (oldACLs, oldRules) = (Self.acls(&random), Self.rules(&random))
      let newACLs = random.once(in: 3) ? oldACLs : Self.acls(&random)
      let newRules = Self.changed(oldRules, &random)
      guard newRules.count(where: Self.isUncertain) <= 4 else { continue }
      var before = try Host(profile(oldACLs), oldRules, settings)
      var after = try Host(profile(newACLs), newRules, settings)
      let effect = VerdictDiff(from: &before.evaluator, to: &after.evaluator)
      try check(effect, &before, &after, settings, &seen, "\(oldACLs)\n\(newACLs)\n\(oldRules)\n\(newRules)")
    }
    for kind in Self.kinds { #expect(seen[kind, default: 0] > 20, "\(kind): \(seen)") }
  }

  private static let kinds = [
    "newlyAllowed", "newlyBlocked", "newlyUnknown", "unknownToBlock", "unknownToAllow", "undecided",
    "unchanged", "unknownUnchanged",
  ]

  private func check(
    _ effect: VerdictDiff, _ before: inout Host, _ after: inout Host, _ settings: FirewallProfileSettings?,
    _ seen: inout [String: Int], _ comment: String
  ) throws {
    var open: [(query: PacketQuery, isUndecided: Bool)] = []
    for probe in CapturedFirewallTests.probes {
      let query = Self.query(probe)
      let was = try before.evaluator.decide(query).verdict
      let becomes = try after.evaluator.decide(query).verdict
      let route = try before.evaluator.route(query)
      let packet = probe.direction == .in ? route.received : route.sent
      let found = effect.changes.filter { change in
        change.direction == probe.direction && change.packets.contains { $0.contains(packet) }
      }
      let undecided = effect.undecided.filter { packets in
        packets.direction == probe.direction && packets.packets?.contains { $0.contains(packet) } ?? true
      }
      let context = "\(probe): \(was) to \(becomes)\n\(comment)\n\(effect)"
      try #require(found.count == (was == becomes ? 0 : 1), "\(context)")
      if let change = found.first {
        let kind = becomes == .allow ? "newlyAllowed" : becomes == .block ? "newlyBlocked" : "newlyUnknown"
        try #require(change.kind.rawValue == kind, "\(context)")
        try #require(change.verdicts == .init(before: was, after: becomes), "\(context)")
        try #require(change.after == (try after.evaluator.trace(query).rule), "\(context)")
        try #require(change.before == (try before.evaluator.trace(query).rule), "\(context)")
        seen[kind, default: 0] += 1
        if was == .unknown { seen["unknownTo" + (becomes == .allow ? "Allow" : "Block"), default: 0] += 1 }
      }
      guard was == .unknown, becomes == .unknown else {
        try #require(undecided.isEmpty, "\(context)")
        if was == becomes { seen["unchanged", default: 0] += 1 }
        continue
      }
      open.append((query, !undecided.isEmpty))
    }
    guard !open.isEmpty else { return }
    let worlds = try Self.worlds([before, after], settings, open.map(\.query))
    for (position, packet) in open.enumerated() {
      let pairs = Set(worlds.map { [$0[0][position], $0[1][position]] })
      let mayChange = pairs.contains { $0[0] != $0[1] }
      // The worlds are those of the verdicts: each side is unknown because its worlds differ.
      try #require(Set(pairs.map { $0[0] }).count == 2 && Set(pairs.map { $0[1] }).count == 2)
      try #require(packet.isUndecided == mayChange, "\(packet.query) \(pairs)\n\(comment)\n\(effect)")
      seen[mayChange ? "undecided" : "unknownUnchanged", default: 0] += 1
    }
  }

  private static func query(_ probe: FirewallWorlds.Probe) -> PacketQuery {
    var query = CapturedFirewallTests.query(probe)
    if probe.direction == .in { query.to = .endpoint(0) } else { query.from = .endpoint(0) }
    return query
  }
}
