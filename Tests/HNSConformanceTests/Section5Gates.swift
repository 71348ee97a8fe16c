import HNSEmulator
import HostModel
import NetworkTypes
import Testing

/// Section 5 of `hns.md`: the features of each release.
///
/// Every gate is tested on the newest release without the feature and on the oldest with it.
enum Section5Gates {
  static let all = older + newer + versions

  /// A network and an endpoint of the older schema with an ACL.
  private static func acl(_ members: String, _ answer: Answer) -> [Step] {
    [
      .hns("POST", "/networks", #"{"Name":"nat","Type":"nat"}"#, as: "net"),
      .hns(
        "POST", "/endpoints",
        #"{"VirtualNetwork":"$NET","Policies":[{"Type":"ACL","Action":"Allow","Direction":"In",\#(members)}]}"#,
        answer),
    ]
  }

  private static let invalidPolicy = Answer.has(#"{"Success":false,"ErrorCode":2151350285}"#)
  private static let invalidPolicyType = Answer.has(#"{"Success":false,"ErrorCode":2151350286}"#)
  private static let success = Answer.has(#"{"Success":true}"#)

  /// Both sides of a gate of the older interface.
  private static func gate(
    _ row: String, _ detail: String = "", without: [String], with: [String], _ members: String
  ) -> [ConformanceCase] {
    let lead = detail.isEmpty ? "" : detail + ", "
    return [
      ConformanceCase(row, lead + "without it", on: without, acl(members, invalidPolicy)),
      ConformanceCase(row, lead + "with it", on: with, acl(members, success)),
    ]
  }

  /// Both sides of a gate for a policy of a network, in the older schema if there is no other.
  private static func networkPolicy(
    _ row: String, without: [String], with: [String], flat: String
  ) -> [ConformanceCase] {
    func steps(_ answer: Answer) -> [Step] {
      [
        .hns(
          "POST", "/networks",
          #"{"Name":"n","Type":"overlay","NetworkAdapterName":"Ethernet","Policies":[\#(flat)]}"#, answer)
      ]
    }
    return [
      ConformanceCase(row, "without it", on: without, steps(invalidPolicyType)),
      ConformanceCase(row, "with it", on: with, steps(success)),
    ]
  }

  static let older: [ConformanceCase] =
    [
      ConformanceCase("5.1 API.V1", on: Releases.all, [.hns("GET", "/networks", nil, success)]),
      ConformanceCase(
        "5.1 AclNoHostRulePriority", "before it, the number of a Host rule is 100", on: ["1607", "1709"],
        acl(#""RuleType":"Host","Priority":100"#, success)),
      ConformanceCase(
        "5.1 AclNoHostRulePriority", "chosen: since then, a Host rule with a number is refused",
        on: ["1803", "ltsc2022"], acl(#""RuleType":"Host","Priority":100"#, invalidPolicy)),
      ConformanceCase(
        "5.1 AclNoHostRulePriority", "number 0 counts as none", on: ["1803", "ltsc2025"],
        acl(#""RuleType":"Host","Priority":0"#, success)),
      ConformanceCase(
        "5.1 API.V2", "chosen: without it the functions are not in the library (0x8007007e)",
        on: Releases.withoutHCN,
        [
          .create("net", .network, "{}", .fails(0x8007_007e)), .enumerate(.network, nil, .fails(0x8007_007e)),
          .open("none", as: .network, .fails(0x8007_007e)),
        ]),
      ConformanceCase(
        "5.1 API.V2", "with it", on: Releases.withHCN,
        [.create("net", .network, "{}"), .enumerate(.network, nil, .answers(#"["$NET"]"#))]),
      ConformanceCase(
        "5.1 DSR", "without it", on: Releases.withoutHCN,
        [
          .hns(
            "POST", "/policylists",
            #"{"References":[],"Policies":[{"Type":"ELB","Protocol":6,"InternalPort":80,"ExternalPort":80,"VIPs":["10.96.0.1"],"IsDSR":true}]}"#,
            invalidPolicy)
        ]),
      ConformanceCase(
        "5.1 DSR", "with it", on: Releases.withHCN,
        [
          .create(
            "lb", .loadBalancer,
            #"{"FrontendVIPs":["10.96.0.1"],"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":80}],"Flags":1}"#
          )
        ]),
    ]
    + gate(
      "5.1 ACL.AclAddressLists", without: ["1607", "1709"], with: ["1803", "ltsc2025"],
      #""RemoteAddresses":"10.0.0.1,10.0.0.2""#)
    + gate(
      "5.1 AclNoHostRulePriority", "a Host rule without a number", without: ["1607", "1709"],
      with: ["1803", "ltsc2025"], #""RuleType":"Host""#)
    + gate(
      "5.1 AclPortRanges", without: ["1607", "1709"], with: ["1803", "ltsc2025"],
      #""Protocols":"6","LocalPorts":"80-90""#)
    + gate("5.1 AclRuleId", without: ["1607", "1709"], with: ["1803", "ltsc2025"], #""Id":"a1""#)
    + gate(
      "5.1 AclSupportForProtocol252", without: ["1803", "ltsc2019", "1903"],
      with: ["2004", "ltsc2022", "ltsc2025"], #""Protocols":"252","RuleType":"Switch""#)
    + [
      ConformanceCase(
        "5.1 AclSupportForProtocol252", "the assumption protocol252", on: ["ltsc2019"],
        assumptions: [.protocol252: "hns9"], acl(#""Protocols":"252","RuleType":"Switch""#, success))
    ]
    + networkPolicy(
      "5.1 RemoteSubnet", without: Releases.withoutHCN, with: Releases.withHCN,
      flat:
        #"{"Type":"RemoteSubnetRoute","DestinationPrefix":"10.244.8.0/24","IsolationId":4096,"ProviderAddress":"192.0.2.5","DistributedRouterMacAddress":"00-15-5D-AA-00-02"}"#
    )
    + networkPolicy(
      "5.1 HostRoute", without: Releases.withoutHCN, with: Releases.withHCN, flat: #"{"Type":"HostRoute"}"#)
    + networkPolicy(
      "5.1 VxlanPort", without: ["1803", "ltsc2019"], with: ["1903", "ltsc2025"],
      flat: #"{"Type":"VxlanPort","Port":4789}"#)

  /// Both sides of a gate of the newer interface: the same steps except for the last answer.
  private static func gate(
    _ row: String, without: [String], with: [String], refused code: UInt32, _ before: [Step],
    _ step: (Answer...) -> Step
  ) -> [ConformanceCase] {
    [
      ConformanceCase(row, "without it", on: without, before + [step(.fails(code))]),
      ConformanceCase(row, "with it", on: with, before + [step()]),
    ]
  }

  private static func endpointPolicy(_ policy: String) -> (Answer...) -> Step {
    { (answer: Answer...) in
      Step(
        .call(
          .create(.endpoint, id: nil, network: "net", settings: #"{"Policies":[\#(policy)]}"#),
          object: "a", kind: .endpoint), answer, #line, #fileID)
    }
  }

  private static func network(_ members: String) -> (Answer...) -> Step {
    { (answer: Answer...) in
      Step(
        .call(
          .create(.network, id: nil, network: nil, settings: #"{"Name":"n",\#(members)}"#), object: "n",
          kind: .network), answer, #line, #fileID)
    }
  }

  static let newer: [ConformanceCase] =
    gate(
      "5.1 Slash32EndpointPrefixes", without: ["1903"], with: ["ltsc2019", "2004", "ltsc2025"],
      refused: 0x803b_0030, [.nat("net")],
      { (answer: Answer...) in
        Step(
          .call(
            .create(
              .endpoint, id: nil, network: "net",
              settings: #"{"IpConfigurations":[{"IpAddress":"172.30.17.9","PrefixLength":32}]}"#),
            object: "a", kind: .endpoint), answer, #line, #fileID)
      })
    + gate(
      "5.1 SessionAffinity", without: ["1903", "2004"], with: ["20H2", "ltsc2022", "ltsc2025"],
      refused: 0x803b_000d, [],
      { (answer: Answer...) in
        Step(
          .call(
            .create(
              .loadBalancer, id: nil, network: nil,
              settings:
                #"{"FrontendVIPs":["10.96.0.1"],"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":80,"DistributionType":2}]}"#
            ), object: "lb", kind: .loadBalancer), answer, #line, #fileID)
      })
    + [
      ConformanceCase(
        "5.1 IPv6DualStack", "the gate is what clients ask, and load balancers have it",
        on: ["ltsc2019", "1903"],
        [
          .create(
            "lb", .loadBalancer,
            #"{"FrontendVIPs":["fd00:96::1"],"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":80}]}"#,
            .fails(0x803b_000d))
        ])
    ]
    + gate(
      "5.1 SetPolicy", without: ["2004", "20H2"], with: ["ltsc2022", "ltsc2025"], refused: 0x803b_000e, [],
      network(#""Policies":[\#(Sample.set("s", "10.0.0.4"))]"#))
    + gate(
      "5.1 L4Proxy", without: ["ltsc2019", "1903", "2004", "20H2"], with: ["ltsc2022", "ltsc2025"],
      refused: 0x803b_000e, [.nat("net")], endpointPolicy(#"{"Type":"L4Proxy","Settings":{"Port":"80"}}"#))
    + gate(
      "5.1 L4WfpProxy", without: ["2004", "20H2"], with: ["ltsc2022", "ltsc2025"], refused: 0x803b_000e,
      [.nat("net")],
      endpointPolicy(
        #"{"Type":"L4WFPPROXY","Settings":{"OutboundProxyPort":"15001","FilterTuple":{"Protocols":"6"},"UserSID":"S-1-5-32-556"}}"#
      ))
    + gate(
      "5.1 TierAcl", without: ["ltsc2022"], with: ["23H2", "ltsc2025"], refused: 0x803b_000e, [.nat("net")],
      endpointPolicy(#"{"Type":"TierAcl","Settings":{"Name":"t","Direction":"In","Order":1}}"#))
    + gate(
      "5.1 NetworkACL", without: ["ltsc2022"], with: ["23H2", "ltsc2025"], refused: 0x803b_000e, [],
      network(
        #""Policies":[{"Type":"NetworkACL","Settings":{"Action":"Allow","Direction":"In","RuleType":"Switch","Priority":210}}]"#
      ))
    + gate(
      "5.1 NestedIpSet", without: ["ltsc2022"], with: ["23H2", "ltsc2025"], refused: 0x803b_000d, [],
      network(
        #""Policies":[\#(Sample.set("s", "10.0.0.4")),\#(Sample.set("n", "s", nested: true))]"#))
    + gate(
      "5.1 DisableHostPort", without: ["ltsc2022", "23H2"], with: ["ltsc2025"], refused: 0x803b_000a, [],
      network(#""Flags":1024"#))
    + gate(
      "5.1 ModifyLoadbalancer", without: ["ltsc2022", "23H2"], with: ["ltsc2025"], refused: 0x8000_4001,
      [
        .create(
          "lb", .loadBalancer,
          #"{"FrontendVIPs":["10.96.0.1"],"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":80}]}"#
        )
      ],
      { (answer: Answer...) in
        Step(
          .call(
            .modify(#"{"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":81}]}"#), object: "lb",
            kind: nil), answer, #line, #fileID)
      })
    + [
      ConformanceCase(
        "5.1 ModifyLoadbalancer", "the assumption modifyLoadBalancerSince", on: ["ltsc2025"],
        assumptions: [.modifyLoadBalancerSince: "hns15.5"],
        [
          .create(
            "lb", .loadBalancer, #"{"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":80}]}"#),
          .modify(
            "lb", #"{"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":81}]}"#,
            .fails(0x8000_4001)),
        ]),
      ConformanceCase(
        "5.1 Accelnet", "without it", on: ["1803", "ltsc2022", "23H2"],
        [
          .hns(
            "POST", "/accelnet/", #"{"MacAddressList":[]}"#,
            .has(#"{"Success":false,"ErrorCode":2151350293}"#))
        ]),
      ConformanceCase(
        "5.1 Accelnet", "with it", on: ["ltsc2025"],
        [.hns("POST", "/accelnet/", #"{"MacAddressList":[]}"#, success)]),
    ]

  /// The version of the service on each release.
  private static let hns: [(windows: String, major: Int, minor: Int, packed: Int64)] = [
    ("1607", 1, 1, 4_294_967_297), ("1709", 5, 1, 21_474_836_481), ("1803", 7, 2, 30_064_771_074),
    ("ltsc2019", 9, 3, 38_654_705_667), ("1903", 10, 3, 42_949_672_963), ("2004", 11, 10, 47_244_640_266),
    ("ltsc2022", 13, 3, 55_834_574_851), ("ltsc2025", 15, 4, 64_424_509_444),
  ]

  static let versions: [ConformanceCase] =
    hns.map { release in
      ConformanceCase(
        "5.2 Version of objects", on: [release.windows],
        [
          .hns(
            "POST", "/networks", #"{"Name":"nat","Type":"nat"}"#, as: "net",
            .at("Output.Version", "\(release.packed)")),
          .hns(
            "POST", "/endpoints", #"{"VirtualNetwork":"$NET"}"#, as: "a",
            .at("Output.Version", "\(release.packed)")),
          .hns("POST", "/namespaces", "{}", .at("Output.Version", "\(release.packed)")),
        ]
          + (Releases.withHCN.contains(release.windows)
            ? [
              .show("net", .at("Version", "\(release.packed)")),
              .show("a", .at("Version", "\(release.packed)")),
            ]
            : []))
    }
    + hns.map { release in
      // Before 1803 the call fails (reference: hns, 4.1).
      ConformanceCase(
        "5.2 version of each release", on: [release.windows],
        [
          .hns(
            "GET", "/globals/version", nil,
            (release.major, release.minor) >= (7, 2)
              ? .at("Output", #"{"Major":\#(release.major),"Minor":\#(release.minor)}"#)
              : .has(#"{"Success":false}"#))
        ])
    }
    + [
      ConformanceCase(
        "5.2 recommended personas", "13.3 and 15.4", on: ["ltsc2022"],
        [.hns("GET", "/globals/version/", nil, .at("Output", #"{"Major":13,"Minor":3}"#))]),
      ConformanceCase(
        "5.2 recommended personas", "13.3 and 15.4", on: ["ltsc2025"],
        [.hns("GET", "/globals/version/", nil, .at("Output", #"{"Major":15,"Minor":4}"#))]),
    ]
}

/// The range test of feature gates: by major and then by minor version, both ends included.
@Suite struct GateRangeTests {
  /// A feature with the first versions that have it and the last ones that lack it.
  struct Range: Sendable, CustomTestStringConvertible {
    let feature: HNSFeature
    let with: [HNSVersion]
    let without: [HNSVersion]

    init(_ feature: HNSFeature, with: [(Int, Int)], without: [(Int, Int)]) {
      self.feature = feature
      self.with = with.map { HNSVersion($0.0, $0.1) }
      self.without = without.map { HNSVersion($0.0, $0.1) }
    }

    var testDescription: String { "5.1 range test: \(feature.rawValue)" }
  }

  static let ranges = [
    Range(.aclAddressLists, with: [(7, 2), (8, 0)], without: [(7, 1), (6, 9)]),
    Range(.aclNoHostRulePriority, with: [(7, 2)], without: [(7, 1)]),
    Range(.aclPortRanges, with: [(7, 2)], without: [(7, 1)]),
    Range(.aclRuleId, with: [(7, 2)], without: [(7, 1)]),
    Range(.apiV2, with: [(9, 2), (10, 0)], without: [(9, 1), (8, 9)]),
    Range(.remoteSubnet, with: [(9, 2)], without: [(9, 1)]),
    Range(.hostRoute, with: [(9, 2)], without: [(9, 1)]),
    Range(.dsr, with: [(9, 3), (9, 99), (10, 2), (11, 0)], without: [(9, 2), (10, 0), (10, 1)]),
    Range(
      .slash32EndpointPrefixes, with: [(9, 3), (9, 99), (10, 4), (11, 0)],
      without: [(9, 2), (10, 0), (10, 3)]),
    Range(.aclSupportForProtocol252, with: [(11, 0)], without: [(10, 99)]),
    Range(.sessionAffinity, with: [(12, 0)], without: [(11, 99)]),
    Range(.ipv6DualStack, with: [(11, 10), (12, 0)], without: [(11, 9)]),
    Range(.setPolicy, with: [(13, 0)], without: [(12, 99)]),
    Range(.vxlanPort, with: [(10, 3)], without: [(10, 2), (9, 99)]),
    Range(
      .l4Proxy, with: [(9, 5), (9, 99), (10, 5), (11, 11), (12, 1), (13, 1), (14, 0)],
      without: [(9, 4), (10, 4), (11, 10), (12, 0), (13, 0)]),
    Range(.l4WFPProxy, with: [(13, 2)], without: [(13, 1)]),
    Range(.tierACL, with: [(14, 0)], without: [(13, 99)]),
    Range(.networkACL, with: [(15, 0)], without: [(14, 99)]),
    Range(.nestedIpSet, with: [(15, 0)], without: [(14, 99)]),
    Range(.disableHostPort, with: [(15, 1)], without: [(15, 0)]),
    Range(.modifyLoadbalancer, with: [(15, 4), (16, 0)], without: [(15, 3)]),
    Range(.accelnet, with: [(15, 4)], without: [(15, 3)]),
  ]

  @Test(arguments: ranges) func endsAreIncluded(_ range: Range) {
    for version in range.with { #expect(version.has(range.feature), "\(version)") }
    for version in range.without { #expect(!version.has(range.feature), "\(version)") }
  }

  @Test func everyFeatureIsListed() {
    #expect(Set(Self.ranges.map(\.feature)) == Set(HNSFeature.allCases))
  }
}
