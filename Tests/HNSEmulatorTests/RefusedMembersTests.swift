import HNSEmulator
import HNSTestSupport
import HostModel
import JSONText
import NetworkTypes
import Testing

/// Documents that would allow more than they say are refused, and so are those with disproportionate results.
@Suite struct RefusedMembersTests {
  private func refusal(
    _ windows: String = "ltsc2022", _ body: (inout HostNetworkingService, GUID) throws -> Void
  ) throws -> HCNError? {
    var service = host(windows)
    let network = try service.makeNetwork()
    let endpoint = try service.makeEndpoint(network)
    return service.refusal { try body(&$0, endpoint) }
  }

  @Test(arguments: ["Protocol", "LocalPort", "RemotePort", "InternalPort", "ServiceName"])
  func membersOfSchema1InAnACLOfSchema2(_ member: String) throws {
    let value = member == "ServiceName" ? #""dns""# : "80"
    let error = try refusal {
      try $0.policies(
        $1, "Update",
        #"[{"Type":"ACL","Settings":{"Protocols":"6","\#(member)":\#(value),"Action":"Allow","Direction":"In"}}]"#
      )
    }
    #expect(error?.code == .invalidPolicy)
    #expect(error?.detail?.hasPrefix("ACL: '\(member)' is not a member of schema 2; use ") == true)
  }

  @Test(arguments: [
    (#""LocalPort":80,"InternalPort":81"#, "ACL: 'InternalPort' is 81, and 'LocalPorts' is \"80\""),
    (#""LocalPort":80,"LocalPorts":90"#, "ACL: 'LocalPort' is 80, and 'LocalPorts' is 90"),
    (#""Protocols":"17""#, "ACL: 'Protocol' is 6, and 'Protocols' is \"17\""),
    (#""ServiceName":"dns""#, "ACL: filtering by 'ServiceName' is not supported; omit it"),
  ])
  func membersOfSchema1ThatDisagree(_ members: String, _ detail: String) throws {
    var service = host()
    let network = try service.makeNetwork()
    let endpoint = try service.makeEndpoint(network)
    let before = service
    let policy = #"{"Type":"ACL","Protocol":6,"Action":"Allow","Direction":"In",\#(members)}"#
    let reply = service.perform(
      .hns(method: "POST", path: "/endpoints/\(endpoint)", request: try json(#"{"Policies":[\#(policy)]}"#)))
    #expect(reply.status == 0 && reply.result?["Success"] == false)
    #expect(reply.result?["ErrorCode"] == .integer(Int64(HCNErrorCode.invalidPolicy.rawValue)))
    #expect(reply.detail == detail)
    #expect(service == before)
  }

  @Test func consistentSinglesOfSchema1() throws {
    var service = host()
    let network = try service.makeNetwork()
    let endpoint = try service.makeEndpoint(network)
    let policy =
      #"{"Type":"ACL","Protocol":6,"Protocols":"6","LocalPort":80,"InternalPort":80,"ServiceName":"","Action":"Allow","Direction":"In"}"#
    let reply = service.perform(
      .hns(method: "POST", path: "/endpoints/\(endpoint)", request: try json(#"{"Policies":[\#(policy)]}"#)))
    #expect(reply.result?["Success"] == true)
    let acl = try service.document(.endpoint, endpoint)["Policies"]?.array?.first { $0["Type"] == "ACL" }
    #expect(
      acl?["Settings"]
        == ["Protocols": "6", "LocalPorts": "80", "Action": "Allow", "Direction": "In"])
  }

  @Test(arguments: [#""Flags":"x","ExternalPortReserved":true"#, #""ExternalPortReserved":"yes""#])
  func mappingsOfSchema1(_ members: String) throws {
    var service = host()
    let network = try service.makeNetwork("nat", "NAT")
    let request =
      #"{"VirtualNetwork":"\#(network)","Policies":[{"Type":"NAT","Protocol":"tcp","InternalPort":80,"ExternalPort":8080,\#(members)}]}"#
    let reply = service.perform(.hns(method: "POST", path: "/endpoints", request: try json(request)))
    #expect(reply.result?["ErrorCode"] == .integer(Int64(HCNErrorCode.invalidPolicy.rawValue)))
  }

  @Test func contradictoryPoliciesOfAList() throws {
    var service = host()
    func elb(_ port: Int, _ members: String) -> String {
      #"{"Type":"ELB","Protocol":6,"InternalPort":80,"ExternalPort":\#(port),"VIPs":["10.96.0.1"]\#(members)}"#
    }
    for members in [#","IsDSR":true"#, #","SourceVIP":"10.0.0.9""#] {
      let request = #"{"References":[],"Policies":[\#(elb(80, "")),\#(elb(81, members))]}"#
      let reply = service.perform(.hns(method: "POST", path: "/policylists", request: try json(request)))
      #expect(reply.detail == "the policies of one list differ in 'SourceVIP' or 'IsDSR'")
    }
    #expect(try service.enumerate(.loadBalancer).isEmpty)
  }

  @Test func loadBalancerPairsAreLimited() throws {
    var service = host()
    func settings(_ addresses: Int, _ ports: Int) -> JSON {
      [
        // With direct server return, it takes no blocks of ports.
        "Flags": 1,
        "FrontendVIPs": .array((0..<addresses).map { .string("10.96.\($0 / 250).\($0 % 250 + 1)") }),
        "PortMappings": .array(
          (1...ports).map { ["Protocol": 6, "InternalPort": 80, "ExternalPort": .number($0)] }),
      ]
    }
    let before = service
    let error = service.refusal { _ = try $0.create(.loadBalancer, settings: settings(65, 64)) }
    #expect(error?.code == .invalidPolicy)
    #expect(error?.detail == "the addresses and ports of a load balancer may form at most 4096 pairs")
    #expect(service == before)
    _ = try service.create(.loadBalancer, settings: settings(64, 64))
    #expect(service.invariantViolations().isEmpty)
  }

  @Test func enumerationsOfAnACLAsNumbers() throws {
    var service = host()
    let network = try service.makeNetwork()
    let endpoint = try service.makeEndpoint(network)
    try service.policies(
      endpoint, "Add",
      #"[{"Type":"ACL","Settings":{"Action":0,"Direction":1,"RuleType":1}},{"Type":"ACL","Settings":{"Action":1,"Direction":0}}]"#
    )
    let acls = try service.document(.endpoint, endpoint)["Policies"]?.array?.filter { $0["Type"] == "ACL" }
    #expect(
      acls?.map { $0["Settings"] } == [
        ["Action": "Allow", "Direction": "Out", "RuleType": "Switch"],
        ["Action": "Block", "Direction": "In"],
      ])
  }

  @Test func tierRulesAreReadAndEchoed() throws {
    func add(_ rule: String, _ service: inout HostNetworkingService, _ endpoint: GUID) throws {
      try service.policies(
        endpoint, "Add",
        #"[{"Type":"TierAcl","Settings":{"Name":"t","Direction":0,"Order":1,"TierAclRules":[\#(rule)]}}]"#)
    }
    for rule in [#"{"Id":"r","TierAclRuleAction":"Drop"}"#, #"{"TierAclRuleAction":0,"Priority":"x"}"#, "{}"]
    {
      let error = try refusal("ltsc2025") { try add(rule, &$0, $1) }
      #expect(error?.code == .invalidPolicy, "\(rule)")
    }
    var service = host("ltsc2025")
    let network = try service.makeNetwork()
    let endpoint = try service.makeEndpoint(network)
    try add(#"{"Id":"r","Protocols":"6","TierAclRuleAction":2,"Priority":10}"#, &service, endpoint)
    let tier = try service.document(.endpoint, endpoint)["Policies"]?.array?.first { $0["Type"] == "TierAcl" }
    #expect(
      tier?["Settings"]?["TierAclRules"]
        == [["Id": "r", "Protocols": "6", "TierAclRuleAction": "Pass", "Priority": 10]])
  }

  @Test func bandwidthsOf64Bits() throws {
    var service = host()
    let network = try service.makeNetwork()
    let endpoint = try service.makeEndpoint(network)
    func set(_ bandwidth: String) throws {
      try service.policies(
        endpoint, "Update",
        #"[{"Type":"QOS","Settings":{"MaximumOutgoingBandwidthInBytes":\#(bandwidth)}}]"#)
    }
    try set("18446744073709551615")
    #expect(try service.document(.endpoint, endpoint).text().contains(":18446744073709551615"))
    for wrong in ["18446744073709551616", "-1", "1.5", "\"1\""] {
      #expect(throws: HCNError.self, "\(wrong)") { try set(wrong) }
    }
  }
}
