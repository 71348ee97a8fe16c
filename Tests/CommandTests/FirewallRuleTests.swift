import Foundation
import JSONText
import Testing

/// `show firewall` has rules as Windows Firewall has them: one protocol each, or any (reference:
/// windows-firewall-and-vfp, 10.4).
@Suite struct FirewallRuleTests {
  private static let profile = """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: web
    host: {windows: ltsc2022, adapters: [Ethernet]}
    networks:
      - {name: lan, driver: transparent, adapter: Ethernet, subnets: [{prefix: 10.1.0.0/24, gateway: 10.1.0.1}]}
    containers:
      - name: web
        network: lan
        defaults: {in: block}
        acls:
          - {name: allow-dns, direction: in, action: allow, protocols: [tcp, udp], localPorts: [53]}

    """

  @Test func oneProtocolPerRule() throws {
    let workspace = try Workspace()
    try workspace.write(Self.profile, to: "web.yaml")
    try workspace.hnsctl("apply", "web.yaml", "--state", "host.json").exits(0)
    let shown = try workspace.hnsctl("show", "firewall", "--state", "host.json").exits(0).output
    let protocols = shown.split(separator: "\n").filter { $0.hasPrefix("Protocol ") }
      .map { $0.split(separator: ":")[1].trimmingCharacters(in: .whitespaces) }
    #expect(!protocols.isEmpty)
    #expect(protocols.allSatisfy { !$0.contains(",") && !$0.contains("-") }, "\(protocols)")
    #expect(shown.contains("Name                          : hnsctl/web/allow-dns - tcp\n"))
    #expect(shown.contains("Name                          : hnsctl/web/allow-dns - udp\n"))
    #expect(shown.contains("more rules differ only in protocol: "))
    let document = try workspace.hnsctl("show", "firewall", "--state", "host.json", "--json").exits(0).json()
    let rules = (document["firewall"]?.array ?? []).flatMap { $0["rules"]?.array ?? [] }
    #expect(rules.count > 255)
    #expect(rules.allSatisfy { $0["protocols"]?.array?.count ?? 1 == 1 })
    // The ACL and the plan keep the list.
    let acls = try workspace.hnsctl("show", "acls", "--state", "host.json", "--json").exits(0).json()
    #expect(acls["acls"]?.array?.contains { $0["settings"]?["Protocols"] == "6,17" } == true)
    let plan = try workspace.hnsctl("plan", "web.yaml").exits(0).output
    #expect(plan.contains("tcp,udp") || plan.contains("tcp, udp"))
  }

  @Test func hostACLsCanBeBareFilters() throws {
    let workspace = try Workspace()
    try workspace.write(
      Self.profile.replacingOccurrences(
        of: "adapters: [Ethernet]}", with: "adapters: [Ethernet], assumptions: {hostAclRules: filters}}"),
      to: "web.yaml")
    try workspace.hnsctl("apply", "web.yaml", "--state", "host.json").exits(0)
    let shown = try workspace.hnsctl("show", "firewall", "--state", "host.json").exits(0).output
    let parts = shown.components(separatedBy: "Filters of Host ACLs")
    #expect(
      parts.count == 2 && !parts[0].contains("allow-dns") && parts[1].contains("Protocol      : 6,17")
    )
    let document = try workspace.hnsctl("show", "firewall", "--state", "host.json", "--json").exits(0).json()
    let filters = (document["firewall"]?.array ?? []).flatMap { $0["filters"]?.array ?? [] }
    #expect(filters.contains { $0["name"] == "allow-dns" })
    try workspace.hnsctl(
      "trace", "host.json", "--from", "192.0.2.1", "--to", "web", "--protocol", "udp", "--port", "53",
      "--expect", "allow"
    ).exits(0)
  }
}
