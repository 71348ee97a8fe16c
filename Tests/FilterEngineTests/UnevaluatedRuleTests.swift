import FilterEngine
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import Testing

/// Tiers and the ACLs of networks: where a rule of one matches, the verdict is unknown.
@Suite struct UnevaluatedRuleTests {
  private static func tier(_ rules: JSON, direction: String = "In") -> JSON {
    [
      "Type": "TierAcl",
      "Settings": ["Name": "t", "Direction": .string(direction), "Order": 1, "TierAclRules": rules],
    ]
  }

  private static let http: JSON = [
    "Id": "t-http", "Protocols": "6", "LocalPorts": "80", "TierAclRuleAction": "Allow", "Priority": 1,
  ]

  @Test func aTierLeavesWhatItMatchesUnknown() throws {
    var host = try ServiceHost(windows: "ltsc2025")
    try host.addPolicies("web", [Self.tier([Self.http])])
    let trace = try host.trace("client", "web", 80)
    #expect(trace.verdict == .unknown && trace.rule == "t-http")
    #expect(
      trace.reason?.description
        == "a TierAcl rule 't-http' of web matches, and how it acts beside ACLs is not documented")
    #expect(try host.trace("client", "web", 81).verdict == .allow)
    #expect(try host.trace("client", "web", 81).reason == nil)
    #expect(try host.trace("web", "client", 80).verdict == .allow, "it is about inbound packets")
    #expect(try host.trace("client", "api", 80).verdict == .allow, "it is about web")
  }

  @Test func anACLAtTheSamePointDoesNotDecide() throws {
    var host = try ServiceHost(windows: "ltsc2025")
    try host.setACLs("web", [ServiceHost.acl("no-http", "Block", "In", ports: "80")] + ServiceHost.rest)
    #expect(try host.trace("client", "web", 80).verdict == .block)
    try host.addPolicies("web", [Self.tier([Self.http])])
    #expect(try host.trace("client", "web", 80).verdict == .unknown)
    // A block at another point is certain, whatever the tier does.
    try host.setACLs(
      "client", [ServiceHost.acl("no-web", "Block", "Out", addresses: "10.244.7.10")] + ServiceHost.rest)
    #expect(try host.trace("client", "web", 80).verdict == .block)
  }

  @Test(
    arguments: [
      ["Id": "r", "Protocols": "6", "LocalPorts": "80-", "TierAclRuleAction": "Pass"],
      ["Id": "r", "LocalPorts": "443", "TierAclRuleAction": "Pass"],
      ["Id": "r", "RemoteAddresses": "some-set", "TierAclRuleAction": "Block"],
      ["Id": "r", "Protocols": "tcp", "TierAclRuleAction": "Block"],
      ["Id": "r", "RemoteAddresses": "Any", "LocalAddresses": "10.0.0.0/40", "TierAclRuleAction": "Block"],
    ] as [JSON])
  func whatCannotBeReadMatchesEverything(rule: JSON) throws {
    let rules = UnevaluatedRule.rules(of: .tierACL, settings: ["Direction": "In", "TierAclRules": [rule]])
    let packet = Packet(
      direction: .in, protocol: .tcp, local: IPAddress(.ipv4, 1), remote: IPAddress(.ipv4, 2), localPort: 80,
      remotePort: 1)
    #expect(rules.count == 1 && rules.allSatisfy { $0.match.matches(packet) && $0.id == "r" })
  }

  @Test func whatCanBeReadNarrowsTheMatch() throws {
    let rule: JSON = [
      "Protocols": "6", "LocalPorts": "443", "RemoteAddresses": "10.0.0.0/8,some-set",
      "LocalAddresses": "10.1.0.0/16", "TierAclRuleAction": "Block",
    ]
    let rules = UnevaluatedRule.rules(of: .tierACL, settings: ["Direction": "Out", "TierAclRules": [rule]])
    #expect(rules.map(\.direction) == [.out])
    #expect(rules.first?.match.localPorts == PortSet([PortRange(443)]))
    #expect(rules.first?.match.localAddresses == nil, "with sets the two can be swapped")
    #expect(UnevaluatedRule.rules(of: .acl, settings: rule).isEmpty)
    #expect(UnevaluatedRule.rules(of: .networkACL, settings: rule).map(\.direction) == Direction.allCases)
  }

  @Test func aNetworksACLCountsAtEachOfItsEndpoints() throws {
    var host = try ServiceHost(windows: "ltsc2025")
    try host.addNetworkPolicies([
      [
        "Type": "NetworkACL",
        "Settings": [
          "Id": "n-https", "Protocols": "6", "LocalPorts": "443", "Priority": 210, "Action": "Allow",
          "Direction": "In", "RuleType": "Switch",
        ],
      ]
    ])
    for name in ["web", "api"] {
      let trace = try host.trace("client", name, 443)
      #expect(trace.verdict == .unknown && trace.rule == "n-https")
      #expect(trace.reason == .policy(type: "NetworkACL", rule: "n-https", owner: "net"))
      #expect(trace.filters.first { $0.answer.verdict == .unknown }?.enforcement == .vfp)
      #expect(try host.trace("client", name, 80).verdict == .allow)
    }
  }

  @Test func aBackendWithATierMakesTheServiceUnknown() throws {
    var host = try ServiceHost(windows: "ltsc2025")
    try host.add(.init(internal: 80), to: ["web", "api"])
    try host.addPolicies("web", [Self.tier([Self.http])])
    let trace = try host.trace("client", "10.96.0.10")
    #expect(trace.verdict == .unknown && trace.reason == trace.backends[0].reason && trace.reason != nil)
    #expect(trace.backends.map(\.verdict) == [.unknown, .allow] && trace.backends[1].reason == nil)
  }

  @Test func anUnknownImplicitDenyIsAReasonToo() throws {
    var host = try ServiceHost(assumptions: "implicitDeny: unknown")
    try host.setACLs("web", [ServiceHost.acl("http", "Allow", "In", ports: "80")])
    #expect(try host.trace("client", "web", 80).reason == nil)
    let trace = try host.trace("client", "web", 81)
    #expect(trace.verdict == .unknown && trace.reason == .implicitDeny)
    #expect(trace.reason?.description.contains("implicitDeny") == true)
  }
}
