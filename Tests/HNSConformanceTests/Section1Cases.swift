import HNSEmulator
import HostModel

/// Section 1 of `hns.md`: the documents of schema 2, as far as the other sections use them.
enum Section1Cases {
  static let all = common + networks + endpoints + others

  static let common: [ConformanceCase] = [
    ConformanceCase(
      "1.1 base members", on: Releases.withHCN,
      [
        .create(
          "net", .network,
          #"{"ID":"37B9E55C-0000-4B6F-969F-8585A89DC6E5","Owner":"agent","Name":"n","AdditionalParams":{"a":[1]},"SchemaVersion":{"Major":2,"Minor":2}}"#
        ),
        .show(
          "net",
          .has(
            #"{"ID":"37B9E55C-0000-4B6F-969F-8585A89DC6E5","Owner":"agent","Name":"n","AdditionalParams":{"a":[1]},"Version":"<number>","Health":{"Extra":{}},"State":1,"SchemaVersion":{"Major":2,"Minor":2}}"#
          )),
      ]),
    ConformanceCase(
      "1.1 members that Go always sends", "empty objects and zero versions are ignored", on: Releases.withHCN,
      [
        .create(
          "net", .network,
          #"{"Name":"n","Type":"NAT","MacPool":{},"Dns":{},"Ipams":[{"Subnets":[{"IpAddressPrefix":"172.30.16.0/20","Routes":[{}]}]}],"Health":{"Extra":{}},"SchemaVersion":{"Major":0,"Minor":0}}"#
        ),
        .show(
          "net", .has(#"{"MacPool":{"Ranges":[{}]},"SchemaVersion":{"Major":2,"Minor":0}}"#), .lacks("Dns")),
        .create(
          "web", .endpoint, on: "net",
          #"{"Dns":{},"Health":{"Extra":{}},"IpConfigurations":[{}],"Routes":[{}],"SchemaVersion":{"Major":0,"Minor":0}}"#
        ), .show("web", .count("IpConfigurations", 1), .count("Routes", 1)),
      ]),
    ConformanceCase(
      "1.1 ids without braces",
      [.create("net", .network, #"{"ID":"{37B9E55C-0000-4B6F-969F-8585A89DC6E5}"}"#, .fails(0x803b_0019))]),
    ConformanceCase(
      "1.1 schema versions of clients", "2.0, 2.2, 2.16 and none", on: Releases.withHCN,
      [
        .create("a", .network, #"{"Name":"a","SchemaVersion":{"Major":2,"Minor":0}}"#),
        .create("b", .network, #"{"Name":"b","SchemaVersion":{"Major":2,"Minor":2}}"#),
        .create("c", .network, #"{"Name":"c","SchemaVersion":{"Major":2,"Minor":16}}"#),
        .create("d", .network, #"{"Name":"d"}"#),
        .show("c", .at("SchemaVersion", #"{"Major":2,"Minor":16}"#)),
      ]),
    ConformanceCase(
      "1.1 schema of each build", "chosen: 1903 has 2.6, Server 2025 has 2.16", on: ["1903", "ltsc2025"],
      [
        .nat("net"), .show("net", .keeps("subnet", "Ipams.0.Subnets.0.ID")),
        .modify(
          "net",
          #"{"ResourceType":"IPSubnet","RequestType":"Add","Settings":{"SubnetId":"$subnet","IpSubnets":[{"IpAddressPrefix":"172.30.17.0/24"}]}}"#
        ),
      ]),
    ConformanceCase(
      "1.1 enumerations", "by name, by number and in any case", on: Releases.withHCN,
      [
        .create("a", .namespace, #"{"Type":"hostdefault"}"#), .show("a", .at("Type", #""HostDefault""#)),
        .create("b", .namespace, #"{"Type":2}"#), .show("b", .at("Type", #""Guest""#)),
        .create("c", .namespace, #"{"Type":9}"#, .fails(0x8007_0057)),
        .create("c", .namespace, #"{"Type":"Elsewhere"}"#, .fails(0x8007_0057)),
      ]),
    ConformanceCase(
      "1.1 unknown members", "are tolerated", on: Releases.withHCN,
      [
        .create("net", .network, #"{"Name":"n","Color":"red","Ipams":[{"Color":1,"Subnets":[]}]}"#),
        .create(
          "web", .endpoint, on: "net",
          #"{"Color":"red","Policies":[{"Type":"OutBoundNAT","Settings":{"PA":""}}]}"#),
        .create("pod", .namespace, #"{"Color":"red"}"#),
      ]),
    ConformanceCase(
      "1.1 unknown members", "the empty PA of docker", on: Releases.all,
      [
        .hns("POST", "/networks", #"{"Name":"nat","Type":"nat"}"#, as: "net"),
        .hns(
          "POST", "/endpoints",
          #"{"VirtualNetwork":"$NET","Policies":[{"Type":"OutBoundNAT","PA":""}]}"#,
          .has(#"{"Success":true}"#)),
      ]),
    ConformanceCase(
      "1.1 case of member names", "chosen: case-sensitive, except ID and Id", on: Releases.withHCN,
      [
        .create("net", .network, #"{"Id":"37B9E55C-0000-4B6F-969F-8585A89DC6E5","name":"n"}"#),
        .show("net", .at("ID", #""37b9e55c-0000-4b6f-969f-8585a89dc6e5""#), .lacks("Name")),
      ]),
  ]

  static let networks: [ConformanceCase] = [
    ConformanceCase(
      "1.2 MAC pool", on: Releases.withHCN,
      [
        .nat(
          "net",
          members:
            #""MacPool":{"Ranges":[{"StartMacAddress":"00:15:5d:52:c0:00","EndMacAddress":"00-15-5D-52-CF-FF"}]},"#
        ),
        .show(
          "net",
          .at(
            "MacPool",
            #"{"Ranges":[{"StartMacAddress":"00-15-5D-52-C0-00","EndMacAddress":"00-15-5D-52-CF-FF"}]}"#)),
        .create("own", .network, #"{"Name":"own"}"#),
        .show(
          "own", .keeps("first", "MacPool.Ranges.0.StartMacAddress"),
          .keeps("last", "MacPool.Ranges.0.EndMacAddress")),
        .check("a block of 4096 starting at 00-15-5D-XX-X0-00") { _, names in
          let first = names.filled("$first")
          let last = names.filled("$last")
          return first.hasPrefix("00-15-5D-") && first.hasSuffix("0-00") && last.hasSuffix("F-FF")
            && first.dropLast(4) == last.dropLast(4)
        },
        .create(
          "bad", .network, #"{"MacPool":{"Ranges":[{"StartMacAddress":"00-15-5D-52-C0-00"}]}}"#,
          .fails(0x803b_000a)),
      ]),
    ConformanceCase(
      "1.2 Dns", "Suffix of 2018 is read as the domain", on: Releases.withHCN,
      [
        .nat("net", members: #""Dns":{"Suffix":"corp.example","ServerList":["10.0.0.53"]},"#),
        .show("net", .at("Dns", #"{"Domain":"corp.example","ServerList":["10.0.0.53"]}"#)),
      ]),
    ConformanceCase(
      "1.2 Ipams", "Static, Dhcp in any case and by number", on: Releases.withHCN,
      [
        .create("a", .network, #"{"Name":"a","Ipams":[{"Type":"Static","Subnets":[]}]}"#),
        .show("a", .lacks("Ipams.0.Type")),
        .create(
          "b", .network,
          #"{"Type":"Transparent","Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"E"}}],"Ipams":[{"Type":"DHCP"}]}"#
        ), .show("b", .at("Ipams", #"[{"Type":"Dhcp"}]"#)),
        .create(
          "c", .network,
          #"{"Type":"Transparent","Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"F"}}],"Ipams":[{"Type":1}]}"#
        ), .show("c", .at("Ipams", #"[{"Type":"Dhcp"}]"#)), .endpoint("web", on: "b"),
        .show("web", .lacks("IpConfigurations")),
      ]),
    ConformanceCase(
      "1.2 subnets", "Routes with Metric, Policies, IpSubnets and Flags", on: Releases.withHCN,
      [
        .create(
          "net", .network,
          #"{"Type":"L2Bridge","Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"E"}}],"Ipams":[{"Subnets":[{"IpAddressPrefix":"10.1.0.0/24","Policies":[{"Type":"VLAN","Settings":{"IsolationId":12}}],"Routes":[{"NextHop":"10.1.0.1","DestinationPrefix":"0.0.0.0/0","Metric":7},{"NextHop":"10.1.0.2","DestinationPrefix":"10.9.0.0/16"}],"IpSubnets":[{"IpAddressPrefix":"10.1.0.0/25","Flags":3}],"Flags":1}]}]}"#
        ),
        .show(
          "net",
          .has(
            #"{"Ipams":[{"Subnets":[{"IpAddressPrefix":"10.1.0.0/24","Policies":[{"Type":"VLAN","Settings":{"IsolationId":12}}],"Routes":[{"NextHop":"10.1.0.1","DestinationPrefix":"0.0.0.0/0","Metric":7},{"NextHop":"10.1.0.2","DestinationPrefix":"10.9.0.0/16"}],"IpSubnets":[{"IpAddressPrefix":"10.1.0.0/25","Flags":3}],"Flags":1}]}]}"#
          )),
      ]),
    ConformanceCase(
      "1.2 subnets", "invalid ones are refused",
      [
        .create(
          "n", .network, #"{"Ipams":[{"Subnets":[{"IpAddressPrefix":"10.0.0.1/24"}]}]}"#, .fails(0x803b_0030)),
        .create(
          "n", .network, #"{"Ipams":[{"Subnets":[{"IpAddressPrefix":"garden"}]}]}"#, .fails(0x803b_0030)),
        .create(
          "n", .network,
          #"{"Ipams":[{"Subnets":[{"IpAddressPrefix":"10.0.0.0/24"},{"IpAddressPrefix":"10.0.0.0/25"}]}]}"#,
          .fails(0x803b_0032)),
        .create(
          "n", .network,
          #"{"Ipams":[{"Subnets":[{"IpAddressPrefix":"10.0.0.0/24","Routes":[{"NextHop":"x"}]}]}]}"#,
          .fails(0x803b_001e)),
      ]),
    ConformanceCase(
      "1.2 an IpSubnet of the subnet's prefix is added", on: Releases.withHCN,
      [
        .nat("net"),
        .show(
          "net",
          .has(
            #"{"Ipams":[{"Subnets":[{"IpSubnets":[{"ID":"<guid>","IpAddressPrefix":"172.30.16.0/20"}]}]}]}"#)),
      ]),
    ConformanceCase(
      "1.3 modes of containers", "by name, by number and in any case", on: Releases.withHCN,
      [("NAT", 0), ("Transparent", 2), ("L2Bridge", 3), ("L2Tunnel", 4), ("Overlay", 5)].flatMap {
        mode, number -> [Step] in
        let policy =
          mode == "NAT"
          ? "" : #","Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"Ethernet"}}]"#
        let shown: Answer = mode == "NAT" ? .lacks("Type") : .at("Type", #""\#(mode)""#)
        return [#""\#(mode)""#, #""\#(mode.lowercased())""#, #""\#(mode.uppercased())""#, "\(number)"].flatMap
        {
          [
            .create("net", .network, #"{"Type":\#($0)\#(policy)}"#), .show("net", shown), .delete("net"),
          ]
        }
      }),
    ConformanceCase(
      "1.3 other modes", "by name and by number",
      [
        ("ICS", 1), ("Private", 6), ("Internal", 7), ("Mirrored", 8), ("Infiniband", 9),
        ("ConstrainedICS", 10),
      ].flatMap { mode, number -> [Step] in
        [#""\#(mode.lowercased())""#, "\(number)"].flatMap {
          [
            .create("net", .network, #"{"Type":\#($0)}"#), .show("net", .at("Type", #""\#(mode)""#)),
            .delete("net"),
          ]
        }
      }),
    ConformanceCase(
      "1.3 other modes", "since a schema", on: ["ltsc2019"],
      [
        .create("net", .network, #"{"Type":"Mirrored"}"#, .fails(0x803b_000b)),
        .create("net", .network, #"{"Type":"ConstrainedICS"}"#, .fails(0x803b_000b)),
        .create("net", .network, #"{"Type":"Internal"}"#),
      ]),
    ConformanceCase(
      "1.3 other modes", "chosen: Layered has no number and is not a type",
      ["\"Layered\"", "\"Quantum\"", "99"].map {
        .create("net", .network, #"{"Type":\#($0)}"#, .fails(0x803b_000b))
      }),
    ConformanceCase(
      "1.4 network flags", "are echoed unchanged", on: Releases.withHCN,
      [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 2048, 4096, 8192, 11, 9].flatMap { flags -> [Step] in
        [
          .create("net", .network, #"{"Flags":\#(flags)}"#), .show("net", .at("Flags", "\(flags)")),
          .query(
            "net", nil, .at("Flags", "\(flags)"),
            flags & 32 != 0 ? .at("IsolateSwitch", "true") : .lacks("IsolateSwitch")),
          .delete("net"),
        ]
      }),
  ]

  static let endpoints: [ConformanceCase] = [
    ConformanceCase(
      "1.5 name of an unnamed endpoint", on: Releases.withHCN,
      [.nat("net"), .create("web", .endpoint, on: "net", "{}"), .show("web", .at("Name", #""Ethernet""#))]),
    ConformanceCase(
      "1.5 HostComputeNamespace", "chosen: joined if given", on: Releases.withHCN,
      [
        .nat("net"), .namespace("pod"),
        .create("web", .endpoint, on: "net", #"{"HostComputeNamespace":"$POD"}"#),
        .show("web", .at("HostComputeNamespace", #""$POD""#)),
        .show("pod", .at("Resources", #"[{"Type":"Endpoint","Data":{"Id":"$WEB"}}]"#)),
        .join("pod", "web", "Add", .fails(0x803b_002b)), .run("c", in: "pod"),
        .show("web", .at("State", "3")),
        .create(
          "two", .endpoint, on: "net", #"{"HostComputeNamespace":"00000000-0000-0000-0000-000000000000"}"#),
        .show("two", .lacks("HostComputeNamespace")), .delete("pod", .fails(0x803b_0015)),
        .run("c", in: "pod", "Remove"), .delete("pod"),
        .create("three", .endpoint, on: "net", #"{"HostComputeNamespace":"$POD"}"#, .fails(0x8007_0490)),
      ]),
    ConformanceCase(
      "1.5 HostComputeNamespace", "chosen: an endpoint of another host joins none",
      [
        .overlay("net"), .namespace("pod"),
        .create(
          "far", .endpoint, on: "net",
          #"{"Flags":1,"IpConfigurations":[{"IpAddress":"10.99.0.5"}],"MacAddress":"02-11-0A-63-00-05","HostComputeNamespace":"$POD"}"#,
          .fails(0x803b_000f)),
      ]),
    ConformanceCase(
      "1.5 HostComputeNamespace", "the assumption namespaceOnCreate",
      assumptions: [.namespaceOnCreate: "ignored"],
      [
        .nat("net"), .namespace("pod"),
        .create("web", .endpoint, on: "net", #"{"HostComputeNamespace":"$POD"}"#),
        .show("web", .lacks("HostComputeNamespace")), .show("pod", .lacks("Resources")),
        .join("pod", "web"), .show("web", .at("HostComputeNamespace", #""$POD""#)),
      ]),
    ConformanceCase(
      "1.5 HostComputeNamespace", "the assumption unattachedNamespace: zeros",
      assumptions: [.unattachedNamespace: "zeros"],
      [
        .nat("net"), .endpoint("web", on: "net"),
        .show("web", .at("HostComputeNamespace", #""00000000-0000-0000-0000-000000000000""#)),
      ]),
    ConformanceCase(
      "1.5 HostComputeNamespace", "the assumption unattachedNamespace: omitted",
      assumptions: [.unattachedNamespace: "omitted"],
      [
        .nat("net"),
        .hns("POST", "/endpoints/", #"{"VirtualNetwork":"$NET","Name":"web"}"#, as: "web"),
        .show("web", as: .endpoint, .lacks("HostComputeNamespace")),
      ]),
    ConformanceCase(
      "1.5 MAC address", "accepted in either form, returned with dashes in upper case", on: Releases.withHCN,
      [
        .nat("net"), .endpoint("a", on: "net", #""MacAddress":"00:15:5d:ab:cd:01""#),
        .show("a", .at("MacAddress", #""00-15-5D-AB-CD-01""#)),
        .endpoint("b", on: "net", #""MacAddress":"00-15-5d-ab-cd-02""#),
        .show("b", .at("MacAddress", #""00-15-5D-AB-CD-02""#)),
        .endpoint("c", on: "net", #""MacAddress":"garden""#, .fails(0x803b_000c)),
      ]),
    ConformanceCase(
      "1.5 MAC address", "chosen: one in use or a multicast one is refused",
      [
        .nat("net"), .endpoint("a", on: "net", #""MacAddress":"00-15-5D-AB-CD-01""#),
        .endpoint("b", on: "net", #""MacAddress":"00:15:5d:ab:cd:01""#, .fails(0x803b_000c)),
        .endpoint("b", on: "net", #""MacAddress":"01-00-5E-00-00-01""#, .fails(0x803b_000c)),
      ]),
    ConformanceCase(
      "1.5 endpoint flags", "are echoed unchanged", on: Releases.withHCN,
      [.nat("net")]
        + [1, 2, 4, 8, 16, 32].flatMap { flags -> [Step] in
          [
            .create("web", .endpoint, on: "net", #"{"Flags":\#(flags)}"#),
            .show("web", .at("Flags", "\(flags)")), .delete("web"),
          ]
        }),
    ConformanceCase(
      "1.5 endpoint on another host", "chosen: it cannot be in a namespace",
      [
        .overlay("net"), .endpoint("far", on: "net", #""Flags":1"#), .namespace("pod"),
        .join("pod", "far", "Add", .fails(0x803b_000f)),
      ]),
    ConformanceCase(
      "1.5 IpSubnetId", "since schema 2.3", on: ["1903", "2004", "ltsc2022", "ltsc2025"],
      [
        .nat("net"), .show("net", .keeps("part", "Ipams.0.Subnets.0.IpSubnets.0.ID")),
        .endpoint("web", on: "net"), .show("web", .at("IpConfigurations.0.IpSubnetId", #""$part""#)),
        .endpoint(
          "two", on: "net", #""IpConfigurations":[{"IpAddress":"172.30.17.9","IpSubnetId":"$part"}]"#),
        .endpoint(
          "bad", on: "net", #""IpConfigurations":[{"IpAddress":"172.30.17.10","IpSubnetId":"$NET"}]"#,
          .fails(0x803b_0005)),
      ]),
    ConformanceCase(
      "1.5 IpSubnetId", "not before", on: ["ltsc2019"],
      [.nat("net"), .endpoint("web", on: "net"), .show("web", .lacks("IpConfigurations.0.IpSubnetId"))]),
  ]

  static let others: [ConformanceCase] = [
    ConformanceCase(
      "1.6 namespace types", "an empty document is Host", on: Releases.withHCN,
      [
        .create("a", .namespace, "{}"), .show("a", .lacks("Type")),
        .create("b", .namespace, #"{"Type":""}"#), .show("b", .lacks("Type")),
        .create("c", .namespace, #"{"Type":"GuestDefault"}"#), .show("c", .at("Type", #""GuestDefault""#)),
      ]),
    ConformanceCase(
      "1.7 load balancer", "every key", on: ["ltsc2022", "ltsc2025"],
      [
        .overlay("net"), .endpoint("web", on: "net"),
        .create(
          "lb", .loadBalancer,
          #"{"ID":"37B9E55C-0000-4B6F-969F-8585A89DC6E5","HostComputeNetwork":"$net","HostComputeEndpoints":["$web"],"SourceVIP":"10.244.7.9","FrontendVIPs":["10.96.0.1"],"PortMappings":[{"Protocol":17,"InternalPort":53,"ExternalPort":53,"DistributionType":2,"Flags":16}],"SchemaVersion":{"Major":2,"Minor":0},"Flags":1}"#
        ),
        .show(
          "lb",
          .has(
            #"{"ID":"37B9E55C-0000-4B6F-969F-8585A89DC6E5","HostComputeNetwork":"$NET","HostComputeEndpoints":["$WEB"],"SourceVIP":"10.244.7.9","FrontendVIPs":["10.96.0.1"],"PortMappings":[{"Protocol":17,"InternalPort":53,"ExternalPort":53,"DistributionType":2,"Flags":16}],"SchemaVersion":{"Major":2,"Minor":0},"Flags":1}"#
          )),
      ]),
    ConformanceCase(
      "1.7 load balancer", "VirtualIPs of 2018", on: Releases.withHCN,
      [
        .create(
          "lb", .loadBalancer,
          #"{"VirtualIPs":["10.96.0.1"],"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":80}]}"#
        ),
        .show("lb", .at("FrontendVIPs", #"["10.96.0.1"]"#)),
      ]),
    ConformanceCase(
      "1.7 load balancer", "chosen: missing members and objects are refused",
      [
        .create("lb", .loadBalancer, #"{"FrontendVIPs":["10.96.0.1"]}"#, .fails(0x803b_000d)),
        .create(
          "lb", .loadBalancer, #"{"PortMappings":[{"Protocol":6,"ExternalPort":80}]}"#, .fails(0x803b_002d)),
        .create(
          "lb", .loadBalancer,
          #"{"HostComputeEndpoints":["$none"],"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":80}]}"#,
          .fails(0x803b_0002)),
        .create(
          "lb", .loadBalancer,
          #"{"FrontendVIPs":["x"],"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":80}]}"#,
          .fails(0x803b_001e)),
      ]),
    ConformanceCase(
      "1.7 guest network service", "every key", on: Releases.withHCN,
      [
        .create(
          "gns", .guestNetworkService,
          #"{"Name":"g","VirtualMachineId":"37b9e55c-0000-4b6f-969f-8585a89dc6e5","MirroredInterfaces":[{"a":1}],"MirrorHostNetworking":true,"GnsRpcServerInformation":{"EndpointType":"HvSocket","ObjectUuid":"u"},"Flags":2}"#
        ),
        .show(
          "gns",
          .has(
            #"{"ID":"$GNS","Name":"g","VirtualMachineId":"37B9E55C-0000-4B6F-969F-8585A89DC6E5","MirroredInterfaces":[{"a":1}],"MirrorHostNetworking":true,"GnsRpcServerInformation":{"EndpointType":"HvSocket","ObjectUuid":"u"},"Flags":2,"State":1}"#
          )),
        .create("again", .guestNetworkService, id: "$GNS", "{}", .fails(0x8007_1392)),
      ]),
    ConformanceCase(
      "1.7 route", "every key", on: Releases.withHCN,
      [
        .overlay("net"), .endpoint("web", on: "net"),
        .create(
          "route", .route,
          #"{"HostComputeNetwork":"$net","HostComputeEndpoints":["$web"],"Setting":[{"DestinationPrefix":"10.96.0.0/12","NextHop":"10.244.7.1","NeedEncap":true,"AutomaticEndpointMonitor":true}]}"#
        ),
        .show(
          "route", .has(#"{"HostComputeNetwork":"$NET","HostComputeEndpoints":["$web"]}"#),
          .at(
            "Setting",
            #"[{"DestinationPrefix":"10.96.0.0/12","NextHop":"10.244.7.1","NeedEncap":true,"AutomaticEndpointMonitor":true}]"#
          )), .create("bad", .route, #"{"Setting":[]}"#, .fails(0x803b_000d)),
        .create("bad", .route, #"{"Setting":[{}]}"#, .fails(0x803b_000d)),
      ]),
  ]
}
