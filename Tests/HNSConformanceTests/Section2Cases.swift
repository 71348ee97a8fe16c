import HNSEmulator

/// Section 2 of `hns.md`: requests and queries.
enum Section2Cases {
  static let all = networks + endpoints + others + guests + queries

  static let networks: [ConformanceCase] = [
    ConformanceCase(
      "2 network request", "DNS by name, by number and in any case", on: Releases.withHCN,
      [
        .nat("net"),
        .modify(
          "net",
          #"{"ResourceType":"DNS","RequestType":"Update","Settings":{"Domain":"corp.example","Search":["a.example"],"ServerList":["10.0.0.53"],"Options":["o"]}}"#
        ),
        .show(
          "net",
          .at(
            "Dns",
            #"{"Domain":"corp.example","Search":["a.example"],"ServerList":["10.0.0.53"],"Options":["o"]}"#)),
        .modify("net", #"{"ResourceType":0,"RequestType":2,"Settings":{"ServerList":["10.0.0.54"]}}"#),
        .show("net", .at("Dns", #"{"ServerList":["10.0.0.54"]}"#)),
        .modify("net", #"{"ResourceType":"dns","RequestType":"UPDATE","Settings":{}}"#),
        .show("net", .lacks("Dns")),
      ]),
    ConformanceCase(
      "2 network request", "Extension by name and by number", on: Releases.withHCN,
      [
        .l2bridge("net"),
        .modify(
          "net",
          #"{"ResourceType":"Extension","RequestType":"Update","Settings":{"Id":"E7C3B2F0-F3C5-48DF-AF2B-10FED6D72E7A","IsEnabled":true}}"#
        ), .query("net", nil, .at("Extensions.0.IsEnabled", "true")),
        .modify(
          "net",
          #"{"ResourceType":1,"RequestType":2,"Settings":{"Id":"e7c3b2f0-f3c5-48df-af2b-10fed6d72e7a","IsEnabled":false}}"#
        ), .query("net", nil, .at("Extensions.0.IsEnabled", "false")),
        .modify(
          "net",
          #"{"ResourceType":"Extension","RequestType":"Update","Settings":{"Id":"00000000-0000-4000-8000-000000000001","IsEnabled":true}}"#,
          .fails(0x803b_001f)),
      ]),
    ConformanceCase(
      "2 network request", "Policy by name and by number", on: Releases.withHCN,
      [
        .nat("net"),
        .modify(
          "net",
          #"{"ResourceType":"Policy","RequestType":"Add","Settings":{"Policies":[{"Type":"AutomaticDNS","Settings":{"Enable":true}}]},"ResourceUri":"/"}"#
        ), .show("net", .at("Policies", #"[{"Type":"AutomaticDNS","Settings":{"Enable":true}}]"#)),
        .modify(
          "net",
          #"{"ResourceType":2,"RequestType":1,"Settings":{"Policies":[{"Type":6,"Settings":{"Enable":true}}]}}"#
        ), .show("net", .lacks("Policies")),
      ]),
    ConformanceCase(
      "2 network request", "Subnet by name and by number, since schema 2.6",
      on: ["1903", "2004", "ltsc2022", "ltsc2025"],
      [
        .nat("net"),
        .modify(
          "net",
          #"{"ResourceType":"Subnet","RequestType":"Add","Settings":{"Subnets":[{"IpAddressPrefix":"172.30.32.0/24","Routes":[{"NextHop":"172.30.32.1","DestinationPrefix":"0.0.0.0/0"}]}]}}"#
        ),
        .show(
          "net",
          .has(
            #"{"Ipams":[{"Subnets":[{},{"ID":"<guid>","IpAddressPrefix":"172.30.32.0/24","IpSubnets":[{"ID":"<guid>","IpAddressPrefix":"172.30.32.0/24"}]}]}]}"#
          ), .keeps("subnet", "Ipams.0.Subnets.1.ID")),
        .endpoint("web", on: "net", #""IpConfigurations":[{"IpAddress":"172.30.32.9"}]"#),
        .modify(
          "net", #"{"ResourceType":3,"RequestType":1,"Settings":{"Subnets":[{"ID":"$subnet"}]}}"#,
          .fails(0x803b_002c)), .delete("web"),
        .modify("net", #"{"ResourceType":3,"RequestType":1,"Settings":{"Subnets":[{"ID":"$subnet"}]}}"#),
        .show("net", .count("Ipams.0.Subnets", 1)),
      ]),
    ConformanceCase(
      "2 network request", "Subnet and IPSubnet before schema 2.6", on: ["ltsc2019"],
      [
        .nat("net"),
        .modify(
          "net",
          #"{"ResourceType":"Subnet","RequestType":"Add","Settings":{"Subnets":[{"IpAddressPrefix":"172.30.32.0/24"}]}}"#,
          .fails(0x803b_0015)),
        .modify(
          "net", #"{"ResourceType":"IPSubnet","RequestType":"Add","Settings":{"IpSubnets":[]}}"#,
          .fails(0x803b_0015)),
      ]),
    ConformanceCase(
      "2 network request", "IPSubnet by name and by number",
      on: ["1903", "2004", "ltsc2022", "ltsc2025"],
      [
        .nat("net"), .show("net", .keeps("subnet", "Ipams.0.Subnets.0.ID")),
        .modify(
          "net",
          #"{"ResourceType":"IPSubnet","RequestType":"Add","Settings":{"SubnetId":"$subnet","IpSubnets":[{"IpAddressPrefix":"172.30.17.0/24","Flags":3}]}}"#
        ),
        .show(
          "net",
          .has(
            #"{"Ipams":[{"Subnets":[{"IpSubnets":[{},{"IpAddressPrefix":"172.30.17.0/24","Flags":3}]}]}]}"#),
          .keeps("part", "Ipams.0.Subnets.0.IpSubnets.1.ID")),
        .endpoint("web", on: "net", #""IpConfigurations":[{"IpAddress":"172.30.17.9"}]"#),
        .show("web", .at("IpConfigurations.0.IpSubnetId", #""$part""#)), .delete("web"),
        .modify(
          "net",
          #"{"ResourceType":4,"RequestType":1,"Settings":{"SubnetId":"$subnet","IpSubnets":[{"ID":"$part","IpAddressPrefix":"172.30.17.0/24"}]}}"#
        ), .show("net", .count("Ipams.0.Subnets.0.IpSubnets", 1)),
        .modify(
          "net",
          #"{"ResourceType":"IPSubnet","RequestType":"Add","Settings":{"SubnetId":"$subnet","IpSubnets":[{"IpAddressPrefix":"10.0.0.0/24"}]}}"#,
          .fails(0x803b_0033)),
        .modify(
          "net", #"{"ResourceType":"IPSubnet","RequestType":"Add","Settings":{"SubnetId":"$net"}}"#,
          .fails(0x803b_0005)),
      ]),
    ConformanceCase(
      "2 network request", "chosen: others are refused",
      [
        .nat("net"),
        .modify("net", #"{"ResourceType":"Weather","RequestType":"Add","Settings":{}}"#, .fails(0x803b_0015)),
        .modify("net", #"{"ResourceType":7,"RequestType":"Add","Settings":{}}"#, .fails(0x803b_0015)),
        .modify("net", #"{"ResourceType":"Policy","RequestType":9,"Settings":{}}"#, .fails(0x803b_0015)),
        .modify("net", #"{"ResourceType":"DNS","RequestType":"Remove","Settings":{}}"#, .fails(0x803b_0015)),
        .modify("net", #"{"ResourceType":"DNS","RequestType":"Update"}"#, .fails(0x803b_000a)),
      ]),
    ConformanceCase(
      "2 network settings by type", "each list has its name",
      [
        .nat("net"), .show("net", .keeps("subnet", "Ipams.0.Subnets.0.ID")),
        .modify(
          "net",
          #"{"ResourceType":"IPSubnet","RequestType":"Add","Settings":{"SubnetId":"$subnet","IpSubnets":[{"IpAddressPrefix":"172.30.18.0/24"}]}}"#
        ),
        .modify(
          "net",
          #"{"ResourceType":"Policy","RequestType":"Add","Settings":{"Policies":[{"Type":"SourceMacAddress","Settings":{"SourceMacAddress":"00-11-22-33-44-55"}}]}}"#
        ),
        .show(
          "net", .at("Policies.0.Settings", #"{"SourceMacAddress":"00-11-22-33-44-55"}"#),
          .count("Ipams.0.Subnets.0.IpSubnets", 2)),
      ]),
  ]

  static let endpoints: [ConformanceCase] = [
    ConformanceCase(
      "2 endpoint request", "Policy by name, by number and in any case", on: Releases.withHCN,
      [
        .nat("net"), .endpoint("web", on: "net"), .policies("Add", of: "web", Sample.outboundNAT),
        .modify("web", #"{"ResourceType":1,"RequestType":0,"Settings":{"Policies":[\#(Sample.allow)]}}"#),
        .modify(
          "web", #"{"ResourceType":"POLICY","RequestType":"add","Settings":{"Policies":[\#(Sample.block)]}}"#),
        .show("web", .count("Policies", 3)),
        .modify("web", #"{"ResourceType":"Policy","RequestType":"Add"}"#, .fails(0x803b_000d)),
        .modify("web", #"{"ResourceType":"Weather","RequestType":"Add","Settings":{}}"#, .fails(0x803b_0015)),
      ]),
    ConformanceCase(
      "2 port of a virtual machine",
      [
        .nat("net"), .endpoint("web", on: "net"),
        .modify(
          "web",
          #"{"ResourceType":"Port","RequestType":"Add","Settings":{"VirtualMachineId":"00000000-0000-4000-8000-000000000001","VirtualNicName":"00000000-0000-4000-8000-000000000001--$web"}}"#
        ), .show("web", .at("State", "2")),
        .modify("web", #"{"ResourceType":0,"RequestType":1,"Settings":{}}"#), .show("web", .at("State", "4")),
        .modify(
          "web", #"{"ResourceType":"Port","RequestType":"Remove","Settings":{}}"#, .fails(0x803b_0034)),
        .modify("web", #"{"ResourceType":"Port","RequestType":"Add","Settings":{}}"#, .fails(0x8007_0057)),
      ]),
    ConformanceCase(
      "2 refresh of a port", "without Settings",
      [
        .nat("net"), .endpoint("web", on: "net"),
        .modify("web", #"{"RequestType":"Refresh","ResourceType":"Port"}"#, .answersNothing),
        .modify(
          "none", as: .endpoint, #"{"RequestType":"Refresh","ResourceType":"Port"}"#, .fails(0x803b_0002)),
      ]),
  ]

  static let others: [ConformanceCase] = [
    ConformanceCase(
      "2 namespace request", "by name, by number and in any case", on: Releases.withHCN,
      [
        .nat("net"), .endpoint("web", on: "net"), .namespace("pod"), .join("pod", "web"),
        .modify("pod", #"{"ResourceType":0,"RequestType":0,"Settings":{"ContainerId":"c"}}"#),
        .show(
          "pod",
          .at(
            "Resources",
            #"[{"Type":"Endpoint","Data":{"Id":"$WEB"}},{"Type":"Container","Data":{"Id":"c"}}]"#)),
        .modify(
          "pod", #"{"ResourceType":"ENDPOINT","RequestType":"remove","Settings":{"EndpointId":"$web"}}"#),
        .modify("pod", #"{"ResourceType":"Container","RequestType":1,"Settings":{"ContainerId":"c"}}"#),
        .show("pod", .lacks("Resources")),
        .modify("pod", #"{"ResourceType":1,"RequestType":0,"Settings":{"EndpointId":"$WEB"}}"#),
        .show("pod", .count("Resources", 1)),
      ]),
    ConformanceCase(
      "2 namespace request", "chosen: one without a resource is refused",
      [
        .namespace("pod"),
        .modify(
          "pod", #"{"ResourceType":"Endpoint","RequestType":"Add","Settings":{}}"#, .fails(0x8007_0057)),
        .modify(
          "pod", #"{"ResourceType":"Container","RequestType":"Add","Settings":{}}"#, .fails(0x8007_0057)),
        .modify(
          "pod", #"{"ResourceType":"Endpoint","RequestType":"Add","Settings":{"EndpointId":"$none"}}"#,
          .fails(0x803b_0002)),
        .modify(
          "none", as: .namespace, #"{"ResourceType":"Container","Settings":{"ContainerId":"c"}}"#,
          .fails(0x8007_0490)),
      ]),
    ConformanceCase(
      "2 request types", "chosen: Refresh and Reset are refused where not supported",
      [
        .nat("net"), .endpoint("web", on: "net"), .namespace("pod"),
        .policies("Refresh", of: "web", Sample.allow, .fails(0x803b_0015)),
        .policies("Reset", of: "web", Sample.allow, .fails(0x803b_0015)),
        .policies("Refresh", of: "net", "{}", .fails(0x803b_0015)),
        .modify("web", #"{"ResourceType":"Port","RequestType":"Reset"}"#, .fails(0x803b_0015)),
        .run("c", in: "pod", "Update", .fails(0x803b_0015)),
        .run("c", in: "pod", "Reset", .fails(0x803b_0015)),
        .modify("web", #"{"ResourceType":0,"RequestType":3}"#),
        .modify("web", #"{"ResourceType":0,"RequestType":4}"#, .fails(0x803b_0015)),
      ]),
    ConformanceCase(
      "2 responses", "a request returns no document",
      [
        .nat("net"), .namespace("pod"),
        .modify(
          "pod", #"{"ResourceType":"Container","RequestType":"Add","Settings":{"ContainerId":"c"}}"#,
          .answersNothing),
        .modify(
          "net", #"{"ResourceType":"Policy","RequestType":"Add","Settings":{"Policies":[]}}"#, .answersNothing
        ),
      ]),
    ConformanceCase(
      "2 load balancer modify", "is the whole document", on: ["ltsc2025"],
      [
        .overlay("net"), .endpoint("a", on: "net"), .endpoint("b", on: "net"),
        .create(
          "lb", .loadBalancer,
          #"{"HostComputeEndpoints":["$a"],"FrontendVIPs":["10.96.0.1"],"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":80}],"Flags":1}"#
        ),
        .modify(
          "lb",
          #"{"ID":"$lb","HostComputeEndpoints":["$a","$b"],"FrontendVIPs":["10.96.0.2"],"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":81}]}"#
        ),
        .show(
          "lb", .at("ID", #""$LB""#), .at("HostComputeEndpoints", #"["$A","$B"]"#),
          .at("FrontendVIPs", #"["10.96.0.2"]"#), .lacks("Flags")),
      ]),
    ConformanceCase(
      "2 load balancer modify", "is not supported before", on: ["ltsc2019", "1903", "2004", "ltsc2022"],
      [
        .create(
          "lb", .loadBalancer,
          #"{"FrontendVIPs":["10.96.0.1"],"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":80}]}"#
        ),
        .modify(
          "lb",
          #"{"FrontendVIPs":["10.96.0.2"],"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":80}]}"#,
          .fails(0x8000_4001)), .delete("lb"),
        .create(
          "new", .loadBalancer,
          #"{"FrontendVIPs":["10.96.0.2"],"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":80}]}"#
        ),
        .enumerate(.loadBalancer, nil, .answers(#"["$NEW"]"#)), .show("lb", .fails(0x8007_0490)),
      ]),
  ]

  /// The states of a guest network service, in the order of their numbers.
  private static let guestStates = [
    "None", "Created", "Bootstrapping", "Synchronized", "Paused", "Desynchronized", "Rehydrating", "Degraded",
    "Destroyed",
  ]

  static let guests: [ConformanceCase] = [
    ConformanceCase(
      "2 guest network service modify", "every state by name and by number", on: Releases.withHCN,
      [.create("gns", .guestNetworkService, "{}")]
        + guestStates.enumerated().flatMap { number, state -> [Step] in
          [#""\#(state)""#, #""\#(state.uppercased())""#, "\(number)"].flatMap { text -> [Step] in
            [
              .modify(
                "gns", #"{"RequestType":"Update","ResourceType":"State","Settings":{"State":\#(text)}}"#),
              .show("gns", .at("State", "\(number)")),
            ]
          }
        } + [.find(.guestNetworkService, #"{"State":8}"#, .answers(#"["$GNS"]"#))]),
    ConformanceCase(
      "2 guest network service modify", "chosen: others are refused (0x803b0023)",
      [
        .create("gns", .guestNetworkService, "{}"),
        .modify(
          "gns", #"{"RequestType":"Add","ResourceType":"State","Settings":{"State":1}}"#, .fails(0x803b_0023)),
        .modify("gns", #"{"RequestType":"Update","ResourceType":"Port","Settings":{}}"#, .fails(0x803b_0023)),
        .modify(
          "gns", #"{"RequestType":"Update","ResourceType":"State","Settings":{}}"#, .fails(0x8007_0057)),
        .modify(
          "gns", #"{"RequestType":"Update","ResourceType":"State","Settings":{"State":9}}"#,
          .fails(0x8007_0057)),
        .open("none", as: .guestNetworkService, .fails(0x8007_0490)),
      ]),
  ]

  static let queries: [ConformanceCase] = [
    ConformanceCase(
      "2 query members", "each may be absent", on: Releases.withHCN,
      [
        .nat("net"), .enumerate(.network, nil, .answers(#"["$NET"]"#)),
        .enumerate(.network, "{}", .answers(#"["$NET"]"#)),
        .enumerate(.network, #"{"Filter":"{}"}"#, .answers(#"["$NET"]"#)),
        .enumerate(.network, #"{"Filter":""}"#, .answers(#"["$NET"]"#)),
        .enumerate(.network, #"{"SchemaVersion":{"Major":2,"Minor":0},"Flags":0}"#, .answers(#"["$NET"]"#)),
        .enumerate(.network, #"{"SchemaVersion":{"Major":2,"Minor":0},"Flags":1}"#, .answers(#"["$NET"]"#)),
      ]),
    ConformanceCase(
      "2 query members", "chosen: a query or filter that is not an object is refused",
      [
        .enumerate(.network, "[]", .fails(0x803b_001b)),
        .enumerate(.network, #"{"Filter":"[]"}"#, .fails(0x803b_001b)),
        .enumerate(.network, #"{"Filter":"{"}"#, .fails(0x803b_001b)),
        .enumerate(.network, #"{"Filter":{}}"#, .fails(0x803b_001b)), .nat("net"),
        .query("net", "7", .fails(0x803b_001b)),
      ]),
    ConformanceCase(
      "2 query members", "Detailed makes no difference in schema 2",
      [
        .nat("net"),
        .query(
          "net", #"{"SchemaVersion":{"Major":2,"Minor":0},"Flags":1}"#,
          .has(#"{"ID":"$net","Ipams":[{}]}"#)),
      ]),
    ConformanceCase(
      "2 query without a version",
      [
        .nat("net"), .endpoint("web", on: "net"),
        .enumerate(.endpoint, #"{"Filter":"{\"VirtualNetwork\": \"$NET\"}"}"#, .answers(#"["$web"]"#)),
      ]),
    ConformanceCase(
      "2 query without a version", "chosen: it is answered in schema 1",
      [.nat("net"), .query("net", "{}", .has(#"{"Subnets":[{}]}"#), .lacks("Ipams"))]),
    ConformanceCase(
      "2 filter keys", on: Releases.withHCN,
      [
        .nat("net"), .nat("other", "172.30.32.0/20"), .endpoint("web", on: "net"),
        .endpoint("db", on: "other"), .find(.network, #"{"ID":"$net"}"#, .answers(#"["$NET"]"#)),
        .find(.network, #"{"Name":"other"}"#, .answers(#"["$OTHER"]"#)),
        .find(.network, #"{"State":1}"#, .count("", 2)),
        .find(.endpoint, #"{"ID":"$WEB"}"#, .answers(#"["$web"]"#)),
        .find(.endpoint, #"{"Name":"db"}"#, .answers(#"["$db"]"#)),
        .find(.endpoint, #"{"VirtualNetwork":"$OTHER"}"#, .answers(#"["$db"]"#)),
        .find(.endpoint, #"{"VirtualNetworkName":"net"}"#, .answers(#"["$web"]"#)),
        .find(.endpoint, #"{"State":3}"#, .answers("[]")), .namespace("pod"), .join("pod", "web"),
        .run("c", in: "pod"), .find(.endpoint, #"{"State":3}"#, .answers(#"["$web"]"#)),
        .find(.endpoint, #"{"State":1}"#, .answers(#"["$db"]"#)),
        .find(.namespace, #"{"ID":"$pod"}"#, .answers(#"["$POD"]"#)),
        .find(.namespace, #"{"State":1}"#, .answers(#"["$POD"]"#)),
      ]),
    ConformanceCase(
      "2 filter by Flags", "chosen: equality, not bits",
      [
        .nat("one", members: #""Flags":72,"#), .nat("two", "172.30.32.0/20", members: #""Flags":328,"#),
        .find(.network, #"{"Flags":72}"#, .answers(#"["$ONE"]"#)),
        .find(.network, #"{"Flags":328}"#, .answers(#"["$TWO"]"#)),
        .find(.network, #"{"Flags":64}"#, .answers("[]")),
      ]),
    ConformanceCase(
      "2 no filter by address",
      [
        .nat("net"), .endpoint("web", on: "net", #""IpConfigurations":[{"IpAddress":"172.30.17.9"}]"#),
        .find(.endpoint, #"{"IPAddress":"172.30.17.9"}"#, .answers("[]")),
        .find(.endpoint, #"{"IpConfigurations":[{"IpAddress":"172.30.17.9"}]}"#, .answers("[]")),
      ]),
    ConformanceCase(
      "2 several filter members", "all of them must match",
      [
        .nat("net"), .endpoint("web", on: "net"), .endpoint("db", on: "net"),
        .find(.endpoint, #"{"VirtualNetwork":"$NET","Name":"web"}"#, .answers(#"["$web"]"#)),
        .find(.endpoint, #"{"ID":"$db","Name":"web"}"#, .answers("[]")),
      ]),
    ConformanceCase(
      "2 query tolerates a filter", on: Releases.withHCN,
      [
        .nat("net"),
        .query(
          "net", #"{"SchemaVersion":{"Major":2,"Minor":0},"Filter":"{\"Name\":\"another\"}"}"#,
          .at("ID", #""$net""#)),
      ]),
    ConformanceCase(
      "2 enumerate output", "is an array of ids, oldest first", on: Releases.withHCN,
      [
        .nat("b"), .nat("a", "172.30.32.0/20"), .enumerate(.network, nil, .answers(#"["$B","$A"]"#)),
        .endpoint("z", on: "a"), .endpoint("y", on: "b"),
        .enumerate(.endpoint, nil, .answers(#"["$z","$y"]"#)),
      ]),
    ConformanceCase(
      "2 nothing found", "is an empty array", on: Releases.withHCN,
      HCNObjectKind.allCases.map { .find($0, #"{"Name":"absent"}"#, .answers("[]")) }),
  ]
}
