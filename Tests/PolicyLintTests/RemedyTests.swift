import Diagnostics
import FilterEngine
import PolicyLint
import PolicyPlan
import PropertyChecks
import TestSupport
import Testing

/// What a remedy proposes is done to the profile's text, and the two hosts are compared.
@Suite struct RemedyTests {
  @Test(arguments: 0..<2) func everyRemedyOfRandomProfilesChangesWhatItSays(part: Int) {
    let result = ProfileProperty.remedies.check(part: part, of: 2, count: RandomProfile.count)
    #expect(result.failures == [])
    #expect(
      result.profiles > RandomProfile.count * 3 / 10 && result.claims > RandomProfile.count / 10,
      "\(result.claims) remedies in \(result.profiles) profiles")
  }

  static func profile(_ acls: [String]) -> String {
    """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: web
    networks:
      - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}], dns: {servers: [192.0.2.53]}}
    containers:
      - name: web
        network: podnet
        isolation: hyperv
        addresses: [10.244.7.10]
        defaults: {in: block}
        acls:
    \(acls.map { "      - {\($0)}" }.joined(separator: "\n"))

    """
  }

  @Test func automaticNumbersThatWouldShiftAreExplained() throws {
    // Without 'spare', 'late' is numbered 1010 instead of 1020, before the explicit 1015.
    let text = Self.profile([
      "name: first, direction: in, action: allow, protocols: [tcp], localPorts: [80]",
      "name: spare, direction: in, action: block, protocols: [udp], localPorts: [53]",
      "name: late, direction: in, action: allow, protocols: [tcp], localPorts: [443]",
      "name: explicit, direction: in, action: block, protocols: [tcp], localPorts: [443], remoteAddresses: [10.0.0.0/8], priority: 1015",
    ])
    let findings = try LintedProfile(text).lint().findings.filter { $0.rule == "spare" }
    let finding = try #require(findings.first)
    #expect(finding.code == .redundantRule)
    #expect(
      finding.help
        == "remove it, and give 'late' priority 1020: without it they would be numbered differently, and "
        + "others would match their packets first")
    #expect(
      finding.notes.map(\.message) == [
        "'late' is numbered 1020 by its position", "'explicit' has priority 1015",
      ])
    #expect(try RemedyClaims.changes(text, text.replacing(#/ *- \{name: spare.*\n/#, with: "")).changes != [])
    let result = RemedyClaims.check(text, "pins")
    #expect(result.failures == [] && result.claims > 0)
  }

  @Test func aRuleOfASetThatAnotherEndpointNeedsIsNotRemoved() throws {
    let text = """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: web
      aclSets:
        common:
          - {name: http, direction: in, action: allow, protocols: [tcp], localPorts: [80]}
      networks:
        - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}], dns: {servers: [192.0.2.53]}}
      containers:
        - name: open
          network: podnet
          isolation: hyperv
          aclSets: [common]
          acls:
            - {name: all-tcp, direction: in, action: allow, protocols: [tcp]}
        - name: closed
          network: podnet
          isolation: hyperv
          defaults: {in: block}
          aclSets: [common]

      """
    let findings = try LintedProfile(text).lint().findings.filter { $0.code == .unreachableRule }
    #expect(findings.map(\.rule) == ["http"])
    #expect(findings.first?.edits == [])
    #expect(findings.first?.help == "keep it in its ACL set: 'closed' needs it")
  }

  @Test func aPriorityIsProposedOnlyIfItHasNoOtherEffect() throws {
    let text = Self.profile([
      "name: all, direction: in, action: allow, protocols: [tcp], priority: 500",
      "name: ssh, direction: in, action: block, protocols: [tcp], localPorts: [22], priority: 600",
    ])
    let finding = try #require(
      try LintedProfile(text).lint().findings.first { $0.code == .unreachableRule })
    #expect(
      finding.help
        == "give it a lower priority number than 'all', such as 499, so that it blocks them; or, if they should "
        + "be allowed, remove it")
    #expect(finding.edits.count == 2)
    let result = RemedyClaims.check(text, "priority")
    #expect(result.failures == [] && result.claims >= 2)
  }

  /// A peer behind outbound NAT arrives with the host's address, and an address that HNS assigns is in the
  /// subnet: moving the rule to the front would change nothing.
  @Test(arguments: [
    "{name: peer, direction: in, action: block, protocols: [udp], remoteAddresses: [10.244.7.10], priority: 600}",
    "{name: other, direction: in, action: block, localAddresses: [192.0.2.0/24], priority: 600}",
  ])
  func aPriorityIsNotProposedForPacketsThatDoNotOccur(_ acl: String) throws {
    let text = """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: web
      host: {addresses: [10.240.0.5]}
      networks:
        - {name: podnet, driver: overlay, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1, vsid: 4096}]}
      containers:
        - {name: web, network: podnet, addresses: [10.244.7.10], outboundNat: {exceptions: []}}
        - name: db
          network: podnet
          isolation: hyperv
          acls:
            - {name: all, direction: in, action: allow, priority: 500}
            - \(acl)

      """
    let finding = try #require(try lint(text).findings.first { $0.code == .unreachableRule })
    #expect(finding.help?.hasPrefix("remove it") == true, "\(finding.help ?? "")")
    #expect(finding.edits.count == 1)
    let result = RemedyClaims.check(text, "traffic")
    #expect(result.failures == [] && result.claims > 0)
  }
}
