import HostModel
import NetworkTypes
import PacketSpace

/// Generated lists of five-tuple rules: nested prefixes on both sides; single ports, ranges or no ports;
/// mostly TCP and UDP.
struct GeneratedPolicies {
  private var random: SplitMix
  /// The minimum combined length of a rule's two prefixes: the smaller, the more rules overlap.
  private let leastLength: Int

  init(seed: UInt64, isCrowded: Bool) {
    random = SplitMix(state: seed)
    leastLength = isCrowded ? 16 : 36
  }

  mutating func number(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
  mutating func chance(_ percent: Int) -> Bool { number(100) < percent }

  /// Rules of which one in twenty is covered by the union of two others, in addition to random covers.
  mutating func list(_ count: Int) -> [PacketPolicy.Rule] {
    var matches: [RuleMatch] = []
    while matches.count < count {
      let match = match()
      if chance(5), matches.count > 1 {
        for piece in pieces(match) { matches.insert(piece, at: number(matches.count)) }
      }
      matches.append(match)
    }
    return matches.prefix(count).enumerated().map {
      PacketPolicy.Rule(identity: $0, action: chance(55) ? .allow : .block, match: $1)
    }
  }

  /// Two matches that together equal a match: the halves of a prefix or of a port range.
  private func pieces(_ match: RuleMatch) -> [RuleMatch] {
    var (first, second) = (match, match)
    if let ports = match.localPorts?.intervals.first, ports.lower < ports.upper {
      let middle = ports.lower + (ports.upper - ports.lower) / 2
      first.localPorts = PortSet(ports.lower, middle)
      second.localPorts = PortSet(middle + 1, ports.upper)
      return [first, second]
    }
    let halves = halves(match.remoteAddresses)
    guard halves.count == 2 else { return [] }
    first.remoteAddresses = halves[0]
    second.remoteAddresses = halves[1]
    return [first, second]
  }

  /// A match that is not wide on both sides.
  mutating func match() -> RuleMatch {
    while true {
      let match = anyMatch()
      let lengths = [match.localAddresses, match.remoteAddresses].map { $0?.prefixes.first?.length ?? 0 }
      if lengths[0] + lengths[1] >= leastLength { return match }
    }
  }

  private mutating func anyMatch() -> RuleMatch {
    var match = RuleMatch()
    if chance(3) {
      match.protocols = ProtocolSet([.icmp])
    } else if chance(94) {
      match.protocols = ProtocolSet([chance(70) ? .tcp : .udp])
      match.localPorts = ports()
      if chance(6) { match.remotePorts = ports() }
    }
    match.remoteAddresses = prefix([(4, 0), (6, 8), (15, 16), (35, 24), (10, 28), (30, 32)])
    match.localAddresses = prefix([(10, 0), (5, 12), (15, 20), (30, 24), (40, 32)])
    return match
  }

  private mutating func ports() -> PortSet? {
    switch number(10) {
    case 0: return nil
    case 1, 2:
      let first = UInt16(number(60) * 1_000)
      return PortSet(first, first + UInt16(number(5_000)))
    case 3: return PortSet(1_024, 65_535)
    default:
      let known: [UInt16] = [22, 25, 53, 80, 110, 123, 135, 139, 143, 389, 443, 445, 993, 1433, 3306, 3389]
      let port = chance(70) ? known[number(known.count)] : UInt16(number(65_536))
      return PortSet(port, port)
    }
  }

  /// A prefix in one of a few crowded networks, with a length drawn from the given shares.
  private mutating func prefix(_ shares: [(percent: Int, length: Int)]) -> AddressSet? {
    var share = number(100)
    var length = 0
    for (percent, candidate) in shares {
      length = candidate
      if share < percent { break }
      share -= percent
    }
    if length == 0 { return nil }
    let networks: [UInt128] = [10, 10, 10, 172, 192, 100]
    let high = networks[number(networks.count)]
    let second = UInt128(number(chance(80) ? 16 : 256))
    let third = UInt128(number(chance(60) ? 32 : 256))
    let address = high << 24 | second << 16 | third << 8 | UInt128(number(256))
    return AddressSet([IPPrefix(containing: IPAddress(.ipv4, address), length: length).range])
  }

  // MARK: Variations

  /// A copy of the list that shares no storage with it.
  func copied(_ list: [PacketPolicy.Rule]) -> [PacketPolicy.Rule] {
    func copy<Bound>(_ set: IntervalSet<Bound>) -> IntervalSet<Bound> {
      IntervalSet(set.intervals.map { .init($0.lower, $0.upper) })
    }
    func copy(_ set: AddressSet) -> AddressSet { AddressSet(ipv4: copy(set.ipv4), ipv6: copy(set.ipv6)) }
    return list.map { rule in
      let match = rule.match
      return PacketPolicy.Rule(
        identity: rule.identity, action: rule.action,
        match: RuleMatch(
          protocols: match.protocols.map { copy($0) }, localAddresses: match.localAddresses.map { copy($0) },
          remoteAddresses: match.remoteAddresses.map { copy($0) },
          localPorts: match.localPorts.map { copy($0) }, remotePorts: match.remotePorts.map { copy($0) }))
    }
  }

  /// The list with some rules removed, added, inverted or changed.
  mutating func edited(_ list: [PacketPolicy.Rule], edits: Int) -> [PacketPolicy.Rule] {
    var list = list
    for edit in 0..<edits {
      let position = number(list.count)
      switch (number(4), edit) {
      case (0, _): list.remove(at: position)
      case (1, _):
        let rule = PacketPolicy.Rule(
          identity: list.count + edit, action: chance(50) ? .allow : .block, match: match())
        list.insert(rule, at: position)
      case (2, _): list[position].action = list[position].action == .allow ? .block : .allow
      default: list[position].match = match()
      }
    }
    return list
  }

  /// The list without rules that can never match, and with neighbors swapped repeatedly wherever that has
  /// no effect.
  mutating func rearranged(_ list: [PacketPolicy.Rule], without: Set<Int>) -> [PacketPolicy.Rule] {
    var list = list.filter { !without.contains($0.identity) }
    for _ in 0..<3 {
      for position in 0..<list.count - 1 where chance(50) {
        let (one, other) = (list[position], list[position + 1])
        let commute =
          one.action == other.action
          || !PacketBox(one.match, families: [.ipv4]).intersects(PacketBox(other.match, families: [.ipv4]))
        if commute { list.swapAt(position, position + 1) }
      }
    }
    return list
  }

  /// The list with a rule for each half of every prefix.
  func halved(_ list: [PacketPolicy.Rule]) -> [PacketPolicy.Rule] {
    list.flatMap { rule in
      halves(rule.match.remoteAddresses).flatMap { remote in
        halves(rule.match.localAddresses).map { local in
          var half = rule
          half.match.remoteAddresses = remote
          half.match.localAddresses = local
          return half
        }
      }
    }
  }

  private func halves(_ set: AddressSet?) -> [AddressSet?] {
    guard let prefix = set?.prefixes.first, prefix.length < 32 else { return [set] }
    let first = IPPrefix(containing: prefix.address, length: prefix.length + 1)
    let second = IPPrefix(containing: prefix.range.last, length: prefix.length + 1)
    return [AddressSet([first.range]), AddressSet([second.range])]
  }
}
