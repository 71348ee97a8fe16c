import FilterEngine
import HostModel

/// The fixtures of forms of Windows Firewall, each beside a transparent network with the process isolated container
/// `web`, whose packets only Windows Firewall filters.
extension FormRows {
  private static func row(
    _ form: InputForm, _ build: Int, _ file: String, _ title: String, _ verdicts: [FormRow.Packet: Verdict],
    kept: [String] = []
  ) -> FormRow {
    let names = [16299: "2016", 17763: "2019", 20348: "2022", 26100: "2025"]
    return FormRow(
      form: form, build: build, files: [file], beside: ["hosts/transparent-\(names[build] ?? "").json"],
      title: title, verdicts: verdicts, kept: kept)
  }

  private static let lab = FormRow.Packet(80, from: "198.51.100.1")

  static let firewall: [FormRow] = [
    row(
      .firewallRulesBesideFilters, 16299, "firewall/rules-2016.json", "Get-NetFirewallRule", [3389: .allow]),
    row(
      .firewallRulesBesideFilters, 20348, "firewall/joined-2022.json", "Get-NetFirewallRule",
      [23: .block, 80: .allow, lab: .block]),
    row(
      .firewallRulesBesideFilters, 26100, "firewall/joined-2025.json", "Get-NetFirewallRule",
      [23: .block, 443: .allow]),
    row(
      .firewallRulesWithFilters, 17763, "firewall/inside-2019.json", "Get-NetFirewallRule",
      [23: .block, 80: .allow, lab: .block]),
    row(.firewallRulesWithFilters, 20348, "firewall/rule-2022.json", "Get-NetFirewallRule", [80: .allow]),
    row(.firewallRulesWithFilters, 26100, "firewall/inside-2025.json", "Get-NetFirewallRule", [23: .block]),
    row(.firewallRuleList, 16299, "firewall/list-2016.txt", "Get-NetFirewallRule", [80: .allow]),
    row(.firewallRuleList, 20348, "firewall/list-2022.txt", "list view of PowerShell", [80: .unknown]),
    row(.firewallRuleList, 26100, "firewall/list-2025.txt", "list view of PowerShell", [80: .allow]),
    row(
      .firewallProfiles, 17763, "firewall/profiles-block-2019.json", "Get-NetFirewallProfile", [80: .unknown]),
    row(.firewallProfiles, 20348, "firewall/profiles-2022.json", "Get-NetFirewallProfile", [80: .unknown]),
    row(
      .firewallProfiles, 26100, "firewall/profiles-shielded.json", "Get-NetFirewallProfile", [80: .unknown]),
    row(.netsh, 17763, "firewall/netsh-2019.txt", "netsh advfirewall firewall show rule", [lab: .block]),
    row(.netsh, 20348, "firewall/netsh-verbose.txt", "netsh advfirewall firewall show rule", [80: .allow]),
    row(
      .netsh, 26100, "firewall/netsh-2025.txt", "netsh advfirewall firewall show rule",
      [23: .block, 80: .allow]),
    row(.registryExport, 16299, "firewall/telnet-2016.reg", "registry export", [23: .block, 8080: .unknown]),
    row(.registryExport, 17763, "firewall/telnet-2019.reg", "registry export", [23: .block, 8080: .unknown]),
    row(.registryExport, 26100, "firewall/telnet-2025.reg", "registry export", [23: .block, 8080: .unknown]),
    row(.registryHive, 17763, "firewall/policy-v2.26.wfw", "netsh advfirewall export", [80: .allow]),
    row(
      .registryHive, 20348, "firewall/policy-v2.30.wfw", "netsh advfirewall export",
      [FormRow.Packet(443, from: "198.51.100.1"): .block]),
    // One of its values is not a rule.
    row(.registryHive, 26100, "firewall/policy-v2.33.wfw", "netsh advfirewall export", [80: .unknown]),
    row(.wfpState, 17763, "wfp/wfpstate-2019.xml", "netsh wfp show state", [80: .unknown], kept: ["Web"]),
    row(
      .wfpState, 20348, "wfp/wfpstate-2022.xml", "netsh wfp show state", [80: .unknown],
      kept: ["HNS Container Networking - DNS", "Only in 3"]),
    row(.wfpState, 26100, "wfp/filters-2025.xml", "netsh wfp show state", [80: .unknown], kept: ["A & B"]),
  ]
}
