import FilterEngine
import HNSEmulator
import HostModel
import NetworkTypes
import Testing

/// Packets of random nodes with services against an evaluator that shares no code with the product's.
@Suite struct ServiceOracleTests {
  @Test("100,000 packets through load balancers", arguments: 0..<4)
  func packetsThroughLoadBalancers(part: Int) throws {
    var random = SeededGenerator(for: "services of random nodes, part \(part)")
    var counts: [String: Int] = [:]
    for number in 0..<250 {
      let node = OracleNode(using: &random)
      let builds = ["ltsc2022", "ltsc2025"] + (node.isIPv6 ? [] : ["ltsc2019"])
      let build = WindowsBuild(random.one(of: builds)) ?? .standard
      let evaluator = PacketEvaluator(try node.programmed(on: build))
      var run = Run(node: node, evaluator: evaluator)
      for _ in 0..<100 {
        let packet = node.packet(using: &random)
        let found = try run.compare(packet)
        counts[found, default: 0] += 1
        if node.isIPv6 { counts["IPv6 \(found)", default: 0] += 1 }
        guard found != "differs" else {
          Issue.record("node \(number) of part \(part)")
          return
        }
      }
    }
    for word in ["allow", "block", "balanced allow", "balanced block", "balanced mixed", "nothing"] {
      for word in [word, "IPv6 \(word)"] {
        #expect(counts[word, default: 0] > 50, "too few packets with the answer \(word): \(counts)")
      }
    }
  }

  private struct Run {
    let node: OracleNode
    var evaluator: PacketEvaluator

    /// The word of the answer on which both agree, `nothing` where no filter sees the packet, or `differs`.
    mutating func compare(_ packet: OracleNode.Packet) throws -> String {
      let from: Peer =
        switch packet.sender {
        case .pod(let index): .endpoint(index)
        case .host: .host
        case .outside(let number): .address(node.address(number))
        }
      let query = PacketQuery(
        from: from, to: .address(node.address(packet.destination)),
        protocol: IPProtocol(UInt8(packet.protocol)), port: UInt16(packet.port))
      guard let expected = node.answer(to: packet) else {
        guard let trace = try? evaluator.trace(query) else { return "nothing" }
        Issue.record("\(packet) of \(node): \(trace.verdict), but no filter sees it")
        return "differs"
      }
      let trace: PacketTrace
      let decision: Decision
      do {
        trace = try evaluator.trace(query)
        decision = try evaluator.decide(query)
      } catch {
        Issue.record("\(packet): \(error); expected \(expected)")
        return "differs"
      }
      let backends = trace.backends.map(\.verdict.rawValue)
      guard trace.verdict.rawValue == expected.verdict.rawValue, decision.verdict == trace.verdict,
        decision.rule.map({ evaluator.names[$0] }) == trace.rule,
        backends == expected.backends.map(\.rawValue)
      else {
        Issue.record(
          """
          \(packet) of \(node): \(trace.verdict) by \(trace.rule ?? "") (\(decision)) and \(backends), \
          expected \
          \(expected.verdict) and \(expected.backends); notes: \(trace.notes)
          """)
        return "differs"
      }
      return (expected.isBalanced ? "balanced " : "") + expected.verdict.rawValue
    }
  }
}
