import HNSEmulator
import HostModel
import JSONText
import NetworkTypes

/// Section 10 of `hns.md`: types of networks, DNS of the node, load balancers and published ports.
enum Section10ServiceCases {
  static let all = types + ports

  // MARK: 10.3 and 10.4: types, DNS, load balancers

  static let types: [ConformanceCase] = [
    ConformanceCase(
      "10.3 case of endpoints in a load balancer", "chosen: upper", on: Releases.withHCN,
      [
        .nat("net"), .endpoint("web", on: "net"), balancer("lb", "\"$web\""),
        .show("lb", .at("HostComputeEndpoints", #"["$WEB"]"#)),
        .query("lb", nil, .at("References", #"["/endpoints/$web"]"#)),
        .hns("GET", "/policylists/$LB", nil, .at("Output.References", #"["/endpoints/$web"]"#)),
      ]),
    ConformanceCase(
      "10.3 case of endpoints in a load balancer", "chosen: lower",
      assumptions: [.loadBalancerEndpoints: "lower"],
      [
        .nat("net"), .endpoint("web", on: "net"), balancer("lb", "\"$WEB\""),
        .show("lb", .at("HostComputeEndpoints", #"["$web"]"#)),
      ]),
    ConformanceCase(
      "10.3 DNS of the node", "goes to endpoints of networks without DNS", on: Releases.withHCN,
      dns: ["10.0.0.53", "fd00::53"],
      [
        .nat("net"), .endpoint("web", on: "net"),
        .show(
          "web", .at("Dns", #"{"Search":["corp.example"],"ServerList":["10.0.0.53","fd00::53"]}"#)),
        .endpoint("own", on: "net", #""Dns":{"ServerList":["10.0.0.99"]}"#),
        .show("own", .at("Dns", #"{"ServerList":["10.0.0.99"]}"#)),
        .nat("other", "172.31.16.0/20", members: #""Dns":{"ServerList":["10.0.0.77"]},"#),
        .endpoint("two", on: "other"), .show("two", .at("Dns", #"{"ServerList":["10.0.0.77"]}"#)),
      ]),
    ConformanceCase(
      "10.3 DNS of the node", "with EnableInternalDNS the gateway comes first", on: Releases.all,
      dns: ["10.0.0.53"],
      [
        .hns(
          "POST", "/networks",
          #"{"Name":"nat","Type":"nat","Subnets":[{"AddressPrefix":"172.30.16.0/20","GatewayAddress":"172.30.16.1"}]}"#,
          as: "nat"),
        .hns(
          "POST", "/endpoints", #"{"VirtualNetwork":"$nat","EnableInternalDNS":true}"#,
          .has(
            #"{"Success":true,"Output":{"DNSServerList":"172.30.16.1,10.0.0.53","DNSSuffix":"corp.example"}}"#
          )),
      ]),
    ConformanceCase(
      "10.4 modes on ordinary hosts", "are taken, listed, read back and deleted",
      ["ICS", "Internal", "Private", "Mirrored", "ConstrainedICS"].flatMap { mode -> [Step] in
        [
          .create(
            mode, .network,
            #"{"ID":"C08CB7B8-9B3C-408E-8E30-5E16A3AEB444","Name":"Default Switch","Type":"\#(mode)","Flags":11}"#
          ),
          .show(
            mode,
            .has(
              #"{"ID":"C08CB7B8-9B3C-408E-8E30-5E16A3AEB444","Name":"Default Switch","Type":"\#(mode)","Flags":11}"#
            )),
          .query(mode, nil, .at("Type", #""\#(mode)""#)),
          .find(.network, #"{"Name":"Default Switch"}"#, .count("", 1)),
          .hns("GET", "/networks/", nil, .count("Output", 1)), .endpoint("vm", on: mode), .delete(mode),
          .enumerate(.network, nil, .count("", 0)),
        ]
      }),
    ConformanceCase(
      "10.4 ICS assigns addresses", "like nat", on: Releases.all,
      [
        .hns(
          "POST", "/networks",
          #"{"Name":"WSL","Type":"ICS","Flags":9,"Subnets":[{"AddressPrefix":"172.29.144.0/20","GatewayAddress":"172.29.144.1"}]}"#,
          as: "wsl", .has(#"{"Success":true}"#)),
        .hns(
          "POST", "/endpoints", #"{"VirtualNetwork":"$wsl","Name":"vm"}"#,
          .has(#"{"Success":true,"Output":{"IPAddress":"<address>","PrefixLength":20}}"#)),
        .hns("POST", "/networks", #"{"Name":"Default Switch","Type":"ICS","Subnets":[]}"#, as: "switch"),
        .hns(
          "GET", "/networks/$switch", nil, .has(#"{"Output":{"Subnets":[{"AddressPrefix":"<any>"}]}}"#)),
      ]),
    ConformanceCase(
      "10.4 policy 17", "is VmNic", on: Releases.withHCN,
      [
        .nat("net"), .endpoint("a", on: "net", policies: #"{"Type":17,"Settings":{"Id":"7"}}"#),
        .show("a", .at("Policies", #"[{"Type":"VmNic","Settings":{"Id":"7"}}]"#)),
        .endpoint("b", on: "net", policies: #"{"Type":"vmnic"}"#),
      ]),
  ]

  private static func balancer(
    _ name: String, _ endpoints: String, vips: String = "\"10.96.0.1\"", port: Int = 80, _ answer: Answer...,
    line: Int = #line
  ) -> Step {
    Step(
      .call(
        .create(
          .loadBalancer, id: nil, network: nil,
          settings:
            #"{"HostComputeEndpoints":[\#(endpoints)],"FrontendVIPs":[\#(vips)],"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":\#(port)}]}"#
        ), object: name, kind: .loadBalancer), answer, line, #fileID)
  }

  // MARK: Ports

  private static let nat = Step.hns(
    "POST", "/networks",
    #"{"Name":"nat","Type":"nat","Subnets":[{"AddressPrefix":"172.30.16.0/20","GatewayAddress":"172.30.16.1"}]}"#,
    as: "nat")

  private static func publish(_ name: String, _ answer: Answer..., line: Int = #line) -> Step {
    Step(
      .call(
        .hns(
          "POST", "/endpoints",
          #"{"VirtualNetwork":"$nat","Name":"\#(name)","Policies":[{"Type":"NAT","Protocol":"TCP","InternalPort":80,"ExternalPort":8080}]}"#
        ), object: name, kind: .endpoint), answer, line, #fileID)
  }

  static func refused(_ code: UInt32) -> Answer { .has(#"{"Success":false,"ErrorCode":\#(code)}"#) }
  static let accepted = Answer.has(#"{"Success":true}"#)

  static let ports: [ConformanceCase] = [
    ConformanceCase(
      "10.4 port published twice", "on 1607: the object already exists", on: ["1607"],
      [nat, publish("a", accepted), publish("b", refused(0x8007_1392))]),
    ConformanceCase(
      "10.4 port published twice", "on 1709: accepted", on: ["1709"],
      [
        nat, publish("a", accepted), publish("b", accepted), publish("c", accepted),
        .hns("DELETE", "/endpoints/$a", nil, accepted),
        .hns("GET", "/portpools", nil, .at("Output.PortPoolAllocations.0.EndpointId", #""$b""#)),
        .hns("DELETE", "/endpoints/$c", nil, accepted), .hns("DELETE", "/endpoints/$b", nil, accepted),
        .hns("GET", "/portpools", nil, .count("Output.PortPoolAllocations", 0)),
      ]),
    ConformanceCase(
      "10.4 port published twice", "from 1809 on: the port already exists",
      on: ["ltsc2019", "1903", "ltsc2022", "ltsc2025"],
      [nat, publish("a", accepted), publish("b", refused(0x803b_0013))]),
    ConformanceCase(
      "10.4 port published twice", "chosen: refused on 1703", on: ["1703"],
      [nat, publish("a", accepted), publish("b", refused(0x8007_1392))]),
    ConformanceCase(
      "10.4 port published twice", "chosen: refused on 1803", on: ["1803"],
      [nat, publish("a", accepted), publish("b", refused(0x803b_0013))]),
    ConformanceCase(
      "10.4 port published twice", "chosen: accepted on 1703 and 1803", on: ["1703", "1803"],
      assumptions: [.publishedTwice: "accepted"], [nat, publish("a", accepted), publish("b", accepted)]),
    ConformanceCase(
      "10.4 port of a host process", "cannot be published", on: Releases.all, listens: ["tcp/8080"],
      [nat, publish("a", refused(0x8007_0020))]),
    ConformanceCase(
      "10.4 port of a host process", "by udp or at another address it can be", listens: ["tcp/8080"],
      [
        .nat("net"),
        .endpoint(
          "a", on: "net", policies: Sample.port(#""Protocol":17,"InternalPort":80,"ExternalPort":8080"#)),
        .endpoint(
          "b", on: "net",
          policies: Sample.port(#""Protocol":6,"InternalPort":80,"ExternalPort":8080,"VIP":"192.0.2.10""#)),
        .policies(
          "Add", of: "b", Sample.port(#""Protocol":6,"InternalPort":80,"ExternalPort":8080"#),
          .fails(0x8007_0020)),
      ]),
    ConformanceCase(
      "10.4 port of a host process", "cannot be balanced at the host", on: Releases.withHCN,
      listens: ["tcp/8080"],
      [
        .nat("net"), .endpoint("web", on: "net"),
        balancer("lb", "\"$web\"", vips: "", port: 8080, .fails(0x803b_0013)),
        balancer("lb", "\"$web\"", vips: "\"10.240.0.5\"", port: 8080, .fails(0x803b_0013)),
        balancer("lb", "\"$web\"", port: 8080),
      ]),
    ConformanceCase(
      "10.4 load balancer after a restart", "chosen: it is restored at once",
      [balancer("a", ""), .restart(), balancer("b", "", .fails(0x803b_0013))]),
    ConformanceCase(
      "10.4 load balancer after a restart", "while it is being restored",
      assumptions: [.restartedLoadBalancers: "restoring"],
      [
        balancer("a", ""), balancer("b", "", .fails(0x803b_0013)), .restart(),
        balancer("b", "", .fails(0x8007_00b7)), .delete("a"), balancer("b", ""),
        balancer("c", "", .fails(0x803b_0013)),
      ]),
  ]
}
