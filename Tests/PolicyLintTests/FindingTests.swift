import Diagnostics
import PacketSpace
import PolicyLint
import Testing

/// Every code, with one profile that triggers it and the corrected profile.
@Suite struct FindingTests {
  static let expected: [String: [String]] = [
    "unreachable-rule": ["15:16 unreachable-rule [web] allow-app <- allow-low, deny-high"],
    "redundant-rule": ["13:16 redundant-rule [web] deny-rest"],
    "contradicted-rule": ["13:16 contradicted-rule [web] deny-smb <- allow-node"],
    "published-port-blocked": ["8:15 published-port-blocked [web] default-in"],
    "open-management-port": ["7:11 open-management-port [web] default-in"],
    "weakens-test": ["11:19 weakens-test [web] allow-replies"],
    "node-not-allowed": ["10:20 node-not-allowed [web] default-in"],
    "dns-blocked": ["8:21 dns-blocked [web] default-out"],
    "dhcp-blocked": ["9:32 dhcp-blocked [web] default-out"],
    "blocks-neighbor-discovery": ["13:20 blocks-neighbor-discovery [web] default-in"],
    "wireserver-reachable": ["11:19 wireserver-reachable [web] deny-wireserver <- default-out"],
    "family-gap": ["15:16 family-gap [web] deny-lab"],
    "suppression-without-reason": ["10:5 suppression-without-reason [] -"],
    "unused-suppression": ["10:5 unused-suppression [] -"],
    "unknown-suppression": ["10:5 unknown-suppression [] -"],
  ]

  @Test(arguments: expected.keys.sorted())
  func exampleOfTheCatalogue(_ id: String) throws {
    let code = try #require(DiagnosticCode.named(id))
    let bad = try lint(try #require(code.bad)).findings
    #expect(bad.map(describe) == Self.expected[id])
    #expect(bad.allSatisfy { $0.help?.isEmpty == false && !$0.message.hasSuffix(".") })
    let good = try lint(try #require(code.good)).findings
    #expect(good.map(describe) == [])
  }

  @Test func everyCodeWithAnExampleIsTested() {
    let codes = DiagnosticCode.catalogue.first { $0.title == "Lint" }?.codes ?? []
    #expect(Set(codes.filter { $0.bad != nil }.map(\.id)) == Set(Self.expected.keys))
    #expect(Set(codes.map(\.id)).isSubset(of: Set(LintReport.codes.map(\.id))))
  }

  // MARK: Packets that do not occur

  @Test(arguments: [
    ("in", "127.0.0.0/8, 224.0.0.0/4", "comes from 127.0.0.0/8, 224.0.0.0/4"),
    ("in", "255.255.255.255", "comes from 255.255.255.255"),
    ("out", "127.0.0.1, 0.0.0.0", "goes to 0.0.0.0, 127.0.0.1"),
  ])
  func aRuleWhoseAddressesNoPacketHas(_ direction: String, _ addresses: String, _ text: String) throws {
    let acl = "name: odd, direction: \(direction), action: block, remoteAddresses: [\(addresses)]"
    let findings = try lint(webProfile([acl], defaults: "{in: block, out: allow}")).findings
    #expect(findings.map(describe).contains("12:16 unreachable-rule [web] odd"))
    #expect(!findings.contains { $0.code == .redundantRule })
    let finding = try #require(findings.first { $0.rule == "odd" })
    #expect(finding.message == "'odd' can never match at 'web': no packet \(text)")
    #expect(finding.help == "remove it, or correct its addresses")
    #expect(finding.edits.count == 1)
  }

  @Test(arguments: [
    "direction: out, action: block, remoteAddresses: [224.0.0.0/4]",
    "direction: in, action: allow, remoteAddresses: [126.0.0.0-127.0.0.9]",
  ])
  func aRuleThatSomePacketsMatchIsNotReported(_ acl: String) throws {
    let findings = try lint(webProfile(["name: odd, \(acl)"], defaults: "{in: block, out: allow}")).findings
    #expect(!findings.contains { $0.rule == "odd" && $0.code == .unreachableRule })
  }

  // MARK: Covers

  @Test func aRuleCoveredOnlyByTheUnionOfOthers() throws {
    let findings = try lint(
      webProfile([
        "name: udp, direction: in, action: allow, protocols: [udp]",
        "name: ssh, direction: in, action: allow, protocols: [tcp], localPorts: [22]",
        "name: web, direction: in, action: allow, protocols: [tcp], localPorts: [80, 443]",
        "name: corp-web, direction: in, action: allow, protocols: [tcp, udp], localPorts: [80], remoteAddresses: [10.0.0.0/8]",
      ])
    ).findings.filter { $0.code == .unreachableRule }
    #expect(findings.map(describe) == ["15:16 unreachable-rule [web] corp-web <- udp, web"])
    #expect(
      findings.first?.message
        == "'corp-web' can never match at 'web': 'udp' and 'web' together match all of its packets first")
    #expect(findings.first?.notes.map { $0.location?.line } == [12, 14])
    #expect(findings.first?.help == "remove it: the rules before it do the same")
  }

  @Test func aRuleCoveredByTheHalvesOfItsPrefix() throws {
    let findings = try lint(
      webProfile([
        "name: low, direction: in, action: allow, remoteAddresses: [10.0.0.0/9]",
        "name: high, direction: in, action: allow, remoteAddresses: [10.128.0.0/9]",
        "name: whole, direction: in, action: allow, remoteAddresses: [10.0.0.0/8]",
      ])
    ).findings
    #expect(findings.map(describe) == ["14:16 unreachable-rule [web] whole <- low, high"])
  }

  @Test func aRuleForAllAddressesCoveredByTheHalvesOfAFamily() throws {
    // Windows Server 2019 has no IPv6 on l2bridge, so the two halves of IPv4 cover every address.
    let acls = [
      "name: low, direction: in, action: allow, remoteAddresses: [0.0.0.0/1]",
      "name: high, direction: in, action: allow, remoteAddresses: [128.0.0.0/1]",
      "name: all, direction: in, action: allow",
    ]
    let old = webProfile(acls).replacing("networks:", with: "host: {windows: ltsc2019}\nnetworks:")
    #expect(
      try lint(old).findings.filter { $0.code == .unreachableRule }.map(describe)
        == ["15:16 unreachable-rule [web] all <- low, high"])
    #expect(try lint(webProfile(acls)).findings.filter { $0.code == .unreachableRule }.isEmpty)
  }

  @Test func aRuleCoveredByTwoAdjacentPortRanges() throws {
    let findings = try lint(
      webProfile([
        "name: eighties, direction: in, action: allow, protocols: [tcp], localPorts: [8080-8084]",
        "name: rest, direction: in, action: allow, protocols: [tcp], localPorts: [8085-8090]",
        "name: apps, direction: in, action: allow, protocols: [tcp], localPorts: [8082-8088]",
        "name: beyond, direction: in, action: allow, protocols: [tcp], localPorts: [8089-8091]",
      ])
    ).findings
    #expect(findings.map(describe) == ["14:16 unreachable-rule [web] apps <- eighties, rest"])
  }

  @Test func aRuleCoveredByARuleOfTheOtherAction() throws {
    let findings = try lint(
      webProfile(
        [
          "name: deny-lab, direction: in, action: block, remoteAddresses: [192.168.0.0/16]",
          "name: allow-lab-web, direction: in, action: allow, protocols: [tcp], localPorts: [80], remoteAddresses: [192.168.7.0/24]",
        ], defaults: "{in: allow}")
    ).findings.filter { $0.code != .openManagementPort }
    #expect(findings.map(describe) == ["13:16 unreachable-rule [web] allow-lab-web <- deny-lab"])
    #expect(
      findings.first?.notes.map(\.message) == [
        "'deny-lab' is evaluated before it and blocks all of its packets"
      ])
    #expect(findings.first?.help?.hasPrefix("give it a lower priority number") == true)
  }

  @Test func thePriorityDecidesNotThePosition() throws {
    let findings = try lint(
      webProfile([
        "name: narrow, direction: in, action: allow, protocols: [tcp], localPorts: [80]",
        "name: wide, direction: in, action: allow, protocols: [tcp], priority: 10",
      ])
    ).findings.filter { $0.code == .unreachableRule }
    #expect(findings.map(describe) == ["12:16 unreachable-rule [web] narrow <- wide"])
  }

  // MARK: Redundancy

  @Test func rulesThatNeedEachOtherAreNotBothRedundant() throws {
    // Each of the two can be removed as long as the other stays: neither is reported.
    let findings = try lint(
      webProfile([
        "name: first, direction: in, action: allow, protocols: [tcp], localPorts: [80-90]",
        "name: second, direction: in, action: allow, protocols: [tcp], localPorts: [80-90]",
      ])
    ).findings
    #expect(findings.map(describe) == ["13:16 unreachable-rule [web] second <- first"])
  }

  @Test func aRuleOfASharedSetIsRedundantOnlyIfNoEndpointNeedsIt() throws {
    func profile(_ other: String) -> String {
      """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: web
      aclSets:
        base:
          - {name: allow-web, direction: in, action: allow, protocols: [tcp], localPorts: [80]}
          - {name: deny-mail, direction: in, action: block, protocols: [tcp], localPorts: [25]}
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - {name: a, network: podnet, aclSets: [base], defaults: {in: block}}
        - {name: b, network: podnet, aclSets: [base], defaults: {in: \(other)}}
      """
    }
    let redundant = { (text: String) in
      try lint(text).findings.filter { $0.code == .redundantRule }.map(describe)
    }
    #expect(try redundant(profile("block")) == ["7:14 redundant-rule [a, b] deny-mail"])
    #expect(try redundant(profile("allow")) == [])
  }

  @Test func equalFindingsAtManyEndpointsAreReportedOnce() throws {
    let names = (1...30).map { "web-\($0)" }
    let report = try lint(
      """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: web
      aclSets:
        base:
          - {name: allow-web, direction: in, action: allow, protocols: [tcp], localPorts: [80]}
          - {name: allow-http, direction: in, action: allow, protocols: [tcp], localPorts: [80], remoteAddresses: [10.0.0.0/8]}
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:

      """
        + names.map { "  - {name: \($0), network: podnet, aclSets: [base], defaults: {in: block}}\n" }
        .joined())
    #expect(
      report.findings.map(describe)
        == ["7:14 unreachable-rule [\(names.joined(separator: ", "))] allow-http <- allow-web"])
    #expect(
      report.findings.first?.message
        == "'allow-http' can never match at 'web-1', 'web-2', 'web-3' and 27 more: 'allow-web' matches all of its packets first"
    )
  }

  // MARK: Undecided

  @Test func anExceededBudgetIsReported() throws {
    let acls = (0..<40).map { index in
      "name: r\(index), direction: in, action: allow, protocols: [tcp], localPorts: [\(index * 3 + 1)-\(index * 3 + 4)]"
    }
    let report = try LintedProfile(webProfile(acls)).lint(budget: Budget(nodes: 3))
    let undecided = report.findings.filter { $0.code == .undecidedWithinBudget }
    #expect(
      undecided.contains {
        $0.message == "the check for redundant-rule at 'web' exceeded its budget"
      })
    #expect(undecided.allSatisfy { $0.severity == .warning && $0.location?.line == 6 })
  }
}
