import NetworkTypes
import Testing

/// The operations of interval sets, compared with sets of numbers.
@Suite struct IntervalSetTests {
  typealias Interval = IntervalSet<UInt8>.Interval

  /// Random ranges that begin and end near each other and near both ends of the type.
  private func ranges(_ generator: inout SeededGenerator) -> [Interval] {
    (0..<Int.random(in: 0...6, using: &generator)).map { _ in
      let stock: [UInt8] = [0, 1, 2, 3, 5, 8, 127, 128, 250, 252, 253, 254, 255]
      let first = stock[Int.random(in: 0..<stock.count, using: &generator)]
      let second = stock[Int.random(in: 0..<stock.count, using: &generator)]
      return Interval(
        min(first, second), Bool.random(using: &generator) ? max(first, second) : min(first, second))
    }
  }

  private func members(_ ranges: [Interval]) -> Set<Int> {
    Set(ranges.flatMap { Int($0.lower)...Int($0.upper) })
  }

  private func isCanonical(_ set: IntervalSet<UInt8>) -> Bool {
    zip(set.intervals, set.intervals.dropFirst()).allSatisfy { Int($0.upper) + 1 < Int($1.lower) }
  }

  @Test func operationsAgreeWithSetsOfNumbers() {
    var generator = SeededGenerator(seed: 1_000)
    for round in 0..<1_500 {
      let (left, right) = (ranges(&generator), ranges(&generator))
      let (first, second) = (IntervalSet(left), IntervalSet(right))
      let (one, two) = (members(left), members(right))
      #expect(members(first.intervals) == one, "round \(round)")
      let results = [
        (first.union(second), one.union(two)), (first.intersection(second), one.intersection(two)),
        (first.subtracting(second), one.subtracting(two)),
      ]
      for (result, wanted) in results {
        #expect(
          members(result.intervals) == wanted && isCanonical(result), "round \(round): \(left) \(right)")
        #expect(result == IntervalSet(wanted.map { Interval(UInt8($0), UInt8($0)) }), "round \(round)")
      }
      #expect(first.intersects(second) == !one.isDisjoint(with: two), "round \(round)")
      #expect(first.isSubset(of: second) == one.isSubset(of: two), "round \(round)")
      #expect(first.isEmpty == one.isEmpty)
      for number in [0, 1, 2, 4, 126, 127, 129, 251, 254, 255] as [UInt8] {
        #expect(first.contains(number) == one.contains(Int(number)), "round \(round): \(number)")
      }
    }
  }

  @Test func signedNumbersReachBothEnds() {
    let all = IntervalSet<Int8>(.min, .max)
    let middle = IntervalSet<Int8>(-1, 1)
    #expect(all.subtracting(middle).intervals == [.init(.min, -2), .init(2, .max)])
    #expect(all.subtracting(all).isEmpty)
    #expect(all.subtracting(middle).union(middle) == all)
    #expect(IntervalSet<Int8>([.init(.max, .max), .init(.min, .max)]) == all)
  }

  @Test func addressSetsKeepTheFamiliesApart() throws {
    let four = AddressSet([AddressRange.all(.ipv4)])
    #expect(four == .all(.ipv4) && four.hasMembers(of: .ipv4) && !four.hasMembers(of: .ipv6))
    #expect(AddressSet.all.subtracting(four) == .all(.ipv6))
    #expect(AddressSet.all.only(.ipv6) == .all(.ipv6) && four.only(.ipv6).isEmpty)
    #expect(!four.contains(IPAddress(.ipv6, 5)) && four.contains(IPAddress(.ipv4, 5)))
    #expect(AddressSet.all.prefixes.map(\.description) == ["0.0.0.0/0", "::/0"])
  }

  @Test func setsOfProtocolsAndPortsListTheirMembers() {
    #expect(ProtocolSet([IPProtocol.udp, .tcp, .udp]).protocols == [.tcp, .udp])
    #expect(ProtocolSet.allProtocols.protocols.count == 255 && !ProtocolSet.allProtocols.contains(0))
    #expect(
      PortSet([PortRange(80), PortRange(81, 90), PortRange(100)]).ranges == [
        PortRange(80, 90), PortRange(100),
      ])
    #expect(PortSet.allPorts.ranges == [PortRange(0, 65535)])
  }
}
