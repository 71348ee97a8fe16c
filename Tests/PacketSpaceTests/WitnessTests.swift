import HostModel
import NetworkTypes
import PacketSpace
import Testing

/// Which packet of a set is the example: one that a reader believes.
struct WitnessTests {
  private static func packets(
    from remote: String, ports: ClosedRange<UInt16> = 1...65535, sourcePorts: PortSet = .allPorts
  ) throws -> PacketSet {
    let ranges = remote.split(separator: ",").compactMap { AddressRange($0) }
    return try PacketSet(
      PacketBox(
        protocols: ProtocolSet([.tcp]), local: .all, remote: AddressSet(ranges),
        localPorts: PortSet(ports.lowerBound, ports.upperBound), remotePorts: sourcePorts))
  }

  /// A host with the subnet 10.1.0.0/24 and no endpoint.
  private static let host = HostTopology(
    addresses: [],
    networks: [
      .init(
        id: GUID(1), name: "podnet", driver: .l2bridge,
        subnets: [IPPrefix("10.1.0.0/24")].compactMap(\.self).map {
          .init(prefix: $0, gateway: IPAddress("10.1.0.1"))
        })
    ], endpoints: [], namespaces: [])

  @Test(
    "An example has the address of a node if there is a choice.",
    arguments: [
      ("0.0.0.0-255.255.255.255", "198.51.100.9"), ("::/0", "2001:db8::9"), ("10.0.0.0/8", "10.0.0.1"),
      ("10.1.0.0/24", "10.1.0.2"), ("10.1.0.255-10.1.1.9", "10.1.1.1"), ("0.0.0.0-1.0.0.9", "1.0.0.1"),
      ("127.0.0.0-128.0.0.9", "128.0.0.1"), ("10.1.0.0-10.1.0.1", "10.1.0.0"), ("0.0.0.0/31", "0.0.0.1"),
      ("0.0.0.0-0.0.0.0", "0.0.0.0"), ("224.0.0.5-224.0.0.9", "224.0.0.5"), ("10.9.9.9-10.9.9.9", "10.9.9.9"),
      // An address that no node has is worse than one of the other family.
      ("0.0.0.0/8,2001:db8:7::/64", "2001:db8:7::1"),
    ])
  func addresses(remote: String, expected: String) throws {
    let witness = try Self.packets(from: remote).witness(.in, ExampleAddresses(of: [Self.host]))
    #expect(witness.map { "\($0.packet.remote)" } == expected)
  }

  @Test("A better address is worth a lesser port.")
  func addressesBeforePorts() throws {
    let set = try Self.packets(from: "0.0.0.0/8", ports: 443...443)
      .union(Self.packets(from: "10.0.0.0/8", ports: 9000...9001))
    let packet = try #require(set.witness(.in)).packet
    #expect("\(packet.remote)" == "10.0.0.1")
    #expect(packet.localPort == 9000)
  }

  @Test(
    "Destination ports are well-known ones, source ports dynamic ones.",
    arguments: [
      (1...65535, 443), (1...442, 80), (81...442, 81), (2000...3000, 2000), (0...0, 0), (0...9, 1),
    ] as [(ClosedRange<UInt16>, UInt16)])
  func ports(range: ClosedRange<UInt16>, expected: UInt16) throws {
    let packet = try #require(Self.packets(from: "10.0.0.0/8", ports: range).witness(.in)).packet
    #expect(packet.localPort == expected)
    #expect(packet.remotePort == 49152)
    #expect(PortSet(range.lowerBound, range.upperBound).exampleDestination == expected)
    let source = PortSet(range.lowerBound, range.upperBound).union(PortSet(60000, 60009))
    let other = try #require(Self.packets(from: "10.0.0.0/8", sourcePorts: source).witness(.in)).packet
    #expect(other.remotePort == (range.contains(49152) ? 49152 : 60000))
  }
}
