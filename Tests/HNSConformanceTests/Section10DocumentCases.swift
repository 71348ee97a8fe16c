import HNSEmulator
import HostModel
import JSONText
import NetworkTypes

/// Section 10.3 of `hns.md`: documents by build, on both sides of every change.
enum Section10DocumentCases {
  static let all = networks + nat + endpoints + identifiers + namespaces

  // MARK: Releases

  private static let oldest = ["1607", "1703"]
  private static let beforeHNS9 = ["1709", "1803"]
  private static let hns9 = ["ltsc2019"]
  private static let between = ["1903", "2004", "20H2"]
  private static let hns13 = ["ltsc2022"]
  private static let hns15 = ["23H2", "ltsc2025"]
  private static var untilHNS9: [String] { oldest + beforeHNS9 + hns9 }
  private static var before13: [String] { beforeHNS9 + hns9 + between }
  private static var since13: [String] { hns13 + hns15 }
  private static var since10: [String] { between + since13 }

  // MARK: Steps

  /// A nat network of docker.
  private static func docker(_ name: String = "nat", _ prefix: String = "172.30.16", _ answer: Answer...)
    -> Step
  {
    Step(
      .call(
        .hns(
          "POST", "/networks/",
          #"{"Name":"\#(name)","Type":"nat","Subnets":[{"AddressPrefix":"\#(prefix).0/20","GatewayAddress":"\#(prefix).1"}]}"#
        ), object: name, kind: nil), answer, #line, #fileID)
  }

  private static func network(
    _ type: String, _ answer: Answer..., line: Int = #line, file: StaticString = #fileID
  ) -> Step {
    Step(
      .call(
        .hns(
          "POST", "/networks/",
          #"{"Name":"net","Type":"\#(type)","NetworkAdapterName":"Ethernet","Subnets":[{"AddressPrefix":"10.1.0.0/24","GatewayAddress":"10.1.0.1","Policies":[{"Type":"VSID","VSID":9999}]}]}"#
        ), object: "net", kind: nil), answer, line, file)
  }

  private static func endpoint(
    _ members: String = "", on network: String = "nat", _ answer: Answer..., line: Int = #line,
    file: StaticString = #fileID
  ) -> Step {
    Step(
      .call(
        .hns("POST", "/endpoints/", #"{"VirtualNetwork":"$\#(network)","Name":"web"\#(members)}"#),
        object: "web", kind: nil), answer, line, file)
  }

  private static func read(
    _ path: String, _ answer: Answer..., line: Int = #line, file: StaticString = #fileID
  )
    -> Step
  { Step(.call(.hns("GET", path, nil), object: nil, kind: nil), answer, line, file) }

  // MARK: Networks

  private static let networks: [ConformanceCase] = [
    ConformanceCase(
      "10.3 network of 1607", "the members of nat", on: oldest,
      [
        docker(
          "nat", "172.30.16",
          .members(
            "Output",
            [
              "CurrentEndpointCount", "ExternalInterfaceAddress", "ExternalInterfaceIndex", "ID", "MacPools",
              "MaxConcurrentEndpoints", "NATName", "Name", "Policies", "Subnets", "SwitchGuid",
              "TotalEndpoints", "Type", "Version",
            ]), .members("Output.Subnets.0", ["AddressPrefix", "GatewayAddress"]),
          .at("Output.NATName", #""H$nat""#))
      ]),
    ConformanceCase(
      "10.3 order of a network", "alphabetical, Resources in its place", on: beforeHNS9 + hns9,
      [
        docker(),
        read(
          "/networks/$nat", .isAlphabetical,
          .ordered("Output", ["Policies", "Resources", "State", "Subnets", "Version"])),
      ]),
    ConformanceCase(
      "10.3 order of a network", "alphabetical, Resources last, after Version", on: since10,
      [
        docker(),
        read(
          "/networks/$nat",
          .ordered("Output", ["ActivityId", "Policies", "State", "Type", "Version", "Resources"]),
          .members("", ["Success", "Output"])),
      ]),
    ConformanceCase(
      "10.3 external and ICS members", "an l2bridge network", on: beforeHNS9 + hns9 + since10,
      [
        network(
          "L2Bridge", .has(#"{"Output":{"ManagementIP":"<any>","NetworkAdapterName":"Ethernet"}}"#),
          .lacks("Output.GatewayMac", "Output.SwitchGuid", "Output.SwitchName"))
      ]),
    ConformanceCase(
      "10.3 external and ICS members", "a nat network", on: since13,
      [
        docker(
          "nat", "172.30.16",
          .lacks(
            "Output.ManagementIP", "Output.NetworkAdapterName", "Output.GatewayMac", "Output.SwitchGuid",
            "Output.SwitchName"))
      ]),
    ConformanceCase(
      "10.3 external and ICS members", "an ICS network", on: hns9 + since10,
      [
        .hns(
          "POST", "/networks", #"{"Name":"Default Switch","Type":"ICS","Flags":11}"#,
          .has(
            #"{"Output":{"Flags":11,"GatewayMac":"<mac>","SwitchGuid":"<guid>","SwitchName":"Default Switch","Type":"ICS","Policies":[]}}"#
          ), .lacks("Output.ManagementIP", "Output.NetworkAdapterName"))
      ]),
    ConformanceCase(
      "10.3 Type as sent", on: Releases.all + ["23H2"],
      [
        docker("nat", "172.30.16", .at("Output.Type", #""nat""#)),
        network("Transparent", .at("Output.Type", #""Transparent""#)),
        .hns("DELETE", "/networks/$NET"), network("Overlay", .at("Output.Type", #""Overlay""#)),
        .hns("DELETE", "/networks/$NET"), network("overlay", .at("Output.Type", #""overlay""#)),
        .hns("POST", "/networks", #"{"Name":"own"}"#, .at("Output.Type", #""NAT""#)),
      ]),
    ConformanceCase(
      "10.3 Type as sent", "documents of schema 2 have the documented spelling", on: Releases.withHCN,
      [network("overlay"), .show("net", .at("Type", #""Overlay""#))]),
    ConformanceCase(
      "10.3 overlay", "IpSubnets have Flags 3, endpoints an overhead of 50", on: beforeHNS9 + hns9 + since10,
      [
        network("Overlay", .at("Output.Subnets.0.IpSubnets.0.Flags", "3")),
        endpoint(on: "net", .at("Output.EncapOverhead", "50")),
      ]),
    ConformanceCase(
      "10.3 overlay", "other endpoints have no overhead", on: beforeHNS9 + hns9 + between + hns13,
      [network("L2Bridge"), endpoint(on: "net", .at("Output.EncapOverhead", "0"))]),
    ConformanceCase(
      "10.3 detailed network", "the allocators that Microsoft's scripts read", on: Releases.all + ["23H2"],
      [
        network("Overlay", .lacks("Output.Layer")),
        read(
          "/networks/$NET/detailed",
          .some("Output.Layer.Resources.Allocators", #"{"Tag":"Host Vnic","EndpointPortGuid":"<guid>"}"#),
          .some(
            "Output.Layer.Resources.Allocators",
            #"{"Tag":"External Adapter Info","ExternalNicPortGuid":"<guid>"}"#)),
        read("/networks/detailed", .has(#"{"Output":[{"Layer":{"Resources":{"Allocators":[{},{}]}}}]}"#)),
      ]),
    ConformanceCase(
      "10.3 detailed network", "by the flag of a query", on: Releases.withHCN,
      [
        .overlay("net"), .query("net", #"{"Flags":1}"#, .has(#"{"Layer":{}}"#)),
        .query("net", #"{"Flags":0}"#, .lacks("Layer")), .query("net", nil, .lacks("Layer")),
      ]),
  ]

  // MARK: nat

  private static let nat: [ConformanceCase] = [
    ConformanceCase(
      "10.3 nat of 2019", "connection sharing", on: hns9,
      [
        docker(
          "nat", "172.30.16",
          .has(
            #"{"Output":{"Flags":0,"NatName":"<any>","Policies":[],"LayeredOn":"00000000-0000-0000-0000-000000000000","Resources":{"Allocators":[{"Tag":"Host Vnic","IsolationId":0},{"Tag":"ICS"}]},"Subnets":[{"IpSubnets":[{"Flags":0}]}]}}"#
          ), .lacks("Output.Resources.Allocators.0.DNSFirewallRules")),
        .check("NatName is ICS and a GUID") { host, names in
          natName(host, names).hasPrefix("ICS")
            && isGUID(natName(host, names).dropFirst(3))
        },
      ]),
    ConformanceCase(
      "10.3 nat since 13.3", "all members and no others", on: since13,
      [
        docker(
          "nat", "172.30.16",
          .members(
            "Output",
            [
              "ActivityId", "AdditionalParams", "CurrentEndpointCount", "Extensions", "Flags", "Health", "ID",
              "IPv6", "LayeredOn", "MacPools", "MaxConcurrentEndpoints", "Name", "NatName", "Policies",
              "State",
              "Subnets", "TotalEndpoints", "Type", "Version", "Resources",
            ]),
          .has(
            #"{"Output":{"Flags":8,"LayeredOn":"<guid>","Policies":[{"Type":"VLAN","VLAN":1}],"Subnets":[{"IpSubnets":[{"Flags":3}]}]}}"#
          )),
        .check("LayeredOn is a GUID, NatName is NAT and another GUID") { host, names in
          natName(host, names).hasPrefix("NAT") && isGUID(natName(host, names).dropFirst(3))
            && natName(host, names).dropFirst(3) != names["nat"]?.uppercase ?? ""
            && member(host, names, "LayeredOn") != "00000000-0000-0000-0000-000000000000"
        },
      ]),
    ConformanceCase(
      "10.3 nat since 13.3", "a second network has the next VLAN", on: since13,
      [
        docker(), docker("second", "172.30.32", .at("Output.Policies", #"[{"Type":"VLAN","VLAN":2}]"#)),
        .hns("DELETE", "/networks/$NAT"),
        docker("third", "172.30.48", .at("Output.Policies", #"[{"Type":"VLAN","VLAN":1}]"#)),
      ]),
    ConformanceCase(
      "10.3 nat before 13.3", "no VLAN and no flag", on: before13,
      [docker("nat", "172.30.16", .has(#"{"Output":{"Flags":0,"Policies":[]}}"#))]),
    ConformanceCase(
      "10.3 allocators of nat since 13.3", on: since13,
      [
        docker("second", "172.30.32"),
        docker(
          "a-long-name-of-a-network", "172.30.16",
          .has(
            #"{"Output":{"Resources":{"Allocators":[{"Tag":"Host Vnic","IsolationId":2,"DNSFirewallRules":true,"DhcpDisabled":true,"NcfHidden":false,"NlmHidden":true,"NicFriendlyName":"a-long-name-of-","PreferredPortFriendlyName":"<any>"},{"Tag":"NAT","Health":{"NATState":2},"Prefix":20,"SubnetIPAddress":"172.30.16.0"}]}}}"#
          )),
      ]),
    ConformanceCase(
      "10.3 nat since 13.3", "documents of schema 2 have the flag", on: since13,
      [docker(), .show("nat", .at("Flags", "8"))]),
    ConformanceCase(
      "10.3 nat since 13.3", "chosen: flags of the client are kept as they are", on: since13,
      [.hns("POST", "/networks", #"{"Name":"n","Type":"nat","Flags":16}"#, .at("Output.Flags", "16"))]),
  ]

  private static func member(_ host: HostNetworkingService, _ names: Names, _ member: String) -> String {
    names["nat"].flatMap { try? host.properties(.network, $0, query: nil)[member]?.string } ?? ""
  }

  private static func isGUID(_ text: some StringProtocol) -> Bool { GUID(text) != nil }

  private static func natName(_ host: HostNetworkingService, _ names: Names) -> String {
    member(host, names, "NatName")
  }

  // MARK: Endpoints

  private static let endpoints: [ConformanceCase] = [
    ConformanceCase(
      "10.3 endpoint of 9.x", "alphabetical, with Type, without flags", on: beforeHNS9 + hns9,
      [
        docker(),
        endpoint(
          #","DNSServerList":"10.0.0.53""#, .isAlphabetical,
          .members(
            "Output",
            [
              "ActivityId", "AdditionalParams", "CreateProcessingStartTime", "DNSServerList", "DNSSuffix",
              "EnableInternalDNS", "EnableLowInterfaceMetric", "EncapOverhead", "GatewayAddress", "Health",
              "ID", "IPAddress", "MacAddress", "Name", "Policies", "PrefixLength", "Resources",
              "SharedContainers", "State", "Type", "Version", "VirtualNetwork", "VirtualNetworkName",
            ]), .at("Output.Type", #""nat""#)),
      ]),
    ConformanceCase(
      "10.3 endpoint of 13.3", "in the order of the schema", on: hns13,
      [
        docker(), .hns("POST", "/namespaces", "{}", as: "pod"), endpoint(),
        .hns("POST", "/namespaces/$POD/addresource", #"{"Type":"Endpoint","Data":{"Id":"$web"}}"#),
        read(
          "/endpoints/$web",
          .members(
            "Output",
            [
              "ID", "Name", "Version", "AdditionalParams", "Resources", "State", "VirtualNetwork",
              "VirtualNetworkName", "Policies", "MacAddress", "IPAddress", "PrefixLength", "GatewayAddress",
              "IPSubnetId", "DNSServerList", "DNSSuffix", "Namespace", "EncapOverhead", "SharedContainers",
            ])),
      ]),
    ConformanceCase(
      "10.3 endpoint of 15.0", "nothing but the list of 8.3", on: hns15,
      [
        docker(), .hns("POST", "/namespaces", "{}", as: "pod"), endpoint(),
        .hns("POST", "/namespaces/$POD/addresource", #"{"Type":"Endpoint","Data":{"Id":"$web"}}"#),
        read(
          "/endpoints/$web",
          .members(
            "Output",
            [
              "ID", "Name", "Version", "AdditionalParams", "Resources", "State", "VirtualNetwork",
              "VirtualNetworkName", "MacAddress", "IPAddress", "PrefixLength", "GatewayAddress", "IPSubnetId",
              "DNSServerList", "DNSSuffix", "Namespace", "SharedContainers",
            ])),
      ]),
    ConformanceCase(
      "10.3 endpoint of 15.0", "chosen: members that are set are written", on: since13,
      [
        docker(),
        endpoint(
          #","DisableICC":true,"EncapOverhead":40,"EnableInternalDNS":true"#,
          .has(
            #"{"Output":{"DisableICC":true,"EncapOverhead":40,"EnableInternalDNS":true,"Policies":[{"Type":"EncapOverhead"}]}}"#
          ), .lacks("Output.IsRemoteEndpoint", "Output.Flags", "Output.EnableLowInterfaceMetric")),
      ]),
  ]

  // MARK: Ids and MAC addresses

  private static let identifiers: [ConformanceCase] = [
    ConformanceCase(
      "10.3 ids before 2019", "lower case", on: oldest + beforeHNS9,
      [
        docker("nat", "172.30.16", .at("Output.ID", #""$nat""#)),
        .hns("POST", "/namespaces", "{}", as: "pod", .at("Output.ID", #""$pod""#)),
        endpoint("", .at("Output.ID", #""$web""#), .at("Output.VirtualNetwork", #""$nat""#)),
        .hns("POST", "/namespaces/$pod/addresource", #"{"Type":"Endpoint","Data":{"Id":"$web"}}"#),
        read("/namespaces/$pod", .at("Output.ResourceList.0.Data", #"{"Id":"$web"}"#)),
        read("/endpoints/$web", .at("Output.Namespace", #"{"ID":"$pod"}"#)),
      ]),
    ConformanceCase(
      "10.3 MAC addresses before 2019", "as sent, colons included", on: oldest + beforeHNS9,
      [
        docker(),
        endpoint(#","MacAddress":"00:15:5d:0a:0b:0c""#, .at("Output.MacAddress", #""00:15:5d:0a:0b:0c""#)),
      ]),
    ConformanceCase(
      "10.3 MAC addresses before 2019", "with dashes from 2019 on", on: hns9 + since10,
      [
        docker(),
        endpoint(#","MacAddress":"00:15:5d:0a:0b:0c""#, .at("Output.MacAddress", #""00-15-5D-0A-0B-0C""#)),
      ]),
    ConformanceCase(
      "10.3 endpoint ids of 2019", "upper case", on: hns9,
      [docker(), endpoint("", .at("Output.ID", #""$WEB""#), .at("Output.VirtualNetwork", #""$NAT""#))]),
    ConformanceCase(
      "10.3 endpoint ids of 2019", "lower case afterwards, in schema 2 always", on: since10,
      [
        docker("nat", "172.30.16", .at("Output.ID", #""$NAT""#)), endpoint("", .at("Output.ID", #""$web""#)),
        .show("web", .at("ID", #""$web""#)),
      ]),
    ConformanceCase(
      "10.3 ids of networks in schema 2", "lower case", on: Releases.withHCN,
      [
        .nat("net"), .endpoint("web", on: "net"), .show("net", .at("ID", #""$net""#)),
        .show("web", .at("HostComputeNetwork", #""$net""#)),
        .create(
          "lb", .loadBalancer,
          #"{"HostComputeNetwork":"$NET","HostComputeEndpoints":["$web"],"FrontendVIPs":["10.96.0.1"],"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":80}]}"#
        ), .show("lb", .at("HostComputeNetwork", #""$net""#)),
        .create(
          "route", .route,
          #"{"HostComputeNetwork":"$NET","HostComputeEndpoints":["$web"],"Setting":[{"DestinationPrefix":"10.0.0.0/8"}]}"#
        ), .show("route", .at("HostComputeNetwork", #""$net""#)),
      ]),
    ConformanceCase(
      "10.3 ids in newer endpoints", "network, IpSubnet and namespace in lower case", on: since13,
      [
        docker("nat", "172.30.16", .keeps("part", "Output.Subnets.0.IpSubnets.0.ID")),
        .hns("POST", "/namespaces", "{}", as: "pod", .at("Output.ID", #""$POD""#)), endpoint(),
        .hns("POST", "/namespaces/$POD/addresource", #"{"Type":"Endpoint","Data":{"Id":"$web"}}"#),
        read(
          "/endpoints/$web", .at("Output.VirtualNetwork", #""$nat""#),
          .at("Output.Namespace", #"{"ID":"$pod"}"#)),
        .check("IPSubnetId is in lower case") { host, names in
          let text = names["web"].flatMap {
            try? host.properties(.endpoint, $0, query: nil)["IPSubnetId"]?.string
          }
          return text != nil && text == text?.lowercased() && isGUID(text ?? "")
        },
      ]),
    ConformanceCase(
      "10.3 ids in newer endpoints", "upper case before", on: between,
      [
        docker(), endpoint("", .at("Output.VirtualNetwork", #""$NAT""#), .lacks("Output.IPSubnetId")),
      ]),
  ]

  // MARK: Namespaces

  private static let namespaces: [ConformanceCase] = [
    ConformanceCase(
      "10.3 order of a namespace", "alphabetical, Resources last", on: since10,
      [
        .hns(
          "POST", "/namespaces", "{}",
          .ordered("Output", ["ActivityId", "CompartmentId", "ID", "State", "Version", "Resources"]))
      ]),
    ConformanceCase(
      "10.3 namespace of 13.3", "no SchemaVersion", on: hns13,
      [.hns("POST", "/namespaces", "{}", .lacks("Output.SchemaVersion"))]),
    ConformanceCase(
      "10.3 namespace of 13.3", "zeros on 15.0", on: hns15,
      [.hns("POST", "/namespaces", "{}", .at("Output.SchemaVersion", #"{"Major":0,"Minor":0}"#))]),
    ConformanceCase(
      "10.3 compartment of a namespace", "upper case without braces; containers may repeat", on: since10,
      [
        .hns("POST", "/namespaces", "{}", as: "pod"),
        .hns("POST", "/namespaces/$POD/addresource", #"{"Type":"Container","Data":{"Id":"c"}}"#),
        .hns("POST", "/namespaces/$POD/addresource", #"{"Type":"Container","Data":{"Id":"c"}}"#),
        read("/namespaces/$POD", .has(#"{"Output":{"CompartmentGuid":"<guid>","Containers":["c","c"]}}"#)),
        .check("the GUID is in upper case") { host, names in
          let text = names["pod"].flatMap {
            try? host.properties(.namespace, $0, query: nil)["CompartmentGuid"]?.string
          }
          return text != nil && text == text?.uppercased()
        },
      ]),
    ConformanceCase(
      "10.3 default namespace", "a client's has compartment 1", on: hns15,
      [
        .hns(
          "POST", "/namespaces", #"{"IsDefault":true}"#,
          .has(#"{"Output":{"IsDefault":true,"CompartmentId":1}}"#))
      ]
    ),
  ]
}
