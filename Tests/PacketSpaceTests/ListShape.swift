import HostModel
import NetworkTypes
import PacketSpace

/// Lists of rules in shapes found in practice, and some that are not.
enum ListShape: CaseIterable {
  /// Both sides, one to three prefixes from a few networks, ports single, listed and open-ended.
  case accessList
  /// One side, one port, most of them allows.
  case firewallList
  /// Every allow rule overlaps every block rule.
  case crossing
  /// Prefixes of any length and ranges of ports that overlap at random.
  case randomOverlaps
  /// Ranges on all four sides.
  case boxes

  func rules(_ count: Int, _ random: inout SeededGenerator) -> [PacketPolicy.Rule] {
    let networks = (0..<max(4, count / 12)).map { _ in
      UInt32.random(in: 0x0a00_0000...0x0aff_ffff, using: &random)
    }
    return (0..<count).map { position in
      PacketPolicy.Rule(
        identity: position, action: action(position, &random), match: match(position, networks, &random))
    }
  }

  private func action(_ position: Int, _ random: inout SeededGenerator) -> RuleAction {
    switch self {
    case .crossing: position % 2 == 0 ? .allow : .block
    case .firewallList: random.chance(90) ? .allow : .block
    default: random.chance(60) ? .allow : .block
    }
  }

  private func match(
    _ position: Int, _ networks: [UInt32], _ random: inout SeededGenerator
  ) -> RuleMatch {
    let tcp = ProtocolSet([.tcp])
    let some = ProtocolSet([.tcp, .udp])
    switch self {
    case .accessList:
      let hasPorts = random.chance(80)
      return RuleMatch(
        protocols: hasPorts ? (random.chance(70) ? tcp : ProtocolSet([.udp])) : nil,
        localAddresses: random.chance(20) ? nil : prefixes(networks, &random),
        remoteAddresses: random.chance(20) ? nil : prefixes(networks, &random),
        localPorts: hasPorts && random.chance(85) ? ports(&random) : nil)
    case .firewallList:
      return RuleMatch(
        protocols: tcp, remoteAddresses: random.chance(40) ? nil : prefixes(networks, &random),
        localPorts: PortSet(UInt16(position + 1), UInt16(position + 1)))
    case .crossing:
      let number = UInt16(position * 37 + 1)
      if position % 2 == 0 { return RuleMatch(protocols: tcp, localPorts: PortSet(number, number + 9)) }
      let lower = UInt32(position) << 20
      return RuleMatch(protocols: some, remoteAddresses: AddressSet(ipv4: .init(lower, lower | 0xffff)))
    case .randomOverlaps:
      return RuleMatch(
        protocols: random.chance(50) ? some : nil, localAddresses: prefixes(networks, &random),
        remoteAddresses: prefixes([UInt32.random(in: 0 ... .max, using: &random)], &random))
    case .boxes:
      return RuleMatch(
        protocols: some, localAddresses: AddressSet(ipv4: range(&random)),
        remoteAddresses: AddressSet(ipv4: range(&random)), localPorts: range(&random),
        remotePorts: range(&random))
    }
  }

  private func range<Bound: FixedWidthInteger & Sendable>(
    _ random: inout SeededGenerator
  ) -> IntervalSet<Bound> {
    let (one, other) = (
      Bound.random(in: 0 ... .max, using: &random), Bound.random(in: 0 ... .max, using: &random)
    )
    return IntervalSet(min(one, other), max(one, other))
  }

  private func prefixes(_ networks: [UInt32], _ random: inout SeededGenerator) -> AddressSet {
    AddressSet(
      ipv4: IntervalSet(
        (0..<(random.chance(60) ? 1 : random.number(2...3))).map { _ in
          let free = UInt32.max >> UInt32([8, 12, 16, 20, 24, 24, 28, 31][random.number(0...7)])
          let lower = (networks.randomElement(using: &random) ?? 0) & ~free
          return .init(lower, lower | free)
        }))
  }

  private func ports(_ random: inout SeededGenerator) -> PortSet {
    let known: [UInt16] = [22, 53, 80, 443, 3389, 8080]
    if random.chance(20) { return PortSet(1024, .max) }
    return PortSet(
      (0..<(random.chance(60) ? 1 : 2)).map { _ in
        let port = known.randomElement(using: &random) ?? 80
        return .init(port, port + (random.chance(20) ? 15 : 0))
      })
  }
}

extension [PacketPolicy.Rule] {
  /// The same list with every rule in two halves, and halves of adjacent rules with the same action
  /// reordered.
  func halvedAndRearranged(_ random: inout SeededGenerator) -> [PacketPolicy.Rule] {
    var result: [PacketPolicy.Rule] = []
    var run: [PacketPolicy.Rule] = []
    for rule in self {
      if let last = run.last, last.action != rule.action {
        result += run.shuffled(using: &random)
        run = []
      }
      for part in rule.match.halves {
        var half = rule
        half.match = part
        run.append(half)
      }
    }
    result += run.shuffled(using: &random)
    return result.enumerated().map { .init(identity: $0, action: $1.action, match: $1.match) }
  }

  /// The list with some rules inverted, removed or narrowed.
  func altered(_ count: Int, _ random: inout SeededGenerator) -> [PacketPolicy.Rule] {
    var rules = self
    for _ in 0..<count where !rules.isEmpty {
      let position = random.number(0...rules.count - 1)
      switch random.number(0...2) {
      case 0: rules[position].action = rules[position].action == .allow ? .block : .allow
      case 1: rules.remove(at: position)
      default: rules[position].match = rules[position].match.halves[0]
      }
    }
    return rules
  }
}

extension RuleMatch {
  /// Two matches that together are equal to this one; one if it cannot be divided.
  var halves: [RuleMatch] {
    func cut(_ set: IntervalSet<UInt32>) -> [IntervalSet<UInt32>] {
      guard let first = set.intervals.first, first.lower < first.upper else { return [set] }
      let middle = first.lower + (first.upper - first.lower) / 2
      let lower = IntervalSet(first.lower, middle)
      return [lower, set.subtracting(lower)]
    }
    guard let remote = remoteAddresses else {
      guard let local = localAddresses else { return [self] }
      return cut(local.ipv4).map { part in
        var half = self
        half.localAddresses = AddressSet(ipv4: part)
        return half
      }
    }
    return cut(remote.ipv4).map { part in
      var half = self
      half.remoteAddresses = AddressSet(ipv4: part)
      return half
    }
  }
}
