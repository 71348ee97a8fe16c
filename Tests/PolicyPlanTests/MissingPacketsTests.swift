import FilterEngine
import HNSEmulator
import HostModel
import NetworkTypes
import PacketSpace
import PolicyCompiler
import PolicyPlan
import TestSupport
import Testing

/// Comparisons of hosts of which objects could not be taken over.
@Suite struct MissingPacketsTests {
  private static let elsewhere = IPAddress("10.244.7.99")

  private func text(port: Int, name: String = "web") -> String {
    """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: node
    host: {addresses: [10.240.0.5], adapters: [Ethernet]}
    networks:
      - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}
    containers:
      - name: \(name)
        network: podnet
        addresses: [10.244.7.10]
        defaults: {in: block}
        acls: [{name: http, direction: in, action: allow, protocols: [tcp], localPorts: [\(port)]}]
      - {name: client, network: podnet, addresses: [10.244.7.11]}
    """
  }

  private func evaluator(_ text: String, _ missing: MissingObject...) throws -> PacketEvaluator {
    var service = try ProfileHost(text).service
    service.finishAdoption(HostGaps(missing: missing))
    return HostWithRuleNames(service, ledger: OwnershipLedger()).evaluator
  }

  private func missing(
    _ kind: MissingObject.Kind = .endpoint, name: String = "lost", _ addresses: [IPAddress?] = [elsewhere]
  ) -> MissingObject {
    MissingObject(
      kind, id: GUID(UInt128(7)), name: name, addresses: addresses.compactMap(\.self),
      reason: "its network is not known")
  }

  private func diff(_ before: PacketEvaluator, _ after: PacketEvaluator) -> VerdictDiff {
    var (before, after) = (before, after)
    return VerdictDiff(from: &before, to: &after)
  }

  private func contains(_ boxes: [PacketBox]?, _ remote: String) -> Bool {
    boxes?.contains { box in IPAddress(remote).map { box.remote.contains($0) } ?? false } ?? true
  }

  @Test("Where both hosts lack an endpoint, only its packets that are filtered differently are undecided.")
  func sharedEndpoint() throws {
    let diff = diff(
      try evaluator(text(port: 80), missing()), try evaluator(text(port: 8080), missing()))
    #expect(Set(diff.changes.map(\.endpoint)) == ["web"] && diff.changes.count == 2)
    for change in diff.changes {
      #expect(!contains(change.packets, "10.244.7.99") && contains(change.packets, "198.51.100.9"))
    }
    let web = diff.undecided.filter { $0.endpoint == "web" }
    #expect(web.map(\.direction) == [.in])
    #expect(web.allSatisfy { contains($0.packets, "10.244.7.99") && !contains($0.packets, "198.51.100.9") })
    #expect(web.first?.reason.contains("endpoint lost was not taken over") == true)
    #expect(diff.undecided.filter { $0.endpoint == "client" }.isEmpty)
    let lost = diff.undecided.filter { $0.endpoint == "lost" }
    #expect(lost.map(\.direction) == [.in, .out] && lost.allSatisfy { $0.packets == nil })
    #expect(diff.undecided.allSatisfy { $0.hosts == [.before, .after] })
  }

  @Test("Where one host lacks an endpoint, all packets to and from its addresses are undecided.")
  func oneSidedEndpoint() throws {
    let diff = diff(try evaluator(text(port: 80), missing()), try evaluator(text(port: 80)))
    #expect(diff.changes.isEmpty)
    #expect(diff.undecided.allSatisfy { $0.hosts == [.before] })
    for name in ["web", "client"] {
      let found = diff.undecided.filter { $0.endpoint == name }
      #expect(found.map(\.direction) == [.in, .out])
      #expect(
        found.allSatisfy { contains($0.packets, "10.244.7.99") && !contains($0.packets, "10.244.7.98") })
    }
  }

  @Test("An endpoint that one host lacks is not new on the other.")
  func sameEndpoint() throws {
    let diff = diff(
      try evaluator(text(port: 80, name: "other"), missing(name: "web", [IPAddress("10.244.7.12")])),
      try evaluator(text(port: 80)))
    #expect(!diff.changes.contains { $0.endpoint == "web" })
    #expect(diff.undecided.contains { $0.endpoint == "web" && $0.packets == nil && $0.direction == .in })
    #expect(diff.changes.contains { $0.endpoint == "other" })
  }

  @Test("An object whose addresses are not known can be at any of them.")
  func unknownAddresses() throws {
    let diff = diff(
      try evaluator(text(port: 80), missing(.endpoint, [])),
      try evaluator(text(port: 8080), missing(.endpoint, [])))
    #expect(diff.changes.isEmpty)
    #expect(diff.undecided.contains { $0.endpoint == "web" && contains($0.packets, "198.51.100.9") })
  }

  @Test("Packets to a load balancer that both hosts lack are undecided once any filter differs.")
  func loadBalancer() throws {
    let vip = missing(.loadBalancer, [IPAddress("10.96.0.1")])
    let same = diff(try evaluator(text(port: 80), vip), try evaluator(text(port: 80), vip))
    #expect(same.changes.isEmpty && same.undecided.isEmpty)
    let other = diff(try evaluator(text(port: 80), vip), try evaluator(text(port: 8080), vip))
    #expect(Set(other.changes.map(\.endpoint)) == ["web"])
    for name in ["web", "client", "host", "outside"] {
      let found = other.undecided.filter { $0.endpoint == name }
      #expect(found.map(\.direction) == [.out], "\(name)")
      #expect(found.allSatisfy { contains($0.packets, "10.96.0.1") && !contains($0.packets, "10.96.0.2") })
    }
  }

  @Test("A service whose backend's address a missing load balancer has is undecided for all who reach it.")
  func serviceOfAMissingBackend() throws {
    func service(_ port: Int) -> String {
      text(port: 80)
        + "\nservices: [{name: shop, address: 10.96.7.7, backends: [web, 10.240.0.5], "
        + "ports: [{port: 80, targetPort: \(port)}]}]"
    }
    let lost = missing(.loadBalancer, [IPAddress("10.240.0.5")])
    let diff = diff(try evaluator(service(80), lost), try evaluator(service(9999)))
    for name in ["client", "host", "outside"] {
      let found = diff.undecided.filter { $0.endpoint == name && $0.direction == .out }
      #expect(found.contains { contains($0.packets, "10.96.7.7") }, "\(name)")
    }
  }

  @Test("A plan reports everything that is not known of an endpoint, not only the first part.")
  func plannedEndpoint() throws {
    var service = try ProfileHost(text(port: 80)).service
    let vip = missing(.loadBalancer, name: "vip", [IPAddress("10.96.0.1")])
    service.finishAdoption(HostGaps(missing: [missing(), vip]))
    let wanted = try desired(text(port: 8080))
    let effect = try #require(try plan(wanted, on: service).plan.effects.first { $0.endpoint == "web" })
    #expect(effect.unknownBecause.contains { $0.contains("endpoint lost was not taken over") })
    #expect(effect.unknownBecause.contains { $0.contains("load balancer vip was not taken over") })
    #expect(!effect.isUndecided)
  }

  @Test("Without its missing objects, the packets that remain have the changes of the whole hosts.")
  func random() throws {
    var compared = 0
    for seed in UInt64(0)..<60 {
      let text = RandomProfile.text(seed: 4000 + seed)
      guard let first = try? ProfileHost(text), var second = try? ProfileHost(text) else { continue }
      guard let changed = second.service.topology.endpoints.first(where: { $0.isAttached }),
        let peer = second.service.topology.endpoints.last?.addresses.first,
        (try? second.service.setACLs([], ofEndpoint: changed.id)) != nil
      else { continue }
      let plain = diff(first.evaluator, second.evaluator)
      let gap = HostGaps(missing: [missing(.endpoint, [peer])])
      var (before, after) = (first.service, second.service)
      before.finishAdoption(gap)
      after.finishAdoption(gap)
      let partial = diff(
        HostWithRuleNames(before, ledger: first.ledger).evaluator,
        HostWithRuleNames(after, ledger: second.ledger).evaluator)
      let unknown = try PacketSet(PacketBox(remote: AddressSet([AddressRange(peer)])))
      func packets(_ diff: VerdictDiff, _ name: String, _ direction: Direction) throws -> PacketSet {
        try PacketSet(
          diff.changes.filter { $0.endpoint == name && $0.direction == direction }.flatMap(\.packets)
        ).subtracting(unknown)
      }
      for direction in Direction.allCases {
        // Those of services whose backend is the missing object are undecided too.
        let undecided = try PacketSet(
          partial.undecided.filter { $0.endpoint == changed.name && $0.direction == direction }
            .flatMap { $0.packets ?? [] })
        let expected = try packets(plain, changed.name, direction).subtracting(undecided)
        let found = try packets(partial, changed.name, direction)
        #expect(try expected.isSubset(of: found) && found.isSubset(of: expected), "seed \(seed)")
        if !expected.isEmpty { compared += 1 }
      }
    }
    #expect(compared > 10)
  }
}
