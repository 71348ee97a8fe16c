import HNSEmulator
import HostModel

/// The twelve rules of section 0 of `hns.md`.
enum Section0Cases {
  static let all: [ConformanceCase] = [
    ConformanceCase(
      "0 rule 1", "the answer has the schema of the query", on: Releases.withHCN,
      [
        .nat("net"), .query("net", nil, .has(#"{"Subnets":[{"AddressPrefix":"172.30.16.0/20"}]}"#)),
        .query(
          "net", #"{"SchemaVersion":{"Major":1,"Minor":0}}"#,
          .has(#"{"Subnets":[{"AddressPrefix":"172.30.16.0/20"}]}"#), .lacks("Ipams")),
        .query(
          "net", #"{"SchemaVersion":{"Major":2,"Minor":0}}"#,
          .has(#"{"Ipams":[{"Subnets":[{"IpAddressPrefix":"172.30.16.0/20"}]}]}"#), .lacks("Subnets")),
        .query(
          "net", #"{"SchemaVersion":{"Major":2,"Minor":16}}"#,
          .has(#"{"Ipams":[{"Subnets":[{"IpAddressPrefix":"172.30.16.0/20"}]}]}"#)),
        .endpoint("web", on: "net"),
        .query("web", nil, .has(#"{"VirtualNetwork":"$NET","IPAddress":"<address>"}"#)),
      ]),
    ConformanceCase(
      "0 rule 2", "create accepts either schema", on: Releases.withHCN,
      [
        .create(
          "net", .network,
          #"{"Name":"n","Type":"nat","Subnets":[{"AddressPrefix":"172.30.16.0/20","GatewayAddress":"172.30.16.1"}]}"#
        ), .show("net", .at("Ipams.0.Subnets.0.IpAddressPrefix", #""172.30.16.0/20""#)),
        .create("web", .endpoint, on: "net", #"{"VirtualNetwork":"$net","IPAddress":"172.30.16.9"}"#),
        .show("web", .has(#"{"IpConfigurations":[{"IpAddress":"172.30.16.9","PrefixLength":20}]}"#)),
        .create(
          "goclient", .network,
          #"{"Name":"g","Type":"NAT","MacPool":{},"Dns":{},"Health":{"Extra":{}},"SchemaVersion":{"Major":0,"Minor":0}}"#
        ), .show("goclient", .count("Ipams", 1)),
      ]),
    ConformanceCase(
      "0 rule 3", "filters use the names of schema 1",
      [
        .nat("net"), .endpoint("web", on: "net"),
        .enumerate(
          .endpoint,
          #"{"SchemaVersion":{"Major":2,"Minor":0},"Filter":"{\"VirtualNetwork\":\"$net\"}"}"#,
          .answers(#"["$web"]"#)), .find(.endpoint, #"{"HostComputeNetwork":"$net"}"#, .answers("[]")),
      ]),
    ConformanceCase(
      "0 rule 4", "schema 2 omits zeros, including NAT", on: Releases.withHCN,
      [
        .nat("net"), .show("net", .lacks("Type", "Policies", "Dns", "Ipams.0.Type")),
        .external("far", "Transparent"), .show("far", .lacks("Flags")),
        .query("far", nil, .has(#"{"Flags":0,"IPv6":false,"Policies":[],"CurrentEndpointCount":0}"#)),
        .endpoint("web", on: "net"), .show("web", .lacks("Flags", "Policies", "HostComputeNamespace")),
        .namespace("pod"), .show("pod", .lacks("Type", "Resources", "NamespaceId")),
      ]),
    ConformanceCase(
      "0 rule 5", "missing objects", on: Releases.withHCN,
      HCNObjectKind.allCases.map { .enumerate($0, nil, .answers("[]")) } + [
        .find(.network, #"{"Name":"absent"}"#, .answers("[]")),
        .find(.endpoint, #"{"ID":"$none"}"#, .answers("[]")),
        .open("none", as: .network, .fails(0x803b_0001)), .open("none", as: .endpoint, .fails(0x803b_0002)),
        .open("none", as: .namespace, .fails(0x8007_0490)),
      ]),
    ConformanceCase(
      "0 rule 6", "success has no record and no document",
      [
        .create("net", .network, "{}", .answersNothing), .open("net", .answersNothing),
        .modify("net", #"{"RequestType":"Update","Settings":{}}"#, .answersNothing),
        .delete("net", .answersNothing),
      ]),
    ConformanceCase(
      "0 rule 7", "ids in any case, and without braces",
      [
        .create("net", .network, #"{"ID":"37b9e55c-0000-4b6f-969f-8585a89dc6e5"}"#),
        .show("net", .at("ID", #""37b9e55c-0000-4b6f-969f-8585a89dc6e5""#)),
        .create("again", .network, #"{"ID":"37B9E55C-0000-4B6F-969F-8585A89DC6E5"}"#, .fails(0x803b_0010)),
        .create("again", .network, #"{"ID":"{37B9E55C-0000-4B6F-969F-8585A89DC6E6}"}"#, .fails(0x803b_0019)),
      ]),
    ConformanceCase(
      "0 rule 8", "without ACLs everything is allowed; with one the rest is blocked",
      [
        .l2bridge("net"), .endpoint("open", on: "net"), .endpoint("shut", on: "net", policies: Sample.allow),
        .namespace("pod"), .join("pod", "open"), .join("pod", "shut"), .run("c", in: "pod"),
        .check("without ACLs a port allows at 65500, with one it drops the rest") {
          service, names in
          let open = names["open"].flatMap { service.switchPort(of: $0) }
          let shut = names["shut"].flatMap { service.switchPort(of: $0) }
          return open?.unmatchedInbound == .allow && shut?.unmatchedInbound == .block
            && open?.rules.allSatisfy { $0.priority == 65500 } ?? false
        },
      ]),
    ConformanceCase(
      "0 rule 9", "a network is deleted with its endpoints", on: Releases.withHCN,
      [
        .nat("net"), .endpoint("web", on: "net"), .delete("net"), .open("web", .fails(0x803b_0002)),
      ]),
    ConformanceCase(
      "0 rule 10", "no compartment before a container runs", on: Releases.withHCN,
      [
        .nat("net"), .endpoint("web", on: "net"), .namespace("pod"), .join("pod", "web"),
        .show("pod", .lacks("NamespaceId")), .run("c", in: "pod"), .show("pod", .at("NamespaceId", "2")),
      ]),
    ConformanceCase(
      "0 rule 11", "settings are echoed compactly, without default members", on: Releases.withHCN,
      [
        .overlay("net"),
        .endpoint(
          "web", on: "net",
          policies:
            #"{"Type":"OutBoundNAT","Settings":{ "VirtualIP":"", "Exceptions":[ "10.0.0.0/16" ], "Destinations":[], "Flags":0, "MaxPortPoolUsage":0 }},{"Type":"SDNRoute","Settings":{"DestinationPrefix":"11.0.0.0/8","NextHop":"","NeedEncap":false}},{"Type":"ACL","Settings":{"Direction":"Out","Action":"Block","LocalPorts":"","Priority":0,"RuleType":"Switch","Protocols":""}},{"Type":"PortMapping","Settings":{"Protocol":6,"InternalPort":80,"ExternalPort":8080,"VIP":"","Flags":0}}"#
        ),
        .show(
          "web",
          .at(
            "Policies",
            #"[{"Type":"OutBoundNAT","Settings":{"Exceptions":["10.0.0.0/16"]}},{"Type":"SDNRoute","Settings":{"DestinationPrefix":"11.0.0.0/8"}},{"Type":"ACL","Settings":{"Action":"Block","Direction":"Out","RuleType":"Switch"}},{"Type":"PortMapping","Settings":{"Protocol":6,"InternalPort":80,"ExternalPort":8080}}]"#
          )),
      ]),
    ConformanceCase(
      "0 rule 12", "which members are texts and which are numbers",
      [
        .overlay("net"),
        .endpoint(
          "web", on: "net",
          policies: Sample.allow + ","
            + Sample.port(#""Protocol":"tcp","InternalPort":80,"ExternalPort":80,"Flags":1"#)),
        .show(
          "web",
          .has(
            #"{"Policies":[{"Type":"ACL","Settings":{"Protocols":"6","Priority":1000,"Action":"Allow","Direction":"In","RuleType":"Switch"}},{"Type":"PortMapping","Settings":{"Protocol":6,"Flags":1}}],"IpConfigurations":[{"PrefixLength":24}],"State":1}"#
          )),
        .create(
          "lb", .loadBalancer,
          #"{"FrontendVIPs":["10.96.0.1"],"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":80,"DistributionType":1}],"Flags":1}"#
        ),
        .show(
          "lb", .has(#"{"PortMappings":[{"Protocol":6,"InternalPort":80,"DistributionType":1}],"Flags":1}"#)),
        .show("net", .at("Type", #""Overlay""#)),
      ]),
    ConformanceCase(
      "0 rule 12", "names in any case and numbers are read, documented names are echoed",
      [
        .create(
          "net", .network,
          #"{"Type":3,"Policies":[{"Type":1,"Settings":{"NetworkAdapterName":"Ethernet"}},{"Type":"SETPOLICY","Settings":{"Id":"s","PolicyType":0,"Values":"10.0.0.4"}},{"Type":"setpolicy","Settings":{"Id":"t","PolicyType":"ipset","Values":"10.0.0.5"}}],"Ipams":[{"Type":"DHCP","Subnets":[]}]}"#
        ),
        .show(
          "net",
          .has(
            #"{"Type":"L2Bridge","Policies":[{"Type":"NetAdapterName"},{"Type":"SetPolicy","Settings":{"PolicyType":"IPSET"}},{"Type":"SetPolicy","Settings":{"PolicyType":"IPSET"}},{"Type":"DrMacAddress"}],"Ipams":[{"Type":"Dhcp"}]}"#
          )),
        .endpoint(
          "web", on: "net",
          policies:
            #"{"Type":"acl","Settings":{"Action":"block","Direction":"OUT","RuleType":"switch"}},{"Type":"SDNROUTE","Settings":{"DestinationPrefix":"10.0.0.0/8"}}"#
        ),
        .show(
          "web",
          .has(
            #"{"Policies":[{"Type":"ACL","Settings":{"Action":"Block","Direction":"Out","RuleType":"Switch"}},{"Type":"SDNRoute"},{"Type":"L2Driver"}]}"#
          )),
      ]),
  ]
}
