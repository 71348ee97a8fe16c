package import HostModel
import NetworkTypes

/// What the sources of one host say about its Windows Firewall, before rules and their filters are joined.
package struct FirewallParts: Sendable {
  /// A rule of Get-NetFirewallRule with its instance, by which filters are joined to it.
  struct CIMRule: Sendable {
    var rule: CapturedFirewallRule
    var instance: String
    var filters: Set<FirewallFilterKind> = []
    /// What the source says is unknown of it, in words.
    var unknowns: [String] = []
  }

  /// A filter of a rule.
  private struct StatedFilter: Sendable {
    var filter: FirewallFilter
    /// Whether a source has another one of its kind.
    var isAmbiguous = false
  }

  /// What a source says about a profile.
  private struct StatedProfile: Sendable {
    var settings: FirewallProfileSettings
    var place: CapturePlace?
  }

  /// Rules that are complete as they are.
  package private(set) var rules: [CapturedFirewallRule] = []
  private var statedProfiles: [FirewallProfile: [StatedProfile]] = [:]
  /// Settings of profiles in the registry, each with its store.
  private var registrySettings: [FirewallProfile: [(store: FirewallStore, name: String, value: UInt32)]] = [:]
  private var statedConnections: Set<FirewallProfile>?
  private var hasUnreadConnections = false
  private var cimRules: [CIMRule] = []
  private var filters: [String: [FirewallFilterKind: StatedFilter]] = [:]
  /// Whether any source is about rules: a source without rules says that there are none.
  package private(set) var holdsRules = false
  private var hasUnreadValues = false

  /// Nothing.
  package init() {}

  // MARK: What sources say

  /// Adds a complete rule.
  ///
  /// - Parameter rule: The rule.
  package mutating func add(_ rule: CapturedFirewallRule) {
    rules.append(rule)
    holdsRules = true
  }

  /// Adds a rule whose filters are objects of their own.
  mutating func add(_ rule: CIMRule) { cimRules.append(rule) }

  /// Adds a filter of the rule with an instance.
  mutating func add(_ filter: FirewallFilter, of instance: String) {
    add(StatedFilter(filter: filter), of: instance)
  }

  private mutating func add(_ stated: StatedFilter, of instance: String) {
    let kind = stated.filter.kind
    guard let known = filters[instance]?[kind] else {
      filters[instance, default: [:]][kind] = stated
      return
    }
    if stated.isAmbiguous || known.filter != stated.filter { filters[instance]?[kind]?.isAmbiguous = true }
  }

  /// Adds the settings of a profile.
  ///
  /// - Parameters:
  ///   - settings: The settings.
  ///   - profile: The profile.
  ///   - place: Where they are stated.
  package mutating func add(
    _ settings: FirewallProfileSettings, of profile: FirewallProfile, at place: CapturePlace? = nil
  ) {
    statedProfiles[profile, default: []].append(StatedProfile(settings: settings, place: place))
  }

  /// Adds a profile's key in the registry, which leaves out what has the platform's default.
  mutating func addRegistryKey(of profile: FirewallProfile) {
    registrySettings[profile] = registrySettings[profile] ?? []
  }

  /// Adds a number in a profile's key in the registry.
  mutating func addRegistrySetting(
    _ name: String, _ value: UInt32, of profile: FirewallProfile, in store: FirewallStore
  ) {
    registrySettings[profile, default: []].append((store, name, value))
  }

  /// Adds the profile of a connection; nil for one that could not be read.
  mutating func addConnection(_ profile: FirewallProfile?) {
    statedConnections = (statedConnections ?? []).union(profile.map { [$0] } ?? [])
    if profile == nil { hasUnreadConnections = true }
  }

  /// Says that a source lists rules, even if it has none.
  package mutating func noteRules() { holdsRules = true }

  /// Says that a source has a rule that could not be read.
  package mutating func noteUnreadRule() { hasUnreadValues = true }

  /// Adds what another source says.
  package mutating func add(_ other: FirewallParts) {
    rules += other.rules
    statedProfiles.merge(other.statedProfiles) { $0 + $1 }
    registrySettings.merge(other.registrySettings) { $0 + $1 }
    if let connections = other.statedConnections {
      statedConnections = (statedConnections ?? []).union(connections)
    }
    hasUnreadConnections = hasUnreadConnections || other.hasUnreadConnections
    cimRules += other.cimRules
    for (instance, filters) in other.filters {
      for stated in filters.values { add(stated, of: instance) }
    }
    holdsRules = holdsRules || other.holdsRules
    hasUnreadValues = hasUnreadValues || other.hasUnreadValues
  }

  // MARK: What they say together

  /// The settings of the profiles about which all sources agree.
  package var profiles: [FirewallProfile: FirewallProfileSettings] {
    var result: [FirewallProfile: FirewallProfileSettings] = [:]
    for profile in FirewallProfile.allCases {
      let stated = settings(of: profile)
      if Set(stated.map(\.settings)).count == 1 { result[profile] = stated[0].settings }
    }
    return result
  }

  /// The profiles with different settings in two sources, with the places.
  package var contradictoryProfiles: [(profile: FirewallProfile, places: [CapturePlace])] {
    FirewallProfile.allCases.compactMap { profile in
      let stated = settings(of: profile)
      guard let first = stated.first, let other = stated.first(where: { $0.settings != first.settings })
      else {
        return nil
      }
      return (profile, [first.place, other.place].compactMap { $0 })
    }
  }

  private func settings(of profile: FirewallProfile) -> [StatedProfile] {
    (statedProfiles[profile] ?? [])
      + (registrySettings[profile].map { [StatedProfile(settings: Self.settings($0), place: nil)] } ?? [])
  }

  /// The settings of a profile in the registry: a policy's number replaces the local one, in whatever order they
  /// stand (reference: windows-firewall-and-vfp, 2.8).
  private static func settings(
    _ stated: [(store: FirewallStore, name: String, value: UInt32)]
  ) -> FirewallProfileSettings {
    var settings = FirewallProfileSettings()
    for store in [FirewallStore.local, .mdm, .groupPolicy] {
      for entry in stated where entry.store == store { settings.set(entry.name, entry.value) }
    }
    return settings
  }

  /// The profiles of the host's connections; nil if no source says, or not of all.
  package var activeProfiles: Set<FirewallProfile>? { hasUnreadConnections ? nil : statedConnections }

  /// Whether the source has rules that are not among those that were read: values that are not rules, and filters
  /// of rules that are not there.
  package var hasUnreadRules: Bool {
    guard !hasUnreadValues else { return true }
    guard !filters.isEmpty else { return false }
    let known = Set(cimRules.map(\.instance))
    return filters.keys.contains { !known.contains($0) }
  }

  /// The firewall; nil if no source is about rules.
  ///
  /// A rule of Get-NetFirewallRule, which shows no compartments, is the one of another source with its name and store
  /// that says the same. If that one says something else, which of them is in effect is not known.
  package var firewall: CapturedFirewall? {
    guard holdsRules || !cimRules.isEmpty else { return nil }
    var complete = rules
    var listed: [CapturedFirewallRule] = []
    let positions = Dictionary(grouping: complete.indices) { complete[$0].name }
    for rule in cimRules.map(joined) {
      let namesakes = positions[rule.name, default: []].prefix(Self.namesakeLimit).filter {
        rule.store == nil || complete[$0].store == nil || rule.store == complete[$0].store
      }
      guard !namesakes.contains(where: { rule.agrees(with: complete[$0]) }) else { continue }
      listed.append(rule)
      guard !namesakes.isEmpty else { continue }
      listed[listed.count - 1].missing.addOnce(Self.ambiguity)
      for position in namesakes { complete[position].missing.addOnce(Self.ambiguity) }
    }
    return CapturedFirewall(
      rules: Self.distinct((listed + complete).map(\.withOrderedConditions)), profiles: profiles,
      activeProfiles: activeProfiles)
  }

  /// With how many rules of its name a rule is compared: a host has one in each store, or in each compartment.
  private static let namesakeLimit = 100

  /// What is not known of rules that contradict each other.
  private static let ambiguity = "which of the rules with its name and store is in effect"

  /// Rules without repetitions; which of two with one name and store is in effect is not known.
  private static func distinct(_ rules: [CapturedFirewallRule]) -> [CapturedFirewallRule] {
    struct Key: Hashable {
      var name: String
      var store: FirewallStore?
      var compartment: UInt32?
    }
    var positions: [Key: [Int]] = [:]
    var seen: Set<CapturedFirewallRule> = []
    var result: [CapturedFirewallRule] = []
    for rule in rules where seen.insert(rule).inserted {
      let key = Key(name: rule.name, store: rule.store, compartment: rule.compartment)
      positions[key, default: []].append(result.count)
      result.append(rule)
    }
    for indices in positions.values where indices.count > 1 {
      for index in indices { result[index].missing.addOnce(ambiguity) }
    }
    return result
  }

  /// A rule with the filters of its instance.
  private func joined(_ entry: CIMRule) -> CapturedFirewallRule {
    var rule = entry.rule
    var kinds = entry.filters
    let own = filters[entry.instance] ?? [:]
    for kind in FirewallFilterKind.allCases {
      guard let stated = own[kind] else { continue }
      stated.filter.apply(to: &rule)
      kinds.insert(kind)
      if stated.isAmbiguous { rule.missing.append("which of two filters of its \(kind) is in effect") }
    }
    for kind in FirewallFilterKind.allCases where !kinds.contains(kind) {
      switch kind {
      case .port:
        rule.protocolText = nil
        rule.localPorts = nil
        rule.remotePorts = nil
        rule.icmpTypes = nil
      case .address:
        rule.localAddresses = nil
        rule.remoteAddresses = nil
      default: if let missing = kind.missing { rule.missing.append(missing) }
      }
    }
    guard !entry.unknowns.isEmpty else { return rule }
    let known = rule.unknowns
    rule.missing += entry.unknowns.filter { !known.contains($0) }
    return rule
  }
}

extension CapturedFirewallRule {
  /// Whether another rule says nothing else of what both say.
  fileprivate func agrees(with other: CapturedFirewallRule) -> Bool {
    func isSame<Value: Equatable>(_ one: Value?, _ another: Value?) -> Bool {
      one == nil || another == nil || one == another
    }
    let kinds = Set(other.conditions.map(\.kind))
    guard isSame(isEnabled, other.isEnabled), isSame(direction, other.direction),
      isSame(action, other.action), profiles == other.profiles
    else { return false }
    return conditions.allSatisfy { kinds.contains($0.kind) }
      && packets(completedBy: other) == other.packets(completedBy: self)
  }

  /// What the filters of packets mean; another rule says what this one leaves out.
  private func packets(completedBy other: CapturedFirewallRule) -> FirewallRule? {
    var rule = CapturedFirewallRule(name: name, direction: .in, action: .allow)
    rule.protocolText = protocolText ?? other.protocolText
    rule.localPorts = localPorts ?? other.localPorts
    rule.remotePorts = remotePorts ?? other.remotePorts
    rule.localAddresses = localAddresses ?? other.localAddresses
    rule.remoteAddresses = remoteAddresses ?? other.remoteAddresses
    var meaning = rule.meaning.first
    meaning?.doubt = nil
    return meaning
  }
}
