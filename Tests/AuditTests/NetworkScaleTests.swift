import Audit
import FilterEngine
import NetworkProfile
import PacketSpace
import TestSupport
import Testing

/// The join with hosts that have many endpoints (reference: audit, 6).
///
/// Steps are counted, so that every machine agrees.
@Suite struct NetworkScaleTests {
  /// A host with endpoints at scattered addresses, and a pod for each that declares port 80.
  struct Crowd {
    var count: Int
    /// How many different lists of rules the endpoints have.
    var kinds: Int
    var isNamingAddresses = false

    private func address(_ number: Int) -> String {
      "10.\(128 + number / 200).\(number % 200).\(10 + number % 40)"
    }

    private var profile: String {
      let containers = (0..<count).map { number in
        let own = isNamingAddresses ? ", localAddresses: [\(address(number))]" : ""
        let rules = (0..<5).map { place in
          "{name: r\(place), direction: in, action: allow, protocols: [tcp], localPorts: [\(1_000 + number % kinds * 10 + place)], "
            + "remoteAddresses: [203.0.\(place).0/24]\(own)}"
        }
        return
          "  - {name: c\(number), network: net, addresses: [\(address(number))], defaults: {in: block}, "
          + "acls: [\(rules.joined(separator: ", "))]}"
      }
      return """
        apiVersion: hnsctl/v1
        kind: HostProfile
        name: node
        host: {windows: ltsc2022, addresses: [10.240.0.5], adapters: [Ethernet]}
        networks:
          - {name: net, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.128.0.0/12, gateway: 10.128.0.1}]}
        containers:
        \(containers.joined(separator: "\n"))
        """
    }

    /// The report, and the number of steps that it took.
    func report() throws -> (report: AuditReport, steps: Int) {
      let pods = (0..<count).map { number in
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: c\(number), namespace: shop}
        spec: {containers: [{name: app, image: nginx, ports: [{containerPort: 80}]}]}
        ---

        """
      }
      var auditor = Auditor(benchmark: .mcsbCurrent)
      _ = auditor.read(Array(pods.joined().utf8), file: "pods.yaml")
      let host = try ProfileHost(profile, file: "node.yaml")
      let budget = Budget()
      auditor.add(
        AuditedHost(
          file: "node.yaml", evaluator: host.evaluator, ruleLocations: host.profile.ruleOrigins,
          budget: budget))
      _ = auditor.joinHosts()
      return (auditor.finish(), budget.nodes)
    }
  }

  private func openings(_ report: AuditReport) -> [String: [String]] {
    Dictionary(grouping: report.findings.filter { $0.rule.row == 11 && $0.network != nil }, by: \.resource)
      .mapValues { $0.map(\.message) }
  }

  @Test func equalEndpointsShareTheirAnswers() throws {
    let (one, stepsOfOne) = try Crowd(count: 1, kinds: 1).report()
    let (all, steps) = try Crowd(count: 40, kinds: 1).report()
    #expect(stepsOfOne > 0)
    #expect(steps <= 2 * stepsOfOne)
    // Each has findings of its own, with its own name and a packet to it.
    let found = openings(all)
    #expect(found.count == 40)
    #expect(found["Pod/shop/c0"] == openings(one)["Pod/shop/c0"])
    for number in 0..<40 {
      let messages = try #require(found["Pod/shop/c\(number)"])
      #expect(messages.count == 5)
      #expect(messages.allSatisfy { $0.contains("of c\(number),") && $0.contains("to c\(number) port ") })
    }
  }

  @Test func endpointsWhoseRulesNameThemAreAnsweredEach() throws {
    let (report, _) = try Crowd(count: 5, kinds: 1, isNamingAddresses: true).report()
    #expect(openings(report).count == 5)
  }

  @Test func theGapsOfOtherEndpointsDoNotMakeAnAnswerExpensive() throws {
    let (few, stepsOfFew) = try Crowd(count: 10, kinds: 10).report()
    let (many, steps) = try Crowd(count: 80, kinds: 80).report()
    #expect(openings(few).count == 10)
    #expect(openings(many).count == 80)
    #expect(steps <= 9 * stepsOfFew)
  }
}
