import HNSEmulator
import HNSTestSupport
import HostModel
import JSONText
import NetworkTypes
import Testing

/// A call that is refused, with the section of `hns.md` that documents it.
struct Refusal: Sendable, CustomTestStringConvertible {
  let row: String
  let code: HCNErrorCode
  var windows = "ltsc2022"
  let call: @Sendable (inout HostNetworkingService) throws -> Void

  var testDescription: String { row }

  /// Creates an endpoint on a fresh network of a driver.
  static func endpoint(
    _ row: String, _ code: HCNErrorCode, driver: String = "L2Bridge", windows: String = "ltsc2022",
    _ members: String
  ) -> Refusal {
    Refusal(row: row, code: code, windows: windows) { service in
      let network = try #require(
        try? service.makeNetwork("fresh", driver, prefix: "10.9.0.0/24", gateway: "10.9.0.1"))
      defer { try? service.delete(.network, network) }
      _ = try service.makeEndpoint(network, members)
    }
  }

  /// Creates an endpoint with one ACL.
  static func acl(_ row: String, windows: String = "ltsc2022", _ settings: String) -> Refusal {
    endpoint(
      row, .invalidPolicy, windows: windows,
      #""Policies":[{"Type":"ACL","Settings":{"Action":"Allow","Direction":"In",\#(settings)}}]"#)
  }

  static let all: [Refusal] = [
    Refusal(row: "0 rule 5: a missing network", code: .networkNotFound) {
      _ = try $0.document(.network, GUID(1))
    },
    Refusal(row: "0 rule 5: a missing endpoint", code: .endpointNotFound) {
      _ = try $0.document(.endpoint, GUID(1))
    },
    Refusal(row: "0 rule 5: a missing namespace is Win32's", code: .elementNotFound) {
      _ = try $0.document(.namespace, GUID(1))
    },
    Refusal(row: "6.3: deleting a missing endpoint", code: .endpointNotFound) {
      try $0.delete(.endpoint, GUID(1))
    },
    Refusal(row: "1.3: an unknown network type", code: .invalidNetworkType) {
      _ = try $0.create(.network, settings: ["Type": "Quantum"])
    },
    Refusal(row: "9: a document that is not an object", code: .invalidJSON) {
      _ = try $0.create(.network, settings: [])
    },
    Refusal(row: "1.1: an id that is not a GUID", code: .guidConversionFailure) {
      _ = try $0.create(.network, settings: ["ID": "{1}"])
    },
    Refusal(row: "3.2: a prefix with host bits", code: .invalidPrefix) {
      _ = try $0.makeNetwork("n", "NAT", prefix: "10.0.0.1/24")
    },
    Refusal(row: "6.9: overlay without a VSID", code: .invalidNetwork) {
      _ = try $0.create(
        .network,
        settings: json(
          #"{"Type":"Overlay","Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"E"}}],"Ipams":[{"Subnets":[{"IpAddressPrefix":"10.0.0.0/24"}]}]}"#
        ))
    },
    Refusal(row: "6.9: overlay where every adapter is in use", code: .adapterNotFound) {
      $0.describeHost(adapters: ["Ethernet"])
      _ = try $0.create(.network, settings: ["Type": "Transparent"])
      _ = try $0.create(.network, settings: ["Type": "Overlay"])
    },
    Refusal(row: "1.8: an unknown policy type", code: .invalidPolicyType) {
      _ = try $0.create(.network, settings: json(#"{"Policies":[{"Type":"Unknown","Settings":{}}]}"#))
    },
    Refusal(row: "5.1: VxlanPort before HNS 10.3", code: .invalidPolicyType, windows: "ltsc2019") {
      _ = try $0.create(
        .network, settings: json(#"{"Policies":[{"Type":"VxlanPort","Settings":{"Port":4789}}]}"#))
    },
    Refusal(row: "5.1: SetPolicy before HNS 13.0", code: .invalidPolicyType, windows: "20H2") {
      _ = try $0.create(
        .network,
        settings: json(
          #"{"Policies":[{"Type":"SetPolicy","Settings":{"Id":"a","PolicyType":"IPSET","Values":""}}]}"#))
    },
    endpoint("6.2: an address outside", .invalidIP, #""IpConfigurations":[{"IpAddress":"10.8.0.4"}]"#),
    endpoint("3.2: text for an address", .invalidIP, #""IpConfigurations":[{"IpAddress":"x"}]"#),
    endpoint(
      "6.2: the network's address", .addressInvalidOrReserved,
      #""IpConfigurations":[{"IpAddress":"10.9.0.0"}]"#),
    endpoint(
      "6.2: the broadcast address", .addressInvalidOrReserved,
      #""IpConfigurations":[{"IpAddress":"10.9.0.255"}]"#),
    endpoint(
      "6.2: the gateway", .addressInvalidOrReserved, #""IpConfigurations":[{"IpAddress":"10.9.0.1"}]"#),
    endpoint(
      "6.2: a duplicate address", .addressInvalidOrReserved,
      #""IpConfigurations":[{"IpAddress":"10.9.0.4"},{"IpAddress":"10.9.0.4"}]"#),
    endpoint("1.5: a MAC address of a group", .invalidEndpoint, #""MacAddress":"01-00-5E-00-00-01""#),
    endpoint(
      "6.5: ports on transparent", .mappingNotSupported, driver: "Transparent",
      #""Policies":[{"Type":"PortMapping","Settings":{"Protocol":6,"InternalPort":80,"ExternalPort":8080}}]"#),
    endpoint(
      "6.5: ports on l2tunnel", .mappingNotSupported, driver: "L2Tunnel",
      #""Policies":[{"Type":"PortMapping","Settings":{"Protocol":6,"InternalPort":80,"ExternalPort":8080}}]"#),
    endpoint(
      "6.5: internal port 0", .invalidInternalPort, driver: "NAT",
      #""Policies":[{"Type":"PortMapping","Settings":{"Protocol":6,"ExternalPort":8080}}]"#),
    endpoint(
      "6.5: a duplicate port", .portAlreadyExists, driver: "NAT",
      #""Policies":[{"Type":"PortMapping","Settings":{"Protocol":6,"InternalPort":80,"ExternalPort":8080}},{"Type":"PortMapping","Settings":{"Protocol":6,"InternalPort":81,"ExternalPort":8080}}]"#
    ),
    endpoint(
      "1.8: a second InterfaceParameters", .interfaceParametersAlreadyApplied,
      #""Policies":[{"Type":"InterfaceParameters","Settings":{"Mtu":1400}},{"Type":"InterfaceParameters","Settings":{"Mtu":1400}}]"#
    ),
    endpoint(
      "1.1: ExceptionList in OutBoundNAT on 2022", .invalidPolicy,
      #""Policies":[{"Type":"OutBoundNAT","Settings":{"ExceptionList":["10.0.0.0/8"]}}]"#),
    endpoint(
      "5.1: L4Proxy before 9.5", .invalidPolicyType, windows: "ltsc2019",
      #""Policies":[{"Type":"L4Proxy","Settings":{"Port":"80"}}]"#),
    acl("1.8.1: the word Any", #""RemoteAddresses":"Any""#),
    acl("1.8.1: a missing set", #""RemoteAddresses":"azure-npm-1""#),
    acl("4.3: a Host rule with a priority from 7.2", #""RuleType":"Host","Priority":100"#),
    acl("4.3: a Host rule without one before 7.2", windows: "1709", #""RuleType":"Host""#),
    acl("5.1: an Id before 7.2", windows: "1709", #""Id":"a""#),
    acl("5.1: an address list before 7.2", windows: "1709", #""RemoteAddresses":"10.0.0.1,10.0.0.2""#),
    acl("5.1: a port range before 7.2", windows: "1709", #""Protocols":"6","LocalPorts":"80-90""#),
    acl("5.1: protocol 252 before 11.0", windows: "ltsc2019", #""Protocols":"252""#),
    acl("windows-firewall-and-vfp 3.2: protocol 251", #""Protocols":"251""#),
  ]
}

@Suite struct RefusalTests {
  @Test(arguments: Refusal.all) func refusals(_ refusal: Refusal) throws {
    var service = host(refusal.windows)
    var error: HCNError?
    do { try refusal.call(&service) } catch let refused as HCNError { error = refused }
    #expect(error?.code == refusal.code, "\(error.map { "\($0)" } ?? "it was accepted")")
    #expect(service.invariantViolations() == [])
  }
}
