import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import Testing

/// The ports of the switch, as captured (reference: windows-firewall-and-vfp, 10.1).
@Suite struct VFPPortTests {
  private static let overlayPod = [
    "LB_DSR 0x1 7", "ACL_ENDPOINT_LAYER 0x0 15", "VNET_ENCAP_LAYER 0x4 40", "SLB_NAT_LAYER 0x9 50",
    "SLB_DECAP_LAYER_STATEFUL 0x9 100", "VNET_PA_ROUTE_LAYER 0x1 2000",
  ]
  private static let overlayHost = [
    "LB 0x1 300", "ENCAP 0x1 500", "DECAP_IN 0x1 600", "SLB_LB_LAYER 0x1 700", "VNET_PA_ROUTE_LAYER 0x1 2000",
    "SLB_HAIRPIN_LAYER 0x3 101",
  ]

  // MARK: 10.1.2

  @Test(arguments: ["ltsc2022", "ltsc2025"]) func layersOfOverlay(_ windows: String) throws {
    var host = try VFPHost(windows: windows)
    try host.run("web")
    #expect(try host.pod("web").listing == Self.overlayPod)
    #expect(host.port(.host)?.listing == Self.overlayHost)
    #expect(
      host.port(.router)?.listing == [
        "VNET_ENCAP_LAYER 0x4 40", "VNET_PA_ROUTE_LAYER 0x1 2000", "REMOTESUBNETROUTE_HAIRPIN_LAYER 0x3 35",
      ])
    #expect(host.port(.external)?.listing == [])
    #expect(host.service.vfpPorts.count == 4)
  }

  @Test(arguments: ["L2Bridge", "L2Tunnel"]) func layersOfBridgesAreAssumed(_ type: String) throws {
    var host = try VFPHost(type)
    try host.run("web")
    let encapsulating = ["VNET_ENCAP_LAYER", "ENCAP", "DECAP_IN"]
    func without(_ listing: [String]) -> [String] {
      listing.filter { line in !encapsulating.contains { line.hasPrefix("\($0) ") } }
    }
    #expect(try host.pod("web").listing == without(Self.overlayPod))
    #expect(host.port(.host)?.listing == without(Self.overlayHost))
    #expect(host.port(.router) == nil)
    host = try VFPHost(type, assumptions: [.bridgeLayers: "asOnOverlay"])
    try host.run("web")
    #expect(try host.pod("web").listing == Self.overlayPod)
    #expect(host.port(.host)?.listing == Self.overlayHost)
  }

  @Test(arguments: ["NAT", "Transparent", "ICS"]) func withoutTheExtensionThereAreNoLayers(_ type: String)
    throws
  {
    var host = try VFPHost(type)
    try host.run("web")
    let port = try host.pod("web")
    #expect(port.layers.isEmpty && port.groups.isEmpty && port.rules.isEmpty)
    #expect(host.service.vfpPorts.count == 1, "the switch has no other ports with VFP")
  }

  @Test(arguments: [("26100", 1), ("26100.1742", 0)]) func natOf2025HasACLsAfterTheUpdate(
    _ windows: String, _ count: Int
  ) throws {
    var host = try VFPHost("NAT", windows: windows)
    try host.run("web")
    #expect(try host.pod("web").layers == Array([VFPLayer.endpointACL].prefix(count)))
  }

  /// A direction with an ACL drops what no rule matches, because the layer is captured without default allow.
  ///
  /// An endpoint without ACLs is open because of its rules at 65500.
  @Test(arguments: ["anyAcl", "never", "unknown"]) func theACLLayerOfOverlayDropsTheRest(_ value: String)
    throws
  {
    let acl =
      #"[{"Type":"ACL","Settings":{"Id":"https","Protocols":"6","LocalPorts":"443","Priority":300,"Action":"Allow","Direction":"In","RuleType":"Switch"}}]"#
    var host = try VFPHost(assumptions: [.implicitDeny: value])
    try host.run("open")
    try host.run("web", policies: acl)
    let (open, web) = (try #require(host.endpoints["open"]), try #require(host.endpoints["web"]))
    #expect(host.service.switchPort(of: open)?.rules.map(\.priority) == [65500, 65500])
    #expect(host.service.switchPort(of: open)?.unmatchedInbound == .allow)
    let port = try #require(host.service.switchPort(of: web))
    #expect(port.unmatchedInbound == .block && port.unmatchedOutbound == .allow)
    #expect(port.rules.map(\.priority) == [300, 65500])
    #expect(!VFPLayer.endpointACL.flags.contains(.defaultAllow))
    var bridge = try VFPHost("L2Bridge", assumptions: [.implicitDeny: "never"])
    try bridge.run("web", policies: acl)
    let bridged = try #require(bridge.endpoints["web"])
    #expect(bridge.service.switchPort(of: bridged)?.unmatchedInbound == .allow, "its layers are not captured")
  }

  // MARK: 10.1.3 and 10.1.4

  @Test func groupsOfRoutingAndEncapsulation() throws {
    var host = try VFPHost()
    try host.run("web")
    for port in [try host.pod("web"), try #require(host.port(.router))] {
      let groups = port.groups.filter { [.vnetPARoute, .vnetEncap].contains($0.layer) }
      #expect(
        groups.map { "\($0.name) \($0.priority) \($0.matchesLongestPrefix)" } == [
          "VNET_GROUP_ENCAP_IPV4_IN 100 true", "VNET_GROUP_ENCAP_IPV4_OUT 100 true",
          "VNET_GROUP_PA_ROUTE_IPV4_OUT 200 false", "VNET_GROUP_PA_ROUTE_IPV6_OUT 200 false",
        ])
    }
    let hairpin = host.port(.router)?.groups.last
    #expect(hairpin?.name == "REMOTESUBNETROUTE_HAIRPIN_GROUP" && hairpin?.priority == 100)
    #expect(hairpin?.direction == .in && hairpin?.matchesLongestPrefix == true)
  }

  @Test func rulesOfRoutingAndDecapsulation() throws {
    var host = try VFPHost()
    try host.run("web")
    for port in [try host.pod("web"), try #require(host.port(.host)), try #require(host.port(.router))] {
      let rule = try #require(port.rules.first { $0.name == "PA_ROUTE" })
      #expect(rule.group.name == "VNET_GROUP_PA_ROUTE_IPV4_OUT" && rule.priority == 45535)
      #expect(rule.effect == .route && rule.effect.flags == 1 && rule.effect.flowTTL == 0)
    }
    let router = try #require(host.port(.router))
    let index = try #require(router.rules.firstIndex { $0.effect == .decapsulate })
    let rule = router.rules[index]
    #expect(rule.name.isEmpty && router.ruleIDs[index] == nil && rule.priority == 45534)
    #expect(rule.effect.flags == 769 && rule.effect.flowTTL == 0)
    #expect(rule.match == RuleMatch(protocols: ProtocolSet([.vxlan])))
  }

  @Test func rulesOfACLsHaveAGUIDAndTheFlagsOfTheCapture() throws {
    var host = try VFPHost()
    try host.run("web")
    let port = try host.pod("web")
    let acls = zip(port.rules, port.ruleIDs).filter { $0.0.group.layer == .endpointACL }
    #expect(acls.count == 2 && acls.allSatisfy { $0.1 != nil && $0.0.effect.flags == 8195 })
    #expect(Set(port.ruleIDs.compactMap { $0 }).count == port.rules.count, "they are unique")
    #expect(VFPEffect.block.flags == VFPEffect.allow.flags && VFPEffect.block.flowTTL == 240)
  }

  // MARK: 10.1.6

  @Test func namesOf2022() throws {
    var host = try VFPHost()
    try host.run("web")
    let pod = try host.pod("web")
    #expect(pod.name == pod.endpoint?.uppercase && pod.id != pod.endpoint)
    #expect(host.port(.external)?.name == "ExternalPort")
    for kind in [VFPPort.Kind.host, .router] {
      let name = try #require(host.port(kind)?.name)
      #expect(name.wholeMatch(of: /Container NIC [0-9a-f]{8}/) != nil)
    }
    #expect(host.port(.host)?.name != host.port(.router)?.name)
  }

  @Test func namesOf2025() throws {
    var host = try VFPHost(windows: "ltsc2025")
    try host.run("web")
    let pod = try host.pod("web")
    #expect(pod.name == pod.id.uppercase && pod.id == pod.endpoint)
    #expect(host.port(.external)?.name == "ExternalPort")
    #expect(host.port(.host)?.name == "Host Vnic \(host.network.lowercase)")
    #expect(host.port(.host)?.id == GUID(host.network.value + 1))
    #expect(host.port(.router)?.name == "DrPort \(host.network.lowercase)")
  }

  /// The documents of schema 1 name the same ports.
  @Test(arguments: ["ltsc2022", "ltsc2025"]) func documentsNameThePorts(_ windows: String) throws {
    var host = try VFPHost(windows: windows)
    try host.run("web")
    let network = try host.service.properties(
      .network, host.network, query: try VFPHost.json(#"{"Flags":1}"#))
    let shown = network.text()
    for kind in [VFPPort.Kind.host, .router, .external] {
      let id = try #require(host.port(kind)?.id)
      #expect(shown.contains(id.uppercase) || shown.contains(id.lowercase), "\(kind)")
    }
    #expect(shown.contains(try #require(host.port(.host)?.name)))
  }

  // MARK: The distributed router

  @Test func theRouterHasCompartment2() throws {
    var host = try VFPHost()
    #expect(host.service.compartments.map(\.description) == ["Default Compartment", "DR"])
    try host.run("web")
    #expect(host.service.compartments.map(\.id) == [1, 2, 3])
    #expect(host.service.compartments[1].namespace == nil)
    #expect(host.service.invariantViolations() == [])
    try host.delete(network: host.network)
    #expect(host.service.compartments.map(\.id) == [1, 3], "the container runs on")
    #expect(host.service.invariantViolations() == [])
  }

  @Test(arguments: ["ltsc2019", "2004"]) func beforeServer2022ItIsAssumed(_ windows: String) throws {
    #expect(try VFPHost(windows: windows).service.compartments.map(\.id) == [1])
    #expect(try VFPHost(windows: windows).port(.router) == nil)
    let host = try VFPHost(windows: windows, assumptions: [.routerCompartment: "everyBuild"])
    #expect(host.service.compartments.map(\.description) == ["Default Compartment", "DR"])
    #expect(host.port(.router) != nil)
  }

  @Test func aRunningContainerKeepsItsNumber() throws {
    var host = try VFPHost("L2Bridge")
    try host.run("web")
    #expect(host.service.compartments.map(\.id) == [1, 2])
    let overlay = try host.add("Overlay", "other")
    #expect(host.service.compartments.map(\.description).last == "DR")
    #expect(host.service.compartments.map(\.id) == [1, 2, 3])
    let another = try host.add("Overlay", "third")
    #expect(host.service.compartments.count == 3, "networks share it")
    try host.delete(network: overlay)
    #expect(host.service.compartments.count == 3)
    try host.delete(network: another)
    #expect(host.service.compartments.map(\.id) == [1, 2])
  }

  @Test func aSnapshotKeepsItsNumber() throws {
    var host = try VFPHost("L2Bridge")
    try host.run("web")
    _ = try host.add("Overlay", "other")
    let snapshot = host.service.snapshot
    #expect(try HostNetworkingService(snapshot: snapshot) == host.service)
    var older = try #require(snapshot.object)
    older.members.removeAll { $0.key == "routerCompartment" }
    let restored = try HostNetworkingService(snapshot: .object(older))
    #expect(restored.compartments.map(\.id) == [1, 2, 4], "older snapshots lack it: a new number")
    #expect(restored.invariantViolations() == [])
    older["routerCompartment"] = 2
    #expect(throws: SnapshotError.self) { try HostNetworkingService(snapshot: .object(older)) }
  }
}
