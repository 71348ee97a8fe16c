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
}

/// A packet to any one of several backends at its sender, whose filters answer for each of them.
struct LeavingPacket: LegVisitor {
  static var isSinglePacket: Bool { true }
  /// The outcome for each backend.
  private(set) var outcomes: [PathOutcome]
  private let packet: BalancedPacket
  private var route: RoutedPacket

  /// - Parameters:
  ///   - packet: The packet.
  ///   - route: The packet to any of its backends.
  init(_ packet: BalancedPacket, _ route: RoutedPacket) {
    outcomes = Array(repeating: PathOutcome(), count: packet.backends.count)
    self.packet = packet
    self.route = route
  }

  mutating func visitEnd(_ direction: Direction) {
    for index in outcomes.indices { outcomes[index].visitEnd() }
  }

  mutating func visitUnknownEnd() {
    for index in outcomes.indices { outcomes[index].visitUnknownEnd() }
  }

  mutating func visit(_ filter: PacketFilter, at point: FilterPoint) -> Bool {
    let isBackendSeen = route.leg.isBackendSeen(by: point.enforcement)
    var answer = isBackendSeen ? 0 : filter.answer(to: route.seen(by: point.enforcement, .out))
    for (index, backend) in packet.backends.enumerated() {
      if isBackendSeen {
        route.setBackend(backend.address, port: packet.target.internalPort)
        answer = filter.answer(to: route.seen(by: point.enforcement, .out))
      }
      outcomes[index].add(filter.answers[answer], at: point.enforcement)
    }
    return true
  }
}
