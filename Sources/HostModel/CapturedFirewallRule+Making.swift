package import NetworkTypes

extension CapturedFirewallRule {
  /// A rule of an emulated host as the tools of Windows would state it: of one protocol or any.
  ///
  /// - Parameters:
  ///   - rule: One of ``FirewallRule/perProtocol``.
  ///   - bindsInterfaces: Whether a rule that is bound to an interface names it, as Windows does; otherwise it has the
  ///     addresses of the interface, by which it can be evaluated.
  package init(_ rule: FirewallRule, bindsInterfaces: Bool = false) {
    self.init(
      name: rule.name, direction: rule.direction,
      action: rule.overridesBlocks ? .bypass : rule.action == .allow ? .allow : .block)
    displayName = rule.displayName ?? rule.name
    store = rule.isPlatformDefault ? .dynamic : .local
    protocolText =
      rule.match.protocols.map { set in
        set.protocols.count == 1
          ? Self.word(set.protocols[0]) : set.protocols.map(Self.word).joined(separator: ",")
      } ?? "Any"
    localAddresses = rule.match.localAddresses?.ranges.map(\.description) ?? []
    remoteAddresses = rule.match.remoteAddresses?.ranges.map(\.description) ?? []
    localPorts = rule.match.localPorts?.ranges.map(\.description) ?? []
    remotePorts = rule.match.remotePorts?.ranges.map(\.description) ?? []
    if bindsInterfaces, let alias = rule.interfaceAlias {
      localAddresses = []
      conditions.append(Condition(.interface, alias))
    }
  }

  /// A protocol as Get-NetFirewallPortFilter spells it (reference: windows-firewall-and-vfp, 2.4).
  package static func word(_ number: IPProtocol) -> String {
    switch number {
    case .tcp: "TCP"
    case .udp: "UDP"
    case .icmp: "ICMPv4"
    case .icmpv6: "ICMPv6"
    default: "\(number.number)"
    }
  }
}
