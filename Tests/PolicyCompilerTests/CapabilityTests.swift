import HostModel
import NetworkTypes
import PolicyCompiler
import Testing

/// The table by driver and isolation as on Microsoft's page, and the Ids of ACLs.
@Suite struct CapabilityTests {
  /// `DRIVER ISOLATION: POINTS; inbound; outbound; families`.
  static func lines(_ build: Int, _ assumptions: Assumptions = Assumptions()) -> [String] {
    Capabilities(WindowsBuild(build: build), assumptions: assumptions).cells.map { cell in
      let points = cell.programmablePoints.map(\.title).joined(separator: " and ")
      return
        "\(cell.platform.driver) \(cell.platform.isolation): \(points.isEmpty ? "X" : points); "
        + "in \(cell.inboundDefault); out \(cell.outboundDefault); \(cell.families.joined(separator: ", "))"
    }
  }

  static let admitted = "allow icmp, igmp, tcp, udp, icmpv6; block the rest"

  @Test func theTenCellsOfWindowsServer2022() {
    #expect(
      Self.lines(20348) == [
        "transparent process: Windows Firewall; in \(Self.admitted); out allow all; IPv4, IPv6 (not filtered by ACLs)",
        "transparent hyperv: X; in allow all; out allow all; IPv4, IPv6 (not filtered by ACLs)",
        "nat process: Windows Firewall; in \(Self.admitted); out allow all; IPv4",
        "nat hyperv: X; in allow all; out allow all; IPv4",
        "l2bridge process: Windows Firewall and VFP; in \(Self.admitted); out allow all; IPv4, IPv6",
        "l2bridge hyperv: VFP; in allow all; out allow all; IPv4, IPv6",
        "l2tunnel process: Windows Firewall and VFP; in \(Self.admitted); out allow all; IPv4, IPv6",
        "l2tunnel hyperv: VFP; in allow all; out allow all; IPv4, IPv6",
        "overlay process: Windows Firewall and VFP; in \(Self.admitted); out allow all; IPv4",
        "overlay hyperv: VFP; in allow all; out allow all; IPv4",
      ])
  }

  @Test func theTenCellsBeforeVersion1709() {
    #expect(
      Self.lines(14393) == [
        "transparent process: Windows Firewall; in block all; out allow all; IPv4, IPv6 (not filtered by ACLs)",
        "transparent hyperv: X; in allow all; out allow all; IPv4, IPv6 (not filtered by ACLs)",
        "nat process: Windows Firewall; in block all; out allow all; IPv4",
        "nat hyperv: X; in allow all; out allow all; IPv4",
        "l2bridge process: Windows Firewall and VFP; in block all; out allow all; IPv4",
        "l2bridge hyperv: VFP; in allow all; out allow all; IPv4",
        "l2tunnel process: Windows Firewall and VFP; in block all; out allow all; IPv4, IPv6",
        "l2tunnel hyperv: VFP; in allow all; out allow all; IPv4, IPv6",
        "overlay process: Windows Firewall and VFP; in block all; out allow all; IPv4",
        "overlay hyperv: VFP; in allow all; out allow all; IPv4",
      ])
  }

  @Test func inboundIsAllowedSinceVersion1709() {
    func process(_ build: Int) -> Set<String> {
      Set(
        Capabilities(WindowsBuild(build: build)).cells.filter { $0.platform.isolation == .process }
          .map(\.inboundDefault))
    }
    #expect(process(15063) == ["block all"])
    #expect(process(16298) == ["block all"])
    #expect(process(16299) == [Self.admitted])
  }

  @Test func theHyperVAssumptionAppliesOnlyBefore1709() {
    var assumptions = Assumptions()
    assumptions.hypervInboundBefore1709 = .block
    func hyperv(_ build: Int) -> Set<String> {
      Set(
        Capabilities(WindowsBuild(build: build), assumptions: assumptions).cells
          .filter { $0.platform.isolation == .hyperv }.map(\.inboundDefault))
    }
    #expect(hyperv(14393) == ["block all"])
    #expect(hyperv(16299) == ["allow all"])
  }

  @Test func portsArePublishedThroughHCNVersion2() {
    func publishing(_ build: Int) -> [String] {
      Capabilities(WindowsBuild(build: build)).cells.map { "\($0.platform.driver): \($0.publishing)" }
    }
    let allowing = "nat: yes, with an inbound allow rule for the container's port"
    let before = ["transparent: no", "transparent: no", allowing, "nat: yes"]
    let old = "no: needs HNS 9.2"
    #expect(
      publishing(17134) == before + [
        "l2bridge: \(old)", "l2bridge: \(old)", "l2tunnel: no", "l2tunnel: no", "overlay: \(old)",
        "overlay: \(old)",
      ])
    let new = "yes, through VFP"
    #expect(
      publishing(17763) == before + [
        "l2bridge: \(new)", "l2bridge: \(new)", "l2tunnel: no", "l2tunnel: no", "overlay: \(new)",
        "overlay: \(new)",
      ])
  }

  @Test func everyCellHasSources() {
    for cell in Capabilities(.standard).cells {
      #expect(cell.sources.contains { $0.hasPrefix("network-isolation") })
    }
  }

  // MARK: Ids

  @Test(
    arguments: [
      ("hnsctl/node/https", ["https"], 1, "https"), ("hnsctl/node/https~2", ["https"], 2, "https~2"),
      ("hnsctl/node/open+hidden+other", ["open", "hidden", "other"], 1, "open"),
      ("hnsctl/node/open+hidden~17", ["open", "hidden"], 17, "open~17"),
      ("hnsctl/node/default-in", ["default-in"], 1, "default-in"),
      ("hnsctl/node/published", ["published"], 1, "published"),
      ("hnsctl/node/a.b_c-1", ["a.b_c-1"], 1, "a.b_c-1"),
    ] as [(String, [String], Int, String)])
  func idsReadBackAsWhatTheyStandFor(id: String, origins: [String], piece: Int, name: String) throws {
    let identity = try #require(RuleIdentity(id: id))
    #expect(identity == RuleIdentity(profile: "node", origins: origins, piece: piece))
    #expect(identity.id == id)
    #expect(identity.name == name)
  }

  @Test(arguments: [
    "", "/", "//", "hnsctl", "hnsctl/", "hnsctl/node", "hnsctl/node/", "hnsctl//a", "/node/a",
    "HNSCTL/node/a",
    "hnsctl/node/a/b", "hnsctl/node/+", "hnsctl/node/a+", "hnsctl/node/+a", "hnsctl/node/a++b",
    "hnsctl/node/~2",
    "hnsctl/node/a~", "hnsctl/node/a~1", "hnsctl/node/a~0", "hnsctl/node/a~-2", "hnsctl/node/a~+2",
    "hnsctl/node/a~02", "hnsctl/node/a~2~3", "hnsctl/node/a~99999999999999999999", "hnsctl/node/a~2+b",
    "hnsctl/node/a b", "hnsctl/no de/a", "hnsctl/node/A", "hnsctl/node/\u{1b}[31m", "hnsctl/node/-a",
    "hnsctl/node/\u{e9}", "hnsctl/node/a\u{0}", "hnsctl/node/" + String(repeating: "a", count: 64),
    "4f5a2f0e-0c8c-4c4e-9f0a-000000000000",
  ])
  func idsOfOthersDoNotRead(id: String) {
    #expect(RuleIdentity(id: id) == nil)
  }
}
