import Diagnostics
import Glibc
import PolicyLint
import Testing

/// The findings on random rules, checked against every packet of a small space.
@Suite struct RemovalTests {
  /// A rule over eight local and eight remote ports of TCP.
  private struct Rule {
    var name: String
    var isAllow: Bool
    var local: ClosedRange<Int>
    var remote: ClosedRange<Int>

    var text: String {
      "name: \(name), direction: in, action: \(isAllow ? "allow" : "block"), protocols: [tcp], "
        + "localPorts: [\(local.lowerBound)-\(local.upperBound)], "
        + "remotePorts: [\(remote.lowerBound)-\(remote.upperBound)]"
    }

    func matches(_ packet: (Int, Int)) -> Bool { local.contains(packet.0) && remote.contains(packet.1) }
  }

  private static let packets = (1...8).flatMap { local in (1...8).map { (local, $0) } }

  private static func verdicts(_ rules: [Rule]) -> [Bool] {
    packets.map { packet in rules.first { $0.matches(packet) }?.isAllow ?? false }
  }

  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 29
    }
  }

  @Test func reportedRulesCanBeRemovedAndOthersCannot() throws {
    let seed =
      getenv("HNSCTL_TEST_SEED").flatMap { UInt64(String(cString: $0)) } ?? UInt64.random(in: 0 ... .max)
    print("random rules: HNSCTL_TEST_SEED=\(seed)")
    var random = Generator(state: seed)
    var reported = (unreachable: 0, redundant: 0)
    for _ in 0..<150 {
      func range() -> ClosedRange<Int> {
        let ends = [Int.random(in: 1...8, using: &random), Int.random(in: 1...8, using: &random)].sorted()
        return ends[0]...ends[1]
      }
      let rules = (0..<Int.random(in: 2...9, using: &random)).map { index in
        Rule(name: "r\(index)", isAllow: Bool.random(using: &random), local: range(), remote: range())
      }
      let findings = try lint(webProfile(rules.map(\.text))).findings
      let unreachable = findings.filter { $0.code == .unreachableRule }
      let redundant = Set(findings.filter { $0.code == .redundantRule }.compactMap(\.rule))
      let whole = Self.verdicts(rules)
      for (index, rule) in rules.enumerated() {
        let earlier = rules[..<index]
        let own = Self.packets.filter(rule.matches)
        let isCovered = own.allSatisfy { packet in earlier.contains { $0.matches(packet) } }
        let finding = unreachable.first { $0.rule == rule.name }
        #expect(isCovered == (finding != nil), "seed \(seed): \(rules.map(\.text))")
        guard let finding else { continue }
        // The related rules are a complete and minimal cover.
        let cover = earlier.filter { finding.related.contains($0.name) }
        #expect(cover.count == finding.related.count)
        #expect(own.allSatisfy { packet in cover.contains { $0.matches(packet) } }, "seed \(seed)")
        for left in cover {
          let rest = cover.filter { $0.name != left.name }
          #expect(!own.allSatisfy { packet in rest.contains { $0.matches(packet) } }, "seed \(seed)")
        }
      }
      // Each one alone, and all of them together with the rules that can never match.
      for name in redundant {
        #expect(
          Self.verdicts(rules.filter { $0.name != name }) == whole, "seed \(seed): \(rules.map(\.text))")
      }
      let gone = redundant.union(unreachable.compactMap(\.rule))
      let left = rules.filter { !gone.contains($0.name) }
      #expect(Self.verdicts(left) == whole, "seed \(seed): \(rules.map(\.text))")
      reported.unreachable += unreachable.count
      reported.redundant += redundant.count
    }
    #expect(reported.unreachable > 20 && reported.redundant > 20)
  }
}
