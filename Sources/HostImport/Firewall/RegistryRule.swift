package import HostModel
import NetworkTypes

/// A rule as the registry, group policies and exported policies hold it: `v2.30|Action=Allow|Dir=In|…|` (reference:
/// windows-firewall-and-vfp, 2.8).
package enum RegistryRule {
  /// Whether a text has the shape of a rule.
  ///
  /// - Parameter text: The text of a registry value.
  package static func recognizes(_ text: String) -> Bool {
    text.utf8.first == UInt8(ascii: "v") && text.utf8.last == UInt8(ascii: "|") && text.contains("|Action=")
  }

  /// Reads a rule.
  ///
  /// - Parameters:
  ///   - text: The text of the value.
  ///   - name: The name of the value, which is the rule's.
  ///   - store: The store of the key.
  /// - Returns: The rule; nil if the text does not have the shape of one.
  package static func read(_ text: String, name: String, store: FirewallStore) -> CapturedFirewallRule? {
    guard recognizes(text) else { return nil }
    var rule = CapturedFirewallRule(name: name)
    rule.store = store
    // Whether a rule without the field is enabled is in no source.
    rule.isEnabled = nil
    var reader = RegistryRuleReader()
    for field in text.split(separator: "|", omittingEmptySubsequences: true).dropFirst() {
      guard let equals = field.firstIndex(of: "=") else {
        rule.missing.append("the field '\(field)', which cannot be read")
        continue
      }
      reader.read(field[..<equals], String(field[field.index(after: equals)...]), &rule)
    }
    reader.finish(&rule)
    return rule
  }
}

private struct RegistryRuleReader {
  private var remotes: (four: [String], six: [String]) = ([], [])
  private var locals: (four: [String], six: [String]) = ([], [])
  private var hasProtocol = false

  mutating func read(_ key: Substring, _ value: String, _ rule: inout CapturedFirewallRule) {
    switch key {
    case "Action": rule.action = ["allow": .allow, "block": .block, "bypass": .bypass][value.lowercased()]
    case "Active": rule.isEnabled = ["true": true, "false": false][value.lowercased()]
    case "Dir": rule.direction = ["in": .in, "out": .out][value.lowercased()]
    case "Protocol":
      rule.protocolText = value
      hasProtocol = true
    case "Profile":
      if let profile = FirewallProfile(rawValue: value) {
        rule.profiles.insert(profile)
      } else {
        rule.missing.append("the profile '\(value)'")
      }
    case "LPort", "LPort2_10", "LPort2_20", "LPort2_24", "LPort2_29": rule.localPorts?.append(value)
    case "RPort", "RPort2_10", "RPort2_20", "RPort2_25": rule.remotePorts?.append(value)
    case "LA4": locals.four.append(value)
    case "LA6": locals.six.append(value)
    case "RA4", "RA42": remotes.four.append(value)
    case "RA6", "RA62": remotes.six.append(value)
    case "ICMP4", "ICMP6": rule.icmpTypes?.append(value.hasSuffix(":*") ? String(value.dropLast(2)) : value)
    case "Name": rule.displayName = value
    case "EmbedCtxt": rule.group = value
    case "Desc", "SkipVer", "PCross", "caudit", "applb": break
    case "Edge": if value.lowercased() == "true" { rule.edgeTraversal = "Allow" }
    case "Defer": rule.edgeTraversal = "DeferTo\(value)"
    case "LSM": rule.hasLooseSourceMapping = value.lowercased() == "true"
    case "comptid":
      if let number = UInt32(value) {
        // No compartment is one of them.
        rule.compartment = number == 0 ? nil : number
      } else {
        rule.missing.append("the compartment '\(value)'")
      }
    default: rule.conditions.append(Self.condition(key, value))
    }
  }

  private static func condition(_ key: Substring, _ value: String) -> CapturedFirewallRule.Condition {
    switch key {
    case "App": .init(.program, value)
    case "Svc": .init(.service, value)
    case "AppPkgId", "PFN": .init(.package, value)
    case "IF": .init(.interface, value)
    case "IFType": .init(.interfaceType, value)
    case "Security", "Security2", "Security2_9", "AuthByPassOut": .init(.authentication, value)
    case "RMauth": .init(.remoteMachine, value)
    case "RUAuth": .init(.remoteUser, value)
    case "LUAuth", "LUAuth2_24", "LUOwn": .init(.localUser, value)
    case "RADynKey": .init(.dynamicKeyword, value)
    case "LOM": .init(.localOnlyMapping, value)
    case "Platform", "Platform2": .init(.platform, value)
    default: .init(.other, "the field \(key) (\(value))")
    }
  }

  mutating func finish(_ rule: inout CapturedFirewallRule) {
    rule.localAddresses = joined(locals)
    rule.remoteAddresses = joined(remotes)
    if !hasProtocol { rule.protocolText = "Any" }
    if rule.profiles.count == FirewallProfile.allCases.count { rule.profiles = [] }
  }

  /// The addresses of both families: a keyword of both is the keyword itself, and one of a single family has its
  /// number.
  private func joined(_ lists: (four: [String], six: [String])) -> [String] {
    func isAddress(_ text: String) -> Bool { text.contains(".") || text.contains(":") }
    var result = (lists.four + lists.six).filter(isAddress)
    let four = lists.four.filter { !isAddress($0) }
    let six = lists.six.filter { !isAddress($0) }
    result += four.filter { six.contains($0) }
    result += four.filter { !six.contains($0) }.map { "\($0)4" }
    result += six.filter { !four.contains($0) }.map { "\($0)6" }
    return result
  }
}
