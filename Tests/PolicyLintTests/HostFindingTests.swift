import Diagnostics
import HostModel
import JSONText
import PolicyCompiler
import PolicyLint
import Testing

/// Findings in hosts, in tests of profiles, and where two points filter.
@Suite struct HostFindingTests {
  static func profile(_ lines: String, isolation: String = "hyperv", network: String? = nil) -> String {
    """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: web
    host: {addresses: [10.240.0.5]}
    networks: [\(network ?? "{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}")]
    containers:
      - name: web
        network: podnet
        isolation: \(isolation)
        addresses: [10.244.7.10]
        \(lines.replacing("\n", with: "\n    "))
    """
  }

  static func acl(
    _ id: String, _ action: String, priority: Int64, ports: String? = nil, type: String = "Switch"
  ) -> JSON {
    var object = JSONObject()
    object.append("Id", .string(id))
    object.append("Protocols", "6")
    object.append("LocalPorts", ports.map { .string($0) })
    object.append("Action", .string(action))
    object.append("Direction", "In")
    object.append("RuleType", .string(type))
    if type == "Switch" { object.append("Priority", .integer(priority)) }
    return .object(object)
  }

  private func found(_ host: LintedProfile) -> [String] {
    host.lintState().findings.filter { $0.code.id != "open-management-port" }.map(describe)
  }

  @Test func rulesWithEqualPriorityThatOverlap() throws {
    var host = try LintedProfile(Self.profile("publish: []"))
    try host.add(
      [
        Self.acl("agent-allow", "Allow", priority: 200, ports: "80-90"),
        Self.acl("agent-block", "Block", priority: 200, ports: "85"),
      ], to: "web")
    #expect(found(host) == ["equal-priority-overlap [web] agent-allow <- agent-block"])
    #expect(
      host.lintState().findings.first { $0.code.id == "equal-priority-overlap" }?.message
        == "'agent-allow' allows and 'agent-block' blocks with equal priority 200 at 'web'; their order is not specified, such as tcp from 198.51.100.9 port 49152 to the endpoint port 85"
    )
    // An earlier rule matches all packets that they share.
    try host.add([Self.acl("agent-first", "Block", priority: 100, ports: "85")], to: "web")
    #expect(found(host).allSatisfy { !$0.hasPrefix("equal-priority-overlap") })
  }

  @Test func rulesWithEqualPriorityThatDoNotOverlap() throws {
    var host = try LintedProfile(Self.profile("publish: []"))
    try host.add(
      [
        Self.acl("agent-allow", "Allow", priority: 200, ports: "80-84"),
        Self.acl("agent-block", "Block", priority: 200, ports: "85"),
      ], to: "web")
    #expect(found(host) == [])
  }

  @Test func anAllowBeforeAnotherAgentsBlock() throws {
    let acls = """
      acls: [{name: allow-web, direction: in, action: allow, protocols: [tcp], localPorts: [80], priority: 300}]
      defaults: {in: block}
      """
    var host = try LintedProfile(Self.profile(acls))
    #expect(found(host) == [])
    try host.add([Self.acl("agent-block", "Block", priority: 10000, ports: "80-81")], to: "web")
    #expect(found(host) == ["overrides-foreign-block [web] allow-web <- agent-block"])
    #expect(
      host.lintState().findings.first?.message
        == "'allow-web' (priority 300) allows at 'web' what another agent's 'agent-block' (priority 10000) would block, such as tcp from 198.51.100.9 port 49152 to the endpoint port 80"
    )
    var kept = try LintedProfile(Self.profile(acls))
    try kept.add([Self.acl("agent-block", "Block", priority: 200, ports: "81")], to: "web")
    #expect(found(kept) == [])
  }

  @Test func aCatchAllBeforeAnotherAgentsBlock() throws {
    var host = try LintedProfile(Self.profile("defaults: {in: allow}"))
    try host.add([Self.acl("agent-block", "Block", priority: 65510, ports: "80")], to: "web")
    #expect(
      found(host).contains("overrides-foreign-block [web] default-in <- agent-block"))
  }

  @Test func aRuleOfAHostThatCanNeverMatch() throws {
    var host = try LintedProfile(Self.profile("publish: []"))
    try host.add(
      [
        Self.acl("agent-low", "Allow", priority: 200, ports: "80-84"),
        Self.acl("agent-high", "Allow", priority: 210, ports: "85-90"),
        Self.acl("agent-late", "Block", priority: 220, ports: "82-88"),
      ], to: "web")
    #expect(found(host) == ["unreachable-rule [web] agent-late <- agent-low, agent-high"])
    #expect(
      host.lintState().findings.first?.message
        == "'agent-late' can never match in VFP at 'web': 'agent-low' and 'agent-high' together allow all of its packets first"
    )
  }

  @Test func pointsThatDisagree() throws {
    var host = try LintedProfile(Self.profile("defaults: {in: allow}", isolation: "process"))
    #expect(found(host) == [])
    try host.add([Self.acl("agent-switch", "Block", priority: 200, ports: "80")], to: "web")
    try host.add([Self.acl("agent-host", "Block", priority: 0, ports: "81", type: "Host")], to: "web")
    let findings = host.lintState().findings.filter { $0.code.id == "points-disagree" }
    #expect(
      findings.map(describe) == [
        "points-disagree [web] agent-switch <- default-in", "points-disagree [web] agent-host <- default-in",
      ])
    #expect(findings.map(\.severity) == [.note, .warning])
    #expect(
      findings.map(\.message) == [
        "at 'web', VFP blocks with 'agent-switch' what Windows Firewall allows with 'default-in', such as tcp from 198.51.100.9 port 49152 to the endpoint port 80",
        "at 'web', Windows Firewall blocks with 'agent-host' what VFP allows with 'default-in', such as tcp from 198.51.100.9 port 49152 to the endpoint port 81",
      ])
  }

  @Test func blocksEnforcedOnlyByVFPAreByDesign() throws {
    // A block with a hole in every dimension for each of many allows needs more firewall rules than allowed.
    var acls = (0..<40).map { index in
      let (a, b, c) = (index * 7 % 251, index * 13 % 251, index * 29 % 251)
      return "  - {name: hole-\(index), direction: in, action: allow, protocols: [tcp], "
        + "localPorts: [\(1000 + index * 37)-\(3000 + index * 53)], "
        + "remotePorts: [\(2000 + index * 41)-\(4000 + index * 61)], "
        + "localAddresses: [10.1.0.\(a)-10.1.2.\(b)], remoteAddresses: [10.\(b).0.0-10.\(b + 3).\(c).9]}"
    }
    acls.append("  - {name: rest, direction: in, action: block, protocols: [tcp]}")
    let host = try LintedProfile(
      Self.profile("acls:\n" + acls.joined(separator: "\n"), isolation: "process"))
    #expect(host.desired.endpoints[0].policy.carriedByVFPOnly == ["rest"])
    let findings = host.lint().findings.filter { $0.code.id == "points-disagree" }
    #expect(!findings.isEmpty)
    for finding in findings {
      #expect(finding.severity == .note)
      #expect(host.desired.endpoints[0].policy.carriedByVFPOnly.contains(finding.rule ?? ""))
      #expect(finding.message.hasPrefix("by design, as Windows Firewall would need too many rules"))
    }
  }

  // MARK: Weakened tests

  private static let open =
    "acls: [{name: allow-web, direction: in, action: allow, protocols: [tcp], localPorts: [80]}]\ndefaults: {in: block}\n"

  private func weakened(_ tests: String) throws -> [String] {
    let text = Self.profile(Self.open) + "\ntests:\n" + tests
    return try lint(text).findings.filter { $0.code.id == "weakens-test" }.map(\.message)
  }

  @Test func aRuleThatRefutesAClaim() throws {
    #expect(
      try weakened("  - {name: only corp, never: {from: {not: 10.0.0.0/8}, to: web, verdict: allow}}")
        == ["'allow-web' weakens the test 'only corp' at 'web': every packet should be blocked"])
    #expect(try weakened("  - {name: only tcp, never: {to: web, protocol: udp, verdict: allow}}") == [])
  }

  @Test func aRuleThatMatchesInsteadOfThePinnedOne() throws {
    #expect(
      try weakened(
        "  - {name: by default, packet: {from: 10.0.0.1, to: web, protocol: tcp, port: 80}, expect: allow, rule: default-in}"
      ) == [
        "'allow-web' weakens the test 'by default' at 'web': 'default-in' should match, but this rule does"
      ])
  }

  @Test func aTestWithASourcePortIsOnlyAboutThatPort() throws {
    let acls = """
      acls: [{name: from-dns, direction: in, action: allow, protocols: [udp], remotePorts: [53]}]
      defaults: {in: block}
      """
    func messages(_ source: String) throws -> [String] {
      let packet = "{from: 203.0.113.7, to: web, protocol: udp, port: 161\(source)}"
      let text = Self.profile(acls) + "\ntests:\n  - {name: closed, packet: \(packet), expect: block}"
      return try lint(text).findings.map(\.message)
    }
    #expect(
      try messages("") == [
        "'from-dns' weakens the test 'closed' at 'web': the one packet that it samples is blocked, but the rule allows udp from 203.0.113.7 port 53 to 10.244.7.10 port 161"
      ])
    #expect(try messages(", sourcePort: 40000") == [])
  }

  @Test func invalidTestsAreReportedAndHideNothing() throws {
    let text =
      Self.profile(Self.open)
      + "\ntests:\n  - {name: odd, packet: {from: 10.0.0.1, to: web, protocol: tcp, port: 80}, expect: allow, rule: allow-web}"
      + "\n  - {name: even, packet: {from: 10.0.0.1, to: web, protocol: tcp, port: 80}, expect: block}"
    let report = try lint(text)
    #expect(report.testProblems.count == 1)
    #expect(report.findings.isEmpty)
  }

  // MARK: Builds

  @Test func rulesThatTheBuildDoesNotEnforce() throws {
    func profile(_ windows: String) -> String {
      """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: web
      host: {windows: \(windows)}
      networks: [{name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/20, gateway: 172.30.0.1}]}]
      containers:
        - {name: web, network: nat, defaults: {in: block}}
      """
    }
    #expect(
      try lint(profile("'26100.1742'")).findings.map(describe) == ["7:12 unenforced-on-build [web] -"])
    #expect(try lint(profile("'26100.32690'")).findings.map(describe) == [])
  }
}
