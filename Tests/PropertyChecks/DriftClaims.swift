import Diagnostics
import FilterEngine
import HNSEmulator
import HNSTestSupport
import HostModel
import NetworkTypes
import PacketSpace
import PolicyCompiler
import PolicyPlan
import TestSupport

/// A host after an apply has no drift; whatever is changed on it is found.
enum DriftClaims {
  /// Checks the host of a random profile, and the same host with changed ACLs.
  static func check(seed: UInt64) -> PropertyResult {
    var result = PropertyResult()
    guard let host = try? ProfileHost(RandomProfile.text(seed: 3000 + seed)) else { return result }
    result.profiles = 1
    guard let (applied, _) = drift(of: host.service, host) else {
      result.failures.append("seed \(seed): no drift can be determined")
      return result
    }
    result.require(applied.isNone && applied.others.isEmpty, "seed \(seed): \(applied)")
    var random = SeededGenerator(seed: seed)
    for kind in Tampering.allCases {
      var service = host.service
      guard let isRule = tamper(&service, kind, &random) else { continue }
      guard let (drift, trial) = drift(of: service, host) else {
        result.failures.append("seed \(seed): \(kind): no drift can be determined")
        continue
      }
      result.claims += 1
      check(drift, trial, service, host, "seed \(seed): \(kind)", isForeign: isRule, &random, &result)
    }
    return result
  }

  /// What is done to an endpoint.
  private enum Tampering: CaseIterable {
    case remove, flip, strip, addAllow, addBlock
  }

  /// Changes the ACLs of an endpoint; returns whether the ACL is another owner's, nil if nothing can be changed.
  private static func tamper(
    _ service: inout HostNetworkingService, _ kind: Tampering, _ random: inout SeededGenerator
  ) -> Bool? {
    let topology = service.topology
    guard let endpoint = topology.endpoints.filter({ $0.isAttached }).randomElement(using: &random),
      var acls = try? service.acls(ofEndpoint: endpoint.id)
    else { return nil }
    let hasIds = service.build.hnsVersion.has(.aclRuleId)
    switch kind {
    case .remove, .flip, .strip:
      guard let position = acls.indices.randomElement(using: &random) else { return nil }
      switch kind {
      case .remove: acls.remove(at: position)
      case .flip: acls[position].action = acls[position].action == .allow ? .block : .allow
      default:
        guard hasIds else { return nil }
        acls[position].id = nil
      }
    case .addAllow, .addBlock:
      guard hasIds else { return nil }
      let driver = topology.networks[endpoint.network].driver
      let isHost = driver == .nat || driver == .transparent
      let port = PortSet([PortRange([22, 80, 443, 8080].randomElement(using: &random) ?? 22)])
      let direction = Direction.allCases.randomElement(using: &random) ?? .in
      acls.append(
        PortACL(
          id: "agent-rule",
          match: RuleMatch(
            protocols: ProtocolSet([.tcp]), localPorts: direction == .in ? port : nil,
            remotePorts: direction == .out ? port : nil),
          priority: isHost ? nil : 50, action: kind == .addAllow ? .allow : .block, direction: direction,
          ruleType: isHost ? .host : .switch))
    }
    guard (try? service.setACLs(acls, ofEndpoint: endpoint.id)) != nil else { return nil }
    return kind == .addAllow || kind == .addBlock
  }

  private static func drift(
    of service: HostNetworkingService, _ host: ProfileHost
  ) -> (Drift, Trial<HostNetworkingService>)? {
    guard
      let trial = Trial.run(host.desired, on: service, ledger: host.ledger, file: "test.yaml").0,
      let drift = try? trial.drift()
    else { return nil }
    return (drift, trial)
  }

  private static func check(
    _ drift: Drift, _ trial: Trial<HostNetworkingService>, _ service: HostNetworkingService,
    _ host: ProfileHost, _ title: String, isForeign: Bool, _ random: inout SeededGenerator,
    _ result: inout PropertyResult
  ) {
    let alone = (try? trial.alone()) ?? trial
    var before = HostWithRuleNames(alone.host, ledger: alone.ledger).evaluator
    var after = HostWithRuleNames(service, ledger: host.ledger).evaluator
    if isForeign {
      result.require(drift.changed.isEmpty && drift.missing.isEmpty, "\(title): \(drift)")
      result.require(drift.others.count == 1, "\(title): \(drift.others)")
      result.require(drift.effect.isEmpty == (drift.harmless == 1), "\(title): \(drift)")
    } else if service.build.hnsVersion.has(.aclRuleId) {
      // Without Ids, a changed ACL cannot be told from that of another owner.
      result.require(
        !(drift.changed.isEmpty && drift.missing.isEmpty), "\(title) is not found: \(drift)")
      result.require(drift.others.isEmpty, "\(title): \(drift.others)")
    }
    for change in drift.effect { ExampleClaims.check(change, &before, &after, title, &result) }
    for endpoint in before.topology.endpoints where drift.effect.allSatisfy({ $0.endpoint != endpoint.name })
    {
      guard let query = RandomPackets.difference(at: endpoint.name, &before, &after, &random) else {
        continue
      }
      result.failures.append("\(title): no drift, but \(query) has another verdict")
    }
  }
}

/// A slow oracle: random packets between an endpoint and addresses outside, one by one.
enum RandomPackets {
  /// A packet with different verdicts on two hosts; nil if none is found.
  static func difference(
    at endpoint: String, _ before: inout PacketEvaluator, _ after: inout PacketEvaluator,
    _ random: inout SeededGenerator
  ) -> PacketQuery? {
    func index(_ evaluator: PacketEvaluator) -> Int? {
      evaluator.topology.endpoints.firstIndex { $0.name == endpoint && $0.isAttached }
    }
    guard let old = index(before), let new = index(after) else { return nil }
    let addresses = ["203.0.113.7", "10.1.2.3", "192.168.4.4", "169.254.169.254", "8.8.8.8"]
    let outside = addresses.compactMap { IPAddress($0) }
    for _ in 0..<60 {
      guard let remote = outside.randomElement(using: &random) else { return nil }
      let proto: IPProtocol = [.tcp, .tcp, .udp, .icmp].randomElement(using: &random) ?? .tcp
      let port: UInt16? =
        proto.hasPorts ? [22, 53, 80, 443, 3389, 8080, 50000].randomElement(using: &random) : nil
      let isInbound = Bool.random(using: &random)
      func query(_ index: Int) -> PacketQuery {
        isInbound
          ? PacketQuery(from: .address(remote), to: .endpoint(index), protocol: proto, port: port)
          : PacketQuery(from: .endpoint(index), to: .address(remote), protocol: proto, port: port)
      }
      guard let was = try? before.decide(query(old)), let becomes = try? after.decide(query(new)) else {
        continue
      }
      if was.verdict != becomes.verdict { return query(old) }
    }
    return nil
  }
}
