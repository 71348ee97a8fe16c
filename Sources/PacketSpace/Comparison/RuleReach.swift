import HostModel
import NetworkTypes

/// Tells which rules can share a packet of one address family with any of a few others.
///
/// This is a cheap test
/// before rules are laid out; no is certain.
struct RuleReach {
  private struct Bounds {
    var lower: UInt128
    var upper: UInt128
  }

  /// How many rules there can be to be near to.
  static let limit = 16

  private let family: AddressFamily
  private var remote: [Bounds] = []
  private var local: [Bounds] = []
  private var localPorts: [Bounds] = []
  private var remotePorts: [Bounds] = []
  private var protocols: [Bounds] = []

  private static let everything = Bounds(lower: 0, upper: .max)

  init(_ family: AddressFamily) { self.family = family }

  /// Adds a rule to be near to.
  ///
  /// - Parameters:
  ///   - rules: The rules it stands among.
  ///   - place: Its place.
  mutating func insert(_ rules: [PacketPolicy.Rule], _ place: Int) {
    guard let remote = addresses(rules[place].match.remoteAddresses),
      let local = addresses(rules[place].match.localAddresses),
      let localPorts = Self.bounds(rules[place].match.localPorts),
      let remotePorts = Self.bounds(rules[place].match.remotePorts),
      let protocols = Self.bounds(rules[place].match.protocols)
    else { return }
    self.remote.append(remote)
    self.local.append(local)
    self.localPorts.append(localPorts)
    self.remotePorts.append(remotePorts)
    self.protocols.append(protocols)
  }

  /// Whether a rule can share a packet with one of those to be near to.
  ///
  /// - Parameters:
  ///   - rules: The rules it stands among.
  ///   - place: Its place.
  func mayReach(_ rules: [PacketPolicy.Rule], _ place: Int) -> Bool {
    var near: UInt32 = (1 << UInt32(remote.count)) - 1
    guard narrow(&near, remote, addresses(rules[place].match.remoteAddresses)),
      narrow(&near, local, addresses(rules[place].match.localAddresses)),
      narrow(&near, localPorts, Self.bounds(rules[place].match.localPorts)),
      narrow(&near, remotePorts, Self.bounds(rules[place].match.remotePorts)),
      narrow(&near, protocols, Self.bounds(rules[place].match.protocols))
    else { return false }
    return true
  }

  private func narrow(_ near: inout UInt32, _ bounds: [Bounds], _ own: Bounds?) -> Bool {
    guard let own else { return false }
    for index in bounds.indices where bounds[index].lower > own.upper || own.lower > bounds[index].upper {
      near &= ~(1 << UInt32(index))
    }
    return near != 0
  }

  private func addresses(_ set: AddressSet?) -> Bounds? {
    guard let set else { return Self.everything }
    return family == .ipv4 ? Self.bounds(set.ipv4) : Self.bounds(set.ipv6)
  }

  private static func bounds<Bound>(_ set: IntervalSet<Bound>?) -> Bounds? {
    guard let set else { return everything }
    guard let first = set.intervals.first, let last = set.intervals.last else { return nil }
    return Bounds(lower: UInt128(first.lower), upper: UInt128(last.upper))
  }
}
