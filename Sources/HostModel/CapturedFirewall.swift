package import NetworkTypes

/// The Windows Firewall that a real host has, as captured from it.
///
/// The rules stand for the policy in effect (assumption of this project): a capture of the persistent store
/// lacks the rules of a group policy, and no capture has those of app containers and hardened services, which
/// are about programs (reference: windows-firewall-and-vfp, 2.5 and 2.8). Unless the profiles are captured,
/// the firewall is taken to be on, with allow rules in effect.
public struct CapturedFirewall: Sendable {
  /// Every rule, in the order of the source.
  public let rules: [CapturedFirewallRule]
  /// The settings of the profiles; those of a missing one are not known.
  public let profiles: [FirewallProfile: FirewallProfileSettings]
  /// The profiles of which one applies to any interface of the host; nil if the source does not say.
  public let activeProfiles: Set<FirewallProfile>?
  /// Whether the rules of the Host Networking Service are not among the rules, but are those that it makes itself.
  package private(set) var omitsServiceRules = false
  private let lists: RuleLists

  /// Creates a firewall.
  ///
  /// - Parameters:
  ///   - rules: Every rule.
  ///   - profiles: The settings of the profiles.
  ///   - activeProfiles: The profiles of which one applies to any interface of the host.
  public init(
    rules: [CapturedFirewallRule], profiles: [FirewallProfile: FirewallProfileSettings] = [:],
    activeProfiles: Set<FirewallProfile>? = nil
  ) {
    self.rules = rules
    self.profiles = profiles
    self.activeProfiles = activeProfiles
    lists = RuleLists(rules, profiles)
  }

  /// The firewall without the rules of the Host Networking Service, which makes its own.
  package var withoutServiceRules: CapturedFirewall {
    var firewall = CapturedFirewall(
      rules: rules.filter { KnownHostRule(name: $0.name) != .containerDNS }, profiles: profiles,
      activeProfiles: activeProfiles)
    firewall.omitsServiceRules = true
    return firewall
  }

  /// Whether any rule is for a single compartment only.
  package var hasRulesOfCompartments: Bool { !lists.own.isEmpty }

  /// What the firewall of the host's own compartment can be: one reading for each profile that may apply.
  ///
  /// - Parameters:
  ///   - compartment: The number of the compartment.
  ///   - missing: What the profiles are that the source lacks.
  package func readings(
    host compartment: UInt32, _ missing: Assumptions.FirewallContents
  ) -> [FirewallReading] {
    FirewallProfile.allCases.filter { activeProfiles?.contains($0) ?? true }
      .map { reading($0, compartment, platform: nil, missing) }
  }

  /// What the firewall of a container's compartment can be.
  ///
  /// Rules without a compartment apply to every compartment of the host's stack (reference:
  /// windows-firewall-and-vfp, 2.2 and 4.3). Which profile applies to the interface of a container is in no
  /// source, so it can be any; whether the settings of profiles apply there at all is the assumption
  /// `hostProfileScope`.
  ///
  /// - Parameters:
  ///   - compartment: The number of the compartment.
  ///   - platform: The platform's default actions of the compartment.
  ///   - scope: Where the settings of profiles apply.
  ///   - missing: What the profiles are that the source lacks.
  package func readings(
    container compartment: UInt32, platform: [Direction: UnmatchedTraffic],
    _ scope: Assumptions.HostProfileScope, _ missing: Assumptions.FirewallContents
  ) -> [FirewallReading] {
    var readings: [FirewallReading] = []
    for profile in FirewallProfile.allCases {
      if scope != .host { readings.append(reading(profile, compartment, platform: nil, missing)) }
      if scope != .everywhere { readings.append(reading(profile, compartment, platform: platform, missing)) }
    }
    return readings
  }

  private func reading(
    _ profile: FirewallProfile, _ compartment: UInt32, platform: [Direction: UnmatchedTraffic]?,
    _ missing: Assumptions.FirewallContents
  ) -> FirewallReading {
    let own = lists.own[compartment] ?? []
    let stated = profiles[profile] ?? (missing == .defaults ? FirewallProfileSettings() : nil)
    guard platform == nil, let settings = stated else {
      return FirewallReading(
        profile: profile, isCaptured: platform != nil, rules: lists.all[profile] ?? .none,
        own: own.rules(in: profile),
        unmatched: platform ?? [.in: .unknown, .out: .unknown])
    }
    return FirewallReading(
      profile: profile, rules: lists.effective[profile] ?? .none,
      own: own.rules(in: profile, settings),
      unmatched: [.in: settings.inbound, .out: settings.outbound],
      isOff: !settings.isEnabled, ignoresInboundAllows: !settings.allowsInboundRules)
  }
}

extension CapturedFirewall: Hashable {
  /// Firewalls are equal if their rules and profiles are.
  public static func == (left: Self, right: Self) -> Bool {
    left.profiles == right.profiles && left.omitsServiceRules == right.omitsServiceRules
      && left.activeProfiles == right.activeProfiles
      && (left.lists === right.lists || left.rules == right.rules)
  }

  /// Hashes only what tells most firewalls apart.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(rules.count)
    hasher.combine(rules.first?.name)
    hasher.combine(profiles)
  }
}

/// The rules of one profile, shared by all compartments.
package final class FirewallRuleList: Sendable, Hashable {
  /// The rules.
  package let rules: [FirewallRule]

  static let none = FirewallRuleList([])

  init(_ rules: [FirewallRule]) { self.rules = rules }

  /// Lists are equal if they are the same, or if their rules are equal.
  package static func == (left: FirewallRuleList, right: FirewallRuleList) -> Bool {
    left === right || left.rules == right.rules
  }

  /// Hashes only what tells most lists apart.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(rules.count)
    hasher.combine(rules.first)
  }
}

/// What the rules of a captured firewall mean, worked out once.
private final class RuleLists: Sendable {
  /// The rules without a compartment that belong to a profile.
  let all: [FirewallProfile: FirewallRuleList]
  /// Those that the settings of the profile put in effect.
  let effective: [FirewallProfile: FirewallRuleList]
  /// The rules of one compartment.
  let own: [UInt32: [(rule: CapturedFirewallRule, meaning: [FirewallRule])]]

  init(_ rules: [CapturedFirewallRule], _ profiles: [FirewallProfile: FirewallProfileSettings]) {
    var shared: [(rule: CapturedFirewallRule, meaning: [FirewallRule])] = []
    var own: [UInt32: [(rule: CapturedFirewallRule, meaning: [FirewallRule])]] = [:]
    for rule in rules {
      let meaning = rule.meaning
      guard !meaning.isEmpty else { continue }
      if let compartment = rule.compartment {
        own[compartment, default: []].append((rule, meaning))
      } else {
        shared.append((rule, meaning))
      }
    }
    self.own = own
    var all: [FirewallProfile: FirewallRuleList] = [:]
    var effective: [FirewallProfile: FirewallRuleList] = [:]
    for profile in FirewallProfile.allCases {
      let list = FirewallRuleList(shared.rules(in: profile))
      all[profile] = list
      guard let settings = profiles[profile], !settings.allowsLocalRules else {
        effective[profile] = list
        continue
      }
      effective[profile] = FirewallRuleList(shared.rules(in: profile, settings))
    }
    self.all = all
    self.effective = effective
  }
}

extension [(rule: CapturedFirewallRule, meaning: [FirewallRule])] {
  /// The rules that belong to a profile.
  ///
  /// - Parameters:
  ///   - profile: The profile.
  ///   - settings: Its settings; nil if they have no effect, or are not known.
  fileprivate func rules(
    in profile: FirewallProfile, _ settings: FirewallProfileSettings? = nil
  ) -> [FirewallRule] {
    var result: [FirewallRule] = []
    for (rule, meaning) in self where rule.profiles.isEmpty || rule.profiles.contains(profile) {
      guard settings?.allowsLocalRules == false else {
        result += meaning
        continue
      }
      guard rule.store != .local else { continue }
      guard rule.store == nil else {
        result += meaning
        continue
      }
      result += meaning.map { $0.depending(on: "whether it is one of the local store") }
    }
    return result
  }
}
