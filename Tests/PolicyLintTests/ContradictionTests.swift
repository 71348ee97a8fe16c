import Diagnostics
import PolicyLint
import PropertyChecks
import Testing

/// Rules whose packets get the opposite verdict from rules before them.
///
/// Each remedy is done, and the two hosts are compared.
@Suite struct ContradictionTests {
  static let networks = [
    "{name: net, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}",
    "{name: net, driver: transparent, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}",
    "{name: net, driver: nat, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}",
  ]

  static func profile(_ acls: [String], network: String, isolation: String = "process", defaults: String)
    -> String
  {
    """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: web
    host: {windows: ltsc2022, adapters: [Ethernet]}
    networks:
      - \(network)
    containers:
      - name: web
        network: net
        isolation: \(isolation)
        addresses: [10.244.7.10]
        defaults: \(defaults)
        acls:
    \(acls.map { "      - {\($0)}" }.joined(separator: "\n"))

    """
  }

  /// The findings about unreachable rules, after each proposed edit was done.
  private func findings(_ text: String, claims: Int) throws -> [LintFinding] {
    let result = RemedyClaims.check(text, "contradiction")
    #expect(result.failures == [] && result.claims >= claims)
    return try lint(text).findings.filter { $0.code == .unreachableRule }
  }

  private static let allow =
    "name: allow-web, direction: in, action: allow, protocols: [tcp], localPorts: [443]"
  private static let subset =
    "name: deny-lab, direction: in, action: block, protocols: [tcp], localPorts: [443], remoteAddresses: [10.9.0.0/16]"

  @Test(arguments: networks, ["{in: block}", "{in: allow}"])
  func aBlockAfterAnAllowOfAllItsPackets(_ network: String, _ defaults: String) throws {
    for (first, second, priority) in [("", "", 999), (", priority: 200", ", priority: 300", 199)] {
      let text = Self.profile(
        [Self.allow + first, Self.subset + second], network: network, defaults: defaults)
      let found = try findings(text, claims: 2)
      #expect(found.map(describe) == ["15:16 unreachable-rule [web] deny-lab <- allow-web"], "\(text)")
      let finding = try #require(found.first)
      #expect(
        finding.message == "'deny-lab' can never match at 'web': 'allow-web' allows all of its packets first")
      #expect(
        finding.help
          == "give it a lower priority number than 'allow-web', such as \(priority), so that it blocks them; "
          + "or, if they should be allowed, remove it")
      #expect(finding.isContradicted && finding.severity == .warning && finding.edits.count == 2)
    }
  }

  @Test func withoutAFreePriorityTheOtherRuleHasToChange() throws {
    let text = Self.profile(
      [Self.allow + ", priority: 1", Self.subset], network: Self.networks[0], defaults: "{in: block}")
    let finding = try #require(try findings(text, claims: 1).first)
    #expect(
      finding.help
        == "change 'allow-web' so that it leaves these packets out; or, if they should be allowed, remove it")
    #expect(finding.isContradicted)
  }
}
