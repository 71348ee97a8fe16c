import HostModel
import NetworkTypes

/// How long a flow is remembered without a packet, in seconds.
package struct FlowLifetimes: Hashable, Sendable {
  /// Windows Firewall: flows of every protocol but TCP, 60 s by default
  /// (reference: windows-firewall-and-vfp, 2.1).
  package var windowsFirewall: UInt64
  /// VFP: the flow TTL that captured rules carry, 240, taken as seconds
  /// (reference: windows-firewall-and-vfp, 3.3, 7 and 8).
  package var vfp: UInt64

  /// Makes lifetimes.
  ///
  /// - Parameters:
  ///   - windowsFirewall: Those of Windows Firewall.
  ///   - vfp: Those of VFP.
  package init(windowsFirewall: UInt64 = 60, vfp: UInt64 = UInt64(VFPRule.flowTTL)) {
    self.windowsFirewall = windowsFirewall
    self.vfp = vfp
  }

  subscript(point: EnforcementPoint) -> UInt64 { point == .vfp ? vfp : windowsFirewall }
}

/// A packet of a flow, the first one or a later one.
package struct FlowPacket: Hashable, Sendable {
  /// The packet, with its ends as they are for this packet: a reply has them swapped.
  package var query: PacketQuery
  /// The ICMP type of a packet of ICMP or ICMPv6; echo request when it is not stated.
  package var icmpType: UInt8?

  /// Makes a packet.
  ///
  /// - Parameters:
  ///   - query: The packet.
  ///   - icmpType: The ICMP type.
  package init(_ query: PacketQuery, icmpType: UInt8? = nil) {
    self.query = query
    self.icmpType = icmpType
  }
}

/// Remembers the flows that were allowed, so that their replies pass without a rule.
///
/// Both components are stateful: the first packet of a flow is asked about, later ones of either
/// direction pass while the flow is remembered, and after a change of policy the next packet is asked
/// about again as the first one was, whatever its own direction. A TCP flow lives as long as the
/// connection, any other until it was idle for its lifetime. An ICMP request and its reply are one flow;
/// any other ICMP type is one of its own (reference: windows-firewall-and-vfp, 2.1, 3.6 and 8).
///
/// Fragments are not told apart: the first one carries the ports and is asked about, and the others are
/// taken to share its fate. No source says what VFP does with them.
package struct FlowTable {
  private var evaluator: PacketEvaluator
  private let lifetimes: FlowLifetimes
  private var flows: [Key: Flow] = [:]
  private var generation = 0

  private struct Key: Hashable {
    var endpoint: Int?
    var enforcement: EnforcementPoint
    var `protocol`: IPProtocol
    var local: IPAddress
    var remote: IPAddress
    var localPort: UInt16
    var remotePort: UInt16
    /// The request's type for a request or reply, otherwise the type itself.
    var icmpType: UInt8?
  }

  private struct Flow {
    /// The packet that opened it, as the filter saw it.
    var opener: Packet
    var lastSeen: UInt64
    var generation: Int
  }

  /// Makes a table without flows.
  ///
  /// - Parameters:
  ///   - host: The host.
  ///   - lifetimes: How long flows are remembered.
  package init(_ host: any FilteredHost, lifetimes: FlowLifetimes = FlowLifetimes()) {
    evaluator = PacketEvaluator(host)
    self.lifetimes = lifetimes
  }

  /// How many flows are remembered, over all points.
  package var count: Int { flows.count }

  /// Takes the host as it is after a change of policy; endpoints must stand where they stood.
  ///
  /// - Parameter host: The changed host.
  package mutating func policyChanged(to host: any FilteredHost) {
    evaluator = PacketEvaluator(host)
    generation += 1
  }

  /// Sends a packet.
  ///
  /// - Parameters:
  ///   - packet: The packet.
  ///   - now: The time in seconds; it must not run backwards.
  /// - Returns: Whether it passes.
  /// - Throws: ``PacketProblem`` for a packet that cannot exist or that no filter of the host sees.
  package mutating func send(_ packet: FlowPacket, at now: UInt64) throws(PacketProblem) -> Verdict {
    let route = try evaluator.route(packet.query)
    guard !route.isLoopback else { return .allow }
    for (place, seen) in [(route.sender, route.sent), (route.receiver, route.received)] {
      for point in evaluator.points(place, seen.local.family, seen.direction) {
        let verdict = pass(seen, icmpType: packet.icmpType, point, at: now)
        guard verdict == .allow else { return verdict }
      }
    }
    return .allow
  }

  /// Forgets the TCP connection a packet belongs to, as its end does.
  ///
  /// - Parameter packet: A packet of either direction.
  /// - Throws: ``PacketProblem`` for a packet that cannot exist.
  package mutating func close(_ packet: FlowPacket) throws(PacketProblem) {
    let route = try evaluator.route(packet.query)
    for (place, seen) in [(route.sender, route.sent), (route.receiver, route.received)] {
      for point in evaluator.points(place, seen.local.family, seen.direction) {
        flows[key(seen, packet.icmpType, point)] = nil
      }
    }
  }

  private mutating func pass(
    _ packet: Packet, icmpType: UInt8?, _ point: FilterPoint, at now: UInt64
  ) -> Verdict {
    let key = key(packet, icmpType, point)
    let known = flows[key].flatMap { flow in
      packet.protocol == .tcp || now - flow.lastSeen < lifetimes[point.enforcement] ? flow : nil
    }
    if let known, known.generation == generation {
      flows[key]?.lastSeen = now
      return .allow
    }
    // A reply is no opener: without a flow it is asked about as what it is.
    let opener = known?.opener ?? packet
    let filter = evaluator.filter(openerPoint(opener, point))
    let verdict = filter.answers[filter.answer(to: opener)].verdict
    flows[key] = verdict == .allow ? Flow(opener: opener, lastSeen: now, generation: generation) : nil
    return verdict
  }

  /// The filter that is asked about the packet that opened a flow.
  private mutating func openerPoint(_ opener: Packet, _ point: FilterPoint) -> FilterPoint {
    let place: PacketRoute.Place = point.endpoint.map { .endpoint($0) } ?? .host
    return evaluator.points(place, opener.local.family, opener.direction)
      .first { $0.enforcement == point.enforcement } ?? point
  }

  private func key(_ packet: Packet, _ icmpType: UInt8?, _ point: FilterPoint) -> Key {
    Key(
      endpoint: point.endpoint, enforcement: point.enforcement, protocol: packet.protocol,
      local: packet.local,
      remote: packet.remote, localPort: packet.localPort, remotePort: packet.remotePort,
      icmpType: Self.flowType(packet.protocol, icmpType))
  }

  /// The type that names a flow of ICMP: a request's for its reply too.
  private static func flowType(_ proto: IPProtocol, _ type: UInt8?) -> UInt8? {
    switch (proto, type) {
    case (.icmp, let type):
      let requests: [UInt8: UInt8] = [0: 8, 14: 13, 16: 15, 18: 17]
      return requests[type ?? 8] ?? type ?? 8
    case (.icmpv6, let type): return type == 129 ? 128 : type ?? 128
    default: return nil
    }
  }
}
