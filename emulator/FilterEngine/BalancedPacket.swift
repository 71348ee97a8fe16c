import HostModel
import NetworkTypes

/// A packet to a load balancer.
struct BalancedPacket {
  var query: PacketQuery
  var sender: RoutedPacket.Location
  var source: IPAddress
  var destination: IPAddress
  var target: ServiceTarget
  var backends: ArraySlice<ServiceBackend>

  /// The address that the client dials: for the host by name, where the load balancer takes packets.
  var dialed: IPAddress { query.to == .host ? target.address ?? destination : destination }

  /// The packet as the filters of a backend see it.
  func received(at backend: ServiceBackend, _ arrival: ServiceArrival) -> Packet {
    Packet(
      direction: .in, protocol: query.protocol, local: backend.address, remote: arrival.seenSource ?? source,
      localPort: target.internalPort, remotePort: query.sourcePort)
  }
}

/// A packet to any one of several backends at its sender, whose filters answer for each of them.
struct LeavingPacket: LegVisitor {
  static var isSinglePacket: Bool { true }
  /// The outcome for each backend.
  private(set) var outcomes: [PathOutcome]
  private let backends: ArraySlice<ServiceBackend>
  private let port: UInt16
  private let route: RoutedPacket

  /// - Parameters:
  ///   - packet: The packet.
  ///   - route: The packet to any of its backends.
  init(_ packet: BalancedPacket, _ route: RoutedPacket) {
    outcomes = Array(repeating: PathOutcome(), count: packet.backends.count)
    backends = packet.backends
    port = packet.target.internalPort
    self.route = route
  }

  mutating func visitEnd(_ direction: Direction) {
    for index in outcomes.indices { outcomes[index].visitEnd() }
  }

  mutating func visitUnknownEnd() {
    for index in outcomes.indices { outcomes[index].visitUnknownEnd() }
  }

  mutating func visit(_ filter: PacketFilter, at point: FilterPoint) -> Bool {
    var packet = route.seen(by: point.enforcement, .out)
    guard route.leg.isBackendSeen(by: point.enforcement) else {
      let effect = filter.effect(on: packet)
      for index in outcomes.indices { outcomes[index].add(effect, at: point.enforcement) }
      return true
    }
    packet.remotePort = port
    for (index, backend) in backends.enumerated() {
      packet.remote = backend.address
      outcomes[index].add(filter.effect(on: packet), at: point.enforcement)
    }
    return true
  }
}

/// A packet at one of several backends, of which nothing is copied but what the backend's filters see.
struct ArrivingPacket: LegVisitor {
  static var isSinglePacket: Bool { true }
  private(set) var outcome: PathOutcome
  private let packet: Packet

  /// - Parameters:
  ///   - packet: The packet as the backend's filters see it.
  ///   - outcome: The outcome of the filters that it has passed.
  init(_ packet: Packet, _ outcome: PathOutcome) {
    self.packet = packet
    self.outcome = outcome
  }

  mutating func visitEnd(_ direction: Direction) { outcome.visitEnd() }

  mutating func visitUnknownEnd() { outcome.visitUnknownEnd() }

  @inline(__always)
  mutating func visit(_ filter: PacketFilter, at point: FilterPoint) -> Bool {
    outcome.add(filter.effect(on: packet), at: point.enforcement)
    return !outcome.isBlocked
  }
}
