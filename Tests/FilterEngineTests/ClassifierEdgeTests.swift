import FilterEngine
import HostModel
import NetworkTypes
import Testing

/// The answers of a classifier at the limits of lists, matches and packets.
@Suite struct ClassifierEdgeTests {
  static func packet(
    _ kind: IPProtocol = .tcp, _ local: UInt128 = 1, _ remote: UInt128 = 2, family: AddressFamily = .ipv4,
    localPort: UInt16 = 80, remotePort: UInt16 = 50_000
  ) -> Packet {
    Packet(
      direction: .in, protocol: kind, local: IPAddress(family, local), remote: IPAddress(family, remote),
      localPort: kind.hasPorts ? localPort : 0, remotePort: kind.hasPorts ? remotePort : 0)
  }

  @Test func anEmptyListMatchesNothingAndTakesNoMemory() {
    let classifier = PacketClassifier([])
    #expect(classifier.firstMatch(Self.packet()) == nil)
    #expect(classifier.firstMatch(Self.packet(family: .ipv6)) == nil)
    #expect(classifier.memoryFootprint == 0)
  }

  @Test func aListThatNothingMatchesEqualsAnEmptyOne() {
    let classifier = PacketClassifier([
      RuleMatch(protocols: ProtocolSet()), RuleMatch(localAddresses: AddressSet()),
      RuleMatch(remoteAddresses: AddressSet()), RuleMatch(localPorts: PortSet()),
      RuleMatch(remotePorts: PortSet()),
      RuleMatch(localAddresses: .all(.ipv4), remoteAddresses: .all(.ipv6)),
      RuleMatch(protocols: ProtocolSet([.icmp]), localPorts: .allPorts),
    ])
    for family in AddressFamily.allCases {
      for kind in [IPProtocol.tcp, .udp, .icmp] {
        #expect(classifier.firstMatch(Self.packet(kind, family: family)) == nil)
      }
    }
  }

  @Test func theFirstOfTwoEqualMatchesIsFound() {
    let match = RuleMatch(protocols: ProtocolSet([.udp]))
    for count in [2, 9, 40, 400] {
      let classifier = PacketClassifier(
        [RuleMatch(protocols: ProtocolSet([.icmp]))] + .init(repeating: match, count: count))
      #expect(classifier.firstMatch(Self.packet(.udp)) == 1)
      #expect(classifier.firstMatch(Self.packet(.tcp)) == nil)
    }
  }

  @Test func theDirectionIsIgnored() {
    let classifier = PacketClassifier([RuleMatch(protocols: ProtocolSet([.tcp]))])
    var packet = Self.packet()
    #expect(classifier.firstMatch(packet) == 0)
    packet.direction = .out
    #expect(classifier.firstMatch(packet) == 0)
  }

  @Test func aPacketOfTwoFamiliesMatchesNothing() {
    let classifier = PacketClassifier([RuleMatch()])
    var packet = Self.packet()
    packet.remote = IPAddress(.ipv6, 2)
    #expect(classifier.firstMatch(packet) == nil)
  }

  @Test func everyProtocolNumberIsOnlyItself() {
    let single = PacketClassifier((0...255).map { RuleMatch(protocols: ProtocolSet([IPProtocol($0)])) })
    let all = PacketClassifier([RuleMatch(protocols: .allProtocols)])
    for number in UInt8.min ... .max {
      #expect(single.firstMatch(Self.packet(IPProtocol(number))) == Int(number))
      #expect(all.firstMatch(Self.packet(IPProtocol(number))) == (number == 0 ? nil : 0))
    }
  }

  @Test func everyProtocolRangeMatchesOnlyItsMembers() {
    for lower in UInt8(0)...20 {
      for upper in lower...20 {
        let match = RuleMatch(protocols: ProtocolSet(lower, upper))
        let classifier = PacketClassifier([match])
        for number in UInt8(0)...21 {
          let packet = Self.packet(IPProtocol(number))
          #expect(
            (classifier.firstMatch(packet) == 0) == match.matches(packet), "\(lower)-\(upper): \(number)")
        }
      }
    }
  }

  @Test func onlyTCPAndUDPMatchPortsEvenAllOfThem() {
    let classifier = PacketClassifier([
      RuleMatch(localPorts: .allPorts), RuleMatch(remotePorts: .allPorts), RuleMatch(),
    ])
    for number in UInt8.min ... .max {
      let kind = IPProtocol(number)
      #expect(classifier.firstMatch(Self.packet(kind)) == (kind.hasPorts ? 0 : 2))
      #expect(
        classifier.firstMatch(Self.packet(kind, localPort: 0, remotePort: .max)) == (kind.hasPorts ? 0 : 2))
    }
  }

  @Test func portZeroIsAPortLikeAnyOther() {
    let classifier = PacketClassifier([
      RuleMatch(localPorts: PortSet(0, 0)), RuleMatch(localPorts: PortSet(.max, .max)),
      RuleMatch(localPorts: PortSet(1, 1)),
    ])
    #expect(classifier.firstMatch(Self.packet(localPort: 0)) == 0)
    #expect(classifier.firstMatch(Self.packet(localPort: .max)) == 1)
    #expect(classifier.firstMatch(Self.packet(localPort: 1)) == 2)
    #expect(classifier.firstMatch(Self.packet(.icmp)) == nil)
  }

  @Test(arguments: AddressFamily.allCases) func theEndsOfAFamilyAreAddressesLikeAnyOther(
    _ family: AddressFamily
  ) {
    let ends: [UInt128] = [0, 1, family.highest - 1, family.highest]
    let rules = ends.map { RuleMatch(remoteAddresses: AddressSet([AddressRange(IPAddress(family, $0))])) }
    let classifier = PacketClassifier(rules + [RuleMatch(remoteAddresses: .all(family))])
    for (index, end) in ends.enumerated() {
      #expect(classifier.firstMatch(Self.packet(.tcp, 5, end, family: family)) == index)
    }
    #expect(classifier.firstMatch(Self.packet(.tcp, 5, 2, family: family)) == 4)
    let other: AddressFamily = family == .ipv4 ? .ipv6 : .ipv4
    #expect(classifier.firstMatch(Self.packet(.tcp, 5, 0, family: other)) == nil)
  }

  @Test func adjacentIPv6RangesAreDistinguished() {
    let rules = (0..<200).map { number in
      let lower = UInt128(number) << 64
      let range = AddressRange(family: .ipv6, lower: lower, upper: lower | UInt128(UInt64.max))
      return RuleMatch(localAddresses: AddressSet([range]))
    }
    let classifier = PacketClassifier(rules)
    for number in 0..<200 {
      let lower = UInt128(number) << 64
      for address in [lower, lower | 5, lower | UInt128(UInt64.max)] {
        #expect(classifier.firstMatch(Self.packet(.udp, address, family: .ipv6)) == number)
      }
    }
    #expect(classifier.firstMatch(Self.packet(.udp, 200 << 64, family: .ipv6)) == nil)
  }

  @Test(arguments: AddressFamily.allCases) func tenThousandRangesInOneMatchLeaveTheirGaps(
    _ family: AddressFamily
  ) {
    for (copies, blocks) in [(1, 10_000), (40, 500)] {
      // Every other block of four addresses.
      let addresses = AddressSet(
        (0..<blocks).map {
          AddressRange(family: family, lower: UInt128($0) * 8, upper: UInt128($0) * 8 + 3)
        })
      let match = RuleMatch(localAddresses: addresses, remoteAddresses: addresses)
      let classifier = PacketClassifier(Array(repeating: match, count: copies) + [RuleMatch()])
      for block in stride(from: 0, to: blocks, by: blocks / 100) {
        for offset in 0..<8 {
          let address = UInt128(block) * 8 + UInt128(offset)
          let expected = offset < 4 ? 0 : copies
          #expect(classifier.firstMatch(Self.packet(.tcp, address, 1, family: family)) == expected)
          #expect(classifier.firstMatch(Self.packet(.tcp, 1, address, family: family)) == expected)
        }
      }
    }
  }

  @Test func matchesShareLongLists() {
    let ranges = (0..<1_000).map {
      AddressRange(family: .ipv4, lower: UInt128($0) * 1_000, upper: UInt128($0) * 1_000 + 10)
    }
    let addresses = AddressSet(ranges)
    let rules = (1...100).map { RuleMatch(remoteAddresses: addresses, localPorts: PortSet($0, $0)) }
    let classifier = PacketClassifier(rules)
    #expect(classifier.memoryFootprint < 50_000)
    #expect(classifier.firstMatch(Self.packet(.tcp, 1, 5_005, localPort: 70)) == 69)
    #expect(classifier.firstMatch(Self.packet(.tcp, 1, 5_011, localPort: 70)) == nil)
  }

  @Test func eachOfSixtyFiveThousandMatchesIsFound() {
    let rules = (0..<65_000).map { (number: Int) -> RuleMatch in
      let lower = UInt32(number / 2) << 8
      return RuleMatch(
        protocols: ProtocolSet([number % 2 == 0 ? .tcp : .udp]),
        remoteAddresses: AddressSet(ipv4: .init(lower, lower | 0xff)))
    }
    let classifier = PacketClassifier(rules)
    for number in stride(from: 0, to: 65_000, by: 101) {
      let packet = Self.packet(number % 2 == 0 ? .tcp : .udp, 9, UInt128(number / 2) << 8 | 7)
      #expect(classifier.firstMatch(packet) == number)
    }
    #expect(classifier.memoryFootprint < 65_000 * 100)
  }

  @Test func memoryIsProportionalToTheMatches() {
    var random = SeededGenerator(for: "overlapping matches")
    for list in 0..<4 {
      let rules = (0..<2_000).map { _ in
        func range() -> IntervalSet<UInt32> {
          let ends = [
            UInt32.random(in: 0 ... .max, using: &random), UInt32.random(in: 0 ... .max, using: &random),
          ]
          return IntervalSet(ends[0] < ends[1] ? ends[0] : ends[1], ends[0] < ends[1] ? ends[1] : ends[0])
        }
        // Overlapping in two dimensions, in one of two, or in all.
        let open = list == 1 ? random.below(2) : 2
        return RuleMatch(
          localAddresses: open == 0 ? nil : AddressSet(ipv4: range()),
          remoteAddresses: open == 1 ? nil : AddressSet(ipv4: range()),
          localPorts: list < 3
            ? nil : PortSet(UInt16(random.below(30_000)), UInt16(30_000 + random.below(30_000))))
      }
      let classifier = PacketClassifier(rules)
      #expect(classifier.memoryFootprint < 200 * rules.count, "list \(list)")
      for _ in 0..<200 {
        let packet = Self.packet(
          .tcp, UInt128(UInt32.random(in: 0 ... .max, using: &random)),
          UInt128(UInt32.random(in: 0 ... .max, using: &random)), localPort: UInt16(random.below(65_536)))
        #expect(classifier.firstMatch(packet) == rules.firstIndex { $0.matches(packet) })
      }
    }
  }
}
