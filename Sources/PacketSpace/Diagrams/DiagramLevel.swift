import NetworkTypes

/// The dimensions of a decision diagram from the top down, and the ranks of packets along them.
///
/// Protocols are ranked in a special order: TCP and UDP first, then ICMP and ICMPv6, then the others. The
/// protocols with ports and those with ICMP types are thus one range each. Local ports and ICMP types share a
/// level, because no packet has both.
enum DiagramLevel {
  static let family: UInt8 = 0
  static let protocols: UInt8 = 1
  /// The local port; the ICMP type for protocols that have one.
  static let localPort: UInt8 = 2
  static let remotePort: UInt8 = 3
  static let local: UInt8 = 4
  static let remote: UInt8 = 5
  /// Below all dimensions.
  static let terminal: UInt8 = 6

  /// The rank of a protocol.
  static func rank(_ number: UInt8) -> UInt8 {
    switch number {
    case 6: 0
    case 17: 1
    case 1: 2
    case 58: 3
    case 2...5: number + 2
    case 7...16: number + 1
    case 18...57: number
    default: number - 1
    }
  }

  /// The protocol with a rank.
  static func protocolNumber(rank: UInt8) -> UInt8 {
    switch rank {
    case 0: 6
    case 1: 17
    case 2: 1
    case 3: 58
    case 4...7: rank - 2
    case 8...17: rank - 1
    case 18...57: rank
    default: rank + 1
    }
  }

  /// The highest rank of a protocol.
  static let lastRank: UInt8 = 254

  /// The protocols with consecutive ranks, with the rank of the first.
  private static let runs: [(first: UInt8, last: UInt8, rank: UInt8)] = [
    (6, 6, 0), (17, 17, 1), (1, 1, 2), (58, 58, 3), (2, 5, 4), (7, 16, 8), (18, 57, 18), (59, 255, 58),
  ]

  /// The ranks of a set of protocols.
  static func ranks(_ protocols: ProtocolSet) -> ProtocolSet {
    if protocols == .allProtocols { return ProtocolSet(0, lastRank) }
    var ranges: [ProtocolSet.Interval] = []
    for run in runs {
      for interval in protocols.intervals where interval.lower <= run.last && run.first <= interval.upper {
        let first = max(interval.lower, run.first) - run.first + run.rank
        let last = min(interval.upper, run.last) - run.first + run.rank
        ranges.append(.init(first, last))
      }
    }
    return ProtocolSet(ranges)
  }

  /// The protocols with some ranks.
  static func protocols(ranks: ProtocolSet) -> ProtocolSet {
    if ranks == ProtocolSet(0, lastRank) { return .allProtocols }
    var ranges: [ProtocolSet.Interval] = []
    for run in runs {
      let end = run.rank + (run.last - run.first)
      for interval in ranks.intervals where interval.lower <= end && run.rank <= interval.upper {
        let first = max(interval.lower, run.rank) - run.rank + run.first
        let last = min(interval.upper, end) - run.rank + run.first
        ranges.append(.init(first, last))
      }
    }
    return ProtocolSet(ranges)
  }
}
