import HNSEmulator
import HostModel
import NetworkTypes

/// Section 6 of `hns.md`: identity, values assigned on creation, deletion.
enum Section6Cases {
  static let all = identity + create + deletion

  static let identity: [ConformanceCase] = [
    ConformanceCase(
      "6.1 network ids upper, endpoint ids lower", on: Releases.withHCN,
      [
        .l2bridge("net"), .endpoint("web", on: "net"),
        .show("net", .at("ID", #""$net""#)), .query("net", nil, .at("ID", #""$NET""#)),
        .show("web", .at("ID", #""$web""#), .at("HostComputeNetwork", #""$net""#)),
        .query("web", nil, .has(#"{"ID":"$web","VirtualNetwork":"$net"}"#)),
        .enumerate(.network, nil, .answers(#"["$NET"]"#)), .enumerate(.endpoint, nil, .answers(#"["$web"]"#)),
      ]),
    ConformanceCase(
      "6.1 endpoint ids in a namespace upper", on: Releases.withHCN,
      [
        .l2bridge("net"), .endpoint("web", on: "net"), .namespace("pod"), .join("pod", "web"),
        .show("pod", .at("Resources", #"[{"Type":"Endpoint","Data":{"Id":"$WEB"}}]"#)),
        .query("pod", nil, .at("ResourceList.0.Data", #"{"Id":"$WEB"}"#)),
      ]),
    ConformanceCase(
      "6.1 references in any case",
      [
        .l2bridge("net"), .create("a", .endpoint, #"{"HostComputeNetwork":"$net"}"#),
        .create("b", .endpoint, #"{"HostComputeNetwork":"$NET"}"#),
        .show("a", .at("HostComputeNetwork", #""$net""#)), .show("b", .at("HostComputeNetwork", #""$net""#)),
        .namespace("pod"), .join("pod", "A"), .show("a", .at("HostComputeNamespace", #""$POD""#)),
        .find(.endpoint, #"{"VirtualNetwork":"$net"}"#, .answers(#"["$a","$b"]"#)),
      ]),
    ConformanceCase(
      "6.1 endpoints of a load balancer in any case",
      [
        .overlay("net"), .endpoint("web", on: "net"),
        .create(
          "lb", .loadBalancer,
          #"{"HostComputeEndpoints":["$web"],"FrontendVIPs":["10.96.0.1"],"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":80}]}"#
        ), .show("lb", .at("HostComputeEndpoints", #"["$WEB"]"#)),
      ]),
    ConformanceCase(
      "6.1 namespace ids upper", on: Releases.withHCN,
      [
        .namespace("pod"), .show("pod", .at("ID", #""$POD""#)), .query("pod", nil, .at("ID", #""$POD""#)),
        .enumerate(.namespace, nil, .answers(#"["$POD"]"#)),
      ]),
    ConformanceCase(
      "6.1 duplicate endpoint name",
      [
        .nat("net"), .create("a", .endpoint, on: "net", #"{"Name":"GoTest"}"#),
        .create("b", .endpoint, on: "net", #"{"Name":"GoTest"}"#),
        .find(.endpoint, #"{"Name":"GoTest"}"#, .answers(#"["$a","$b"]"#)),
      ]),
    ConformanceCase(
      "6.1 duplicate network name", on: Releases.withHCN,
      [
        .nat("net"), .create("again", .network, #"{"Name":"net"}"#, .fails(0x803b_0010)),
        .hns(
          "POST", "/networks", #"{"Name":"net","Type":"nat"}"#,
          .has(#"{"Success":false,"ErrorCode":2151350288}"#)),
      ]),
    ConformanceCase(
      "6.1 duplicate endpoint id",
      [
        .nat("net"), .endpoint("web", on: "net"),
        .create("again", .endpoint, on: "net", #"{"ID":"$web"}"#, .fails(0x8007_1392)),
        .create("again", .endpoint, id: "$WEB", on: "net", "{}", .fails(0x8007_1392)),
      ]),
    ConformanceCase(
      "6.1 case of names in lookups", "chosen: names are case-sensitive",
      [
        .nat("net"), .find(.network, #"{"Name":"net"}"#, .answers(#"["$NET"]"#)),
        .find(.network, #"{"Name":"NET"}"#, .answers("[]")), .create("other", .network, #"{"Name":"NET"}"#),
      ]),
  ]

  static let create: [ConformanceCase] = [
    ConformanceCase(
      "6.2 NAT network, no Ipams", on: Releases.withHCN,
      [
        .create("nat", .network, #"{"Name":"nat","SchemaVersion":{"Major":2,"Minor":0}}"#),
        .show(
          "nat",
          .has(
            #"{"MacPool":{"Ranges":[{"StartMacAddress":"<mac>","EndMacAddress":"<mac>"}]},"Ipams":[{"Subnets":[{"ID":"<guid>","IpAddressPrefix":"<any>","Routes":[{"NextHop":"<address>","DestinationPrefix":"0.0.0.0/0"}]}]}]}"#
          ), .keeps("prefix", "Ipams.0.Subnets.0.IpAddressPrefix"),
          .keeps("gateway", "Ipams.0.Subnets.0.Routes.0.NextHop")),
        .check("the block is a private /20 and its gateway the first host") { _, names in
          let prefix = IPPrefix(names.filled("$prefix"))
          return prefix?.length == 20 && prefix?.address.next == IPAddress(names.filled("$gateway"))
            && prefix.map { IPPrefix("172.16.0.0/12")?.contains($0.address) ?? false } ?? false
        },
      ]),
    ConformanceCase(
      "6.2 any network",
      [
        .external("net", "L2Bridge", members: #""Flags":8,"#),
        .show(
          "net",
          .has(
            #"{"ID":"$NET","Version":55834574851,"State":1,"Flags":8,"Health":{"Extra":{}},"SchemaVersion":{"Major":2,"Minor":0}}"#
          )),
        .query(
          "net", nil,
          .has(
            #"{"ID":"$NET","Version":55834574851,"State":1,"Flags":8,"Health":{"LastErrorCode":0,"LastUpdateTime":"<number>"},"Resources":{"Allocators":[],"ID":"<guid>","State":1,"parentId":"<guid>"}}"#
          ),
          .at(
            "Extensions",
            #"[{"Id":"E7C3B2F0-F3C5-48DF-AF2B-10FED6D72E7A","IsEnabled":false,"Name":"Microsoft Windows Filtering Platform"},{"Id":"F74F241B-440F-4433-BB28-00F89EAD20D8","IsEnabled":true,"Name":"Microsoft Azure VFP Switch Filter Extension"},{"Id":"430BDADD-BAB0-41AB-A369-94B67FA5BE0A","IsEnabled":true,"Name":"Microsoft NDIS Capture"}]"#
          )),
      ]),
    ConformanceCase(
      "6.2 management address assigned later", "on L2Bridge",
      [
        .l2bridge("net"), .show("net", .none("Policies", #"{"Type":"ProviderAddress"}"#)),
        .query("net", nil, .at("ManagementIP", #""""#)), .assignManagementIP("net"),
        .show(
          "net",
          .some("Policies", #"{"Type":"ProviderAddress","Settings":{"ProviderAddress":"10.240.0.5"}}"#),
          .some("Policies", #"{"Type":"DrMacAddress","Settings":{"Address":"<mac>"}}"#)),
        .query("net", nil, .at("ManagementIP", #""10.240.0.5""#), .has(#"{"DrMacAddress":"<mac>"}"#)),
      ]),
    ConformanceCase(
      "6.2 management address assigned later", "on Overlay",
      [
        .overlay("net"), .show("net", .none("Policies", #"{"Type":"ProviderAddress"}"#)),
        .assignManagementIP("net"),
        .show(
          "net",
          .some("Policies", #"{"Type":"ProviderAddress","Settings":{"ProviderAddress":"10.240.0.5"}}"#),
          .some("Policies", #"{"Type":"DrMacAddress"}"#)),
      ]),
    ConformanceCase(
      "6.2 management address assigned later", "chosen: a restart assigns what is pending",
      [
        .overlay("net"), .restart(), .show("net", .some("Policies", #"{"Type":"ProviderAddress"}"#)),
      ]),
    ConformanceCase(
      "6.2 endpoint with name and schema version only", on: Releases.withHCN,
      [
        .nat("net", members: #""Dns":{"ServerList":["10.0.0.53"]},"#), .endpoint("web", on: "net"),
        .show(
          "web",
          .has(
            #"{"ID":"$web","MacAddress":"<mac>","IpConfigurations":[{"IpAddress":"<address>","PrefixLength":20}],"Routes":[{"NextHop":"172.30.16.1","DestinationPrefix":"0.0.0.0/0"}],"Dns":{"ServerList":["10.0.0.53"]},"State":1}"#
          )),
        .query("web", nil, .has(#"{"State":1,"DNSServerList":"10.0.0.53","GatewayAddress":"172.30.16.1"}"#)),
      ]),
    ConformanceCase(
      "6.2 endpoint with name and schema version only", "its MAC address is from the pool",
      [
        .nat(
          "net",
          members:
            #""MacPool":{"Ranges":[{"StartMacAddress":"00-15-5D-52-C0-07","EndMacAddress":"00-15-5D-52-C0-07"}]},"#
        ), .endpoint("web", on: "net"), .show("web", .at("MacAddress", #""00-15-5D-52-C0-07""#)),
        .endpoint("next", on: "net", "", .fails(0x803b_000c)),
      ]),
    ConformanceCase(
      "6.2 address without a prefix length",
      [
        .nat("net"), .endpoint("web", on: "net", #""IpConfigurations":[{"IpAddress":"172.30.17.9"}]"#),
        .show("web", .has(#"{"IpConfigurations":[{"IpAddress":"172.30.17.9","PrefixLength":20}]}"#)),
      ]),
    ConformanceCase(
      "6.2 NAT over both families", on: ["2004", "ltsc2022", "ltsc2025"],
      [
        .create(
          "net", .network,
          #"{"Name":"dual","Type":"NAT","Ipams":[{"Subnets":[{"IpAddressPrefix":"192.168.128.0/20","Routes":[{"NextHop":"192.168.128.1","DestinationPrefix":"0.0.0.0/0"}]},{"IpAddressPrefix":"fd00::100/120","Routes":[{"NextHop":"fd00::101","DestinationPrefix":"::/0"}]}]}]}"#
        ),
        .endpoint(
          "web", on: "net",
          #""IpConfigurations":[{"IpAddress":"192.168.128.4","PrefixLength":20},{"IpAddress":"fd00::133","PrefixLength":120}]"#
        ),
        .show(
          "web",
          .has(
            #"{"IpConfigurations":[{"IpAddress":"192.168.128.4","PrefixLength":20},{"IpAddress":"fd00::133","PrefixLength":120}]}"#
          )),
        .query(
          "web", nil,
          .has(
            #"{"IPAddress":"192.168.128.4","PrefixLength":20,"IPv6Address":"fd00::133","IPv6PrefixLength":120,"GatewayAddressV6":"fd00::101"}"#
          )), .endpoint("auto", on: "net"), .show("auto", .count("IpConfigurations", 2)),
      ]),
    ConformanceCase(
      "6.2 order of addresses", "chosen: an address does not depend on endpoints created earlier",
      [
        .nat("net"), .create("a", .endpoint, id: "00000000-0000-4000-8000-00000000000a", on: "net", "{}"),
        .show("a", .keeps("first", "IpConfigurations.0.IpAddress")), .delete("a"), .endpoint("b", on: "net"),
        .create("a", .endpoint, id: "00000000-0000-4000-8000-00000000000a", on: "net", "{}"),
        .show("a", .at("IpConfigurations.0.IpAddress", #""$first""#)),
      ]),
    ConformanceCase(
      "6.2 reserved addresses", on: Releases.withHCN,
      [
        .nat("net"),
        .endpoint("a", on: "net", #""IpConfigurations":[{"IpAddress":"172.30.16.0"}]"#, .fails(0x803b_002f)),
        .endpoint(
          "a", on: "net", #""IpConfigurations":[{"IpAddress":"172.30.31.255"}]"#, .fails(0x803b_002f)),
        .endpoint("a", on: "net", #""IpConfigurations":[{"IpAddress":"172.30.16.1"}]"#, .fails(0x803b_002f)),
        .endpoint("a", on: "net", #""IpConfigurations":[{"IpAddress":"172.30.31.254"}]"#),
      ]),
    ConformanceCase(
      "6.2 reserved addresses", "the gateway is free if SubnetFlags contains 1",
      [
        .create(
          "net", .network,
          #"{"Name":"n","Type":"L2Bridge","Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"Ethernet"}}],"Ipams":[{"Subnets":[{"IpAddressPrefix":"10.1.0.0/24","Flags":1,"Routes":[{"NextHop":"10.1.0.1","DestinationPrefix":"0.0.0.0/0"}]}]}]}"#
        ), .endpoint("gw", on: "net", #""IpConfigurations":[{"IpAddress":"10.1.0.1"}]"#),
      ]),
    ConformanceCase(
      "6.2 requested address is in use", on: Releases.withHCN,
      [
        .nat("net"), .endpoint("a", on: "net", #""IpConfigurations":[{"IpAddress":"172.30.17.9"}]"#),
        .endpoint("b", on: "net", #""IpConfigurations":[{"IpAddress":"172.30.17.9"}]"#, .fails(0x803b_002f)),
        .delete("a"), .endpoint("b", on: "net", #""IpConfigurations":[{"IpAddress":"172.30.17.9"}]"#),
      ]),
    ConformanceCase(
      "6.2 address outside the subnet",
      [
        .nat("net"),
        .endpoint("a", on: "net", #""IpConfigurations":[{"IpAddress":"10.9.9.9"}]"#, .fails(0x803b_001e)),
      ]),
    ConformanceCase(
      "6.2 L2Bridge and Overlay assign addresses too",
      [
        .l2bridge("bridge"), .endpoint("a", on: "bridge"), .show("a", .count("IpConfigurations", 1)),
        .external("over", "Overlay", "10.245.0.0/24"), .endpoint("b", on: "over"),
        .show("b", .count("IpConfigurations", 1)),
      ]),
  ]

  static let deletion: [ConformanceCase] = [
    ConformanceCase(
      "6.3 network with endpoints", on: Releases.withHCN,
      [
        .nat("net"), .endpoint("web", on: "net"), .delete("net"), .enumerate(.endpoint, nil, .answers("[]")),
        .enumerate(.network, nil, .answers("[]")),
      ]),
    ConformanceCase(
      "6.3 endpoint of a deleted network",
      [
        .overlay("net"), .endpoint("web", on: "net"), .namespace("pod"), .join("pod", "web"), .delete("net"),
        .show("web", .fails(0x803b_0002)), .open("web", .fails(0x803b_0002)),
        .policies("Add", of: "web", Sample.allow, .fails(0x803b_0002)), .delete("web", .fails(0x803b_0002)),
        .show("pod", .lacks("Resources")),
      ]),
    ConformanceCase(
      "6.3 endpoint in a namespace", "chosen: it leaves the namespace",
      [
        .nat("net"), .endpoint("web", on: "net"), .namespace("pod"), .join("pod", "web"),
        .run("c", in: "pod"), .delete("web"),
        .show("pod", .at("Resources", #"[{"Type":"Container","Data":{"Id":"c"}}]"#)),
      ]),
    ConformanceCase(
      "6.3 namespace with a container", on: Releases.withHCN,
      [
        .namespace("pod"), .run("c", in: "pod"), .delete("pod", .fails(0x803b_0015)),
        .run("c", in: "pod", "Remove"), .delete("pod"),
      ]),
    ConformanceCase(
      "6.3 namespace with endpoints only", "chosen: its endpoints remain and are in no namespace",
      [
        .nat("net"), .endpoint("web", on: "net"), .namespace("pod"), .join("pod", "web"), .delete("pod"),
        .show("web", .lacks("HostComputeNamespace"), .at("State", "1")),
      ]),
    ConformanceCase(
      "6.3 missing objects",
      [
        .delete("none", as: .network, .fails(0x803b_0001)),
        .delete("none", as: .endpoint, .fails(0x803b_0002)),
        .hns(
          "DELETE", "/networks/DEAD0000-0000-4000-8000-000000000001", nil,
          .has(#"{"ErrorCode":2151350273}"#)),
      ]),
    ConformanceCase(
      "6.3 missing objects", "chosen: 0x80070490 for load balancers and routes",
      [
        .delete("none", as: .loadBalancer, .fails(0x8007_0490)),
        .delete("none", as: .route, .fails(0x8007_0490)),
        .open("none", as: .loadBalancer, .fails(0x8007_0490)), .open("none", as: .route, .fails(0x8007_0490)),
      ]),
    ConformanceCase(
      "6.3 references that prevent deletion", "chosen: a set that an ACL refers to",
      [
        .external("net", "L2Bridge", policies: "," + Sample.set("s", "10.0.0.4")),
        .endpoint(
          "web", on: "net",
          policies: Sample.acl(#""RemoteAddresses":"s","Action":"Allow","Direction":"In""#)),
        .policies("Remove", of: "net", Sample.set("s", "10.0.0.4"), .fails(0x803b_002c)), .delete("web"),
        .policies("Remove", of: "net", Sample.set("s", "10.0.0.4")),
      ]),
    ConformanceCase(
      "6.3 what a restart preserves", "flags 8 and 16", on: Releases.withHCN,
      [
        .nat("gone", members: #""Flags":8,"#), .nat("kept", "172.30.32.0/20", members: #""Flags":16,"#),
        .endpoint("a", on: "gone"), .endpoint("b", on: "kept"), .restart(),
        .enumerate(.network, nil, .answers(#"["$KEPT"]"#)), .enumerate(.endpoint, nil, .answers(#"["$b"]"#)),
      ]),
    ConformanceCase(
      "6.3 what a restart preserves",
      "chosen: NAT without a flag of the client is deleted since 2019, others remain",
      on: Releases.withHCN,
      [
        .nat("nat"), .overlay("over"), .restart(), .enumerate(.network, nil, .answers(#"["$OVER"]"#)),
      ]),
    ConformanceCase(
      "6.3 what a restart preserves", "chosen: NAT without a flag remains", on: Releases.withoutHCN,
      [
        .hns("POST", "/networks", #"{"Name":"nat","Type":"nat"}"#, as: "nat"), .restart(),
        .hns("GET", "/networks/$NAT", nil, .has(#"{"Success":true}"#)),
      ]),
    ConformanceCase(
      "6.3 what a restart preserves", "unflaggedNetworks", on: ["ltsc2019"],
      assumptions: [.unflaggedNetworks: "kept"],
      [.nat("nat"), .restart(), .enumerate(.network, nil, .answers(#"["$NAT"]"#))]),
  ]
}
