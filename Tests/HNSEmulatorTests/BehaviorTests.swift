import HNSEmulator
import HNSTestSupport
import HostModel
import JSONText
import NetworkTypes
import Testing

@Suite struct BehaviorTests {
  @Test func theRecordIsWhatWindowsWrites() {
    #expect(
      HCNError(.addressInvalidOrReserved, detail: "not part of it").record.text()
        == #"{"Success":false,"Error":"An address provided is invalid or reserved. ","ErrorCode":2151350319}"#
    )
    #expect(HCNError(.elementNotFound).record["ErrorCode"] == 2_147_943_568)
    #expect(HCNErrorCode.invalidPolicy.name == "HCN_E_INVALID_POLICY")
    #expect(HCNErrorCode(rawValue: 0x803b_0013) == .portAlreadyExists)
    #expect(HCNErrorCode.portAlreadyExists.text == "The specified port already exists")
  }

  @Test("6.1: names and ids are unique") func duplicates() throws {
    var service = host()
    let network = try service.makeNetwork("a", adapter: "E1")
    #expect(service.refusal { _ = try $0.makeNetwork("a", adapter: "E2") }?.code == .networkAlreadyExists)
    #expect(
      service.refusal { _ = try $0.create(.network, id: network, settings: ["Name": "b"]) }?.code
        == .networkAlreadyExists)
    let endpoint = try service.makeEndpoint(network)
    #expect(
      service.refusal { _ = try $0.create(.endpoint, id: endpoint, network: network, settings: [:]) }?.code
        == .objectAlreadyExists)
    #expect(try service.makeEndpoint(network) != endpoint, "names of endpoints need not be unique")
    #expect(
      service.refusal { _ = try $0.makeNetwork("c", "Overlay", adapter: "E1") }?.code == .adapterNotFound)
  }

  @Test("9: the caller's id takes precedence over the document's") func idPrecedence() throws {
    var service = host()
    let document: JSON = ["ID": .string(GUID(2).lowercase)]
    #expect(try service.create(.network, id: GUID(3), settings: document) == GUID(3))
    #expect(try service.create(.network, settings: document) == GUID(2))
  }

  @Test("6.9: if adapters are known, one must exist and be free") func adapters() throws {
    var service = host(adapters: ["Ethernet", "Ethernet 2"])
    #expect(service.refusal { _ = try $0.makeNetwork("a", adapter: "Wi-Fi") }?.code == .adapterNotFound)
    _ = try service.makeNetwork("a", adapter: "Ethernet")
    let second = try service.create(.network, settings: ["Name": "b", "Type": "Transparent"])
    let policies = try service.document(.network, second)["Policies"]
    #expect(policies == [["Type": "NetAdapterName", "Settings": ["NetworkAdapterName": "Ethernet 2"]]])
    #expect(
      service.refusal { _ = try $0.create(.network, settings: ["Name": "c", "Type": "Overlay"]) }?.code
        == .adapterNotFound)
    try service.delete(.network, second)
    _ = try service.create(.network, settings: ["Name": "c", "Type": "Overlay"])
  }

  @Test("6.2: the defaults of an empty NAT network") func emptyNAT() throws {
    var service = host()
    let network = try service.create(.network, settings: ["Name": "nat"])
    let document = try service.document(.network, network)
    #expect(document["Type"] == nil, "number 0 is omitted")
    let subnet = try #require(document["Ipams"]?.array?.first?["Subnets"]?.array?.first)
    let prefix = try #require(IPPrefix(subnet["IpAddressPrefix"]?.string ?? ""))
    #expect(prefix.length == 20)
    #expect(IPPrefix("172.16.0.0/12")?.contains(prefix.address) == true)
    #expect(subnet["Routes"]?.array?.first?["NextHop"]?.string == prefix.address.next?.description)
    let range = try #require(document["MacPool"]?["Ranges"]?.array?.first)
    #expect(range["StartMacAddress"]?.string?.hasPrefix("00-15-5D-") == true)
    #expect(range["StartMacAddress"]?.string?.hasSuffix("0-00") == true)
    #expect(range["EndMacAddress"]?.string?.hasSuffix("F-FF") == true)
    #expect(document["Version"] == .integer(55_834_574_851))
  }

  @Test("6.2: overlay gets its provider address and router at once") func overlay() throws {
    var service = host()
    let network = try service.makeNetwork("o", "overlay")
    let policies = try #require(try service.document(.network, network)["Policies"]?.array)
    #expect(policies.contains(["Type": "ProviderAddress", "Settings": ["ProviderAddress": "10.240.0.5"]]))
    #expect(policies.contains { $0["Type"] == "DrMacAddress" })
    #expect(try service.document(.network, network)["Type"] == "Overlay")
  }

  @Test("6.2: an endpoint of a dual-stack network") func endpointDefaults() throws {
    var service = host()
    let network = try service.create(
      .network,
      settings: json(
        """
        {"Name":"dual","Type":"L2Bridge","Dns":{"ServerList":["10.96.0.10"]},
         "Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"E"}}],
         "Ipams":[{"Subnets":[
           {"IpAddressPrefix":"10.1.0.0/24","Routes":[{"NextHop":"10.1.0.1","DestinationPrefix":"0.0.0.0/0"}]},
           {"IpAddressPrefix":"fd00::/64","Routes":[{"NextHop":"fd00::1","DestinationPrefix":"::/0"}]}]}]}
        """))
    let endpoint = try service.makeEndpoint(network, "")
    let document = try service.document(.endpoint, endpoint)
    #expect(document["ID"]?.string == endpoint.lowercase)
    #expect(document["HostComputeNetwork"]?.string == network.lowercase)
    #expect(document["HostComputeNamespace"] == nil)
    #expect(document["Name"] == "Ethernet")
    #expect(document["State"] == 1)
    let addresses = try #require(document["IpConfigurations"]?.array)
    #expect(addresses.map { $0["PrefixLength"] } == [24, 64])
    #expect(
      IPPrefix("10.1.0.0/24")?.contains(try #require(IPAddress(addresses[0]["IpAddress"]?.string ?? "")))
        == true)
    #expect(
      IPPrefix("fd00::/64")?.contains(try #require(IPAddress(addresses[1]["IpAddress"]?.string ?? "")))
        == true)
    #expect(document["Dns"] == ["ServerList": ["10.96.0.10"]])
    #expect(document["Routes"]?.array?.map { $0["NextHop"] } == ["10.1.0.1", "fd00::1"])
    #expect(document["Policies"] == [["Type": "L2Driver", "Settings": [:]]])
  }

  @Test("0 rule 3 and 2: filters") func filters() throws {
    var service = host()
    let network = try service.makeNetwork("pods")
    let other = try service.makeNetwork("more", "NAT", prefix: "10.3.0.0/24", gateway: nil)
    let first = try service.makeEndpoint(network, #""Name":"a""#)
    let second = try service.makeEndpoint(network, #""Name":"b","Flags":2"#)
    let third = try service.makeEndpoint(other, #""Name":"a""#)
    let namespace = try service.makeNamespace()
    try service.join(namespace, first)
    try service.start(namespace, "c")
    func found(_ filter: String, _ kind: HCNObjectKind = .endpoint) throws -> [GUID] {
      try service.enumerate(kind, query: ["Filter": .string(filter)])
    }
    #expect(try service.enumerate(.endpoint) == [first, second, third])
    #expect(try found("{}") == [first, second, third])
    #expect(try found(#"{"Name":"a"}"#) == [first, third])
    #expect(try found(#"{"Name":"a","VirtualNetwork":"\#(network.lowercase)"}"#) == [first])
    #expect(try found(#"{"VirtualNetworkName":"more"}"#) == [third])
    #expect(try found(#"{"State":3}"#) == [first])
    #expect(try found(#"{"Flags":2}"#) == [second])
    #expect(try found(#"{"ID":"\#(second.uppercase)"}"#) == [second])
    #expect(try found(#"{"IPAddress":"10.244.7.9"}"#) == [], "addresses cannot be filtered")
    #expect(try found(#"{"Name":"pods"}"#, .network) == [network])
    #expect(try found(#"{"ID":"\#(GUID(9))"}"#, .network) == [], "an empty result is not an error")
    #expect(
      throws: HCNError(
        .invalidJSON,
        detail: "the filter is not JSON: line 1, column 2: expected a member name in double quotes")
    ) {
      try service.enumerate(.network, query: ["Filter": "{x"])
    }
  }

  @Test("6.5: published ports belong to the host") func publishedPorts() throws {
    func mapping(_ members: String) -> String {
      #""Policies":[{"Type":"PortMapping","Settings":{\#(members)}}]"#
    }
    var service = host()
    let network = try service.makeNetwork("n", "NAT")
    let other = try service.makeNetwork("o", "Overlay", prefix: "10.3.0.0/24", gateway: nil)
    let first = try service.makeEndpoint(
      network, mapping(#""Protocol":6,"InternalPort":80,"ExternalPort":8080"#))
    #expect(
      service.refusal {
        _ = try $0.makeEndpoint(other, mapping(#""Protocol":6,"InternalPort":81,"ExternalPort":8080"#))
      }?.code == .portAlreadyExists)
    _ = try service.makeEndpoint(other, mapping(#""Protocol":17,"InternalPort":81,"ExternalPort":8080"#))
    _ = try service.makeEndpoint(
      other, mapping(#""Protocol":6,"InternalPort":81,"ExternalPort":8080,"VIP":"10.240.0.9""#))
    _ = try service.makeEndpoint(
      other, mapping(#""Protocol":6,"InternalPort":81,"ExternalPort":8080,"Flags":3"#))
    let drawn = try service.makeEndpoint(network, mapping(#""Protocol":"TCP","InternalPort":90"#))
    let settings = try service.document(.endpoint, drawn)["Policies"]?.array?.first?["Settings"]
    #expect(settings?["Protocol"] == 6, "clients decode a number")
    #expect((49152...65535).contains(try #require(settings?["ExternalPort"]?.integer)))
    try service.delete(.endpoint, first)
    _ = try service.makeEndpoint(network, mapping(#""Protocol":6,"InternalPort":80,"ExternalPort":8080"#))
    #expect(service.invariantViolations() == [])
  }

  @Test("6.6: add, remove and update") func policyRequests() throws {
    func acl(_ id: String, _ port: Int) -> String {
      #"{"Type":"ACL","Settings":{"Direction":"In","Action":"Allow","Protocols":"6","LocalPorts":"\#(port)","RuleType":"Switch","Priority":\#(port),"Id":"\#(id)"}}"#
    }
    var service = host()
    let network = try service.makeNetwork("n", "L2Tunnel")
    let endpoint = try service.makeEndpoint(
      network, #""Policies":[{"Type":"outboundnat","Settings":{"Exceptions":["10.0.0.0/16","10.0.0.4/32"]}}]"#
    )
    func present() throws -> [String] {
      try (service.document(.endpoint, endpoint)["Policies"]?.array ?? []).map {
        $0["Settings"]?.text() ?? ""
      }
    }
    let outbound = #"{"Exceptions":["10.0.0.0/16","10.0.0.4/32"]}"#
    func echoed(_ id: String, _ port: Int) -> String {
      #"{"Protocols":"6","LocalPorts":"\#(port)","Priority":\#(port),"Id":"\#(id)","Action":"Allow","Direction":"In","RuleType":"Switch"}"#
    }
    try service.policies(endpoint, "Add", "[\(acl("a", 80)),\(acl("b", 81))]")
    #expect(try present() == [outbound, echoed("a", 80), echoed("b", 81)])
    try service.policies(endpoint, "Remove", "[\(acl("a", 80))]")
    #expect(try present() == [outbound, echoed("b", 81)])
    #expect(
      service.refusal { try $0.policies(endpoint, "Remove", "[\(acl("b", 81)),\(acl("a", 80))]") }?.code
        == .policyNotFound)
    try service.policies(endpoint, "Update", "[\(acl("c", 82))]")
    #expect(try present() == [outbound, echoed("c", 82)])
    try service.policies(endpoint, "Update", "[]")
    #expect(try present() == [outbound], "an empty update removes the ACLs")

    var strict = host(assumptions: [.policyUpdateScope: "all"])
    let net = try strict.makeNetwork()
    let target = try strict.makeEndpoint(net)
    try strict.policies(target, "Update", "[\(acl("c", 82))]")
    #expect(try strict.document(.endpoint, target)["Policies"]?.array?.count == 1)
  }

  @Test("6.4: namespaces and their members") func namespaces() throws {
    var service = host()
    let network = try service.makeNetwork()
    let endpoint = try service.makeEndpoint(network)
    let remote = try service.makeEndpoint(network, #""Flags":1"#)
    let first = try service.create(.namespace, settings: [:])
    let second = try service.makeNamespace("guest")
    #expect(try service.document(.namespace, first)["Type"] == nil, "Host is number 0")
    #expect(try service.document(.namespace, second)["Type"] == "Guest")
    try service.join(first, endpoint)
    #expect(try service.document(.endpoint, endpoint)["HostComputeNamespace"]?.string == first.uppercase)
    #expect(
      try service.document(.namespace, first)["Resources"]
        == [["Type": "Endpoint", "Data": ["Id": .string(endpoint.uppercase)]]])
    #expect(service.refusal { try $0.join(second, endpoint) }?.code == .endpointNamespaceAlreadyExists)
    #expect(service.refusal { try $0.join(second, GUID(5)) }?.code == .endpointNotFound)
    #expect(service.refusal { try $0.join(second, remote) }?.code == .invalidRemoteEndpointOperation)
    #expect(service.refusal { try $0.join(second, endpoint, "Remove") }?.code == .elementNotFound)
    try service.start(first, "pause")
    #expect(service.refusal { try $0.delete(.namespace, first) }?.code == .requestUnsupported)
    try service.start(first, "pause", "Remove")
    try service.delete(.namespace, first)
    #expect(try service.document(.endpoint, endpoint)["HostComputeNamespace"] == nil)
    #expect(service.refusal { try $0.start(first, "x") }?.code == .elementNotFound)
  }

  @Test("6.4: compartments of every kind") func compartments() throws {
    var service = host()
    let forced = try service.create(.namespace, settings: ["CreateWithCompartment": true])
    #expect(service.compartments.map(\.namespace) == [nil, forced])
    let hostDefault = try service.makeNamespace("HostDefault")
    #expect(try service.document(.namespace, hostDefault)["NamespaceId"] == 1)
    try service.start(hostDefault, "agent")
    #expect(service.compartments[0].containers == ["agent"])
    let guest = try service.makeNamespace("Guest")
    #expect(service.utilityVMCompartments == [])
    try service.start(guest, "app")
    let inside = service.utilityVMCompartments
    #expect(inside.map(\.id) == [1, 2])
    #expect(inside.map(\.containers) == [[], ["app"]])
    #expect(inside.allSatisfy { $0.stack == .utilityVM(guest) })
    #expect(inside[0].guid != Compartment.hostDefault.guid)
    #expect(service.compartments.count == 2, "the host does not list them")

    let pod = try service.makeNamespace()
    for container in ["pause", "app", "sidecar"] { try service.start(pod, container) }
    #expect(service.compartments.map(\.id) == [1, 2, 3])
    #expect(service.compartments[2].containers == ["pause", "app", "sidecar"])
    try service.start(pod, "app", "Remove")
    try service.start(pod, "pause", "Remove")
    #expect(service.compartments.count == 3)
    try service.start(pod, "sidecar", "Remove")
    try service.start(pod, "pause")
    #expect(service.compartments.map(\.id) == [1, 2, 4], "numbers are not reused")

    var reusing = host(assumptions: [.compartmentIds: "lowestFree"])
    let spaces = try (0..<3).map { _ in try reusing.makeNamespace() }
    for space in spaces { try reusing.start(space, "c") }
    try reusing.start(spaces[0], "c", "Remove")
    try reusing.start(spaces[1], "c", "Remove")
    try reusing.start(spaces[1], "c")
    #expect(reusing.compartments.map(\.namespace) == [nil, spaces[1], spaces[2]])
  }

  @Test("6.3: a network is deleted with its endpoints") func networkDeletion() throws {
    var service = host()
    let network = try service.makeNetwork()
    let endpoint = try service.makeEndpoint(network)
    let namespace = try service.makeNamespace()
    try service.join(namespace, endpoint)
    try service.start(namespace, "c")
    #expect(service.switchPorts.count == 1)
    try service.delete(.network, network)
    #expect(service.switchPorts == [])
    #expect(try service.enumerate(.endpoint) == [])
    #expect(service.refusal { _ = try $0.document(.endpoint, endpoint) }?.code == .endpointNotFound)
    #expect(try service.document(.namespace, namespace)["Resources"]?.array?.count == 1)
    #expect(service.compartments.count == 2, "the container still runs")
    #expect(service.invariantViolations() == [])
  }

  @Test("6.6: IP sets") func ipSets() throws {
    func set(_ id: String, _ values: String, _ type: String = "IPSET") -> String {
      #"{"Type":"SetPolicy","Settings":{"Id":"\#(id)","Name":"\#(id)","PolicyType":"\#(type)","Values":"\#(values)"}}"#
    }
    var service = host("23H2")
    let network = try service.makeNetwork()
    #expect(
      service.refusal {
        try $0.policies(network, "Add", "[\(set("n", "web", "NESTEDIPSET"))]", kind: .network)
      }?.code
        == .invalidPolicy)
    try service.policies(network, "Add", "[\(set("web", "10.0.0.4,10.0.0.8/31"))]", kind: .network)
    try service.policies(network, "Add", "[\(set("n", "web", "NESTEDIPSET"))]", kind: .network)
    let endpoint = try service.makeEndpoint(
      network,
      #""Policies":[{"Type":"ACL","Settings":{"Action":"Allow","Direction":"In","LocalAddresses":"n","RuleType":"Switch","Priority":200}}]"#
    )
    #expect(
      service.refusal {
        try $0.policies(network, "Remove", "[\(set("web", "10.0.0.4,10.0.0.8/31"))]", kind: .network)
      }?
      .code == .entityHasReferences)
    #expect(
      service.refusal {
        try $0.policies(network, "Remove", "[\(set("n", "web", "NESTEDIPSET"))]", kind: .network)
      }?
      .code == .entityHasReferences)
    let namespace = try service.makeNamespace()
    try service.join(namespace, endpoint)
    try service.start(namespace, "c")
    let rule = try #require(service.switchPort(of: endpoint)?.rules.first { !$0.isPlatformDefault })
    #expect(rule.match.localAddresses == nil)
    #expect(rule.match.remoteAddresses?.ranges.map(\.description) == ["10.0.0.4", "10.0.0.8/31"])
  }

  @Test("2: requests to networks") func networkRequests() throws {
    var service = host()
    let network = try service.makeNetwork()
    func request(_ text: String) -> (inout HostNetworkingService) throws -> Void {
      { try $0.modify(.network, network, settings: json(text)) }
    }
    try request(#"{"ResourceType":0,"RequestType":"Update","Settings":{"Domain":"corp"}}"#)(&service)
    #expect(try service.document(.network, network)["Dns"] == ["Domain": "corp"])
    let subnet =
      #"{"ResourceType":"Subnet","RequestType":"\#("%")","Settings":{"Subnets":[{"IpAddressPrefix":"10.245.0.0/30"}]}}"#
    func subnetRequest(_ type: String) -> (inout HostNetworkingService) throws -> Void {
      request(subnet.split(separator: "%").joined(separator: type))
    }
    try subnetRequest("Add")(&service)
    #expect(service.refusal(subnetRequest("Add"))?.code == .invalidSubnet)
    let endpoint = try service.makeEndpoint(network, #""IpConfigurations":[{"IpAddress":"10.245.0.2"}]"#)
    #expect(service.refusal(subnetRequest("Remove"))?.code == .entityHasReferences)
    try service.delete(.endpoint, endpoint)
    try subnetRequest("Remove")(&service)
    #expect(service.refusal(subnetRequest("Remove"))?.code == .subnetNotFound)
    let vfp = "E9B59CFA-2BE1-4B21-828F-B6FBDBDDC017"
    try request(
      #"{"ResourceType":"Extension","RequestType":"Update","Settings":{"Id":"\#(vfp)","IsEnabled":true}}"#)(
        &service)
    #expect(
      service.refusal(
        request(#"{"ResourceType":"Extension","RequestType":"Update","Settings":{"Id":"\#(GUID(4))"}}"#))?
        .code
        == .switchExtensionNotFound)
    #expect(
      service.refusal(request(#"{"ResourceType":"Policy","RequestType":"Refresh","Settings":{}}"#))?.code
        == .requestUnsupported)
    #expect(try HostNetworkingService(snapshot: service.snapshot) == service)
  }
}
