import HNSEmulator
import HostModel
import JSONText
import NetworkTypes

/// Section 10 of `hns.md`: endpoints of other hosts, networks on one adapter, and subnets.
enum Section10NetworkCases {
  static let all = remote + adapters + subnets

  // MARK: 10.1

  /// The first endpoint of the pod network, and endpoints of other hosts as kube-proxy makes them.
  private static func far(_ name: String, _ address: String, _ answer: Answer..., line: Int = #line) -> Step {
    Step(
      .call(
        .create(
          .endpoint, id: nil, network: "net",
          settings:
            #"{"IpConfigurations":[{"IpAddress":"\#(address)"}],"MacAddress":"00:11:22:33:44:55","Flags":1,"SchemaVersion":{"Major":2,"Minor":0}}"#
        ), object: name, kind: .endpoint), answer, line, #fileID)
  }

  private static func near(_ name: String, _ address: String, _ answer: Answer..., line: Int = #line) -> Step
  {
    Step(
      .call(
        .create(
          .endpoint, id: nil, network: "net",
          settings:
            #"{"Name":"\#(name)","IpConfigurations":[{"IpAddress":"\#(address)"}],"SchemaVersion":{"Major":2,"Minor":0}}"#
        ), object: name, kind: .endpoint), answer, line, #fileID)
  }

  static let remote: [ConformanceCase] = [
    ConformanceCase(
      "10.1 address of a remote endpoint", on: Releases.withHCN,
      [
        .overlay("net"), far("pod", "10.244.9.7"), far("server", "172.16.4.1"), far("six", "2001:db8::9"),
        far("gateway", "10.244.7.1"), far("broadcast", "10.244.7.255"), far("node", "10.240.0.5"),
        .show(
          "server",
          .has(
            #"{"IpConfigurations":[{"IpAddress":"172.16.4.1","PrefixLength":32}],"MacAddress":"00-11-22-33-44-55","Flags":1}"#
          ), .lacks("Routes", "Dns")),
        .delete("pod"), far("pod", "10.244.9.7"),
      ]),
    ConformanceCase(
      "10.1 address of a remote endpoint", "chosen: several can have one",
      [.overlay("net"), far("a", "10.244.9.7"), far("b", "10.244.9.7"), .delete("a"), .show("b")]),
    ConformanceCase(
      "10.1 address of a remote endpoint", "by IsRemoteEndpoint", on: Releases.all,
      [
        .hns(
          "POST", "/networks",
          #"{"Name":"net","Type":"L2Bridge","NetworkAdapterName":"Ethernet","Subnets":[{"AddressPrefix":"10.244.7.0/24","GatewayAddress":"10.244.7.1"}]}"#,
          as: "net", .has(#"{"Success":true}"#)),
        .hns(
          "POST", "/endpoints",
          #"{"VirtualNetwork":"$net","IPAddress":"172.16.4.1","MacAddress":"00:11:22:33:44:55","IsRemoteEndpoint":true}"#,
          .has(#"{"Success":true,"Output":{"IPAddress":"172.16.4.1"}}"#)),
        .hns(
          "POST", "/endpoints",
          #"{"VirtualNetwork":"$net","IPAddress":"172.16.4.1"}"#, .has(#"{"Success":false}"#)),
      ]),
    ConformanceCase(
      "10.1 address of a local endpoint", "must be in a subnet", on: Releases.withHCN,
      [.overlay("net"), near("web", "10.244.9.7", .fails(0x803b_001e))]),
    ConformanceCase(
      "10.1 MAC address of remote endpoints", "is not unique",
      [
        .overlay("net"), far("a", "10.244.9.1"), far("b", "10.244.9.2"),
        .endpoint("local", on: "net", #""MacAddress":"00-11-22-33-44-55""#),
        .endpoint("other", on: "net", #""MacAddress":"00-11-22-33-44-55""#, .fails(0x803b_000c)),
        .delete("b"), .delete("local"), .show("a", .at("MacAddress", #""00-11-22-33-44-55""#)),
      ]),
    ConformanceCase(
      "10.1 remote and local endpoint with one address", "on l2bridge of 2019 and 2022",
      on: ["ltsc2019", "ltsc2022"], assumptions: [.remoteAddresses: "unique"],
      [
        .l2bridge("net"), far("stale", "10.244.7.5"), near("pod", "10.244.7.5"),
        near("second", "10.244.7.5", .fails(0x803b_002f)), far("again", "10.244.7.5"), .delete("stale"),
        .show("pod", .at("IpConfigurations.0.IpAddress", #""10.244.7.5""#)),
      ]),
    ConformanceCase(
      "10.1 remote and local endpoint with one address", "chosen: elsewhere the assumption remoteAddresses",
      on: ["ltsc2025"], [.l2bridge("net"), far("stale", "10.244.7.5"), near("pod", "10.244.7.5")]),
    ConformanceCase(
      "10.1 remote and local endpoint with one address", "chosen: unique", on: ["ltsc2025", "1903"],
      assumptions: [.remoteAddresses: "unique"],
      [
        .l2bridge("net"), far("stale", "10.244.7.5"), near("pod", "10.244.7.5", .fails(0x803b_002f)),
        .delete("stale"), near("pod", "10.244.7.5"), far("stale", "10.244.7.5", .fails(0x803b_002f)),
      ]),
    ConformanceCase(
      "10.1 kube-proxy", "applies services whose backends are on this node, on others and on hosts",
      on: Releases.withHCN,
      [
        .overlay("net"), near("pod", "10.244.7.5"),
        .create(
          "other", .endpoint, on: "net",
          #"{"IpConfigurations":[{"IpAddress":"10.244.9.8"}],"MacAddress":"00-15-5D-01-02-03","Flags":1,"Policies":[{"Type":"ProviderAddress","Settings":{"ProviderAddress":"10.240.0.6"}}],"SchemaVersion":{"Major":2,"Minor":0}}"#
        ),
        .create(
          "api", .endpoint, on: "net",
          #"{"IpConfigurations":[{"IpAddress":"10.240.0.4"}],"MacAddress":"00-15-5D-01-02-03","Flags":1,"Policies":[{"Type":"ProviderAddress","Settings":{"ProviderAddress":"10.240.0.4"}}],"SchemaVersion":{"Major":2,"Minor":0}}"#
        ),
      ]
        + [
          ("kubernetes", "10.96.0.1", "\"$api\""), ("dns", "10.96.0.10", "\"$pod\",\"$other\""),
          ("metrics", "10.96.0.20", "\"$other\""), ("web", "10.96.0.30", "\"$pod\""),
          ("shop", "10.96.0.40", "\"$pod\",\"$api\""), ("cart", "10.96.0.50", "\"$other\",\"$api\""),
        ].map { name, vip, endpoints in
          .create(
            name, .loadBalancer,
            #"{"HostComputeEndpoints":[\#(endpoints)],"SourceVIP":"10.244.7.9","FrontendVIPs":["\#(vip)"],"PortMappings":[{"Protocol":6,"InternalPort":6443,"ExternalPort":443}],"SchemaVersion":{"Major":2,"Minor":0}}"#
          )
        } + [
          .enumerate(.loadBalancer, nil, .count("", 6)), .delete("other"),
          .show("metrics", .lacks("HostComputeEndpoints")),
          .check("traffic to a backend on another node goes outside") { host, names in
            host.topology.endpoints.count { $0.isRemote } == 1
          },
        ]),
  ]

  // MARK: 10.2

  private static func on(_ adapter: String?, _ name: String, _ type: String, _ subnet: String = "") -> String
  {
    let policies =
      adapter.map { #""Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"\#($0)"}}],"# }
      ?? ""
    return
      #"{"Name":"\#(name)","Type":"\#(type)",\#(policies)\#(subnet)"SchemaVersion":{"Major":2,"Minor":0}}"#
  }

  private static func overlaySubnet(_ prefix: String, _ gateway: String, _ vsid: Int) -> String {
    #""Ipams":[{"Type":"Static","Subnets":[{"IpAddressPrefix":"\#(prefix)","Policies":[{"Type":"VSID","Settings":{"IsolationId":\#(vsid)}}],"Routes":[{"NextHop":"\#(gateway)","DestinationPrefix":"0.0.0.0/0"}]}]}],"#
  }

  private static let external = overlaySubnet("192.168.255.0/30", "192.168.255.1", 9999)
  private static let pods = overlaySubnet("10.244.7.0/24", "10.244.7.1", 4096)

  static let adapters: [ConformanceCase] = [
    ConformanceCase(
      "10.2 networks of one type", "the base and the pod network of flannel", on: Releases.withHCN,
      adapters: ["Ethernet"],
      [
        .create("External", .network, on("Ethernet", "External", "Overlay", external)),
        .create("vxlan0", .network, on("Ethernet", "vxlan0", "Overlay", pods)), .delete("vxlan0"),
        .create("vxlan0", .network, on(nil, "vxlan0", "Overlay", pods)),
        .show(
          "vxlan0",
          .some("Policies", #"{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"Ethernet"}}"#)),
        .delete("External"), .endpoint("pod", on: "vxlan0"),
        .create("External", .network, on("Ethernet", "External", "Overlay", external)),
      ]),
    ConformanceCase(
      "10.2 networks of one type", "the second without an adapter, on a host whose adapters are not known",
      [
        .create("External", .network, on("Ethernet", "External", "Overlay", external)),
        .create("vxlan0", .network, on(nil, "vxlan0", "Overlay", pods)),
        .query("vxlan0", nil, .at("NetworkAdapterName", #""Ethernet""#)),
      ]),
    ConformanceCase(
      "10.2 networks of one type", "transparent networks of several VLANs", adapters: ["Ethernet"],
      [2, 3].map { vlan in
        .hns(
          "POST", "/networks",
          #"{"Name":"vlan\#(vlan)","Type":"transparent","NetworkAdapterName":"Ethernet","Subnets":[{"AddressPrefix":"10.\#(vlan).0.0/24","GatewayAddress":"10.\#(vlan).0.1"}],"Policies":[{"Type":"VLAN","VLAN":\#(vlan)}]}"#,
          .has(#"{"Success":true}"#))
      }),
    ConformanceCase(
      "10.2 networks of one type", "chosen: without an adapter, a free one comes first",
      adapters: ["Ethernet", "Ethernet 2"],
      [
        .create("a", .network, on(nil, "a", "L2Bridge")), .create("b", .network, on(nil, "b", "L2Bridge")),
        .create("c", .network, on(nil, "c", "L2Bridge")),
        .query("b", nil, .at("NetworkAdapterName", #""Ethernet 2""#)),
        .query("c", nil, .at("NetworkAdapterName", #""Ethernet""#)),
      ]),
    ConformanceCase(
      "10.2 vEthernet", "names the adapter of the first network", on: Releases.withHCN,
      adapters: ["Ethernet"],
      [
        .create("early", .network, on("vEthernet (Ethernet)", "early", "L2Bridge"), .fails(0x803b_0006)),
        .create("first", .network, on("Ethernet", "first", "L2Bridge")),
        .create("second", .network, on("vEthernet (Ethernet)", "second", "L2Bridge")),
        .query("second", nil, .at("NetworkAdapterName", #""vEthernet (Ethernet)""#)), .delete("first"),
        .create("third", .network, on("Ethernet", "third", "Overlay"), .fails(0x803b_0006)),
        .create("third", .network, on("Ethernet", "third", "L2Bridge")),
      ]),
    ConformanceCase(
      "10.2 another type", "on a taken adapter fails", adapters: ["Ethernet"],
      [
        .create("a", .network, on("Ethernet", "a", "Overlay", external)),
        .create("b", .network, on("Ethernet", "b", "Transparent"), .fails(0x803b_0006)),
        .create("b", .network, on(nil, "b", "Transparent"), .fails(0x803b_0006)), .delete("a"),
        .create("a", .network, on("Ethernet", "a", "L2Bridge")),
        .create("b", .network, on("vEthernet (Ethernet)", "b", "Transparent"), .fails(0x8007_0057)),
      ]),
    ConformanceCase(
      "10.2 teams", adapters: ["Ethernet", "Ethernet2", "Ethernet3"],
      [
        .create("team", .network, on("Ethernet2,Ethernet3", "team", "L2Bridge")),
        .show(
          "team",
          .some(
            "Policies", #"{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"Ethernet2,Ethernet3"}}"#)
        ),
        .create("same", .network, on("Ethernet3, Ethernet2", "same", "L2Bridge")),
        .create("third", .network, on("Ethernet3", "third", "Transparent"), .fails(0x803b_0006)),
        .create("third", .network, on(nil, "third", "Transparent")),
        .query("third", nil, .at("NetworkAdapterName", #""Ethernet""#)),
      ]),
    ConformanceCase(
      "10.2 teams", "chosen: a team is one switch, and its members exist once",
      adapters: ["Ethernet2", "Ethernet3"],
      [
        .create("bad", .network, on("Ethernet2,Ethernet9", "bad", "L2Bridge"), .fails(0x803b_0006)),
        .create("bad", .network, on("Ethernet2,Ethernet2", "bad", "L2Bridge"), .fails(0x803b_000a)),
        .create("bad", .network, on(",", "bad", "L2Bridge"), .fails(0x803b_0006)),
        .create("team", .network, on("Ethernet2,Ethernet3", "team", "L2Bridge")),
        .create("part", .network, on("Ethernet2", "part", "L2Bridge"), .fails(0x803b_0006)),
      ]),
  ]

  // MARK: Subnets

  private static let dual =
    #""Ipams":[{"Subnets":[{"IpAddressPrefix":"192.168.128.0/20"},{"IpAddressPrefix":"fd00::100/120"}]}],"#

  static let subnets: [ConformanceCase] = [
    ConformanceCase(
      "10.4 dual stack before 2004", "nat", on: ["ltsc2019", "1903"],
      assumptions: [.dualStackBefore2004: "refused"],
      [
        .create("net", .network, on(nil, "net", "NAT", dual)), .endpoint("a", on: "net"),
        .show("a", .count("IpConfigurations", 2)),
      ]),
    ConformanceCase(
      "10.4 dual stack before 2004", "chosen: L2Bridge", on: ["ltsc2019", "1903"],
      [.create("net", .network, on("Ethernet", "net", "L2Bridge", dual)), .endpoint("a", on: "net")]),
    ConformanceCase(
      "10.4 dual stack before 2004", "chosen: L2Bridge is refused", on: ["ltsc2019", "1903"],
      assumptions: [.dualStackBefore2004: "refused"],
      [.create("net", .network, on("Ethernet", "net", "L2Bridge", dual), .fails(0x803b_0032))]),
    ConformanceCase(
      "10.4 docker without a subnet: nat", "HNS picks a subnet", on: Releases.all,
      ["nat", "second"].flatMap { (name: String) -> [Step] in
        [
          .hns(
            "POST", "/networks",
            #"{"Name":"\#(name)","Type":"nat","Subnets":[{"AddressPrefix":"0.0.0.0/0","GatewayAddress":"0.0.0.0"}]}"#,
            as: name, Section10ServiceCases.accepted),
          .hns(
            "POST", "/endpoints", #"{"VirtualNetwork":"$\#(name)"}"#, as: "e", Section10ServiceCases.accepted),
          .hns("GET", "/endpoints/$e", nil, .has(#"{"Output":{"IPAddress":"<address>","PrefixLength":20}}"#)),
        ]
      } + [
        .check("the subnets are private, have gateways and do not overlap") { host, _ in
          let subnets = host.topology.networks.flatMap(\.subnets)
          return subnets.count == 2 && !subnets[0].prefix.range.overlaps(subnets[1].prefix.range)
            && subnets.allSatisfy { $0.prefix.length == 20 && $0.gateway == $0.prefix.address.next }
        }
      ]),
    ConformanceCase(
      "10.4 docker without a subnet: nat", "in schema 2", on: Releases.withHCN,
      [
        .create(
          "net", .network,
          #"{"Name":"net","Type":"NAT","Ipams":[{"Subnets":[{"IpAddressPrefix":"0.0.0.0/0","Routes":[{"NextHop":"0.0.0.0","DestinationPrefix":"0.0.0.0/0"}]}]}]}"#
        ),
        .show("net", .count("Ipams.0.Subnets", 1), .count("Ipams.0.Subnets.0.Routes", 1)),
        .nat("known"), .endpoint("a", on: "net"),
      ]),
    ConformanceCase(
      "10.4 docker without a subnet: transparent", "endpoints have no address until DHCP assigns one",
      on: Releases.all,
      [
        .hns(
          "POST", "/networks",
          #"{"Name":"tr","Type":"transparent","NetworkAdapterName":"Ethernet","Subnets":[{"AddressPrefix":"0.0.0.0/0","GatewayAddress":"0.0.0.0"}]}"#,
          as: "tr",
          .has(
            #"{"Success":true,"Output":{"Subnets":[{"AddressPrefix":"0.0.0.0/0","GatewayAddress":"0.0.0.0"}]}}"#
          )
        ),
        .hns(
          "POST", "/endpoints", #"{"VirtualNetwork":"$tr","IPAddress":"0.0.0.0"}"#, as: "e",
          .has(#"{"Success":true,"Output":{"IPAddress":"","GatewayAddress":""}}"#)),
        .hns(
          "POST", "/endpoints", #"{"VirtualNetwork":"$tr","IPAddress":"10.9.8.7"}"#,
          .has(#"{"Success":true,"Output":{"IPAddress":"10.9.8.7","GatewayAddress":""}}"#)),
        .hns(
          "POST", "/networks",
          #"{"Name":"nat","Type":"nat","Subnets":[{"AddressPrefix":"0.0.0.0/0","GatewayAddress":"0.0.0.0"}]}"#,
          Section10ServiceCases.accepted),
        .check("the network has no known subnet") { host, _ in
          host.topology.networks[0].subnets.isEmpty && host.topology.endpoints[0].addresses.isEmpty
        },
      ]),
    ConformanceCase(
      "10.4 OutBoundNAT policies by family", "their exceptions are united", on: Releases.withHCN,
      [
        .l2bridge("net"),
        .endpoint(
          "a", on: "net",
          policies: [#""10.244.0.0/16""#, #""10.96.0.0/12","fd00:96::/108""#, #""fd00::/16""#].map {
            #"{"Type":"OutBoundNAT","Settings":{"Exceptions":[\#($0)]}}"#
          }.joined(separator: ",")),
        .show("a", .count("Policies", 4)),
        .check("a destination is translated unless a policy of its family excepts it") { host, _ in
          let nat = host.topology.endpoints[0].outboundNAT
          func translates(_ address: String) -> Bool {
            IPAddress(address).map { address in nat.contains { $0.translates(address) } } ?? false
          }
          return !translates("10.244.1.1") && !translates("10.96.0.10") && !translates("fd00:96::1")
            && !translates("fd00::1") && translates("192.0.2.1") && translates("2001:db8::1")
        },
      ]),
    ConformanceCase(
      "10.4 OutBoundNAT policies by family", "lists contain addresses and prefixes", on: Releases.withHCN,
      [
        .l2bridge("net"),
        .endpoint(
          "a", on: "net", policies: #"{"Type":"OutBoundNAT","Settings":{"Exceptions":["rubbish"]}}"#,
          .fails(0x803b_000d)),
        .endpoint(
          "a", on: "net", policies: #"{"Type":"OutBoundNAT","Settings":{"Destinations":["10.0.0.0/33"]}}"#,
          .fails(0x803b_000d)),
        .endpoint(
          "a", on: "net", policies: #"{"Type":"OutBoundNAT","Settings":{"VirtualIP":"rubbish"}}"#,
          .fails(0x803b_000d)),
        .endpoint(
          "a", on: "net",
          policies: #"{"Type":"OutBoundNAT","Settings":{"Exceptions":["10.0.0.4","10.0.0.9/8","fd00::/8"]}}"#),
        .hns(
          "POST", "/endpoints",
          #"{"VirtualNetwork":"$NET","Policies":[{"Type":"OutBoundNAT","ExceptionList":["rubbish"]}]}"#,
          Section10ServiceCases.refused(0x803b_000d)),
      ]),
  ]
}
