import HostModel
import NetworkTypes
import PacketSpace
import Testing

/// Boxes and the expansion of matches, against single packets.
@Suite struct RewriteBoxTests {
  private func packet(_ plain: PlainPacket) -> Packet {
    Packet(
      direction: .in, protocol: IPProtocol(plain.number), local: IPAddress(plain.family, plain.local),
      remote: IPAddress(plain.family, plain.remote), localPort: plain.localPort,
      remotePort: plain.remotePort)
  }

  @Test(arguments: RewriteExactnessTests.cells)
  func boxesFollowTheLawsOfSets(families: [AddressFamily]) {
    for index in 0..<400 {
      var (seed, source) = RewriteExactnessTests.source(index, families, real: index % 2 == 0)
      let (left, right) = (source.match(), source.match())
      let first = PacketBox(left.match, families: families)
      let second = PacketBox(right.match, families: families)
      let pieces = first.subtracting(second)
      let shared = first.intersection(second)
      #expect(first.isConsistent && second.isConsistent && shared.isConsistent, "seed \(seed)")
      #expect(pieces.count <= 5 && pieces.allSatisfy { $0.isConsistent && !$0.isEmpty }, "seed \(seed)")
      #expect(first.intersects(second) == !shared.isEmpty, "seed \(seed)")
      let back = first.matches(families: families).map { PlainMatch($0) }
      var packets = source.boundaryPackets(left) + source.boundaryPackets(right)
      for _ in 0..<10 { packets.append(source.packet()) }
      for plain in packets {
        let one = packet(plain)
        let isIn = (left.matches(plain), right.matches(plain))
        let isRight =
          first.contains(one) == isIn.0 && second.contains(one) == isIn.1
          && shared.contains(one) == (isIn.0 && isIn.1)
          && pieces.count { $0.contains(one) } == (isIn.0 && !isIn.1 ? 1 : 0)
          && back.count { $0.matches(plain) } == (isIn.0 ? 1 : 0)
        if !isRight { Issue.record("seed \(seed), \(families): \(plain)") }
      }
    }
  }

  @Test func emptyBoxesAreEqual() {
    let none = PacketBox(protocols: ProtocolSet())
    #expect(none.isEmpty && none == PacketBox(local: AddressSet()))
    #expect(PacketBox(protocols: ProtocolSet([.icmp]), localPorts: PortSet(80, 80)) == none)
    #expect(PacketBox(local: .all(.ipv4), remote: .all(.ipv6)) == none)
    #expect(none.matches(families: [.ipv4]).isEmpty && none.subtracting(.universe([.ipv4])).isEmpty)
    #expect(PacketBox.universe([.ipv4]).subtracting(none) == [.universe([.ipv4])])
  }

  @Test(arguments: RewriteExactnessTests.cells)
  func expansionAdmitsTheSamePackets(families: [AddressFamily]) {
    var expanded = 0
    for index in 0..<600 {
      var (seed, source) = RewriteExactnessTests.source(index, families, real: index % 2 == 0)
      let plain = source.match()
      guard let matches = plain.match.expanded(limit: 400) else { continue }
      expanded += 1
      for match in matches {
        let isSingle =
          [match.localAddresses, match.remoteAddresses].allSatisfy {
            $0.map { $0.prefixes.count == 1 } ?? true
          }
          && [match.localPorts, match.remotePorts].allSatisfy {
            $0.map { $0.ranges.map { $0.upper - $0.lower } == [0] } ?? true
          }
          && match.protocols.map { $0.protocols.count == 1 } ?? true
          && [match.localAddresses, match.remoteAddresses].allSatisfy {
            $0.map { $0.prefixes.allSatisfy { $0.length > 0 } } ?? true
          }
        if !isSingle { Issue.record("seed \(seed): \(match)") }
      }
      let back = matches.map { PlainMatch($0) }
      var packets = source.boundaryPackets(plain)
      for _ in 0..<10 { packets.append(source.packet()) }
      for packet in packets where back.count(where: { $0.matches(packet) }) != (plain.matches(packet) ? 1 : 0)
      {
        Issue.record("seed \(seed), \(families): \(packet)")
      }
    }
    #expect(expanded > 100)
  }

  @Test func expansionIsLimited() {
    let two = ProtocolSet([.tcp, .udp])
    let match = RuleMatch(protocols: two, localPorts: PortSet(1, 10), remotePorts: PortSet(1, 5))
    #expect(match.expanded(limit: 100)?.count == 100)
    #expect(match.expanded(limit: 99) == nil)
    #expect(RuleMatch(protocols: two, localPorts: PortSet(0, 65534)).expanded() == nil)
    #expect(
      RuleMatch(localPorts: .allPorts).expanded() == [
        RuleMatch(protocols: ProtocolSet([.tcp])), RuleMatch(protocols: ProtocolSet([.udp])),
      ])
    #expect(
      RuleMatch(remoteAddresses: .all(.ipv4)).expanded()?.map { $0.remoteAddresses?.prefixes.map(\.listed) }
        == [["0.0.0.0/1"], ["128.0.0.0/1"]])
  }

  @Test func longListsAreDivided() {
    let addresses = AddressSet((0..<10).map { AddressRange(IPAddress(.ipv4, UInt128($0 * 2))) })
    let parts = RuleMatch(remoteAddresses: addresses).dividingLists(entries: 4)
    #expect(parts.map { $0.remoteAddresses?.prefixes.count } == [4, 4, 2])
    #expect(parts.compactMap(\.remoteAddresses).reduce(AddressSet()) { $0.union($1) } == addresses)
    #expect(RuleMatch(remoteAddresses: addresses).dividingLists(entries: 10).count == 1)
  }
}
