import HostModel
import NetworkTypes

/// All packets of some address families, and the conversion between matches and boxes of numbered sets.
///
/// IPv4 addresses, ports and protocols are their own ranks. IPv6 addresses are rank-compressed: the rank of
/// an address is that of its range, among the ranges distinguished by the matches.
struct BoxSpace {
  let families: [AddressFamily]
  /// Every packet.
  let universe: SetBox
  /// The lower bounds of the distinguished ranges of IPv6 addresses, ascending.
  private let starts: [UInt128]

  /// The highest rank of IPv6 addresses.
  var lastIPv6: UInt32 { UInt32(starts.count - 1) }

  /// Prepares the space.
  ///
  /// - Parameters:
  ///   - families: The address families considered.
  ///   - matches: All matches that will be converted.
  ///   - table: The sets.
  init(_ families: [AddressFamily], distinguishing matches: some Sequence<RuleMatch>, _ table: inout SetTable)
  {
    self.families = families.sorted()
    var starts: [UInt128] = [0]
    if families.contains(.ipv6) {
      for match in matches {
        for set in [match.localAddresses, match.remoteAddresses] {
          for interval in set?.ipv6.intervals ?? [] {
            starts.append(interval.lower)
            if interval.upper < .max { starts.append(interval.upper + 1) }
          }
        }
      }
      starts.sort()
      var count = 1
      for start in starts where starts[count - 1] != start {
        starts[count] = start
        count += 1
      }
      starts.removeLast(starts.count - count)
    }
    self.starts = starts
    func all(_ last: UInt32, from first: UInt32 = 0) -> Int32 {
      table.number(CollectionOfOne(LaneRange(lower: first, upper: last)))
    }
    var lanes = SIMD8<Int32>(repeating: SetTable.empty)
    lanes[SetBox.protocols] = all(255, from: 1)
    lanes[SetBox.localPorts] = all(65535)
    lanes[SetBox.remotePorts] = lanes[SetBox.localPorts]
    if families.contains(.ipv4) {
      lanes[SetBox.localIPv4] = all(.max)
      lanes[SetBox.remoteIPv4] = lanes[SetBox.localIPv4]
    }
    if families.contains(.ipv6) {
      lanes[SetBox.localIPv6] = all(UInt32(starts.count - 1))
      lanes[SetBox.remoteIPv6] = lanes[SetBox.localIPv6]
    }
    universe = SetBox(lanes: lanes)
  }

  /// Whether the ranges of IPv6 addresses in matches are distinguished here.
  func distinguishes(_ matches: some Sequence<RuleMatch>) -> Bool {
    guard families.contains(.ipv6) else { return true }
    func isStart(_ address: UInt128) -> Bool { starts[Int(rank(address))] == address }
    return matches.allSatisfy { match in
      [match.localAddresses, match.remoteAddresses].allSatisfy { set in
        set?.ipv6.intervals.allSatisfy {
          isStart($0.lower) && ($0.upper == .max || isStart($0.upper + 1))
        } ?? true
      }
    }
  }

  // MARK: From matches

  /// The packets of a match; ports imply TCP and UDP only.
  func box(_ match: RuleMatch, _ table: inout SetTable) -> SetBox {
    var box = universe
    var protocols = match.protocols
    if match.localPorts != nil || match.remotePorts != nil {
      protocols = protocols.map { isWithPorts($0) ? $0 : $0.intersection(.withPorts) } ?? .withPorts
    }
    if let protocols {
      let named = protocols.contains(0) ? protocols.intersection(.allProtocols) : protocols
      box.lanes[SetBox.protocols] = number(named, &table)
    }
    if let ports = match.localPorts { box.lanes[SetBox.localPorts] = number(ports, &table) }
    if let ports = match.remotePorts { box.lanes[SetBox.remotePorts] = number(ports, &table) }
    restrict(&box, SetBox.localIPv4, SetBox.localIPv6, to: match.localAddresses, &table)
    restrict(&box, SetBox.remoteIPv4, SetBox.remoteIPv6, to: match.remoteAddresses, &table)
    // A full set of ports restricts nothing, but the protocols remain restricted.
    return box.withoutLoneFamilies
  }

  private func isWithPorts(_ protocols: ProtocolSet) -> Bool {
    protocols.intervals.allSatisfy { $0.lower == $0.upper && IPProtocol($0.lower).hasPorts }
  }

  private func restrict(
    _ box: inout SetBox, _ ipv4: Int, _ ipv6: Int, to set: AddressSet?, _ table: inout SetTable
  ) {
    guard let set else { return }
    if families.contains(.ipv4) { box.lanes[ipv4] = number(set.ipv4, &table) }
    if families.contains(.ipv6) {
      box.lanes[ipv6] = table.number(
        set.ipv6.intervals.lazy.map { LaneRange(lower: rank($0.lower), upper: rank($0.upper)) })
    }
  }

  private func number<Bound>(_ set: IntervalSet<Bound>, _ table: inout SetTable) -> Int32 {
    table.number(
      set.intervals.lazy.map { LaneRange(lower: UInt32($0.lower), upper: UInt32($0.upper)) })
  }

  /// The rank of an IPv6 address.
  private func rank(_ address: UInt128) -> UInt32 {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= address { low = middle } else { high = middle }
    }
    return UInt32(low)
  }

  // MARK: To matches

  /// The matches that together are equal to a box.
  ///
  /// A full set is omitted. A box with addresses becomes one match for each of its families, because VFP has
  /// a group of rules for each (reference: windows-firewall-and-vfp, 3.5). A box of one complete family out
  /// of two specifies that family on the remote side.
  func matches(_ box: SetBox, _ table: SetTable) -> [RuleMatch] {
    guard !box.isEmpty else { return [] }
    var match = RuleMatch()
    if box.lanes[SetBox.protocols] != universe.lanes[SetBox.protocols] {
      match.protocols = set(box.lanes[SetBox.protocols], table)
    }
    if box.lanes[SetBox.localPorts] != universe.lanes[SetBox.localPorts] {
      match.localPorts = set(box.lanes[SetBox.localPorts], table)
    }
    if box.lanes[SetBox.remotePorts] != universe.lanes[SetBox.remotePorts] {
      match.remotePorts = set(box.lanes[SetBox.remotePorts], table)
    }
    if box[.local] == universe[.local], box[.remote] == universe[.remote] { return [match] }
    return families.filter { $0 == .ipv4 ? box.hasIPv4 : box.hasIPv6 }.map { family in
      match.localAddresses = addresses(
        box, family, family == .ipv4 ? SetBox.localIPv4 : SetBox.localIPv6, table)
      match.remoteAddresses = addresses(
        box, family, family == .ipv4 ? SetBox.remoteIPv4 : SetBox.remoteIPv6, table)
      if match.localAddresses == nil, match.remoteAddresses == nil, families.count > 1 {
        match.remoteAddresses = .all(family)
      }
      return match
    }
  }

  /// The addresses of a lane; nil for all of them.
  private func addresses(
    _ box: SetBox, _ family: AddressFamily, _ lane: Int, _ table: SetTable
  ) -> AddressSet? {
    if box.lanes[lane] == universe.lanes[lane] { return nil }
    if family == .ipv4 { return AddressSet(ipv4: set(box.lanes[lane], table)) }
    return AddressSet(
      ipv6: IntervalSet(
        canonical: table.indices(box.lanes[lane]).map { index in
          let range = table.ranges[index]
          let next = Int(range.upper) + 1
          return .init(starts[Int(range.lower)], next < starts.count ? starts[next] - 1 : .max)
        }))
  }

  private func set<Bound>(_ number: Int32, _ table: SetTable) -> IntervalSet<Bound> {
    IntervalSet(
      canonical: table.indices(number).map { index in
        .init(
          Bound(truncatingIfNeeded: table.ranges[index].lower),
          Bound(truncatingIfNeeded: table.ranges[index].upper))
      })
  }
}
