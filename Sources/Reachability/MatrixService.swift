package import NetworkTypes

/// A service: a protocol, and destination ports if the protocol has ports.
package struct MatrixService: Hashable, Sendable {
  /// The IP protocol.
  package var `protocol`: IPProtocol
  /// The destination ports; all ports for a protocol without ports.
  package var ports: PortSet
  /// Whether it represents the ports that appear in no rule.
  package var isRest: Bool

  /// Creates a service.
  ///
  /// - Parameters:
  ///   - protocol: The IP protocol.
  ///   - ports: The destination ports.
  ///   - isRest: Whether it represents the ports that appear in no rule.
  package init(_ protocol: IPProtocol, ports: PortSet = .allPorts, isRest: Bool = false) {
    self.protocol = `protocol`
    self.ports = ports
    self.isRest = isRest
  }

  /// The address family of the protocol; nil for both.
  ///
  /// ICMP differs by family: protocol 1 belongs to IPv4 and 58 to IPv6.
  package var family: AddressFamily? {
    switch `protocol` {
    case .icmp: .ipv4
    case .icmpv6: .ipv6
    default: nil
    }
  }

  /// A problem in the text of a service.
  package enum Problem: Error, Hashable, Sendable {
    /// A part of the service is invalid.
    case word(PacketFieldError, String)
    /// A protocol without ports is followed by a port.
    case portsWithoutPorts(IPProtocol)
  }

  /// Reads `PROTOCOL` or `PROTOCOL/PORT` or `PROTOCOL/FIRST-LAST`.
  ///
  /// - Parameter text: The text.
  /// - Throws: ``Problem`` with the invalid part.
  package init(parsing text: String) throws(Problem) {
    let words = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let found: IPProtocol
    do { found = try IPProtocol(word: words[0]) } catch { throw .word(error, words[0]) }
    guard words.count > 1 else {
      self.init(found)
      return
    }
    guard found.hasPorts else { throw .portsWithoutPorts(found) }
    let range: PortRange
    do { range = try PortRange(word: words[1], for: .packet) } catch { throw .word(error, words[1]) }
    self.init(found, ports: PortSet([range]))
  }
}

extension MatrixService: Comparable {
  /// TCP, UDP, then others by number; within a protocol by port, with the rest last.
  package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

  private var rank: (Int, Int, Int) {
    let position = `protocol` == .tcp ? -2 : `protocol` == .udp ? -1 : Int(`protocol`.number)
    return (position, isRest ? 1 : 0, Int(ports.intervals.first?.lower ?? 0))
  }
}

extension MatrixService: CustomStringConvertible {
  /// `tcp/443`, `tcp/80-90`, `icmp`, or `tcp other`.
  package var description: String {
    if isRest { return "\(`protocol`) other" }
    guard `protocol`.hasPorts, ports != .allPorts else { return "\(`protocol`)" }
    return "\(`protocol`)/\(ports.ranges.map(\.description).joined(separator: ","))"
  }
}
