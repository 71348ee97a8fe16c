import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace
import Testing

/// What a set of packets to a service says about each backend is what single packets of the set get there.
@Suite struct BackendPartTests {
  @Test func everyBackendOfAPartHasTheVerdictOfItsPackets() throws {
    var random = SeededGenerator(for: "backends of parts")
    var compared = 0
    var differing = 0
    for number in 0..<400 {
      if number >= 6, compared > 1_000, differing > 100 { break }
      let host = RandomHost(using: &random)
      var evaluator = PacketEvaluator(host)
      let everything = PacketQuerySet(from: .any, to: .any)
      guard let parts = try? evaluator.parts(everything, separatesBackends: true) else { continue }
      for part in parts {
        guard let balancer = part.balancer else {
          #expect(part.backends.isEmpty && part.notes.isEmpty)
          continue
        }
        #expect(part.backends.count <= host.topology.loadBalancers[balancer].backends.count)
        for _ in 0..<3 {
          let query = Self.packet(of: part, using: &random)
          let trace: PacketTrace
          do { trace = try evaluator.trace(query) } catch {
            // A set has the packets of each of several owners of an address.
            guard case .ambiguousAddress = error else { throw error }
            continue
          }
          try #require(trace.route.service?.balancer == balancer && trace.route.sender == part.sender)
          #expect(trace.verdict == part.verdict && trace.rule == part.rule, "\(query): \(part)")
          #expect(part.backends.map(Answer.init) == trace.backends.map(Answer.init), "\(query): \(part)")
          #expect(part.notes.map(\.code) == trace.notes.map(\.code), "\(query): \(part)")
          compared += 1
          if Set(part.backends.map(\.verdict)).count > 1 { differing += 1 }
        }
      }
    }
    #expect(compared > 1_000 && differing > 100, "\(compared) \(differing)")
  }

  /// The same packets have the same verdicts, whether or not backends are told apart.
  @Test func tellingBackendsApartChangesNoVerdict() throws {
    var random = SeededGenerator(for: "parts with and without backends")
    for _ in 0..<5 {
      var evaluator = PacketEvaluator(RandomHost(using: &random))
      let everything = PacketQuerySet(from: .any, to: .any)
      guard let parts = try? evaluator.parts(everything) else { continue }
      let separated = try evaluator.parts(everything, separatesBackends: true)
      #expect(QueryPart.haveEqualVerdicts(parts, separated))
    }
  }

  @Test func partsAreInTheOrderOfAddressesAndPorts() throws {
    var random = SeededGenerator(for: "order of parts")
    var services = 0
    for number in 0..<400 {
      if number >= 5, services > 20 { break }
      let host = RandomHost(using: &random)
      var evaluator = PacketEvaluator(host)
      guard let parts = try? evaluator.parts(PacketQuerySet(from: .any, to: .any)) else { continue }
      var copy = PacketEvaluator(host)
      #expect(try copy.parts(PacketQuerySet(from: .any, to: .any)).map(\.packets) == parts.map(\.packets))
      let taken = parts.filter { $0.balancer != nil && $0.receiver == .outside && $0.sender == .outside }
      let frontends = taken.compactMap { part in
        part.packets.local.ranges.first.flatMap { range in
          part.packets.localPorts.ranges.first.map { (range.first, $0.lower) }
        }
      }
      services += frontends.count
      #expect(zip(frontends, frontends.dropFirst()).allSatisfy { $0 <= $1 }, "\(frontends)")
    }
    #expect(services > 20, "\(services)")
  }

  private struct Answer: Equatable {
    var endpoint: Int
    var address: IPAddress
    var port: UInt16
    var verdict: Verdict
    var rule: String?
    var reason: UnknownReason?

    init(_ part: BackendPart) {
      (endpoint, address, port) = (part.endpoint, part.address, part.port)
      (verdict, rule, reason) = (part.verdict, part.rule, part.reason)
    }

    init(_ trace: BackendTrace) {
      (endpoint, address, port) = (trace.endpoint, trace.address, trace.port)
      (verdict, rule, reason) = (trace.verdict, trace.rule, trace.reason)
    }
  }

  /// A random packet of a part, between addresses.
  private static func packet(of part: QueryPart, using random: inout SeededGenerator) -> PacketQuery {
    let box = part.packets
    func address(_ set: AddressSet, _ random: inout SeededGenerator) -> IPAddress {
      let range = random.one(of: set.ranges)
      return IPAddress(range.family, UInt128.random(in: range.lower...range.upper, using: &random))
    }
    func port(_ set: PortSet, _ random: inout SeededGenerator) -> UInt16 {
      let range = random.one(of: set.ranges)
      return UInt16.random(in: range.lower...range.upper, using: &random)
    }
    return PacketQuery(
      from: .address(address(box.remote, &random)), to: .address(address(box.local, &random)),
      protocol: random.one(of: box.protocols.protocols), port: port(box.localPorts, &random),
      sourcePort: port(box.remotePorts, &random))
  }
}
