import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import Testing

/// The ports that load balancers without direct server return reserve
/// (reference: windows-firewall-and-vfp, 10.2).
@Suite struct PortBlockTests {
  private func host(
    _ count: Int, flags: Int = 0, holding: [String] = [], assumptions: Assumptions = Assumptions()
  ) throws -> HostNetworkingService {
    var service = HostNetworkingService(
      HostConfiguration(
        assumptions: assumptions, addresses: ["10.240.0.5"].compactMap { IPAddress($0) },
        listens: holding.compactMap { HostPorts($0) }))
    for index in 0..<count {
      _ = try service.create(
        .loadBalancer,
        settings: try VFPHost.json(
          #"{"FrontendVIPs":["10.96.\#(index / 250).\#(index % 250 + 1)"],"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":80}],"Flags":\#(flags)}"#
        ))
    }
    return service
  }

  @Test func aBlockForEachAddressAndPort() throws {
    #expect(try host(0).portBlocks.map(\.free) == [256, 256])
    let few = try host(3).portBlocks
    #expect(few.map(\.protocol) == [.tcp, .udp] && few.map(\.free) == [253, 256])
    var service = try host(0)
    _ = try service.create(
      .loadBalancer,
      settings: try VFPHost.json(
        #"{"FrontendVIPs":["10.96.0.1","10.96.0.2"],"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":80},{"Protocol":17,"InternalPort":53,"ExternalPort":53}]}"#
      ))
    #expect(service.portBlocks.map(\.needed) == [2, 2])
  }

  @Test func directServerReturnReservesNone() throws {
    #expect(try host(5, flags: 1).portBlocks.map(\.needed) == [0, 0])
  }

  @Test func portsOfOthersTakeTheirBlocks() throws {
    #expect(
      try host(0, holding: ["tcp/49152", "tcp/49215", "tcp/50000-50127"]).portBlocks[0].available == 252)
    #expect(try host(0, holding: ["tcp/80", "udp/65535"]).portBlocks.map(\.available) == [256, 255])
  }

  @Test func theLastBlockIsTakenOnce() throws {
    let full = try host(256).portBlocks[0]
    #expect(full.free == 0 && full.missing == 0)
    var accepted = Assumptions()
    accepted.exhaustedPortBlocks = .accepted
    let more = try host(300, assumptions: accepted).portBlocks[0]
    #expect(more.free == 0 && more.missing == 44)
  }

  private func shop(_ vip: String, _ number: Int = 6, flags: Int = 0) throws -> JSON {
    try VFPHost.json(
      #"{"FrontendVIPs":["\#(vip)"],"PortMappings":[{"Protocol":\#(number),"InternalPort":80,"ExternalPort":80}],"Flags":\#(flags)}"#
    )
  }

  /// Reference: hns, 6.5 and 6.10.
  @Test func oneWithoutABlockIsRefused() throws {
    var service = try host(256)
    let refusal = #expect(throws: HCNError.self) {
      try service.create(.loadBalancer, settings: try shop("10.97.0.1"))
    }
    #expect(refusal?.code == .portAlreadyExists, "\(String(describing: refusal))")
    #expect(refusal?.detail?.contains("only 256 are available") == true)
    // Neither direct server return nor the other protocol needs one.
    _ = try service.create(.loadBalancer, settings: try shop("10.97.0.1", flags: 1))
    _ = try service.create(.loadBalancer, settings: try shop("10.97.0.2", 17))
    let id = try #require(try service.enumerate(.loadBalancer).first)
    try service.delete(.loadBalancer, id)
    _ = try service.create(.loadBalancer, settings: try shop("10.97.0.3"))
    #expect(service.portBlocks.map(\.free) == [0, 255])
  }

  @Test func oneThatChangesKeepsItsBlock() throws {
    var service = HostNetworkingService(
      HostConfiguration(
        build: try #require(WindowsBuild("ltsc2025")),
        excludedPorts: [try #require(HostPorts("tcp/49152-65471"))]))
    let id = try service.create(.loadBalancer, settings: try shop("10.96.0.1"))
    try service.modify(.loadBalancer, id, settings: try shop("10.96.0.2"))
    #expect(throws: HCNError.self) {
      try service.create(.loadBalancer, settings: try shop("10.96.0.3"))
    }
    // Without direct server return, one that had it needs a block.
    let direct = try service.create(.loadBalancer, settings: try shop("10.96.0.3", flags: 1))
    #expect(throws: HCNError.self) {
      try service.modify(.loadBalancer, direct, settings: try shop("10.96.0.3"))
    }
  }

  @Test func aDeletedLoadBalancerReturnsItsBlock() throws {
    var service = try host(2)
    let id = try #require(try service.enumerate(.loadBalancer).first)
    try service.delete(.loadBalancer, id)
    #expect(service.portBlocks[0].needed == 1)
  }
}
