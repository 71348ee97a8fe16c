import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import Testing

/// A captured firewall in the snapshot of a host.
@Suite struct CapturedFirewallSnapshotTests {
  private static var firewall: CapturedFirewall {
    var rule = CapturedFirewallRule(name: "a\"|\u{202e}", direction: .out, action: .bypass)
    rule.displayName = "A"
    rule.group = "G"
    rule.isEnabled = nil
    rule.profiles = [.public]
    rule.store = .groupPolicy
    rule.protocolText = nil
    rule.localAddresses = nil
    rule.remoteAddresses = ["LocalSubnet", "10.0.0.0/8"]
    rule.remotePorts = ["80"]
    rule.icmpTypes = ["3:4"]
    rule.conditions = [.init(.program, #"C:\x.exe"#)]
    rule.missing = ["its service"]
    rule.edgeTraversal = "Allow"
    rule.hasLooseSourceMapping = true
    rule.compartment = 3
    var settings = FirewallProfileSettings()
    settings.isEnabled = false
    settings.inbound = .allow
    settings.allowsLocalRules = false
    return CapturedFirewall(
      rules: [rule, CapturedFirewallRule(name: "plain", direction: .in, action: .block)],
      profiles: [.domain: settings, .private: FirewallProfileSettings()], activeProfiles: [.domain, .public])
  }

  @Test func everyMemberComesBack() throws {
    let service = HostNetworkingService(HostConfiguration(firewall: Self.firewall))
    let restored = try HostNetworkingService(snapshot: service.snapshot)
    #expect(restored.configuration.firewall == Self.firewall)
    #expect(restored.snapshot == service.snapshot)
  }

  @Test func aHostWithoutOneHasNoSuchMember() {
    let snapshot = HostNetworkingService(HostConfiguration()).snapshot
    #expect(snapshot["configuration"]?["firewall"] == nil)
  }
}
