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
  /// The most plausible packet of the set; nil for the empty set.
  ///
  /// Addresses that no node has come last, whatever the rest. Then IPv4 comes before IPv6; TCP, UDP and ICMP before
  /// other protocols; at the destination well-known ports, at the source dynamic ones; then the lowest numbers. The
  /// choice depends on the set and the preferred addresses alone.
  ///
  /// - Parameters:
  ///   - direction: The direction, which determines the destination.
  ///   - addresses: Which addresses are preferred.
  package func witness(
    _ direction: Direction, _ addresses: ExampleAddresses = .standard
  ) -> PacketWitness? {
    guard !isEmpty else { return nil }
    for choice in addresses.preferences(.ipv4).indices {
      var search = WitnessSearch(self, direction, addresses, choice)
      if let witness = search.witness() { return witness }
    }
    return nil
  }
}

extension PortSet {
  /// The destination port of an example packet: a well-known one, or else the lowest but 0; nil for no ports.
  package var exampleDestination: UInt16? {
    WitnessSearch.destinationPorts.lazy.compactMap { wanted in
      intersection(PortSet(UInt16(wanted.lowerBound), UInt16(wanted.upperBound))).ranges.first?.lower
    }.first
  }
}

/// The search for the most plausible packet of a set: along each dimension the preferred values come first, and
/// those that lead to no packet are left.
private struct WitnessSearch {
  let set: PacketSet
  let direction: Direction
  let addresses: ExampleAddresses
  /// Which of the preferences for addresses is used.
  let choice: Int
  /// The values so far, by dimension.
  private var values = [UInt128](repeating: 0, count: Int(DiagramLevel.terminal))
  /// The nodes that lead to no packet of the family.
  private var failed: Set<Int32> = []

  init(_ set: PacketSet, _ direction: Direction, _ addresses: ExampleAddresses, _ choice: Int) {
    self.set = set
    self.direction = direction
    self.addresses = addresses
    self.choice = choice
  }

  mutating func witness() -> PacketWitness? {
    guard descend(set.root, DiagramLevel.family) else { return nil }
    func value(_ level: UInt8) -> UInt128 { values[Int(level)] }
    let number = DiagramLevel.protocolNumber(rank: UInt8(value(DiagramLevel.protocols)))
    var packet = Packet(
      direction: direction, protocol: IPProtocol(number), local: IPAddress(family, value(DiagramLevel.local)),
      remote: IPAddress(family, value(DiagramLevel.remote)))
    if packet.protocol.hasPorts {
      packet.localPort = UInt16(value(DiagramLevel.localPort))
      packet.remotePort = UInt16(value(DiagramLevel.remotePort))
    }
    return PacketWitness(packet: packet, icmpType: hasType ? UInt8(value(DiagramLevel.localPort)) : nil)
  }

  private var family: AddressFamily { values[Int(DiagramLevel.family)] == 0 ? .ipv4 : .ipv6 }
  private var hasType: Bool { ProtocolSet.withICMPTypes.contains(DiagramLevel.protocolNumber(rank: rank)) }
  private var rank: UInt8 { UInt8(values[Int(DiagramLevel.protocols)]) }

  /// Finds values from a level down; false if there are none.
  private mutating func descend(_ node: Int32, _ level: UInt8) -> Bool {
    guard level < DiagramLevel.terminal else { return node != DecisionDiagram.none }
    guard node != DecisionDiagram.none, !failed.contains(node) else { return false }
    let isFree = node < 0 || set.levels[Int(node)] != level
    let edges = isFree ? 0..<1 : Int(set.starts[Int(node)])..<Int(set.starts[Int(node) + 1])
    for wanted in 0..<preferences(level) {
      var lower: UInt128 = 0
      for edge in edges {
        let upper = isFree ? UInt128.max : set.uppers[edge]
        defer { lower = upper &+ 1 }
        let child = isFree ? node : set.children[edge]
        guard child != DecisionDiagram.none, let value = value(in: lower...upper, level, wanted) else {
          continue
        }
        if level == DiagramLevel.family { failed = [] }
        values[Int(level)] = value
        if descend(child, level + 1) { return true }
      }
    }
    if !isFree { failed.insert(node) }
    return false
  }

  // MARK: Preferences

  fileprivate typealias Values = ClosedRange<UInt128>

  /// How many lists of preferred values a level has.
  private func preferences(_ level: UInt8) -> Int {
    switch level {
    case DiagramLevel.local, DiagramLevel.remote: addresses.preferences(family)[choice].count
    default: preferredNumbers(level).count
    }
  }

  /// The first preferred value in a range.
  private func value(in range: Values, _ level: UInt8, _ wanted: Int) -> UInt128? {
    guard level == DiagramLevel.local || level == DiagramLevel.remote else {
      let numbers = preferredNumbers(level)[wanted]
      return range.overlaps(numbers) ? max(range.lowerBound, numbers.lowerBound) : nil
    }
    // IPv4 and IPv6 can share a node.
    guard range.lowerBound <= family.highest else { return nil }
    let range = AddressRange(
      family: family, lower: range.lowerBound, upper: min(range.upperBound, family.highest))
    return ExampleAddresses.host(in: range, addresses.preferences(family)[choice][wanted])?.value
  }

  private func preferredNumbers(_ level: UInt8) -> [Values] {
    switch level {
    case DiagramLevel.family: [0...0, 1...1]
    case DiagramLevel.protocols: [0...UInt128(DiagramLevel.lastRank)]
    case DiagramLevel.localPort where hasType:
      rank == DiagramLevel.rank(1) ? [8...8, 0...255] : [128...128, 0...255]
    case DiagramLevel.localPort: direction == .in ? Self.destinationPorts : Self.sourcePorts
    default: direction == .in ? Self.sourcePorts : Self.destinationPorts
    }
  }

  /// Ports that readers know, then all others; port 0 looks like a mistake.
  fileprivate static let destinationPorts: [Values] =
    [443, 80, 22, 53, 3389, 445, 8080, 8443, 1433, 3306, 5432, 6379].map { $0...$0 } + [1...65535, 0...0]
  /// Dynamic ports first.
  private static let sourcePorts: [Values] = [49152...65535, 1024...49151, 1...1023, 0...0]
}
