import FilterEngine
import HostModel
import NetworkTypes
import Reachability
import Testing

/// Compares cells with the verdicts on single packets.
@Suite struct MatrixOracleTests {
  static let seed = UInt64.random(in: .min ... .max)

  /// The parts of a cell that contain a packet.
  private static func parts(
    _ cell: MatrixCell, from: IPAddress?, to: IPAddress?, family: AddressFamily, port: UInt16
  ) -> [MatrixCell.Part] {
    func holds(_ set: AddressSet?, _ address: IPAddress?) -> Bool {
      guard let set else { return true }
      return address.map { set.contains($0) } ?? set.hasMembers(of: family)
    }
    return cell.parts.filter { part in
      holds(part.from, from) && holds(part.to, to) && (part.ports?.contains(port) ?? true)
    }
  }

  private static func ports(_ service: MatrixService, _ random: inout SeededGenerator) -> [UInt16] {
    guard service.protocol.hasPorts else { return [0] }
    // Mistakes happen at the ends of ranges.
    let all = service.ports.ranges.flatMap { [$0.lower, $0.upper] }
    return (0..<4).compactMap { _ in all.randomElement(using: &random) }
      + (0..<2).compactMap { _ in
        service.ports.ranges.randomElement(using: &random).map {
          UInt16.random(in: $0.lower...$0.upper, using: &random)
        }
      }
  }

  private static let wide = [
    MatrixService(.tcp, ports: PortSet(1, 300)), MatrixService(.udp), MatrixService(IPProtocol(47)),
  ]

  @Test func cellsOfSingleAddressesMatchTheVerdictsOfTheirPackets() throws {
    print("seed \(Self.seed)")
    var random = SeededGenerator(seed: Self.seed)
    var profiles = RandomProfile(seed: Self.seed)
    var compared = 0
    for _ in 0..<12 {
      let text = profiles.next()
      let host = try TestHost(text)
      let matrix = try host.matrix(Self.wide)
      var evaluator = host.evaluator
      for (from, sender) in matrix.peers.enumerated() {
        for (to, receiver) in matrix.peers.enumerated() {
          guard let source = sender.peer, let destination = receiver.peer, source != destination
          else {
            continue
          }
          for (index, service) in matrix.services.enumerated() {
            let cell = matrix.cell(from: from, to: to, index)
            for port in Self.ports(service, &random) {
              let query = PacketQuery(from: source, to: destination, protocol: service.protocol, port: port)
              let decision = try evaluator.decide(query)
              let family: AddressFamily = service.protocol == .icmpv6 ? .ipv6 : .ipv4
              let found = Self.parts(cell, from: nil, to: nil, family: family, port: port)
              let isForeign =
                service.family.map { $0 != (try? evaluator.route(query))?.sent.local.family } ?? false
              guard !isForeign else {
                #expect(cell.unevaluatedReason == .noCommonFamily)
                continue
              }
              compared += 1
              #expect(
                found.count == 1,
                "\(sender.name) to \(receiver.name) \(service) port \(port): \(found)\n\(text)")
              #expect(
                found.first?.verdict == decision.verdict
                  && found.first?.rule == decision.rule.map { evaluator.names[$0] },
                "seed \(Self.seed): \(sender.name) to \(receiver.name) \(service) port \(port)\n\(text)")
            }
          }
        }
      }
    }
    #expect(compared > 10_000)
  }

  @Test func cellsOfSetsMatchTheVerdictsOfTheirPackets() throws {
    print("seed \(Self.seed)")
    var random = SeededGenerator(seed: Self.seed ^ 1)
    var profiles = RandomProfile(seed: Self.seed ^ 1)
    var compared = 0
    var divided = 0
    // Random hosts differ in how many of their cells are divided: they go on until there are enough.
    for number in 0..<120 {
      if number >= 12, compared > 10_000, divided > 50 { break }
      let text = profiles.next()
      let host = try TestHost(text)
      let matrix = try host.matrix(Self.wide)
      var evaluator = host.evaluator
      for (from, sender) in matrix.peers.enumerated() {
        for (to, receiver) in matrix.peers.enumerated() {
          guard (sender.peer == nil) != (receiver.peer == nil) else { continue }
          for (index, service) in matrix.services.enumerated() {
            let cell = matrix.cell(from: from, to: to, index)
            if cell.summary == .some { divided += 1 }
            for port in Self.ports(service, &random) {
              guard let outside = Self.address(of: sender.peer == nil ? sender : receiver, cell, &random)
              else { continue }
              let query = PacketQuery(
                from: sender.peer ?? .address(outside), to: receiver.peer ?? .address(outside),
                protocol: service.protocol, port: port)
              let decision: Decision
              do { decision = try evaluator.decide(query) } catch {
                // An end without an address of the family.
                continue
              }
              let family = try evaluator.route(query).sent.local.family
              guard service.family == nil || service.family == family else { continue }
              // Only the given addresses of the host are evaluated.
              guard family == .ipv4 || sender.peer != .host && receiver.peer != .host else {
                #expect(!evaluator.topology.addresses.contains { $0.family == .ipv6 })
                continue
              }
              let found = Self.parts(
                cell, from: sender.peer == nil ? outside : nil,
                to: receiver.peer == nil ? outside : nil,
                family: family, port: port)
              compared += 1
              #expect(
                found.count == 1,
                "seed \(Self.seed): \(sender.name) to \(receiver.name) \(service) \(query): \(found) of \(cell)\n\(text)"
              )
              #expect(
                found.first?.verdict == decision.verdict
                  && found.first?.rule == decision.rule.map { evaluator.names[$0] },
                "seed \(Self.seed): \(sender.name) to \(receiver.name) \(service) \(query): \(found)\n\(text)"
              )
            }
          }
        }
      }
    }
    #expect(compared > 10_000 && divided > 50, "seed \(Self.seed): \(compared) \(divided)")
  }

  /// An address of an outside peer, often at the end of a range that the cell distinguishes.
  private static func address(
    of peer: MatrixPeer, _ cell: MatrixCell, _ random: inout SeededGenerator
  ) -> IPAddress? {
    guard peer.peer == nil else { return nil }
    let addresses = peer.ends.addresses
    let ends = cell.parts.flatMap { [$0.from, $0.to].compactMap(\.self).flatMap(\.ranges) }
      .flatMap { [$0.first, $0.last] }.filter { addresses.contains($0) }
    if Bool.random(using: &random), let end = ends.randomElement(using: &random) { return end }
    guard let range = addresses.ranges.randomElement(using: &random) else { return nil }
    return IPAddress(range.family, UInt128.random(in: range.lower...range.upper, using: &random))
  }

  @Test func groupMembersHaveEqualResults() throws {
    print("seed \(Self.seed)")
    var profiles = RandomProfile(seed: Self.seed ^ 2)
    var folded = 0
    // A random host has few equal peers, or none: the hosts go on until there are enough.
    for number in 0..<400 {
      if number >= 20, folded > 5 { break }
      let text = profiles.next()
      let matrix = try TestHost(text).matrix()
      let groups = matrix.groups(isFolding: true)
      #expect(groups.members.flatMap(\.self).sorted() == Array(matrix.peers.indices))
      folded += groups.members.filter { $0.count > 1 }.count
      for (from, senders) in groups.members.enumerated() {
        for (to, receivers) in groups.members.enumerated() {
          for sender in senders {
            for receiver in receivers {
              guard let own = matrix.vector(from: sender, to: receiver) else {
                #expect(sender == receiver, "only packets to itself stay in a compartment here")
                continue
              }
              #expect(
                own == groups.value(from: from, to: to),
                "seed \(Self.seed): \(matrix.peers[sender].name) to \(matrix.peers[receiver].name)\n\(text)"
              )
            }
          }
        }
      }
      let single = matrix.groups(isFolding: false)
      #expect(single.members.allSatisfy { $0.count == 1 })
    }
    #expect(folded > 5, "seed \(Self.seed): \(folded)")
  }

  @Test func differencesAreWhereVerdictsDiffer() throws {
    print("seed \(Self.seed)")
    var random = SeededGenerator(seed: Self.seed ^ 3)
    var profiles = RandomProfile(seed: Self.seed ^ 3)
    var differing = 0
    for round in 0..<10 {
      let hosts = [try TestHost(profiles.next()), try TestHost(profiles.next())]
      var referenced = ReferencedServices()
      for host in hosts {
        var evaluator = host.evaluator
        referenced.add(&evaluator, host.peers.peers)
      }
      let matrices = try hosts.map { host in
        var evaluator = host.evaluator
        return try ReachabilityMatrix(
          &evaluator, host.peers.peers, onHostAddresses: host.peers.onHostAddresses,
          services: referenced.services,
          referenced: referenced
        )
      }
      let difference = MatrixDifference(matrices[0], matrices[1], isFolding: round.isMultiple(of: 2))
      #expect(MatrixDifference(matrices[0], matrices[0], isFolding: true).changes.isEmpty)
      // Both hosts have the same peers, in the same order.
      #expect(difference.peers.map(\.name) == matrices[0].peers.map(\.name))
      for (from, senders) in difference.groups.enumerated() {
        for (to, receivers) in difference.groups.enumerated() {
          for (index, service) in difference.services.enumerated() {
            let pieces =
              difference.changes.first { $0.from == from && $0.to == to && $0.service == index }?.pieces ?? []
            guard let sender = senders.randomElement(using: &random),
              let receiver = receivers.randomElement(using: &random), sender != receiver
            else { continue }
            let cells = matrices.map { $0.cell(from: sender, to: receiver, index) }
            for port in Self.ports(service, &random) {
              let outside = [sender, receiver].compactMap { peer in
                Self.address(of: difference.peers[peer], cells[random.next() & 1 == 0 ? 0 : 1], &random)
              }.first
              let isSender = difference.peers[sender].peer == nil
              let from = isSender ? outside : nil
              let to = isSender ? nil : outside
              let family = outside?.family ?? .ipv4
              let outcome = cells.map {
                Self.parts($0, from: from, to: to, family: family, port: port).first?.verdict
              }
              let isChanged = pieces.contains { piece in
                (piece.ports?.contains(port) ?? true)
                  && (piece.from.map { from.map($0.contains) ?? $0.hasMembers(of: family) } ?? true)
                  && (piece.to.map { to.map($0.contains) ?? $0.hasMembers(of: family) } ?? true)
              }
              if isChanged { differing += 1 }
              // Addresses of only one host appear in one of the two cells.
              guard outcome.allSatisfy({ $0 != nil }) else { continue }
              let differs = outcome[0] != outcome[1] || cells[0].natAccess != cells[1].natAccess
              #expect(
                isChanged == differs,
                "seed \(Self.seed): \(difference.peers[sender].name) to \(difference.peers[receiver].name) \(service) port \(port)"
              )
            }
          }
        }
      }
    }
    #expect(differing > 500)
  }
}
