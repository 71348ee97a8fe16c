package import HostModel
import NetworkTypes

extension VFPGroup {
  /// The groups that HNS makes, by their names.
  private static let named: [String: VFPGroup] = {
    var result: [String: VFPGroup] = [:]
    for layer in VFPLayer.allCases {
      for family in AddressFamily.allCases {
        for direction in Direction.allCases {
          let group = VFPGroup(layer: layer, family: family, direction: direction)
          result[group.name] = group
        }
      }
    }
    return result
  }()

  /// The group with a name; nil if HNS makes none with that name.
  init?(name: String) {
    guard let group = Self.named[name] else { return nil }
    self = group
  }
}

/// Why a rule of VFP cannot be compared with an ACL.
package struct UnreadVFPRule: Error {
  var reason: String
}

extension VFPRuleRecord {
  /// The group that contains the rule; nil if HNS makes none with that name.
  package var knownGroup: VFPGroup? { group.flatMap { VFPGroup(name: $0) } }

  /// The friendly name, or else the name.
  var title: String {
    guard let friendlyName, !friendlyName.isEmpty else { return name.isEmpty ? "(unnamed)" : name }
    return friendlyName
  }

  /// The rule as the emulated service has it, without its name.
  ///
  /// - Throws: ``UnreadVFPRule`` if it is not a rule that HNS makes of an ACL.
  func aclRule(_ group: VFPGroup) throws(UnreadVFPRule) -> VFPRule {
    guard let priority = priority.flatMap({ UInt16(exactly: $0) }) else {
      throw UnreadVFPRule(reason: "its priority is not a number")
    }
    guard let action = RuleAction(rawValue: type) else {
      throw UnreadVFPRule(reason: "its type '\(type)' is neither allow nor block")
    }
    // Terminating, and not only for packets with or without SYN (reference: windows-firewall-and-vfp, 3.2).
    guard let flags, flags & 1 != 0, flags & (4 | 16 | 32) == 0 else {
      throw UnreadVFPRule(reason: "its flags are not those of an ACL")
    }
    return VFPRule(name: "", group: group, priority: priority, action: action, match: try match(group))
  }

  /// The conditions in the terms of the endpoint.
  package func match(_ group: VFPGroup) throws(UnreadVFPRule) -> RuleMatch {
    var match = RuleMatch()
    let isInbound = group.direction == .in
    for condition in conditions {
      switch condition.label {
      case "Protocols": match.protocols = try protocols(condition)
      case "Source IP" where isInbound, "Destination IP" where !isInbound:
        match.remoteAddresses = try addresses(condition)
      case "Source IP", "Destination IP": match.localAddresses = try addresses(condition)
      case "Source ports" where isInbound, "Destination ports" where !isInbound:
        match.remotePorts = try ports(condition)
      case "Source ports", "Destination ports": match.localPorts = try ports(condition)
      default: throw UnreadVFPRule(reason: "the condition '\(condition.label)' is not known")
      }
    }
    return match
  }

  private func protocols(_ condition: VFPCondition) throws(UnreadVFPRule) -> ProtocolSet {
    ProtocolSet(
      try entries(condition) { text -> ProtocolSet.Interval? in
        guard case .range(let range) = PortText(parsing: text), range.upper <= 255 else { return nil }
        return ProtocolSet.Interval(UInt8(range.lower), UInt8(range.upper))
      })
  }

  private func ports(_ condition: VFPCondition) throws(UnreadVFPRule) -> PortSet {
    PortSet(
      try entries(condition) { text -> PortRange? in
        if case .range(let range) = PortText(parsing: text) { range } else { nil }
      })
  }

  private func addresses(_ condition: VFPCondition) throws(UnreadVFPRule) -> AddressSet {
    AddressSet(
      try entries(condition) { text -> AddressRange? in
        switch AddressText(parsing: text) {
        case .address(let address): AddressRange(address)
        case .prefix(let prefix): prefix.range
        case .range(let range): range
        default: nil
        }
      })
  }

  /// The entries between commas, without the blanks around them.
  private func entries<Entry>(
    _ condition: VFPCondition, _ read: (Span<UInt8>) -> Entry?
  ) throws(UnreadVFPRule) -> [Entry] {
    let text = condition.value.utf8.span
    var result: [Entry] = []
    var start = 0
    for comma in 0...text.count where comma == text.count || text[comma] == UInt8(ascii: ",") {
      defer { start = comma + 1 }
      guard comma > start else { continue }
      var (first, end) = (start, comma)
      while first < end, text[first] == 0x20 || text[first] == 0x09 { first += 1 }
      while first < end, text[end - 1] == 0x20 || text[end - 1] == 0x09 { end -= 1 }
      guard let entry = read(text.extracting(first..<end)) else { throw unread(condition) }
      result.append(entry)
    }
    return result
  }

  private func unread(_ condition: VFPCondition) -> UnreadVFPRule {
    UnreadVFPRule(reason: "'\(condition.value)' is not a value of the condition '\(condition.label)'")
  }
}
