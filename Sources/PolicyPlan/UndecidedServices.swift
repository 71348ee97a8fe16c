import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace

/// Packets to load balancers of which it is not known whether their verdict changes.
extension Comparison {
  /// Packets to services whose verdict is unknown on both hosts, if rules of Windows Firewall that may match are
  /// the reason on both, and filters that they pass differ; nil for none.
  mutating func undecided(
    _ set: PacketSet, _ client: Client
  ) throws(BudgetExceeded) -> UndecidedPackets? {
    let set = try set.intersection(try packetsOfDifferingFilters(client), within: budget)
    guard let witness = example(of: set, client) else { return nil }
    func reason(_ side: WritableKeyPath<Comparison, Side>) -> UnknownReason? {
      let from: Peer?
      switch client {
      case .endpoint(let key): from = self[keyPath: side].endpoints[key].map { .endpoint($0) }
      case .host: from = .host
      case .outside: from = .address(witness.packet.local)
      }
      let packet = witness.packet
      return from.flatMap { from in
        let query = PacketQuery(
          from: from, to: .address(packet.remote), protocol: packet.protocol, port: packet.remotePort,
          sourcePort: packet.localPort)
        return (try? self[keyPath: side].evaluator.trace(query))?.reason
      }
    }
    guard let was = reason(\.before), let becomes = reason(\.after), was.isOfUncertainFirewall,
      becomes.isOfUncertainFirewall
    else { return nil }
    return UndecidedPackets(
      endpoint: client.name, direction: .out, packets: try set.boxes(within: budget).map(closed),
      hosts: Self.hosts(was.description, becomes.description), unknownBecause: becomes.description)
  }

  /// The packets to services that a filter of the client or of a backend may treat differently.
  ///
  /// A filter of the client sees the frontend or a backend, so packets to the addresses of both count.
  private mutating func packetsOfDifferingFilters(_ client: Client) throws(BudgetExceeded) -> PacketSet {
    var own: [Answer] = []
    for family in AddressFamily.allCases {
      switch client {
      case .endpoint(let key): own += try answers(key, family, .out)
      case .host: own += try hostAnswers(family, .out)
      case .outside: break
      }
    }
    var isOther = false
    if case .endpoint(let key) = client { isOther = sender(before, key) != sender(after, key) }
    var differing: [Frontend] = []
    for frontend in frontends {
      var differs = isOther
      if !differs { differs = try isTakenDifferently(frontend) }
      if !differs { differs = try concerns(frontend, own) }
      if differs { differing.append(frontend) }
    }
    return try PacketSet(differing.map(\.packets), within: budget)
  }

  /// Whether a load balancer or the filters of its backends treat packets to a frontend differently.
  private mutating func isTakenDifferently(_ frontend: Frontend) throws(BudgetExceeded) -> Bool {
    let (old, new) = (before.frontends[frontend], after.frontends[frontend])
    guard old == new, let new else { return true }
    let received = try PacketSet(
      PacketBox(
        protocols: ProtocolSet([frontend.protocol]), localPorts: PortSet([PortRange(new.internalPort)])),
      within: budget)
    for key in new.backendKeys {
      for answer in try answers(key, frontend.address.family, .in)
      where try answer.set.intersects(received, within: budget) {
        return true
      }
    }
    return false
  }

  /// Whether some of the packets that a client's filters treat differently go to a frontend or its backends.
  private func concerns(_ frontend: Frontend, _ answers: [Answer]) throws(BudgetExceeded) -> Bool {
    let states = [before.frontends[frontend], after.frontends[frontend]].compactMap(\.self)
    let addresses = [frontend.address] + states.flatMap(\.backendAddresses)
    let sent = try PacketSet(
      PacketBox(
        protocols: ProtocolSet([frontend.protocol]), remote: AddressSet(addresses.map { AddressRange($0) })),
      within: budget)
    for answer in answers where try answer.set.intersects(sent, within: budget) { return true }
    return false
  }
}
