import HNSEmulator
import HostModel
import NetworkTypes

/// Section 6 of `hns.md`: ACLs, restrictions of network types, load balancers.
enum Section6ACLCases {
  static let all = acls + restrictions + loadBalancers

  static let acls: [ConformanceCase] = [
    ConformanceCase(
      "6.7 NAT and Transparent: Windows Firewall",
      [
        .nat("net"),
        .endpoint(
          "a", on: "net",
          policies: #"{"Type":"ACL","Settings":{"Action":"Block","Direction":"In","RuleType":"Host"}}"#),
        .namespace("pod"), .join("pod", "a"), .run("c", in: "pod"),
        .check("the ACL is a rule of Windows Firewall") { service, names in
          names["a"].flatMap { service.firewall(of: $0) }?.aclRules.count == 1
        },
      ]),
    ConformanceCase(
      "6.7 NAT and Transparent: Windows Firewall", "Hyper-V isolated: not programmed",
      [
        .nat("net"),
        .endpoint(
          "a", on: "net",
          policies: #"{"Type":"ACL","Settings":{"Action":"Block","Direction":"In","RuleType":"Host"}}"#),
        .namespace("vm", "Guest"), .join("vm", "a"), .run("c", in: "vm"),
        .check("there is no rule") { service, names in
          names["a"].flatMap { service.firewall(of: $0) }?.aclRules.isEmpty ?? false
        },
      ]),
    ConformanceCase(
      "6.7 L2Bridge, L2Tunnel and Overlay: VFP too",
      ["L2Bridge", "L2Tunnel", "Overlay"].flatMap { type -> [Step] in
        [
          .external("net\(type)", type), .endpoint("a\(type)", on: "net\(type)", policies: Sample.allow),
          .namespace("pod\(type)"), .join("pod\(type)", "a\(type)"), .run("c", in: "pod\(type)"),
          .check("the ACL is a rule of the port") { service, names in
            names["a\(type)"].flatMap { service.switchPort(of: $0) }?.rules.contains {
              $0.priority == 1000 && $0.action == .allow
            } ?? false
          },
        ]
      }),
    ConformanceCase(
      "6.7 Switch ACL on NAT", on: Releases.withHCN,
      [
        .nat("net"), .endpoint("a", on: "net", policies: Sample.allow),
        .show("a", .count("Policies", 1)), .policies("Add", of: "a", Sample.block),
        .show("a", .count("Policies", 2)),
      ]),
    ConformanceCase(
      "6.7 TierAcl on L2Bridge", on: ["ltsc2025"],
      [
        .l2bridge("net"),
        .endpoint(
          "a", on: "net",
          policies:
            #"{"Type":"TierAcl","Settings":{"Name":"t1","Direction":"In","Order":1001,"TierAclRules":[{"Id":"r1","Protocols":"6","TierAclRuleAction":"Pass","LocalPorts":"80","Priority":2001}]}}"#
        ),
        .show("a", .some("Policies", #"{"Type":"TierAcl","Settings":{"Name":"t1","Direction":"In"}}"#)),
      ]),
    ConformanceCase(
      "6.7 ACL on NAT, Windows Server 2025", "stored, and enforced according to the assumption",
      on: ["ltsc2025"],
      assumptions: [.natAclOnServer2025: "storedOnly"],
      [
        .nat("net"),
        .endpoint(
          "a", on: "net",
          policies: #"{"Type":"ACL","Settings":{"Action":"Block","Direction":"In","RuleType":"Host"}}"#),
        .show("a", .count("Policies", 1)), .namespace("pod"), .join("pod", "a"), .run("c", in: "pod"),
        .check("there is no rule") { service, names in
          names["a"].flatMap { service.firewall(of: $0) }?.aclRules.isEmpty ?? false
        },
      ]),
    ConformanceCase(
      "6.7 Windows Firewall without ACLs",
      [
        .nat("net"), .endpoint("a", on: "net"), .namespace("pod"), .join("pod", "a"), .run("c", in: "pod"),
        .check("outbound is allowed, inbound is allowed by protocol") { service, names in
          guard let firewall = names["a"].flatMap({ service.firewall(of: $0) }) else { return false }
          let allowed = firewall.rules.filter { $0.direction == .in && $0.action == .allow }
          return firewall.unmatchedOutbound == .allow && firewall.unmatchedInbound == .block
            && !allowed.isEmpty
        },
      ]),
    ConformanceCase(
      "6.8 lower priorities first",
      [
        .l2bridge("net"), .endpoint("a", on: "net", policies: Sample.block + "," + Sample.allow),
        .namespace("pod"), .join("pod", "a"), .run("c", in: "pod"),
        .check("the rules are ordered by priority") { service, names in
          let rules = names["a"].flatMap { service.switchPort(of: $0) }?.rules ?? []
          let inbound = rules.filter {
            $0.group.direction == .in && $0.group.family == .ipv4 && !$0.isPlatformDefault
          }
          return inbound.map(\.priority) == [1000, 2000]
        },
      ]),
    ConformanceCase(
      "6.8 allow at 65500 without ACLs",
      [
        .l2bridge("net"), .endpoint("a", on: "net"), .namespace("pod"), .join("pod", "a"),
        .run("c", in: "pod"),
        .check("both directions are allowed at 65500") { service, names in
          let rules = names["a"].flatMap { service.switchPort(of: $0) }?.rules ?? []
          let defaults = rules.filter {
            $0.priority == 65500 && $0.action == .allow && $0.name == "ACL Policy"
          }
          return Set(defaults.map(\.group.direction)) == [.in, .out]
        },
        .query(
          "a", nil,
          .some(
            "Resources.Allocators",
            #"{"Tag":"ACL Policy","Rules":[{"Action":"Allow","Direction":"In","Priority":65500},{"Action":"Allow","Direction":"Out","Priority":65500}]}"#
          )),
      ]),
    ConformanceCase(
      "6.8 the first ACL blocks the rest", "chosen: in its own direction",
      [
        .l2bridge("net"), .endpoint("a", on: "net", policies: Sample.allow), .namespace("pod"),
        .join("pod", "a"), .run("c", in: "pod"),
        .check("inbound is blocked, outbound is not") { service, names in
          let port = names["a"].flatMap { service.switchPort(of: $0) }
          return port?.unmatchedInbound == .block && port?.unmatchedOutbound == .allow
        },
      ]),
    ConformanceCase(
      "6.8 the first ACL blocks the rest", "the assumption implicitDenyScope",
      assumptions: [.implicitDenyScope: "endpoint"],
      [
        .l2bridge("net"), .endpoint("a", on: "net", policies: Sample.allow), .namespace("pod"),
        .join("pod", "a"), .run("c", in: "pod"),
        .check("both are blocked") { service, names in
          let port = names["a"].flatMap { service.switchPort(of: $0) }
          return port?.unmatchedInbound == .block && port?.unmatchedOutbound == .block
        },
      ]),
    ConformanceCase(
      "6.8 equal priorities", "chosen: the order of the document is kept",
      [
        .l2bridge("net"),
        .endpoint(
          "a", on: "net",
          policies: Sample.acl(#""Priority":1000,"Id":"one","Action":"Allow","Direction":"In""#) + ","
            + Sample.acl(#""Priority":1000,"Id":"two","Action":"Block","Direction":"In""#)),
        .show("a", .has(#"{"Policies":[{"Settings":{"Id":"one"}},{"Settings":{"Id":"two"}},{}]}"#)),
      ]),
    ConformanceCase(
      "6.8 priorities in use", "900, 1000 and 65500 are accepted",
      [
        .l2bridge("net"),
        .endpoint(
          "a", on: "net",
          policies: [900, 1000, 65500, 65499, 222, 3000].map {
            Sample.acl(#""Priority":\#($0),"Action":"Block","Direction":"In""#)
          }.joined(separator: ",")), .show("a", .count("Policies", 7)),
      ]),
    ConformanceCase(
      "6.8 Host ACLs without a priority and Switch ACLs", on: Releases.withHCN,
      [
        .l2bridge("net"),
        .endpoint(
          "a", on: "net",
          policies: Sample.allow
            + #",{"Type":"ACL","Settings":{"Action":"Allow","Direction":"In","RuleType":"Host","Priority":0}},{"Type":"ACL","Settings":{"Action":"Allow","Direction":"Out","RuleType":"Host"}}"#
        ),
        .show(
          "a", .at("Policies.1.Settings", #"{"Action":"Allow","Direction":"In","RuleType":"Host"}"#),
          .at("Policies.2.Settings", #"{"Action":"Allow","Direction":"Out","RuleType":"Host"}"#)),
      ]),
    ConformanceCase(
      "6.8 invalid policies",
      [
        .l2bridge("net"),
        .endpoint("a", on: "net", policies: #"{"Type":"Unknown","Settings":{}}"#, .fails(0x803b_000e)),
        .endpoint(
          "a", on: "net", policies: Sample.acl(#""Protocols":"Any","Action":"Allow","Direction":"In""#),
          .fails(0x803b_000d)),
        .endpoint(
          "a", on: "net", policies: Sample.acl(#""RemoteAddresses":"Any","Action":"Allow","Direction":"In""#),
          .fails(0x803b_000d)),
      ]),
    ConformanceCase(
      "6.8 invalid policies", "ExceptionList in the newer schema since Server 2022",
      on: ["ltsc2022", "ltsc2025"],
      [
        .nat("net"),
        .endpoint(
          "a", on: "net", policies: #"{"Type":"OutBoundNAT","Settings":{"ExceptionList":["10.0.0.0/8"]}}"#,
          .fails(0x803b_000d)),
      ]),
    ConformanceCase(
      "6.8 invalid policies", "ExceptionList in the newer schema before it",
      on: ["ltsc2019", "1903", "2004"],
      [
        .nat("net"),
        .endpoint(
          "a", on: "net", policies: #"{"Type":"OutBoundNAT","Settings":{"ExceptionList":["10.0.0.0/8"]}}"#),
      ]),
  ]

  static let restrictions: [ConformanceCase] = [
    ConformanceCase(
      "6.9 Overlay needs a VSID", on: Releases.withHCN,
      [
        .create(
          "net", .network,
          #"{"Type":"Overlay","Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"Ethernet"}}],"Ipams":[{"Subnets":[{"IpAddressPrefix":"10.0.0.0/24"}]}]}"#,
          .fails(0x803b_000a)), .overlay("net"),
      ]),
    ConformanceCase(
      "6.9 Overlay needs a VSID", "chosen: one below 4096 is accepted",
      [
        .create(
          "net", .network,
          #"{"Type":"Overlay","Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"Ethernet"}}],"Ipams":[{"Subnets":[{"IpAddressPrefix":"10.0.0.0/24","Policies":[{"Type":"VSID","Settings":{"IsolationId":12}}]}]}]}"#
        )
      ]),
    ConformanceCase(
      "6.9 an adapter for each external switch", adapters: ["Ethernet", "Ethernet 2"],
      [
        .create(
          "a", .network,
          #"{"Name":"a","Type":"L2Bridge","Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"Ethernet"}}]}"#
        ),
        .create(
          "b", .network,
          #"{"Name":"b","Type":"Transparent","Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"Ethernet"}}]}"#,
          .fails(0x803b_0006)),
        .create("b", .network, #"{"Name":"b","Type":"Transparent"}"#),
        .show(
          "b",
          .some("Policies", #"{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"Ethernet 2"}}"#)),
        .create("c", .network, #"{"Name":"c","Type":"L2Tunnel"}"#, .fails(0x803b_0006)),
        .create(
          "c", .network,
          #"{"Name":"c","Type":"L2Tunnel","Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"Wi-Fi"}}]}"#,
          .fails(0x803b_0006)), .nat("nat"),
      ]),
    ConformanceCase(
      "6.9 an adapter for each external switch", "unless layered", adapters: ["Ethernet"],
      [
        .create("a", .network, #"{"Name":"a","Type":"L2Bridge"}"#),
        .create(
          "b", .network,
          #"{"Name":"b","Type":"L2Bridge","Policies":[{"Type":"LayerConstraint","Settings":{"LayerId":"$A"}}]}"#
        ),
        .create(
          "c", .network, #"{"Name":"c","Type":"L2Bridge","Health":{"Extra":{"LayeredOn":"$A"}}}"#),
        .create(
          "d", .network,
          #"{"Name":"d","Type":"L2Bridge","Policies":[{"Type":"LayerConstraint","Settings":{"LayerId":"00000000-0000-4000-8000-00000000000d"}}]}"#,
          .fails(0x803b_0003)), .query("b", nil, .at("LayeredOn", #""$A""#)),
      ]),
    ConformanceCase(
      "6.9 SDNRoute with host bits",
      [
        .overlay("net"),
        .endpoint(
          "a", on: "net",
          policies: #"{"Type":"SDNRoute","Settings":{"DestinationPrefix":"169.254.169.254/24"}}"#),
        .show("a", .at("Policies.0.Settings", #"{"DestinationPrefix":"169.254.169.254/24"}"#)),
      ]),
  ]

  static let loadBalancers: [ConformanceCase] = [
    ConformanceCase(
      "6.10 load balancer", on: Releases.withHCN,
      [
        .overlay("net"), .endpoint("web", on: "net"),
        .create(
          "lb", .loadBalancer,
          #"{"HostComputeEndpoints":["$web"],"SourceVIP":"10.244.7.9","FrontendVIPs":["10.96.0.1"],"PortMappings":[{"Protocol":6,"InternalPort":6443,"ExternalPort":443,"Flags":8}],"Flags":1,"SchemaVersion":{"Major":2,"Minor":0}}"#
        ), .enumerate(.loadBalancer, nil, .answers(#"["$LB"]"#)), .open("lb"),
        .show(
          "lb", .at("Flags", "1"),
          .at("PortMappings", #"[{"Protocol":6,"InternalPort":6443,"ExternalPort":443,"Flags":8}]"#),
          .lacks("HostComputeNetwork")), .delete("lb"), .enumerate(.loadBalancer, nil, .answers("[]")),
      ]),
    ConformanceCase(
      "6.10 flags are returned", "all flags of the reference",
      [
        .create(
          "lb", .loadBalancer,
          #"{"FrontendVIPs":["10.96.0.1"],"PortMappings":[{"Protocol":6,"InternalPort":1,"ExternalPort":1,"Flags":31}],"Flags":3}"#
        ), .show("lb", .at("Flags", "3"), .at("PortMappings.0.Flags", "31")),
      ]),
    ConformanceCase(
      "6.10 the same load balancer twice", "chosen: refused like a port in use",
      [
        .create(
          "lb", .loadBalancer,
          #"{"FrontendVIPs":["10.96.0.1"],"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":80}]}"#
        ),
        .create(
          "again", .loadBalancer,
          #"{"FrontendVIPs":["10.96.0.1"],"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":80}]}"#,
          .fails(0x803b_0013)),
        .create(
          "other", .loadBalancer,
          #"{"FrontendVIPs":["10.96.0.1"],"PortMappings":[{"Protocol":17,"InternalPort":80,"ExternalPort":80}]}"#
        ),
      ]),
    ConformanceCase(
      "6.10 the same load balancer twice", "the assumption duplicateLoadBalancer",
      assumptions: [.duplicateLoadBalancer: "accepted"],
      [
        .create(
          "lb", .loadBalancer,
          #"{"FrontendVIPs":["10.96.0.1"],"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":80}]}"#
        ),
        .create(
          "again", .loadBalancer,
          #"{"FrontendVIPs":["10.96.0.1"],"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":80}]}"#
        ),
      ]),
  ]
}
