package import NetworkTypes

/// An example packet of a set.
package struct PacketWitness: Hashable, Sendable {
  /// The packet.
  package let packet: Packet
  /// The ICMP type; nil for protocols without one.
  package let icmpType: UInt8?

  /// Creates a witness.
  ///
  /// - Parameters:
  ///   - packet: The packet.
  ///   - icmpType: The ICMP type, for protocols that have one.
  package init(packet: Packet, icmpType: UInt8? = nil) {
    self.packet = packet
    self.icmpType = icmpType
  }
}

extension PacketSet {
  /// The simplest packet of the set; nil for the empty set.
  ///
  /// IPv4 comes before IPv6; TCP, UDP and ICMP before other protocols; at the destination ports 443, 80, 22
  /// and 53 before others, at the source the first dynamic port; then the lowest numbers. Port 0 and the
  /// unspecified address come last, because they look like mistakes. The choice depends on the set alone.
  ///
  /// - Parameter direction: The direction, which determines the destination.
  package func witness(_ direction: Direction) -> PacketWitness? {
    guard !isEmpty else { return nil }
    var node = root
    let family = pick(DiagramLevel.family, &node, first: []) == 0 ? AddressFamily.ipv4 : .ipv6
    let rank = pick(DiagramLevel.protocols, &node, first: [])
    let number = DiagramLevel.protocolNumber(rank: UInt8(rank))
    var packet = Packet(
      direction: direction, protocol: IPProtocol(number), local: IPAddress(family, 0),
      remote: IPAddress(family, 0))
    let hasType = ProtocolSet.withICMPTypes.contains(number)
    let destination = Self.destinationPorts
    let source = Self.sourcePorts
    let local =
      hasType
      ? pick(DiagramLevel.localPort, &node, first: number == 1 ? [8] : [128])
      : pick(DiagramLevel.localPort, &node, first: direction == .in ? destination : source, last: 0)
    let remote = pick(
      DiagramLevel.remotePort, &node, first: direction == .in ? source : destination, last: 0)
    if packet.protocol.hasPorts {
      packet.localPort = UInt16(local)
      packet.remotePort = UInt16(remote)
    }
    packet.local = IPAddress(family, pick(DiagramLevel.local, &node, first: [], last: 0))
    packet.remote = IPAddress(family, pick(DiagramLevel.remote, &node, first: [], last: 0))
    return PacketWitness(packet: packet, icmpType: hasType ? UInt8(local) : nil)
  }

  private static let destinationPorts: [UInt128] = [443, 80, 22, 53]
  private static let sourcePorts: [UInt128] = [49152]

  /// The most preferred rank along a level for which the set is not empty; descends to its child.
  ///
  /// - Parameters:
  ///   - level: The level.
  ///   - node: The node, which may be below the level; afterwards the child.
  ///   - first: The preferred ranks, in order.
  ///   - last: The least preferred rank; nil if there is none.
  private func pick(_ level: UInt8, _ node: inout Int32, first: [UInt128], last: UInt128? = nil) -> UInt128 {
    guard node >= 0, levels[Int(node)] == level else { return first.first ?? (last == nil ? 0 : 1) }
    let edges = Int(starts[Int(node)])..<Int(starts[Int(node) + 1])
    func child(_ number: UInt128) -> Int32 {
      children[edges.first { uppers[$0] >= number } ?? edges.lowerBound]
    }
    for number in first where child(number) != DecisionDiagram.none {
      node = child(number)
      return number
    }
    var lower: UInt128 = 0
    for edge in edges {
      defer { lower = uppers[edge] &+ 1 }
      guard children[edge] != DecisionDiagram.none else { continue }
      if lower != last {
        node = children[edge]
        return lower
      }
      if uppers[edge] > lower {
        node = children[edge]
        return lower + 1
      }
    }
    node = child(last ?? 0)
    return last ?? 0
  }
}
