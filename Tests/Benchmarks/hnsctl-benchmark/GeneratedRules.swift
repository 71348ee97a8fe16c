import CLinearScan
import HostModel
import NetworkTypes

/// Generated lists of five-tuple rules, and packets for them.
struct GeneratedRules {
  /// The kinds of lists.
  enum Style: String, CaseIterable {
    /// Access lists: most rules specify both sides, with prefixes from /32 to /8; single ports, ranges or
    /// any; TCP, UDP or any protocol.
    case access = "access list"
    /// Firewall lists: half of the rules specify only one side.
    case firewall = "firewall list"
    /// Every rule has wide ranges of addresses and ports, overlapping all other rules.
    case wide = "every rule wide"
    /// Half of the rules specify one local address and any peer, half one peer and any local address.
    case crossing = "crossing rules"
  }

  private(set) var rules: [linear_rule] = []
  private var random: SplitMix
  private var networks: [UInt32] = []
  private static let services: [UInt16] = [
    22, 25, 53, 80, 110, 123, 143, 161, 389, 443, 445, 3_306, 5_432, 8_080,
  ]

  /// Generates a list.
  init(_ style: Style, count: Int, seed: UInt64) {
    random = SplitMix(state: seed)
    networks = (0..<max(8, count / 50)).map { _ in UInt32(truncatingIfNeeded: random.next()) }
    rules.reserveCapacity(count)
    for _ in 0..<count {
      switch style {
      case .access: rules.append(accessRule(openSide: 5))
      case .firewall: rules.append(accessRule(openSide: 50))
      case .wide: rules.append(wideRule())
      case .crossing: rules.append(crossingRule())
      }
    }
  }

  /// The rules as matches.
  var matches: [RuleMatch] {
    rules.map { rule in
      func addresses(_ lower: UInt32, _ upper: UInt32) -> AddressSet? {
        lower == 0 && upper == .max ? nil : AddressSet(ipv4: .init(lower, upper))
      }
      func ports(_ lower: UInt16, _ upper: UInt16) -> PortSet? {
        lower == 0 && upper == .max ? nil : PortSet(lower, upper)
      }
      return RuleMatch(
        protocols: rule.protocol_lower == 0 ? nil : ProtocolSet(rule.protocol_lower, rule.protocol_upper),
        localAddresses: addresses(rule.local_lower, rule.local_upper),
        remoteAddresses: addresses(rule.remote_lower, rule.remote_upper),
        localPorts: ports(rule.local_port_lower, rule.local_port_upper),
        remotePorts: ports(rule.remote_port_lower, rule.remote_port_upper))
    }
  }

  /// Packets: every other one at a corner of a rule, the rest random.
  mutating func packets(_ count: Int) -> [linear_packet] {
    (0..<count).map { index in
      var packet = linear_packet(
        local: UInt32(truncatingIfNeeded: random.next()), remote: UInt32(truncatingIfNeeded: random.next()),
        local_port: UInt16(truncatingIfNeeded: random.next()),
        remote_port: UInt16(truncatingIfNeeded: random.next()), protocol: [6, 17, 1][below(3)])
      if index % 2 == 0 {
        let rule = rules[below(rules.count)]
        packet.local = flip() ? rule.local_lower : rule.local_upper
        packet.remote = flip() ? rule.remote_lower : rule.remote_upper
        packet.local_port = flip() ? rule.local_port_lower : rule.local_port_upper
        packet.remote_port = flip() ? rule.remote_port_lower : rule.remote_port_upper
        packet.protocol = rule.protocol_lower == 0 ? packet.protocol : rule.protocol_lower
      }
      if packet.protocol == 1 {
        packet.local_port = 0
        packet.remote_port = 0
      }
      return packet
    }
  }

  // MARK: Rules

  private mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

  private mutating func flip() -> Bool { random.next() & 1 == 0 }

  private mutating func accessRule(openSide: Int) -> linear_rule {
    let chance = below(100)
    let local = chance < openSide / 2 ? (0, .max) : prefix()
    let remote = chance >= openSide / 2 && chance < openSide ? (0, .max) : prefix()
    let kind: UInt8 = [6, 6, 6, 17, 17, 0][below(6)]
    let localPorts = kind != 0 && below(8) == 0 ? ports() : (0, .max)
    let remotePorts = kind != 0 && below(4) != 0 ? ports() : (0, .max)
    return linear_rule(
      local_lower: local.0, local_upper: local.1, remote_lower: remote.0, remote_upper: remote.1,
      local_port_lower: localPorts.0, local_port_upper: localPorts.1, remote_port_lower: remotePorts.0,
      remote_port_upper: remotePorts.1, protocol_lower: kind, protocol_upper: kind == 0 ? .max : kind)
  }

  /// A prefix of one of the list's networks, /8 to /32.
  private mutating func prefix() -> (UInt32, UInt32) {
    let length: Int
    switch below(100) {
    case ..<40: length = 32
    case ..<65: length = 24
    case ..<75: length = 25 + below(7)
    case ..<97: length = 16 + below(8)
    default: length = 8 + below(8)
    }
    let network = networks[below(networks.count)] & 0xffff_0000
    let address = network | UInt32(truncatingIfNeeded: random.next()) & 0xffff
    let mask: UInt32 = length == 32 ? 0 : .max >> UInt32(length)
    return (address & ~mask, address | mask)
  }

  private mutating func ports() -> (UInt16, UInt16) {
    switch below(10) {
    case ..<6:
      let port = flip() ? Self.services[below(Self.services.count)] : UInt16(1_024 + below(60_000))
      return (port, port)
    case ..<7: return (1_024, .max)
    default:
      let first = UInt16(1_024 + below(60_000))
      return (first, first + UInt16(below(1_000)))
    }
  }

  private mutating func wideRule() -> linear_rule {
    func ends(_ highest: UInt64, _ first: UInt64, _ second: UInt64) -> (UInt64, UInt64) {
      let lower = first % (highest / 2)
      return (lower, lower + highest / 4 + second % (highest / 4))
    }
    let local = ends(1 << 32 - 1, random.next(), random.next())
    let remote = ends(1 << 32 - 1, random.next(), random.next())
    let localPorts = ends(65_535, random.next(), random.next())
    let remotePorts = ends(65_535, random.next(), random.next())
    let kind: UInt8 = flip() ? 6 : 17
    return linear_rule(
      local_lower: UInt32(local.0), local_upper: UInt32(local.1), remote_lower: UInt32(remote.0),
      remote_upper: UInt32(remote.1), local_port_lower: UInt16(localPorts.0),
      local_port_upper: UInt16(localPorts.1), remote_port_lower: UInt16(remotePorts.0),
      remote_port_upper: UInt16(remotePorts.1), protocol_lower: kind, protocol_upper: kind)
  }

  private mutating func crossingRule() -> linear_rule {
    let address = UInt32(truncatingIfNeeded: random.next())
    let local = flip()
    let port = UInt16(1 + below(60_000))
    return linear_rule(
      local_lower: local ? address : 0, local_upper: local ? address : .max,
      remote_lower: local ? 0 : address, remote_upper: local ? .max : address, local_port_lower: 0,
      local_port_upper: .max, remote_port_lower: port, remote_port_upper: port, protocol_lower: 6,
      protocol_upper: 6)
  }
}
