import HNSEmulator
import HostModel

/// Sections 1.8 and 1.9 of `hns.md`: every type of policy by name and by number, with its example.
enum Section1PolicyCases {
  static let all =
    endpointTypes.flatMap { $0.cases(ofNetwork: false) } + networkTypes.flatMap { $0.cases(ofNetwork: true) }
    + subnetTypes + acls

  /// A type of policy: example settings are returned byte for byte.
  struct PolicyType {
    let name: String
    let number: Int?
    let windows: [String]
    let example: String
    /// Settings that are refused.
    let malformed: [String]

    init(
      _ name: String, _ number: Int?, on windows: [String] = Releases.withHCN, _ example: String,
      malformed: [String] = []
    ) {
      self.name = name
      self.number = number
      self.windows = windows
      self.example = example
      self.malformed = malformed
    }

    /// The type by name, in any case and by number; then refused settings.
    func cases(ofNetwork isNetwork: Bool) -> [ConformanceCase] {
      let row = "\(isNetwork ? "1.9" : "1.8") \(name)"
      let types = [#""\#(name)""#, #""\#(name.lowercased())""#] + (number.map { ["\($0)"] } ?? [])
      let before: [Step] = isNetwork ? [] : [.nat("net")]
      func step(_ type: String, _ settings: String, _ answer: Answer...) -> Step {
        let policies = #""Policies":[{"Type":\#(type),"Settings":\#(settings)}]"#
        return Step(
          .call(
            .create(
              isNetwork ? .network : .endpoint, id: nil, network: isNetwork ? nil : "net",
              settings: "{\(policies)}"), object: "object", kind: isNetwork ? .network : .endpoint), answer,
          #line, #fileID)
      }
      let shown: [Step] = types.flatMap { type -> [Step] in
        [
          step(type, example),
          .show("object", .at("Policies", #"[{"Type":"\#(name)","Settings":\#(example)}]"#)),
          .delete("object"),
        ]
      }
      return [
        ConformanceCase(row, "by name, in any case and by number", on: windows, before + shown),
        ConformanceCase(
          row, "chosen: invalid settings are refused", on: windows,
          before + (malformed + [#""text""#]).map { step(#""\#(name)""#, $0, .fails(0x803b_000d)) }),
      ]
    }
  }

  private static let from21 = ["1903", "2004", "ltsc2022", "ltsc2025"]
  private static let from2022 = ["ltsc2022", "ltsc2025"]
  private static let only2025 = ["ltsc2025"]

  static let endpointTypes = [
    PolicyType(
      "PortMapping", 0, #"{"Protocol":6,"InternalPort":80,"ExternalPort":8080,"VIP":"192.0.2.10","Flags":1}"#,
      malformed: [
        #"{"Protocol":1,"InternalPort":80}"#, #"{"Protocol":6,"InternalPort":"80"}"#,
        #"{"Protocol":6,"InternalPort":65536}"#,
      ]),
    PolicyType(
      "ACL", 1,
      #"{"Protocols":"6,17","RemoteAddresses":"10.0.0.0/8","LocalPorts":"80,8000-8100","Priority":300,"Id":"web-in","Action":"Allow","Direction":"In","RuleType":"Switch"}"#,
      malformed: [
        #"{"Direction":"In"}"#, #"{"Action":"Allow"}"#, #"{"Action":"Maybe","Direction":"In"}"#,
        #"{"Action":"Allow","Direction":"Up"}"#, #"{"Action":"Allow","Direction":"In","Protocols":6}"#,
        #"{"Action":"Allow","Direction":"In","Priority":65536}"#,
      ]),
    PolicyType(
      "QOS", 2, #"{"MaximumOutgoingBandwidthInBytes":1250000}"#,
      malformed: [#"{"MaximumOutgoingBandwidthInBytes":"much"}"#]),
    PolicyType("L2Driver", 3, "{}"),
    PolicyType(
      "OutBoundNAT", 4, #"{"Exceptions":["10.244.0.0/16","10.96.0.0/12"]}"#,
      malformed: [#"{"Exceptions":"10.0.0.0/8"}"#, #"{"MaxPortPoolUsage":65536}"#]),
    PolicyType(
      "SDNRoute", 5, #"{"DestinationPrefix":"10.96.0.0/12","NeedEncap":true}"#,
      malformed: [
        "{}", #"{"DestinationPrefix":"garden"}"#, #"{"DestinationPrefix":"10.0.0.0/8","NeedEncap":1}"#,
      ]),
    PolicyType(
      "L4Proxy", 6, on: from2022, #"{"Port":"80","Protocol":6,"Destination":"10.0.0.5:15001"}"#,
      malformed: [#"{"Port":80}"#]),
    PolicyType(
      "L4WFPPROXY", 7, on: from2022,
      #"{"OutboundProxyPort":"15001","FilterTuple":{"Protocols":"6"},"UserSID":"S-1-5-32-556"}"#,
      malformed: [#"{"OutboundProxyPort":15001}"#, #"{"FilterTuple":"6"}"#]),
    PolicyType(
      "ProviderAddress", 8, #"{"ProviderAddress":"192.0.2.4"}"#,
      malformed: ["{}", #"{"ProviderAddress":"x"}"#]),
    PolicyType("PortName", 9, #"{"Name":"port"}"#, malformed: [#"{"Name":1}"#]),
    PolicyType("EncapOverhead", 10, #"{"Overhead":50}"#, malformed: [#"{"Overhead":65536}"#]),
    PolicyType(
      "InterfaceConstraint", 11, #"{"InterfaceAlias":"Ethernet 2"}"#, malformed: [#"{"InterfaceIndex":"x"}"#]),
    PolicyType(
      "Encryption", 12, on: from21,
      #"{"EncryptionMethodType":"Ipsec","AuthenticationMethods":[{"Type":"PresharedKey","Settings":{"Key":"k1"}}],"Name":"e1"}"#,
      malformed: [#"{"EncryptionMethodType":"Rot13"}"#]),
    PolicyType("VLAN", 13, on: from21, #"{"IsolationId":12}"#, malformed: ["{}", #"{"IsolationId":"12"}"#]),
    PolicyType("InterfaceParameters", 14, on: from21, #"{"Mtu":1400}"#, malformed: [#"{"Mtu":65536}"#]),
    PolicyType(
      "Iov", 15, on: from2022, #"{"IovOffloadWeight":100,"QueuePairsRequested":8}"#,
      malformed: [#"{"IovOffloadWeight":-1}"#]),
    PolicyType(
      "TierAcl", 16, on: only2025,
      #"{"Name":"t1","Direction":"In","Order":1001,"TierAclRules":[{"Id":"r1","Protocols":"6","TierAclRuleAction":"Pass","LocalPorts":"80","Priority":2001}]}"#,
      malformed: [#"{"Name":"t1"}"#, #"{"Direction":"Up"}"#, #"{"Direction":"In","TierAclRules":["r"]}"#]),
    PolicyType(
      "Firewall", 18, on: only2025, #"{"VmCreatorId":"40e0ac32-46a5-438a-a0b2-2b479e8f2e90"}"#,
      malformed: [#"{"VmCreatorId":"x"}"#]),
  ]

  static let networkTypes = [
    PolicyType(
      "SourceMacAddress", 0, #"{"SourceMacAddress":"00-11-22-33-44-55"}"#,
      malformed: ["{}", #"{"SourceMacAddress":"x"}"#]),
    PolicyType("NetAdapterName", 1, #"{"NetworkAdapterName":"Ethernet"}"#, malformed: ["{}"]),
    PolicyType("InterfaceConstraint", 2, #"{"InterfaceIndex":7}"#, malformed: [#"{"InterfaceIndex":"7"}"#]),
    PolicyType(
      "VSwitchExtension", 3, #"{"ExtensionID":"E9B59CFA-2BE1-4B21-828F-B6FBDBDDC017","Enable":true}"#,
      malformed: ["{}", #"{"ExtensionID":"x"}"#]),
    PolicyType("ProviderAddress", 4, #"{"ProviderAddress":"192.0.2.4"}"#, malformed: ["{}"]),
    PolicyType("DrMacAddress", 5, #"{"Address":"00-15-5D-AA-00-01"}"#, malformed: ["{}"]),
    PolicyType("AutomaticDNS", 6, #"{"Enable":true}"#, malformed: [#"{"Enable":"yes"}"#]),
    PolicyType(
      "RemoteSubnetRoute", 7,
      #"{"DestinationPrefix":"10.244.8.0/24","IsolationId":4096,"ProviderAddress":"192.0.2.5","DistributedRouterMacAddress":"00-15-5D-AA-00-02"}"#,
      malformed: ["{}", #"{"DestinationPrefix":"10.244.8.0/24"}"#]),
    PolicyType("VxlanPort", 8, on: from21, #"{"Port":4789}"#, malformed: ["{}", #"{"Port":65536}"#]),
    PolicyType("HostRoute", 9, "{}"),
    PolicyType(
      "SetPolicy", 10, on: from2022,
      #"{"Id":"set-1","Name":"web","PolicyType":"IPSET","Values":"10.0.0.4,10.0.0.9"}"#,
      malformed: [
        "{}", #"{"Id":"a"}"#, #"{"Id":"a","PolicyType":"SET"}"#,
        #"{"Id":"a","PolicyType":"IPSET","Values":"garden"}"#,
      ]),
    PolicyType(
      "L4Proxy", 11, on: from2022,
      #"{"IP":"10.0.0.0/24","Port":"80","Protocol":6,"Destination":"10.0.0.5:15001"}"#,
      malformed: [#"{"Port":80}"#]),
    PolicyType(
      "NetworkACL", 13, on: only2025,
      #"{"Protocols":"6","LocalPorts":"443","Priority":210,"Action":"Allow","Direction":"In","RuleType":"Switch"}"#,
      malformed: ["{}"]),
    PolicyType(
      "NeighborDiscovery", nil, #"{"TargetIpPrefix":"10.0.0.8/32","SenderIpAddress":"10.0.0.1"}"#,
      malformed: [#"{"TargetIpPrefix":"x"}"#]),
  ]

  static let subnetTypes: [ConformanceCase] = [
    ConformanceCase(
      "1.9 LayerConstraint", "by name and by number", on: Releases.withHCN,
      [
        .l2bridge("base"),
        .create(
          "a", .network,
          #"{"Type":"L2Bridge","Policies":[{"Type":"LayerConstraint","Settings":{"LayerId":"$base"}}]}"#),
        .create(
          "b", .network, #"{"Type":"L2Bridge","Policies":[{"Type":12,"Settings":{"LayerId":"$BASE"}}]}"#),
        .show("b", .some("Policies", #"{"Type":"LayerConstraint","Settings":{"LayerId":"$BASE"}}"#)),
      ]),
    ConformanceCase(
      "1.9 policies of subnets", "VLAN and VSID by name and by number", on: Releases.withHCN,
      [
        .create(
          "net", .network,
          #"{"Type":"Overlay","Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"E"}}],"Ipams":[{"Subnets":[{"IpAddressPrefix":"10.1.0.0/24","Policies":[{"Type":1,"Settings":{"IsolationId":5000}}]},{"IpAddressPrefix":"10.2.0.0/24","Policies":[{"Type":"vsid","Settings":{"IsolationId":5001}},{"Type":0,"Settings":{"IsolationId":12}}]}]}]}"#
        ),
        .show(
          "net",
          .has(
            #"{"Ipams":[{"Subnets":[{"Policies":[{"Type":"VSID","Settings":{"IsolationId":5000}}]},{"Policies":[{"Type":"VSID","Settings":{"IsolationId":5001}},{"Type":"VLAN","Settings":{"IsolationId":12}}]}]}]}"#
          )),
      ]),
    ConformanceCase(
      "1.8 second InterfaceParameters", on: ["1903", "2004", "ltsc2022", "ltsc2025"],
      [
        .nat("net"),
        .endpoint(
          "a", on: "net",
          policies:
            #"{"Type":"InterfaceParameters","Settings":{"Mtu":1400}},{"Type":"InterfaceParameters","Settings":{"Mtu":1500}}"#,
          .fails(0x803b_0036)),
        .endpoint("a", on: "net", policies: #"{"Type":"InterfaceParameters","Settings":{"Mtu":1400}}"#),
        .policies(
          "Add", of: "a", #"{"Type":"InterfaceParameters","Settings":{"Mtu":1500}}"#, .fails(0x803b_0036)),
      ]),
    ConformanceCase(
      "1.8 types by schema", "before the schema that added them they are unknown", on: ["ltsc2019"],
      [.nat("net")]
        + ["Encryption", "VLAN", "InterfaceParameters", "Iov", "Firewall"].map {
          .endpoint(
            "a", on: "net", policies: #"{"Type":"\#($0)","Settings":{"IsolationId":1}}"#, .fails(0x803b_000e))
        }),
    ConformanceCase(
      "1.8 types by schema", "unknown numbers", on: Releases.withHCN,
      [
        .nat("net"), .endpoint("a", on: "net", policies: #"{"Type":19,"Settings":{}}"#, .fails(0x803b_000e)),
        .endpoint("a", on: "net", policies: #"{"Type":99,"Settings":{}}"#, .fails(0x803b_000e)),
      ]),
  ]

  static let acls: [ConformanceCase] = [
    ConformanceCase(
      "1.8.1 order of members", "that of the service, whatever was sent", on: Releases.withHCN,
      [
        .l2bridge("net"),
        .endpoint(
          "a", on: "net",
          policies:
            #"{"Type":"ACL","Settings":{"Protocols":"6","Action":"Allow","Direction":"In","LocalAddresses":"10.0.0.4","RemoteAddresses":"10.0.0.0/8","LocalPorts":"80","RemotePorts":"1024-65535","RuleType":"Switch","Priority":300,"Id":"a1"}}"#
        ),
        .show(
          "a",
          .members(
            "Policies.0.Settings",
            [
              "Protocols", "LocalAddresses", "RemoteAddresses", "LocalPorts", "RemotePorts", "Priority", "Id",
              "Action", "Direction", "RuleType",
            ])),
      ]),
    ConformanceCase(
      "1.8.1 Protocols", "empty and 256 are any; known numbers", on: Releases.withHCN,
      [.l2bridge("net")]
        + ["", "256", "6", "17", "1", "58", "2", "132", "6,17"].map {
          .endpoint(
            "a\($0.count)", on: "net",
            policies: Sample.acl(#""Protocols":"\#($0)","Action":"Allow","Direction":"In""#))
        }),
    ConformanceCase(
      "1.8.1 Id", "is not unique",
      [
        .l2bridge("net"),
        .endpoint(
          "a", on: "net",
          policies: Sample.acl(#""Id":"p","Action":"Allow","Direction":"In""#) + ","
            + Sample.acl(#""Id":"p","Action":"Allow","Direction":"Out""#)), .show("a", .count("Policies", 3)),
      ]),
    ConformanceCase(
      "1.8.1 RuleType omitted", "is omitted in the echo", on: Releases.withHCN,
      [
        .l2bridge("net"),
        .endpoint(
          "a", on: "net", policies: #"{"Type":"ACL","Settings":{"Action":"Allow","Direction":"In"}}"#),
        .show("a", .at("Policies.0.Settings", #"{"Action":"Allow","Direction":"In"}"#)),
      ]),
    ConformanceCase(
      "1.8.1 RuleType omitted", "chosen: Switch on L2Bridge, Host on NAT",
      [
        .l2bridge("net"), .nat("nat"),
        .endpoint(
          "a", on: "net", policies: #"{"Type":"ACL","Settings":{"Action":"Block","Direction":"In"}}"#),
        .endpoint(
          "b", on: "nat", policies: #"{"Type":"ACL","Settings":{"Action":"Block","Direction":"In"}}"#),
        .namespace("pod"), .join("pod", "a"), .run("c", in: "pod"), .namespace("other"), .join("other", "b"),
        .run("d", in: "other"),
        .check("the enforcement point of the rules") { service, names in
          let bridge = names["a"].flatMap { service.firewall(of: $0) }
          let nat = names["b"].flatMap { service.firewall(of: $0) }
          return bridge?.aclRules.isEmpty == true && nat?.aclRules.count == 1
        },
      ]),
    ConformanceCase(
      "1.8.1 names of IP sets", "are listed among addresses, and must exist", on: ["ltsc2022", "ltsc2025"],
      [
        .external("net", "L2Bridge", policies: "," + Sample.set("web", "10.0.0.4")),
        .endpoint(
          "a", on: "net",
          policies: Sample.acl(#""RemoteAddresses":"web,10.9.0.0/16","Action":"Allow","Direction":"In""#)),
        .endpoint(
          "b", on: "net",
          policies: Sample.acl(#""RemoteAddresses":"absent","Action":"Allow","Direction":"In""#),
          .fails(0x803b_000d)),
      ]),
  ]
}
