import Diagnostics
import FilterEngine
import HNSEmulator
import HostModel
import NetworkProfile
import NetworkTypes
import PolicyCompiler
import PolicyPlan
import Reachability
import TestSupport
import Testing

/// A host created from a profile, with all its peers.
struct TestHost {
  let host: HostWithRuleNames
  let peers: MatrixPeerList

  /// A fresh, unused evaluator.
  var evaluator: PacketEvaluator { host.evaluator }

  /// Plans and applies a valid profile.
  init(_ text: String) throws {
    let made = try ProfileHost(text)
    host = made.named
    peers = MatrixPeerList(
      host.topology, sets: made.profile.addressSets.map { ($0.name.value, $0.addresses) })
  }

  /// The matrix of all peers, with the services of the dataplane and `services`.
  func matrix(_ services: [MatrixService] = []) throws -> ReachabilityMatrix {
    var evaluator = evaluator
    var referenced = ReferencedServices()
    referenced.add(&evaluator, peers.peers)
    return try ReachabilityMatrix(
      &evaluator, peers.peers, onHostAddresses: peers.onHostAddresses,
      services: referenced.services + services,
      referenced: referenced)
  }
}

/// Generates random profiles: two networks, endpoints of both isolation modes, some dual-stack, some with
/// shared ACL sets, some with published ports.
struct RandomProfile {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &random)]
  }

  private mutating func port() -> String {
    let first = Int.random(in: 1...60, using: &random) * 10
    return Bool.random(using: &random)
      ? "\(first)" : "\(first)-\(first + Int.random(in: 1...15, using: &random))"
  }

  private mutating func rule(_ name: String, addresses: [String], allowOnly: Bool) -> String {
    var parts = ["name: \(name)"]
    let isInbound = Int.random(in: 0..<3, using: &random) > 0
    parts.append("direction: \(isInbound ? "in" : "out")")
    parts.append("action: \(allowOnly ? "allow" : pick(["allow", "block"]))")
    let proto = pick(["tcp", "udp", "tcp", "icmp", "", "tcp, udp", "gre"])
    if !proto.isEmpty { parts.append("protocols: [\(proto)]") }
    if ["tcp", "udp", "tcp, udp"].contains(proto), Int.random(in: 0..<4, using: &random) > 0 {
      let ports = (0...Int.random(in: 0...1, using: &random)).map { _ in port() }
      parts.append("\(isInbound ? "localPorts" : "remotePorts"): [\(ports.joined(separator: ", "))]")
    }
    if Int.random(in: 0..<3, using: &random) > 0 {
      parts.append(
        "remoteAddresses: [\(Set((0...1).map { _ in pick(addresses) }).sorted().joined(separator: ", "))]")
    }
    return "{\(parts.joined(separator: ", "))}"
  }

  /// The next profile.
  mutating func next(windows: String = "ltsc2022") -> String {
    let addresses = [
      "corp", "lab", "10.244.7.11", "10.244.7.12", "10.244.7.8/29", "203.0.113.7", "172.30.0.0/24",
      "10.240.0.5",
    ]
    var text = """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: random
      host: {windows: \(windows), addresses: [10.240.0.5], adapters: [Ethernet]}
      addressSets:
        corp: [10.0.0.0/8, "2001:db8:c0::/48"]
        lab: [198.51.100.0/24, 10.9.0.0/16]
      aclSets:

      """
    for name in ["first", "second"] {
      text += "  \(name):\n"
      for index in 0..<3 {
        text += "    - \(rule("\(name)-\(index)", addresses: addresses, allowOnly: false))\n"
      }
    }
    text += """
      networks:
        - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}, {prefix: "2001:db8:7::/64", gateway: "2001:db8:7::1"}]}
        - {name: inner, driver: nat, subnets: [{prefix: 172.30.0.0/24, gateway: 172.30.0.1}]}
      containers:

      """
    for index in 10...15 {
      let isDual = Int.random(in: 0..<3, using: &random) == 0
      text += "  - name: web-\(index)\n    network: podnet\n"
      text += "    isolation: \(pick(["hyperv", "hyperv", "process"]))\n"
      text += "    addresses: [10.244.7.\(index)\(isDual ? ", \"2001:db8:7::\(index)\"" : "")]\n"
      if Bool.random(using: &random) {
        text += "    defaults: {in: \(pick(["allow", "block"])), out: \(pick(["allow", "block", "allow"]))}\n"
      }
      text += "    aclSets: [\(pick(["first", "second", "first, second"]))]\n"
      if Int.random(in: 0..<3, using: &random) == 0 {
        text += "    acls:\n      - \(rule("own", addresses: addresses, allowOnly: false))\n"
      }
    }
    for index in 20...21 {
      text += "  - name: inner-\(index)\n    network: inner\n    addresses: [172.30.0.\(index)]\n"
      if Bool.random(using: &random) { text += "    publish: [\"80\(index):80\"]\n" }
      text += "    defaults: {in: block}\n"
      text += "    acls:\n      - \(rule("own", addresses: addresses.dropLast(0), allowOnly: true))\n"
    }
    return text
  }
}
