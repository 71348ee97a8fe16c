import HostModel
package import JSONText
import NetworkTypes

/// The objects of Get-NetFirewallRule, its filters, Get-NetFirewallProfile and Get-NetConnectionProfile, piped to
/// ConvertTo-Json (reference: windows-firewall-and-vfp, 2.3 to 2.6).
package enum NetFirewallObjects {
  /// The kinds of objects.
  package enum Kind: Sendable {
    case rule, filter, profile, connection
  }

  /// What an object is; nil if it is none of these.
  ///
  /// - Parameter object: The object.
  package static func kind(of object: JSONObject) -> Kind? {
    func has(_ name: String) -> Bool { object[name] != nil }
    if has("DefaultInboundAction"), profileName(object) != nil { return .profile }
    if has("Direction"), has("Action"), has("Enabled") { return has("RulePriority") ? nil : .rule }
    if has("NetworkCategory"), has("InterfaceAlias") { return .connection }
    // Filters of Get-NetFirewall*Filter; other CIM objects with such members have no instance of a rule.
    if has("InstanceID"), !has("InterfaceIndex"), !has("Direction") {
      return FirewallFilter.kinds(of: object).isEmpty ? nil : .filter
    }
    return nil
  }

  /// Adds what an object says.
  ///
  /// - Parameters:
  ///   - object: The object.
  ///   - place: Where it is.
  ///   - parts: Receives it.
  /// - Returns: Whether the object is one of these, and could be read.
  @discardableResult
  package static func read(
    _ object: JSONObject, at place: CapturePlace? = nil, into parts: inout FirewallParts
  ) -> Bool {
    switch kind(of: object) {
    case .rule: readRule(object, &parts)
    case .filter:
      guard let instance = CIMValue.text(object["InstanceID"]) else { return false }
      for kind in FirewallFilter.kinds(of: object) {
        parts.add(FirewallFilter(kind, object), of: instance)
      }
    case .profile: return readProfile(object, place, &parts)
    case .connection: return readConnection(object, &parts)
    case nil: return false
    }
    return true
  }

  private static func readRule(_ object: JSONObject, _ parts: inout FirewallParts) {
    let members = Dictionary(object.members.map { ($0.key, $0.value) }) { first, _ in first }
    func text(_ names: String...) -> String? { names.lazy.compactMap { CIMValue.text(members[$0]) }.first }
    let name = text("Name", "ID", "InstanceID", "DisplayName") ?? ""
    var rule = CapturedFirewallRule(name: name)
    rule.displayName = text("DisplayName", "ElementName")
    rule.group = text("DisplayGroup", "Group", "RuleGroup")
    rule.isEnabled = CIMValue.word(members["Enabled"], [1: "True", 2: "False"]).map { $0 == "True" }
    rule.direction = CIMValue.word(members["Direction"], [1: "Inbound", 2: "Outbound"])
      .map { $0 == "Inbound" ? .in : .out }
    rule.action = CIMValue.word(
      members["Action"], [0: "NotConfigured", 2: "Allow", 3: "AllowBypass", 4: "Block"]
    ).flatMap { .init(rawValue: $0) }
    if let profiles = profiles(members["Profile"] ?? members["Profiles"]) {
      rule.profiles = profiles
    } else {
      rule.missing.append("its profiles")
    }
    rule.store = CIMValue.word(
      members["PolicyStoreSourceType"],
      [1: "Local", 2: "GroupPolicy", 3: "Dynamic", 4: "Hardcoded", 5: "Generated", 6: "MDM"]
    ).flatMap { FirewallStore(rawValue: $0) }
    rule.edgeTraversal = CIMValue.word(
      members["EdgeTraversalPolicy"], [0: "Block", 1: "Allow", 2: "DeferToUser", 3: "DeferToApp"])
    if rule.edgeTraversal == "Block" { rule.edgeTraversal = nil }
    rule.hasLooseSourceMapping = CIMValue.flag(members["LooseSourceMapping"] ?? members["LSM"]) ?? false
    if CIMValue.flag(members["LocalOnlyMapping"]) == true {
      rule.conditions.append(.init(.localOnlyMapping, ""))
    }
    for (kind, name) in [
      (.platform, members["Platforms"] == nil ? "Platform" : "Platforms"), (.policyApp, "PolicyAppId"),
      (.package, "PackageFamilyName"),
    ] as [(CapturedFirewallRule.Condition.Kind, String)] {
      guard let value = members[name] else { continue }
      let values = CIMValue.list(value) ?? ["that the source does not hold"]
      if !values.isEmpty { rule.conditions.append(.init(kind, values.joined(separator: ", "))) }
    }
    switch CIMValue.word(members["PrimaryStatus"], [0: "Unknown", 1: "OK", 2: "Degraded", 3: "Error"]) {
    case let status? where CapturedFirewallRule.statuses.contains(status):
      rule.missing.append(CapturedFirewallRule.doubt(ofStatus: status))
    default: break
    }
    rule.compartment =
      members[compartmentMember]?.integer.flatMap { UInt32(exactly: $0) } ?? compartment(inName: name)
      ?? compartment(inName: rule.displayName ?? "")
    var entry = FirewallParts.CIMRule(rule: rule, instance: text("InstanceID", "Name", "ID") ?? name)
    entry.unknowns = CIMValue.texts(members[unknownMember])
    for value in CIMValue.texts(members[conditionsMember]) {
      entry.rule.conditions.append(.init(.other, value))
    }
    for own in [object] + object.members.compactMap({ $0.value.object }) {
      for kind in FirewallFilter.kinds(of: own) {
        FirewallFilter(kind, own).apply(to: &entry.rule)
        entry.filters.insert(kind)
      }
    }
    parts.add(entry)
  }

  /// The compartment of a rule, which Get-NetFirewallRule does not print and `hnsctl show` does.
  static let compartmentMember = "CompartmentId"
  /// What is unknown of a rule beside its filters, in words; `hnsctl show` prints it.
  static let unknownMember = "Unknown"
  /// Conditions of a rule that no filter has, in words; `hnsctl show` prints them.
  static let conditionsMember = "OtherConditions"
  /// Who made a rule, which `hnsctl show` prints of those that HNS makes of its own documents.
  static let originMember = "Origin"

  /// The profiles of a rule: a bit mask or words; none means all, and nil that the value cannot be read.
  ///
  /// The mask of all profiles is 0, 7 or 2,147,483,647 (reference: windows-firewall-and-vfp, 2.3).
  static func profiles(_ value: JSON?) -> Set<FirewallProfile>? {
    if case .integer(let mask)? = value {
      switch mask {
      case 0, 7, Int64(Int32.max): return []
      case 1...6: return Set(zip([1, 2, 4], FirewallProfile.allCases).filter { mask & $0.0 != 0 }.map(\.1))
      default: return nil
      }
    }
    guard let words = CIMValue.list(value) else { return nil }
    return profiles(named: words)
  }

  /// The profiles of some words; none means all, and nil that a word is not a profile.
  static func profiles(named words: [String]) -> Set<FirewallProfile>? {
    var profiles: Set<FirewallProfile> = []
    for word in words {
      if let mask = Int64(word) { return self.profiles(JSON.integer(mask)) }
      if word.lowercased() == "any" || word.lowercased() == "all" { return [] }
      guard
        let profile = FirewallProfile.allCases.first(where: { $0.rawValue.lowercased() == word.lowercased() })
      else { return nil }
      profiles.insert(profile)
    }
    return profiles.count == FirewallProfile.allCases.count ? [] : profiles
  }

  /// The compartment of a rule that HNS names after it, as builds before 1803 do: `Compartment 3 - GUID`
  /// (reference: windows-firewall-and-vfp, 9).
  static func compartment(inName name: String) -> UInt32? {
    let words = name.split(separator: " ", maxSplits: 3)
    guard words.count == 4, words[0] == "Compartment", words[2] == "-", GUID(String(words[3])) != nil else {
      return nil
    }
    return UInt32(words[1])
  }

  private static func profileName(_ object: JSONObject) -> FirewallProfile? {
    let names = [object["Name"], object["Profile"], object["InstanceID"]].compactMap { CIMValue.text($0) }
    return names.lazy.compactMap { FirewallProfile(rawValue: String($0.split(separator: "|").last ?? "")) }
      .first
  }

  private static func readProfile(
    _ object: JSONObject, _ place: CapturePlace?, _ parts: inout FirewallParts
  ) -> Bool {
    guard let name = profileName(object) else { return false }
    let truth = [0: "False", 1: "True", 2: "NotConfigured"]
    let actions = [0: "NotConfigured", 2: "Allow", 4: "Block"]
    func setting(_ member: String, _ words: [Int: String]) -> String? {
      object[member] == nil ? "NotConfigured" : CIMValue.word(object[member], words)
    }
    // A profile with a setting that cannot be read is as good as none.
    guard let enabled = CIMValue.word(object["Enabled"], truth),
      let inbound = CIMValue.word(object["DefaultInboundAction"], actions),
      let outbound = CIMValue.word(object["DefaultOutboundAction"], actions),
      let inboundRules = setting("AllowInboundRules", truth),
      let localRules = setting("AllowLocalFirewallRules", truth)
    else { return false }
    var settings = FirewallProfileSettings()
    settings.isEnabled = enabled != "False"
    if inbound == "Allow" { settings.inbound = .allow }
    if outbound == "Block" { settings.outbound = .block }
    settings.allowsInboundRules = inboundRules != "False"
    settings.allowsLocalRules = localRules != "False"
    parts.add(settings, of: name, at: place)
    return true
  }

  private static func readConnection(_ object: JSONObject, _ parts: inout FirewallParts) -> Bool {
    let categories = [0: "Public", 1: "Private", 2: "DomainAuthenticated"]
    let category = CIMValue.word(object["NetworkCategory"], categories)
    parts.addConnection(category.map { FirewallProfile(rawValue: $0) ?? .domain })
    return category != nil
  }
}
