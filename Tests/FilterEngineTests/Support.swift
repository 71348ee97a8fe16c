import Glibc
import HostModel
import NetworkTypes

/// A small seeded generator, so that a failure can be reproduced.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// A generator with the seed in `HNSCTL_TEST_SEED`, or else a new one; the seed is printed.
  ///
  /// - Parameter purpose: Its purpose, printed with the seed.
  init(for purpose: String) {
    let given = getenv("HNSCTL_TEST_SEED").flatMap { UInt64(String(cString: $0)) }
    let seed = given ?? UInt64.random(in: 0 ... .max)
    print("\(purpose): HNSCTL_TEST_SEED=\(seed)")
    self.init(seed: seed)
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to, but not including, a bound.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// True with a probability of 1 in the given number.
  mutating func once(in times: Int) -> Bool { below(times) == 0 }

  /// One of some values.
  mutating func one<Value>(of values: [Value]) -> Value { values[below(values.count)] }
}

/// Random matches that overlap, are adjacent or repeat, and packets at their bounds.
///
/// Sets are drawn from a few values that include the minimum and maximum of every type, so that packets are
/// at the bounds of several matches at once.
struct MatchUniverse {
  /// The maximum number of ranges in a set.
  var ranges = 3
  /// One set in this many is empty.
  var emptySets = 60
  /// One dimension in this many is unrestricted.
  var openDimensions = 3
  /// The maximum distance between the bounds of a range, in the order of the values; nil for any.
  var widest: Int?
  private let four: [UInt32]
  private let six: [UInt128]
  private let ports: [UInt16]
  private let protocols: [UInt8] = [0, 1, 2, 3, 5, 6, 7, 8, 16, 17, 18, 47, 58, 132, 254, 255]

  /// Draws the values.
  ///
  /// - Parameters:
  ///   - values: The number of addresses and ports of each kind, besides the minimum and maximum.
  ///   - random: The generator.
  init(values: Int, using random: inout SeededGenerator) {
    let base = UInt32(truncatingIfNeeded: random.next())
    let high = UInt128(random.next()) << 64
    var four: [UInt32] = [0, 1, .max - 1, .max]
    var six: [UInt128] = [0, 1, .max - 1, .max]
    var ports: [UInt16] = [0, 1, .max - 1, .max]
    for _ in 0..<values {
      // Half of the addresses are close together, half are anywhere.
      four.append(
        random.once(in: 2)
          ? base &+ UInt32(random.below(4 * values)) : UInt32.random(in: 0 ... .max, using: &random))
      six.append(
        random.once(in: 2)
          ? high + UInt128(random.below(4 * values)) : UInt128(random.next()) << 64 | UInt128(random.next()))
      ports.append(UInt16.random(in: 0 ... .max, using: &random))
    }
    self.four = four.sorted()
    self.six = six.sorted()
    self.ports = ports.sorted()
  }

  // MARK: Matches

  /// A list of matches.
  func matches(_ count: Int, using random: inout SeededGenerator) -> [RuleMatch] {
    (0..<count).map { _ in match(using: &random) }
  }

  /// A match.
  func match(using random: inout SeededGenerator) -> RuleMatch {
    var match = RuleMatch()
    if !random.once(in: openDimensions) { match.localAddresses = addresses(using: &random) }
    if !random.once(in: openDimensions) { match.remoteAddresses = addresses(using: &random) }
    if !random.once(in: openDimensions) { match.protocols = set(of: protocols, using: &random) }
    if random.once(in: openDimensions) { match.localPorts = set(of: ports, using: &random) }
    if random.once(in: openDimensions) { match.remotePorts = set(of: ports, using: &random) }
    return match
  }

  private func addresses(using random: inout SeededGenerator) -> AddressSet {
    switch random.below(3) {
    case 0: AddressSet(ipv4: set(of: four, using: &random))
    case 1: AddressSet(ipv6: set(of: six, using: &random))
    default: AddressSet(ipv4: set(of: four, using: &random), ipv6: set(of: six, using: &random))
    }
  }

  private func set<Bound>(of values: [Bound], using random: inout SeededGenerator) -> IntervalSet<Bound> {
    if random.once(in: emptySets) { return IntervalSet() }
    return IntervalSet(
      (0...random.below(ranges)).map { _ in
        let first = random.below(values.count)
        if random.once(in: 3) { return .init(values[first], values[first]) }
        let distance = random.below(min(widest ?? values.count, values.count - first))
        return .init(values[first], values[first + distance])
      })
  }

  // MARK: Packets

  /// A packet at a bound of a match, in its restricted dimensions.
  func packet(near match: RuleMatch?, using random: inout SeededGenerator) -> Packet {
    let family = random.one(of: AddressFamily.allCases)
    let number = edge(of: match?.protocols, among: protocols, using: &random)
    // Most packets have ports, because otherwise most matches on ports would never be used.
    let kind = random.once(in: 2) ? random.one(of: [IPProtocol.tcp, .udp]) : IPProtocol(number)
    return Packet(
      direction: random.one(of: Direction.allCases), protocol: kind,
      local: address(family, near: match?.localAddresses, using: &random),
      remote: address(family, near: match?.remoteAddresses, using: &random),
      localPort: kind.hasPorts ? edge(of: match?.localPorts, among: ports, using: &random) : 0,
      remotePort: kind.hasPorts ? edge(of: match?.remotePorts, among: ports, using: &random) : 0)
  }

  private func address(
    _ family: AddressFamily, near set: AddressSet?, using random: inout SeededGenerator
  ) -> IPAddress {
    switch family {
    case .ipv4: IPAddress(family, UInt128(edge(of: set?.ipv4, among: four, using: &random)))
    case .ipv6: IPAddress(family, edge(of: set?.ipv6, among: six, using: &random))
    }
  }

  /// A bound of a range, the number before or after it, or any value.
  private func edge<Bound>(
    of set: IntervalSet<Bound>?, among values: [Bound], using random: inout SeededGenerator
  ) -> Bound {
    guard let intervals = set?.intervals, !intervals.isEmpty, !random.once(in: 6) else {
      return random.one(of: values)
    }
    let interval = random.one(of: intervals)
    let end = random.once(in: 2) ? interval.lower : interval.upper
    switch random.below(4) {
    case 0: return end &+ 1
    case 1: return end &- 1
    default: return end
    }
  }
}
