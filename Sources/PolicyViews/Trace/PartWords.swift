import NetworkTypes
import PacketSpace

/// Puts parts of a query into words, beside the whole they are parts of.
struct PartWords {
  private let senders: AddressSet
  private let receivers: AddressSet
  private let namesSourcePorts: Bool
  /// Whether the box's own side is the destination.
  private let isInbound: Bool

  /// How many entries of a list are written out.
  private static let listLimit = 6

  /// Prepares the words.
  ///
  /// - Parameters:
  ///   - whole: All packets between the same ends; addresses that a part shares with them go without
  ///     saying.
  ///   - namesSourcePorts: Whether source ports are said.
  init(whole: [PacketBox], namesSourcePorts: Bool) {
    senders = whole.reduce(AddressSet()) { $0.union($1.remote) }
    receivers = whole.reduce(AddressSet()) { $0.union($1.local) }
    self.namesSourcePorts = namesSourcePorts
    isInbound = true
  }

  /// Prepares the words for packets of one direction at an endpoint, out of all there are.
  ///
  /// - Parameter direction: The direction as the endpoint sees it.
  init(direction: Direction) {
    senders = .all
    receivers = .all
    namesSourcePorts = true
    isInbound = direction == .in
  }

  /// The packets of a part.
  func text(_ box: PacketBox) -> String {
    let (from, to) = isInbound ? (box.remote, box.local) : (box.local, box.remote)
    let (source, destination) =
      isInbound ? (box.remotePorts, box.localPorts) : (box.localPorts, box.remotePorts)
    var text = Self.protocols(box.protocols)
    if destination != .allPorts { text += " " + Self.ports(destination) }
    if namesSourcePorts, source != .allPorts { text += " from source port " + Self.ports(source) }
    // The family is told where there are two, and then goes without saying of the addresses.
    let family: AddressFamily? =
      box.families.count == 1 && !receivers.ipv4.isEmpty && !receivers.ipv6.isEmpty
      ? box.families.first : nil
    if let family { text = (family == .ipv4 ? "IPv4 " : "IPv6 ") + text }
    if let from = Self.addresses(from, of: family.map { senders.only($0) } ?? senders) {
      text += " from " + from
    }
    if let to = Self.addresses(to, of: family.map { receivers.only($0) } ?? receivers) {
      text += " to " + to
    }
    return text
  }

  private static func protocols(_ set: ProtocolSet) -> String {
    if set == .allProtocols { return "every protocol" }
    let rest = ProtocolSet.allProtocols.subtracting(set).protocols
    let members = set.protocols
    return rest.count < members.count
      ? "protocols but " + list(rest.map(\.description)) : list(members.map(\.description))
  }

  /// Ports, by the shorter of naming them and naming the rest.
  static func ports(_ set: PortSet) -> String {
    let rest = PortSet.allPorts.subtracting(set).ranges
    let ranges = set.ranges
    return rest.count < ranges.count
      ? "ports but " + list(rest.map(\.description)) : list(ranges.map(\.description))
  }

  /// Addresses out of a whole; nil for all of it.
  private static func addresses(_ set: AddressSet, of whole: AddressSet) -> String? {
    guard set != whole else { return nil }
    let ranges = joined(set, in: whole)
    let rest = joined(whole.subtracting(set), in: whole)
    return rest.count < ranges.count ? "any but " + list(rest) : list(ranges)
  }

  /// The ranges of a set, over gaps that hold no member of the whole, as prefixes where they are some.
  private static func joined(_ set: AddressSet, in whole: AddressSet) -> [String] {
    var ranges: [AddressRange] = []
    for range in set.ranges {
      guard let last = ranges.last, last.family == range.family,
        AddressSet([AddressRange(family: range.family, lower: last.upper, upper: range.lower)])
          .intersection(whole).subtracting(set).isEmpty
      else {
        ranges.append(range)
        continue
      }
      ranges[ranges.count - 1] = AddressRange(family: range.family, lower: last.lower, upper: range.upper)
    }
    return ranges.map { range in
      let prefixes = range.prefixes
      return prefixes.count == 1 ? prefixes[0].listed : range.description
    }
  }

  private static func list(_ entries: [String]) -> String {
    guard entries.count > listLimit else { return entries.joined(separator: ", ") }
    return entries.prefix(listLimit).joined(separator: ", ") + " and \(entries.count - listLimit) more"
  }
}
