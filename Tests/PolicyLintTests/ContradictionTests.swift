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

  /// The findings of the two codes, after each proposed edit was done.
  private func findings(_ text: String, claims: Int) throws -> [LintFinding] {
    let result = RemedyClaims.check(text, "contradiction")
    #expect(result.failures == [] && result.claims >= claims)
    return try lint(text).findings.filter { [.unreachableRule, .contradictedRule].contains($0.code) }
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

  @Test(arguments: networks)
  func aBlockThatTheDefaultRepeatsExceptForAnEarlierAllow(_ network: String) throws {
    let text = Self.profile(
      [
        "name: allow-corp, direction: in, action: allow, protocols: [tcp], remoteAddresses: [10.0.0.0/8]",
        "name: deny-smb, direction: in, action: block, protocols: [tcp], localPorts: [445]",
      ], network: network, defaults: "{in: block}")
    let found = try findings(text, claims: 2)
    #expect(found.map(describe) == ["15:16 contradicted-rule [web] deny-smb <- allow-corp"])
    let finding = try #require(found.first)
    #expect(
      finding.message
        == "'deny-smb' changes no verdict at 'web': its packets are blocked without it, except those that "
        + "'allow-corp' allows first, such as tcp from 10.0.0.1 port 49152 to the endpoint port 445")
    #expect(
      finding.help
        == "give it a lower priority number than 'allow-corp', such as 999, so that it blocks them; or, if they "
        + "should be allowed, remove it")
    #expect(
      finding.notes.map(\.message) == ["'allow-corp' is evaluated before it and allows some of its packets"])
  }

  @Test func anAllowThatTheDefaultRepeatsExceptForAnEarlierBlock() throws {
    let text = Self.profile(
      [
        "name: deny-lab, direction: out, action: block, remoteAddresses: [10.9.0.0/16]",
        "name: allow-dns, direction: out, action: allow, protocols: [udp], remotePorts: [53]",
      ], network: Self.networks[0], defaults: "{out: allow}")
    let found = try findings(text, claims: 2)
    #expect(found.map(describe) == ["15:16 contradicted-rule [web] allow-dns <- deny-lab"])
  }

  /// An earlier rule that matches nothing else is an exception, and a rule with an effect of its own is what ordered
  /// lists are made of.
  @Test(arguments: [
    [
      "name: allow-web, direction: in, action: allow, protocols: [tcp], localPorts: [443]",
      "name: deny-rest, direction: in, action: block, protocols: [tcp]",
    ],
    [
      "name: allow-web, direction: in, action: allow, protocols: [tcp], localPorts: [443]",
      "name: deny-lab, direction: in, action: block, remoteAddresses: [10.9.0.0/16]",
      "name: allow-corp, direction: in, action: allow, remoteAddresses: [10.0.0.0/8]",
    ],
    // Only packets that do not occur are in common.
    [
      "name: loop, direction: in, action: allow, remoteAddresses: [127.0.0.0/8, 10.8.0.0/16]",
      "name: deny-web, direction: in, action: block, protocols: [tcp], localPorts: [80], remoteAddresses: [127.0.0.1, 10.9.0.0/16]",
    ],
    // An earlier block decides what the allow has in common with the later one.
    [
      "name: deny-lab-smb, direction: in, action: block, protocols: [tcp], localPorts: [440-450], remoteAddresses: [10.0.0.0/8]",
      "name: allow-corp, direction: in, action: allow, protocols: [tcp], remoteAddresses: [10.0.0.0/8]",
      "name: deny-smb, direction: in, action: block, protocols: [tcp], localPorts: [445]",
    ],
  ])
  func nothingIsContradicted(_ acls: [String]) throws {
    let text = Self.profile(acls, network: Self.networks[0], isolation: "hyperv", defaults: "{in: block}")
    #expect(try findings(text, claims: 0).map(describe) == [])
    #expect(try !lint(text).findings.contains { $0.isContradicted })
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

  @Test func aRuleOfASetIsContradictedWhereAnotherRuleIsFirst() throws {
    let text = """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: web
      aclSets:
        base:
          - {name: deny-smb, direction: in, action: block, protocols: [tcp], localPorts: [445]}
      networks:
        - \(Self.networks[0])
      containers:
        - name: a
          network: net
          aclSets: [base]
          defaults: {in: block}
        - name: b
          network: net
          aclSets: [base]
          defaults: {in: block}
          acls:
            - {name: allow-corp, direction: in, action: allow, protocols: [tcp], remoteAddresses: [10.0.0.0/8]}

      """
    let found = try lint(text).findings.filter { $0.rule == "deny-smb" }
    #expect(found.map(describe) == ["6:14 contradicted-rule [b] deny-smb <- allow-corp"])
    let result = RemedyClaims.check(text, "set")
    #expect(result.failures == [] && result.claims > 0)
  }
}
