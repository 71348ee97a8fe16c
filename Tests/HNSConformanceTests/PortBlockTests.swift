import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import Testing

/// The ports that load balancers without direct server return reserve
/// (reference: windows-firewall-and-vfp, 10.2).
@Suite struct PortBlockTests {
  private func host(_ count: Int, flags: Int = 0, holding: [String] = []) throws -> HostNetworkingService {
    var service = HostNetworkingService(
      HostConfiguration(
        addresses: ["10.240.0.5"].compactMap { IPAddress($0) }, listens: holding.compactMap { HostPorts($0) })
    )
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
    let more = try host(300).portBlocks[0]
    #expect(more.free == 0 && more.missing == 44)
  }

  @Test func aDeletedLoadBalancerReturnsItsBlock() throws {
    var service = try host(2)
    let id = try #require(try service.enumerate(.loadBalancer).first)
    try service.delete(.loadBalancer, id)
    #expect(service.portBlocks[0].needed == 1)
  }
}
