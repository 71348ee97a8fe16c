import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace

/// The packets that the filters of an endpoint can see, by the addresses and routes of a host.
struct EndpointTraffic {
  private let evaluator: PacketEvaluator
  private let positions: [String: Int]
  private let onHostAddresses: AddressSet

  /// How many addresses on the host are routed for one set of packets.
  private static let peerLimit = 256

  init(_ evaluator: PacketEvaluator) {
    self.evaluator = evaluator
    let endpoints = evaluator.topology.endpoints
    positions = Dictionary(endpoints.enumerated().map { ($1.name, $0) }) { first, _ in first }
    onHostAddresses = AddressSet(
      endpoints.filter { !$0.isRemote }.flatMap(\.addresses).map { AddressRange($0) })
  }

  /// The packets that the filters of an endpoint can see.
  ///
  /// - Parameters:
  ///   - addresses: The addresses of the endpoint; empty if they are not known.
  ///   - direction: The direction as the endpoint sees it.
  static func box(at addresses: AddressSet, _ direction: Direction) -> PacketBox {
    // From its own address to its own address nothing is filtered.
    let remote = AddressSet.all.subtracting(SpecialAddress.neverRemote(direction)).subtracting(addresses)
    return PacketBox(local: addresses.isEmpty ? .all : addresses, remote: remote)
  }

  /// Those of some packets that an endpoint can see.
  ///
  /// - Parameters:
  ///   - set: The packets.
  ///   - name: The name of the endpoint.
  ///   - direction: The direction as the endpoint sees it.
  func possible(
    _ set: PacketSet, at name: String, _ direction: Direction, within budget: Budget
  ) throws(BudgetExceeded) -> PacketSet {
    let position = positions[name]
    let own = position.map { evaluator.topology.endpoints[$0].addresses } ?? []
    let box = Self.box(at: AddressSet(own.map { AddressRange($0) }), direction)
    let found = try set.intersection(try PacketSet(box, within: budget), within: budget)
    guard direction == .in, let position, !found.isEmpty else { return found }
    let remote = try found.boxes(within: budget).reduce(AddressSet()) { $0.union($1.remote) }
    // Outbound NAT translates what has ports, WinNAT the rest too.
    var possible = found
    for (protocols, example) in [
      (ProtocolSet.withPorts, IPProtocol.tcp), (ProtocolSet.allProtocols.subtracting(.withPorts), .icmp),
    ] {
      let translated = translatedSources(among: remote, to: position, example)
      guard !translated.isEmpty else { continue }
      possible = try possible.subtracting(
        try PacketSet(PacketBox(protocols: protocols, remote: translated), within: budget), within: budget)
    }
    return possible
  }

  /// The addresses on the host from which an endpoint receives no packets of a protocol, because NAT translates
  /// them on the way or no route leads there.
  private func translatedSources(
    among addresses: AddressSet, to position: Int, _ number: IPProtocol
  ) -> AddressSet {
    let peers = addresses.intersection(onHostAddresses)
    guard peers.ranges.reduce(0, { $0 + Int(clamping: $1.upper - $1.lower) + 1 }) <= Self.peerLimit else {
      return AddressSet()
    }
    var translated: [AddressRange] = []
    for range in peers.ranges {
      for value in range.lower...range.upper {
        let peer = IPAddress(range.family, value)
        let query = PacketQuery(from: .address(peer), to: .endpoint(position), protocol: number, port: 80)
        if (try? evaluator.route(query).received)?.remote != peer { translated.append(AddressRange(peer)) }
      }
    }
    return AddressSet(translated)
  }
}
