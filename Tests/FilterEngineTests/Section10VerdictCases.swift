import FilterEngine
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import PacketSpace
import Testing

/// Behavior that the second reading of the reference states about packets (reference:
/// windows-firewall-and-vfp, 10.4 and 10.5).
@Suite struct Section10VerdictCases {
  // MARK: Special addresses

  /// A pod and a container with closed defaults, and a published port.
  static func closed(_ driver: NetworkDriver = .l2bridge, windows: String = "ltsc2022") -> String {
    let nat = driver == .l2bridge ? "outboundNat: {exceptions: [10.0.0.0/8]}" : "mac: 00-15-5D-52-C0-0A"
    return profileText(
      driver: driver, windows: windows,
      """
      containers:
        - {name: web, network: net, addresses: [10.244.7.10], publish: ["8080:80"], \(nat)}
      pods:
        - name: api
          network: net
          addresses: [10.244.7.20]
          defaults: {in: block, out: block}
          containers: [{name: app, listens: [8080/tcp]}, {name: sidecar, listens: [9090/tcp]}]
      """)
  }

  /// 127.0.0.0/8 and ::1 never leave the compartment, and nothing filters or translates them there.
  @Test(arguments: ["127.0.0.1", "127.255.255.255", "::1"], ["api/app", "api", "web", "host"])
  func loopbackStaysInItsCompartment(destination: String, sender: String) throws {
    var applied = try AppliedProfile(Self.closed())
    let address = try #require(IPAddress(destination))
    for proto in [IPProtocol.tcp, .udp, .icmp, .gre] {
      let trace = try applied.trace(sender, destination, proto, 8080)
      #expect(trace.verdict == .allow && trace.steps.isEmpty && trace.rule == nil)
      #expect(trace.notes == [.loopback(address)])
      #expect(trace.route.receiver == trace.route.sender && trace.route.published == nil)
      #expect(trace.route.translatedSource == nil)
    }
  }

  @Test func containersOfAPodReachEachOtherWhateverItsDefaults() throws {
    var applied = try AppliedProfile(Self.closed())
    let trace = try applied.trace("api/app", "api/sidecar", .tcp, 9090)
    #expect(trace.verdict == .allow && trace.notes == [.sameCompartment])
    #expect(try applied.verdict("api/app", "127.0.0.1", .tcp, 9090) == .allow)
    #expect(try applied.verdict("web", "api", .tcp, 9090) == .block)
  }

  /// Nothing arrives from loopback, from a group or from nowhere.
  @Test(arguments: [
    ("127.0.0.1", SpecialAddress.loopback), ("::1", .loopback), ("224.0.0.251", .multicast),
    ("ff02::fb", .multicast), ("255.255.255.255", .limitedBroadcast), ("0.0.0.0", .unspecified),
    ("::", .unspecified),
  ])
  func nothingArrivesFromSpecialAddresses(text: String, kind: SpecialAddress) throws {
    var applied = try AppliedProfile(Self.closed())
    let address = try #require(IPAddress(text))
    for receiver in ["web", "api", "host", "203.0.113.7"] {
      let query = try applied.query(text, receiver, .tcp, 80)
      #expect(throws: PacketProblem.cannotOccur(address, kind, isSource: true)) {
        try applied.evaluator.decide(query)
      }
    }
    let set = PacketQuerySet(from: PeerSelection(addresses: kind.addresses), to: .any)
    #expect(throws: PacketProblem.self) { try applied.evaluator.parts(set) }
  }

  @Test func nothingFromOutsideArrivesAtLoopbackAndNothingAtAllNowhere() throws {
    var applied = try AppliedProfile(Self.closed())
    for (from, to, kind) in [
      ("203.0.113.7", "127.0.0.1", SpecialAddress.loopback), ("web", "0.0.0.0", .unspecified),
    ] {
      let query = try applied.query(from, to, .tcp, 80)
      let address = try #require(IPAddress(to))
      #expect(throws: PacketProblem.cannotOccur(address, kind, isSource: false)) {
        try applied.evaluator.decide(query)
      }
    }
  }

  /// Multicast and limited broadcast leave an endpoint through its filters, but do not pass outbound NAT.
  @Test(arguments: ["224.0.0.251", "239.1.2.3", "255.255.255.255"])
  func groupsDoNotPassOutboundNAT(destination: String) throws {
    let address = try #require(IPAddress(destination))
    for driver in [NetworkDriver.l2bridge, .nat] {
      var applied = try AppliedProfile(Self.closed(driver))
      let trace = try applied.trace("web", destination, .udp, 5353)
      #expect(trace.verdict == .allow && trace.route.translatedSource == nil)
      #expect(trace.notes == [.severalReceivers(address), .groupNotTranslated(address)])
      #expect(try applied.verdict("api", destination, .udp, 5353) == .block)
    }
    var bridge = try AppliedProfile(Self.closed())
    #expect(try bridge.trace("api", destination, .udp, 5353).notes == [.severalReceivers(address)])
  }

  /// `any` contains what can occur: no loopback from outside, no packet from a group or to nowhere.
  @Test func anyContainsOnlyPacketsThatCanOccur() throws {
    var applied = try AppliedProfile(Self.closed())
    for part in try applied.evaluator.parts(PacketQuerySet(from: .any, to: .any)) {
      let (sources, destinations) = (part.packets.remote, part.packets.local)
      if part.sender == .outside { #expect(!intersects(sources, SpecialAddress.neverSources)) }
      #expect(!intersects(destinations, SpecialAddress.unspecified.addresses))
      if intersects(destinations, SpecialAddress.loopback.addresses) {
        #expect(part.isLoopback && part.sender == part.receiver && part.verdict == .allow)
      }
      if intersects(destinations, SpecialAddress.multicast.addresses) { #expect(part.receiver == .outside) }
    }
  }

  private func intersects(_ left: AddressSet, _ right: AddressSet) -> Bool {
    !left.intersection(right).isEmpty
  }

  // MARK: Notes

  /// Before 1809 a node cannot reach its own published ports by any of its addresses; from 1809 it can.
  @Test(arguments: [("1607", false), ("1709", false), ("1803", false), ("1809", true), ("ltsc2022", true)])
  func aHostReachesItsPublishedPortsFrom1809(windows: String, reaches: Bool) throws {
    var applied = try AppliedProfile(Self.closed(.nat, windows: windows))
    for destination in ["host", "192.0.2.5", "10.244.7.1"] {
      let notes = try applied.trace("host", destination, .tcp, 8080).notes
      #expect(notes.contains(.hostCannotReachPublishedPort(8080)) == !reaches, "\(destination)")
    }
    #expect(
      try !applied.trace("203.0.113.7", "host", .tcp, 8080).notes.contains(
        .hostCannotReachPublishedPort(8080)))
  }

  /// ICMP through OutBoundNAT gets no answer: its outbound rules are for TCP and UDP only.
  @Test(arguments: [NetworkDriver.l2bridge, .overlay, .l2tunnel])
  func outboundNATCarriesNoICMP(driver: NetworkDriver) throws {
    var applied = try AppliedProfile(
      profileText(
        driver: driver,
        """
        containers:
          - {name: web, network: net, addresses: [10.244.7.10], outboundNat: {exceptions: [10.0.0.0/8]}}
        """))
    #expect(try applied.trace("web", "198.51.100.9", .icmp).notes.contains(.natCarriesPortsOnly))
    #expect(try applied.trace("web", "198.51.100.9", .gre).notes.contains(.natCarriesPortsOnly))
    #expect(try !applied.trace("web", "198.51.100.9", .tcp, 80).notes.contains(.natCarriesPortsOnly))
    #expect(
      try !applied.trace("web", "10.1.2.3", .icmp).notes.contains(.natCarriesPortsOnly)
        == (driver != .overlay))
  }

  @Test func winNATCarriesICMP() throws {
    var applied = try AppliedProfile(Self.closed(.nat))
    #expect(try !applied.trace("web", "198.51.100.9", .icmp).notes.contains(.natCarriesPortsOnly))
  }

  // MARK: Switch ACLs on nat

  /// The VFP extension is disabled on nat switches, so Switch ACLs are stored only.
  ///
  /// On Windows Server 2025 ACLs on nat are enforced after the updates of April 2026. On transparent networks
  /// nothing enforces Switch ACLs.
  @Test(arguments: [
    (NetworkDriver.nat, "ltsc2016", false), (.nat, "ltsc2019", false), (.nat, "ltsc2022", false),
    (.nat, "26100.1742", false), (.nat, "26100.32690", true), (.nat, "ltsc2025", true),
    (.transparent, "ltsc2022", false), (.transparent, "ltsc2025", false), (.l2bridge, "ltsc2022", true),
  ])
  func switchACLsAreEnforcedWhereVFPIsEnabled(driver: NetworkDriver, windows: String, isEnforced: Bool) throws
  {
    let applied = try AppliedProfile(
      profileText(
        driver: driver, windows: windows,
        "containers: [{name: web, network: net, addresses: [10.244.7.10]}]"))
    var service = applied.service
    let web = try #require(service.enumerate(.endpoint, query: ["Filter": "{\"Name\":\"web\"}"]).first)
    let acl: JSON = [
      "Type": "ACL",
      "Settings": [
        "Protocols": "6", "Action": "Block", "Direction": "In", "RuleType": "Switch", "Priority": 100,
      ],
    ]
    try service.modify(
      .endpoint, web,
      settings: ["ResourceType": "Policy", "RequestType": "Add", "Settings": ["Policies": [acl]]])
    var evaluator = PacketEvaluator(service)
    let sender = Peer.address(try #require(IPAddress("10.244.7.99")))
    let trace = try evaluator.trace(PacketQuery(from: sender, to: .endpoint(0), protocol: .tcp, port: 1433))
    #expect((trace.verdict == .block) == isEnforced || windows == "ltsc2016")
    #expect(evaluator.topology.endpoints[0].unenforcedRuleTypes == (isEnforced ? [] : [.switch]))
    let rules = service.switchPort(of: evaluator.topology.endpoints[0].id)?.rules ?? []
    #expect(rules.contains { $0.action == .block } == isEnforced)
  }
}
