import HNSEmulator
import HostModel
import NetworkTypes

/// Section 6 of `hns.md`: port mappings and policy requests.
enum Section6PolicyCases {
  static let all = ports + requests

  static let ports: [ConformanceCase] = [
    ConformanceCase(
      "6.5 duplicate protocol and external port", on: Releases.withHCN,
      [
        .overlay("net"),
        .endpoint(
          "a", on: "net", policies: Sample.port(#""Protocol":17,"InternalPort":45678,"ExternalPort":56789"#)),
        .endpoint(
          "b", on: "net", policies: Sample.port(#""Protocol":17,"InternalPort":45678,"ExternalPort":56789"#),
          .fails(0x803b_0013)), .delete("a"),
        .endpoint(
          "b", on: "net", policies: Sample.port(#""Protocol":17,"InternalPort":45678,"ExternalPort":56789"#)),
      ]),
    ConformanceCase(
      "6.5 other protocol or other VIP",
      [
        .nat("net"),
        .endpoint(
          "a", on: "net", policies: Sample.port(#""Protocol":6,"InternalPort":80,"ExternalPort":80"#)),
        .endpoint(
          "b", on: "net", policies: Sample.port(#""Protocol":17,"InternalPort":80,"ExternalPort":80"#)),
        .endpoint(
          "c", on: "net",
          policies: Sample.port(#""Protocol":6,"InternalPort":80,"ExternalPort":80,"VIP":"192.0.2.10""#)),
        .endpoint(
          "d", on: "net",
          policies: Sample.port(#""Protocol":6,"InternalPort":80,"ExternalPort":80,"VIP":"192.0.2.10""#),
          .fails(0x803b_0013)),
      ]),
    ConformanceCase(
      "6.5 internal port 0",
      [
        .nat("net"),
        .endpoint(
          "a", on: "net", policies: Sample.port(#""Protocol":6,"InternalPort":0,"ExternalPort":80"#),
          .fails(0x803b_002d)),
        .endpoint(
          "a", on: "net", policies: Sample.port(#""Protocol":6,"ExternalPort":80"#), .fails(0x803b_002d)),
      ]),
    ConformanceCase(
      "6.5 network without port mappings", "chosen: Transparent and L2Tunnel",
      ["Transparent", "L2Tunnel"].flatMap { type -> [Step] in
        [
          .external("net\(type)", type),
          .endpoint(
            "a", on: "net\(type)",
            policies: Sample.port(#""Protocol":6,"InternalPort":80,"ExternalPort":80"#), .fails(0x803b_0016)),
          .delete("net\(type)"),
        ]
      }),
    ConformanceCase(
      "6.5 L2Bridge with LocalRoutedVip, and NAT of the older schema",
      [
        .l2bridge("net"),
        .endpoint(
          "a", on: "net",
          policies: Sample.port(#""Protocol":6,"InternalPort":80,"ExternalPort":8080,"Flags":1"#)),
        .show(
          "a",
          .some(
            "Policies",
            #"{"Type":"PortMapping","Settings":{"Protocol":6,"InternalPort":80,"ExternalPort":8080,"Flags":1}}"#
          )),
        .hns(
          "POST", "/endpoints",
          #"{"VirtualNetwork":"$NET","Policies":[{"Type":"NAT","Protocol":"TCP","InternalPort":80,"ExternalPort":8081}]}"#,
          .has(#"{"Success":true}"#)),
      ]),
    ConformanceCase(
      "6.5 separate entry for IPv6",
      [
        .nat("net"),
        .endpoint(
          "a", on: "net",
          policies: Sample.port(#""Protocol":6,"InternalPort":80,"ExternalPort":8080,"Flags":1"#) + ","
            + Sample.port(#""Protocol":6,"InternalPort":80,"ExternalPort":8080,"Flags":3"#)),
        .show(
          "a",
          .at(
            "Policies",
            #"[{"Type":"PortMapping","Settings":{"Protocol":6,"InternalPort":80,"ExternalPort":8080,"Flags":1}},{"Type":"PortMapping","Settings":{"Protocol":6,"InternalPort":80,"ExternalPort":8080,"Flags":3}}]"#
          )),
        .endpoint(
          "b", on: "net",
          policies: Sample.port(#""Protocol":6,"InternalPort":80,"ExternalPort":8080,"Flags":2"#),
          .fails(0x803b_0013)),
      ]),
    ConformanceCase(
      "6.5 separate entry for IPv6", "without a VIP it is the host's IPv6 address",
      [
        .overlay("net"),
        .endpoint(
          "a", on: "net",
          policies: Sample.port(#""Protocol":6,"InternalPort":80,"ExternalPort":8080,"Flags":2"#)),
        .namespace("pod"), .join("pod", "a"), .run("c", in: "pod"),
        .check("the rule is for IPv6 and has the address") { service, names in
          names["a"].flatMap { service.switchPort(of: $0) }?.rules.contains {
            $0.group.layer == .slbNAT && $0.group.family == .ipv6 && $0.name.contains("fd00:240::5")
          } ?? false
        },
      ]),
    ConformanceCase(
      "6.5 no external port",
      [
        .nat("net"),
        .endpoint(
          "a", on: "net",
          policies: Sample.port(#""Protocol":6,"InternalPort":80"#) + ","
            + Sample.port(#""Protocol":6,"InternalPort":81,"ExternalPort":0"#)),
        .show(
          "a", .keeps("one", "Policies.0.Settings.ExternalPort"),
          .keeps("two", "Policies.1.Settings.ExternalPort")),
        .check("both are in the dynamic range") { _, names in
          let ports = [Int(names.filled("$one")), Int(names.filled("$two"))].compactMap { $0 }
          return Set(ports).count == 2 && ports.allSatisfy { (49152...65535).contains($0) }
        },
        .endpoint(
          "b", on: "net", policies: Sample.port(#""Protocol":6,"InternalPort":80,"ExternalPort":$one"#),
          .fails(0x803b_0013)),
      ]),
    ConformanceCase(
      "6.5 no external port", "in the older schema", on: Releases.all,
      [
        .hns("POST", "/networks", #"{"Name":"nat","Type":"nat"}"#, as: "net"),
        .hns(
          "POST", "/endpoints",
          #"{"VirtualNetwork":"$NET","Policies":[{"Type":"NAT","Protocol":"tcp","InternalPort":80,"ExternalPort":0}]}"#,
          .has(#"{"Output":{"Policies":[{"Type":"NAT","InternalPort":80,"ExternalPort":"<number>"}]}}"#)),
      ]),
    ConformanceCase(
      "6.5 ports are in use until released", "a list of them is in portpools",
      [
        .nat("net"),
        .endpoint(
          "a", on: "net", policies: Sample.port(#""Protocol":6,"InternalPort":80,"ExternalPort":8080"#)),
        .hns(
          "GET", "/portpools", nil,
          .has(
            #"{"Output":{"PortPoolAllocations":[{"Protocol":6,"Port":8080,"EndpointId":"$a"}]},"Success":true}"#
          )),
        .policies(
          "Remove", of: "a", Sample.port(#""Protocol":6,"InternalPort":80,"ExternalPort":8080"#)),
        .hns("GET", "/portpools", nil, .at("Output", #"{"PortPoolAllocations":[]}"#)),
      ]),
    ConformanceCase(
      "6.5 firewall rule for a mapping",
      [
        .nat("net"),
        .endpoint(
          "a", on: "net", policies: Sample.port(#""Protocol":6,"InternalPort":80,"ExternalPort":8080"#)),
        .namespace("pod"), .join("pod", "a"), .run("c", in: "pod"),
        .check("an inbound rule allows the port") { service, names in
          names["a"].flatMap { service.firewall(of: $0) }?.rules.contains { rule in
            guard case .published = rule.origin else { return false }
            return rule.direction == .in && rule.action == .allow
          } ?? false
        },
      ]),
  ]

  static let requests: [ConformanceCase] = [
    ConformanceCase(
      "6.6 Add", on: Releases.withHCN,
      [
        .l2bridge("net"), .endpoint("a", on: "net", policies: Sample.outboundNAT),
        .policies("Add", of: "a", Sample.allow + "," + Sample.block),
        .show(
          "a",
          .has(
            #"{"Policies":[{"Type":"OutBoundNAT"},{"Type":"L2Driver"},{"Type":"ACL","Settings":{"Action":"Allow"}},{"Type":"ACL","Settings":{"Action":"Block"}}]}"#
          )),
      ]),
    ConformanceCase(
      "6.6 Remove", on: Releases.withHCN,
      [
        .nat("net"), .endpoint("a", on: "net", policies: Sample.allow + "," + Sample.block),
        .policies("Remove", of: "a", Sample.allow),
        .show("a", .has(#"{"Policies":[{"Type":"ACL","Settings":{"Action":"Block"}}]}"#)),
      ]),
    ConformanceCase(
      "6.6 Remove", "chosen: a missing one is refused",
      [
        .nat("net"), .endpoint("a", on: "net", policies: Sample.allow),
        .policies("Remove", of: "a", Sample.block, .fails(0x803b_0008)),
        .policies("Remove", of: "a", Sample.allow + "," + Sample.block, .fails(0x803b_0008)),
      ]),
    ConformanceCase(
      "6.6 Update", "chosen: it replaces the policies of the given types",
      [
        .nat("net"), .endpoint("a", on: "net", policies: Sample.outboundNAT + "," + Sample.allow),
        .policies("Update", of: "a", Sample.block),
        .show(
          "a", .has(#"{"Policies":[{"Type":"OutBoundNAT"},{"Type":"ACL","Settings":{"Action":"Block"}}]}"#)),
      ]),
    ConformanceCase(
      "6.6 Update", "the assumption policyUpdateScope", assumptions: [.policyUpdateScope: "all"],
      [
        .nat("net"), .endpoint("a", on: "net", policies: Sample.outboundNAT + "," + Sample.allow),
        .policies("Update", of: "a", Sample.block),
        .show("a", .has(#"{"Policies":[{"Type":"ACL","Settings":{"Action":"Block"}}]}"#)),
      ]),
    ConformanceCase(
      "6.6 Update", "chosen: with one empty policy it removes the proxies",
      [
        .nat("net"),
        .endpoint("a", on: "net", policies: Sample.allow + #",{"Type":"L4Proxy","Settings":{"Port":"80"}}"#),
        .policies("Update", of: "a", "{}"), .show("a", .has(#"{"Policies":[{"Type":"ACL"}]}"#)),
      ]),
    ConformanceCase(
      "6.6 POST of the older schema", on: Releases.all,
      [
        .hns("POST", "/networks", #"{"Name":"nat","Type":"nat"}"#, as: "net"),
        .hns(
          "POST", "/endpoints",
          #"{"VirtualNetwork":"$NET","Policies":[{"Type":"OutBoundNAT","ExceptionList":["10.0.0.0/8"]},{"Type":"ROUTE","DestinationPrefix":"10.96.0.0/12","NeedEncap":true},{"Type":"PA","PA":"10.240.0.5"}]}"#,
          as: "a"),
        .hns(
          "POST", "/endpoints/$a",
          #"{"ID":"$a","Policies":[{"Type":"ACL","Protocols":"6","Action":"Allow","Direction":"In","RuleType":"Switch","Priority":1000}]}"#,
          .has(
            #"{"Output":{"Policies":[{"Type":"OutBoundNAT"},{"Type":"ROUTE"},{"Type":"PA"},{"Type":"ACL"}]}}"#
          )),
        .hns(
          "POST", "/endpoints/$a", #"{"ID":"$a","Policies":[]}"#,
          .has(#"{"Output":{"Policies":[{"Type":"OutBoundNAT"},{"Type":"ROUTE"},{"Type":"PA"}]}}"#)),
      ]),
    ConformanceCase(
      "6.6 network policies", on: Releases.withHCN,
      [
        .overlay("net"),
        .policies(
          "Add", of: "net",
          #"{"Type":"RemoteSubnetRoute","Settings":{"DestinationPrefix":"10.244.8.0/24","IsolationId":4096,"ProviderAddress":"192.0.2.5","DistributedRouterMacAddress":"00-15-5D-AA-00-02"}}"#
        ), .show("net", .some("Policies", #"{"Type":"RemoteSubnetRoute"}"#)),
        .policies(
          "Remove", of: "net",
          #"{"Type":"RemoteSubnetRoute","Settings":{"DistributedRouterMacAddress":"00-15-5D-AA-00-02","DestinationPrefix":"10.244.8.0/24","IsolationId":4096,"ProviderAddress":"192.0.2.5"}}"#
        ), .show("net", .none("Policies", #"{"Type":"RemoteSubnetRoute"}"#)),
      ]),
    ConformanceCase(
      "6.6 echo of settings", on: Releases.withHCN,
      [
        .overlay("net"),
        .endpoint(
          "a", on: "net",
          policies: Sample.outboundNAT + "," + Sample.route
            + #",{"Type":"ProviderAddress","Settings":{"ProviderAddress":"10.0.0.4"}}"#),
        .show(
          "a", .at("Policies.0.Settings", #"{"Exceptions":["10.0.0.0/16","10.0.0.4/32"]}"#),
          .at("Policies.1.Settings", #"{"DestinationPrefix":"11.0.0.0/8","NeedEncap":true}"#),
          .at("Policies.2.Settings", #"{"ProviderAddress":"10.0.0.4"}"#)),
      ]),
    ConformanceCase(
      "6.6 echo of settings", "the older schema drops NeedEncap false", on: Releases.all,
      [
        .hns("POST", "/networks", #"{"Name":"nat","Type":"nat"}"#, as: "net"),
        .hns(
          "POST", "/endpoints",
          #"{"VirtualNetwork":"$NET","Policies":[{"Type":"ROUTE","DestinationPrefix":"11.0.0.0/8","NeedEncap":false}]}"#,
          .lacks("Output.Policies.0.NeedEncap"), .has(#"{"Output":{"Policies":[{"Type":"ROUTE"}]}}"#)),
      ]),
    ConformanceCase(
      "6.6 IP sets", "a nested set refers to earlier sets", on: ["ltsc2025"],
      [
        .external("net", "L2Bridge"),
        .policies("Add", of: "net", Sample.set("all", "web", nested: true), .fails(0x803b_000d)),
        .policies("Add", of: "net", Sample.set("web", "10.0.0.4,10.0.0.0/28")),
        .policies("Add", of: "net", Sample.set("all", "web", nested: true)),
        .show("net", .some("Policies", Sample.set("all", "web", nested: true))),
      ]),
    ConformanceCase(
      "6.6 IP sets", "a set in use cannot be removed", on: ["ltsc2025"],
      [
        .external(
          "net", "L2Bridge",
          policies: "," + Sample.set("web", "10.0.0.4") + "," + Sample.set("all", "web", nested: true)),
        .policies("Remove", of: "net", Sample.set("web", "10.0.0.4"), .fails(0x803b_002c)),
        .endpoint(
          "a", on: "net",
          policies: Sample.acl(#""RemoteAddresses":"all","Action":"Allow","Direction":"In""#)),
        .policies("Remove", of: "net", Sample.set("all", "web", nested: true), .fails(0x803b_002c)),
        .delete("a"), .policies("Remove", of: "net", Sample.set("all", "web", nested: true)),
        .policies("Remove", of: "net", Sample.set("web", "10.0.0.4")),
        .show("net", .none("Policies", #"{"Type":"SetPolicy"}"#)),
      ]),
    ConformanceCase(
      "6.6 IP sets", "Update replaces the given sets", on: ["ltsc2022", "ltsc2025"],
      [
        .external(
          "net", "L2Bridge", policies: "," + Sample.set("a", "10.0.0.4") + "," + Sample.set("b", "10.0.0.5")),
        .policies("Update", of: "net", Sample.set("b", "10.0.0.6")),
        .show(
          "net", .some("Policies", Sample.set("a", "10.0.0.4")),
          .some("Policies", Sample.set("b", "10.0.0.6")), .none("Policies", Sample.set("b", "10.0.0.5"))),
      ]),
    ConformanceCase(
      "6.6 IP sets", "chosen: Update of an unknown set is refused",
      [
        .external("net", "L2Bridge", policies: "," + Sample.set("a", "10.0.0.4")),
        .policies("Update", of: "net", Sample.set("b", "10.0.0.6"), .fails(0x803b_0008)),
      ]),
  ]
}
