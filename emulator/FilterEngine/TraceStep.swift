package import HostModel
package import NetworkTypes

/// The answer of one enforcement point to a packet.
package struct FilterStep: Hashable, Sendable {
  /// The endpoint, by its index in the topology; nil for the host itself.
  package var endpoint: Int?
  /// The component.
  package var enforcement: EnforcementPoint
  /// The packet as the filter saw it.
  package var packet: Packet
  /// The group of the VFP rules.
  package var group: VFPGroup?
  /// The matched rule.
  package var answer: RuleAnswer
  /// Whether the packet came this far; later points are evaluated all the same, to show their answers.
  package var isReached: Bool
}

/// A change of an address and port of a packet.
package struct RewriteStep: Hashable, Sendable {
  /// What rewrites.
  package enum Mechanism: String, Hashable, Sendable {
    case loadBalancer
    case outboundNAT
    case publishedPort
  }

  /// What is rewritten.
  package enum Field: String, Hashable, Sendable {
    case source
    case destination
  }

  /// An address and port.
  package struct Socket: Hashable, Sendable {
    /// The address.
    package var address: IPAddress
    /// The port; nil for a packet without ports, and for a port out of the pool of outbound NAT.
    package var port: UInt16?
  }

  /// The owner of the switch port, by its index in the topology; nil for the host.
  package var endpoint: Int?
  /// What rewrites.
  package var mechanism: Mechanism
  /// The rule of VFP; nil where WinNAT rewrites, on nat networks, and where none is known.
  package var rule: VFPRuleName?
  /// What is rewritten.
  package var field: Field
  /// The address and port before.
  package var from: Socket
  /// The address and port afterwards.
  package var to: Socket
  /// Whether the packet came this far.
  package var isReached = true
}

/// The encapsulation of a packet for another host.
package struct EncapsulationStep: Hashable, Sendable {
  /// The switch port that encapsulates.
  package enum Port: Hashable, Sendable {
    /// That of an endpoint, by its index in the topology.
    case endpoint(Int)
    /// The host's own.
    case host
    /// That of the distributed router, through which the host sends.
    case router
  }

  /// The switch port.
  package var port: Port
  /// The group; nil if the layers of such a port are not known to encapsulate.
  package var group: VFPGroup?
  /// The name of the rule; nil for a remote endpoint, which VFP keeps as a mapping.
  package var rule: String?
  /// The policy that states the provider address.
  package var policy: PolicyType
  /// The address that the packet is for.
  package var destination: IPAddress
  /// The address of the other host, in the outer header.
  package var provider: IPAddress
  /// Whether the packet came this far.
  package var isReached = true
}

/// What happens to a packet at one place of its route.
package enum TraceStep: Hashable, Sendable {
  /// A filter answers.
  case filter(FilterStep)
  /// An address and port are rewritten.
  case rewrite(RewriteStep)
  /// The packet is encapsulated.
  case encapsulate(EncapsulationStep)

  /// The answer of a filter; nil for anything else.
  package var filter: FilterStep? { if case .filter(let step) = self { step } else { nil } }

  /// The same step of a packet that comes this far, or does not.
  func reached(_ isReached: Bool) -> TraceStep {
    switch self {
    case .filter(var step):
      step.isReached = isReached
      return .filter(step)
    case .rewrite(var step):
      step.isReached = isReached
      return .rewrite(step)
    case .encapsulate(var step):
      step.isReached = isReached
      return .encapsulate(step)
    }
  }
}

/// A packet that passes through every filter and records each answer, and what changes the packet between them.
struct TracedPacket: LegVisitor {
  static var isSinglePacket: Bool { true }

  private(set) var steps: [TraceStep] = []
  private(set) var outcome = PathOutcome()
  private let route: RoutedPacket
  private var changes: ArraySlice<TraceStep>
  private var direction = Direction.out

  /// - Parameters:
  ///   - route: The packet.
  ///   - changes: What changes it, in order.
  init(_ route: RoutedPacket, _ changes: [TraceStep]) {
    self.route = route
    self.changes = changes[...]
  }

  mutating func visitEnd(_ direction: Direction) {
    self.direction = direction
    if direction == .in { arrive() }
    outcome.visitEnd()
  }

  mutating func visitUnknownEnd() {
    arrive()
    outcome.visitUnknownEnd()
  }

  /// Everything is changed before the packet gets to the receiver.
  mutating func arrive() {
    while !changes.isEmpty { change() }
  }

  private mutating func change() { steps.append(changes.removeFirst().reached(!outcome.isBlocked)) }

  mutating func visit(_ filter: PacketFilter, at point: FilterPoint) -> Bool {
    let packet = route.seen(by: point.enforcement, direction)
    // The destination is rewritten before the first filter that sees the new one.
    if case .rewrite(let next)? = changes.first, next.field == .destination,
      packet.remote == next.to.address, packet.remotePort == next.to.port
    {
      change()
    }
    let answer = filter.answers[filter.answer(to: packet)]
    steps.append(
      .filter(
        FilterStep(
          endpoint: point.endpoint, enforcement: point.enforcement, packet: packet,
          group: point.enforcement == .vfp
            ? VFPGroup(family: packet.local.family, direction: packet.direction) : nil,
          answer: answer, isReached: !outcome.isBlocked)))
    outcome.add(answer.effect, at: point.enforcement)
    return true
  }
}
