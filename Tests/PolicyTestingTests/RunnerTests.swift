import FilterEngine
import HostModel
import NetworkProfile
import NetworkTypes
import PolicyTesting
import Testing

@Suite struct RunnerTests {
  static func packet(
    _ packet: String, _ expect: String, _ more: String = "", name: String = "t"
  ) -> String { "- {name: \(name), packet: {\(packet)}, expect: \(expect)\(more)}\n" }

  static let http = "from: 10.200.0.1, to: web, protocol: tcp, port: 80"

  /// Tests with the failures that they produce; none for a test that passes.
  static let packets: [(test: String, failures: [TestOutcome.Failure])] = [
    (packet(http, "allow"), []),
    (packet(http, "allow", ", rule: allow-http"), []),
    (packet(http, "allow", ", via: {windowsFirewall: allow, vfp: allow}"), []),
    (packet(http, "block"), [.verdict(expected: .block, actual: .allow)]),
    (
      packet(http, "allow", ", rule: allow-more"),
      [.rule(expected: "allow-more", actual: "allow-http")]
    ),
    // An ACL that never matches is still a rule of the endpoint.
    (packet(http, "allow", ", rule: never-met"), [.rule(expected: "never-met", actual: "allow-http")]),
    (
      packet(http, "block", ", rule: default-in, via: {vfp: block}"),
      [
        .verdict(expected: .block, actual: .allow), .rule(expected: "default-in", actual: "allow-http"),
        .point(.vfp, expected: .block, actual: .allow),
      ]
    ),
    (packet("from: 10.200.0.1, to: web, protocol: icmp", "block", ", rule: default-in"), []),
    (packet("from: worker, to: 203.0.113.7, protocol: tcp, port: 25", "block", ", rule: no-mail"), []),
    (packet("from: host, to: web, protocol: tcp, port: 80", "allow", ", rule: allow-http"), []),
    // Nothing filters within a compartment.
    (packet("from: api/app, to: api/sidecar, protocol: tcp, port: 9", "allow"), []),
    (
      packet("from: api/app, to: api/sidecar, protocol: tcp, port: 9", "allow", ", rule: default-in"),
      [.rule(expected: "default-in", actual: nil)]
    ),
  ]

  @Test(arguments: packets) func packetsAreEvaluated(test: String, failures: [TestOutcome.Failure]) throws {
    let (outcomes, problems) = try run(webProfile(test))
    #expect(problems.isEmpty)
    #expect(outcomes.map(\.failures) == [failures])
    #expect(outcomes.allSatisfy { $0.isPassed == failures.isEmpty && $0.trace != nil })
  }

  /// Both ends have both points: a block at one end is enough for its point.
  @Test func aPointIsEvaluatedAtBothEnds() throws {
    let mail = "from: worker, to: web, protocol: tcp, port: 25"
    let (outcomes, _) = try run(
      webProfile(
        Self.packet(mail, "block", ", rule: no-mail, via: {windowsFirewall: block, vfp: block}")
          + "  "
          + Self.packet(
            "from: worker, to: api, protocol: tcp, port: 25", "block", ", via: {vfp: block}", name: "u")
      ))
    #expect(outcomes.map(\.isPassed) == [true, true])
    // The sender's points block; the receiver's would allow it.
    #expect(outcomes[1].trace?.filters.map(\.answer.verdict) == [.block, .block, .allow, .allow])
  }

  // MARK: Claims

  /// Claims about sets, with the verdict that refutes them; nil for a true claim.
  static let claims: [(claim: String, refuted: FilterEngine.Verdict?)] = [
    ("always: {from: corp, to: web, protocol: tcp, port: 80, verdict: allow}", nil),
    ("always: {from: corp, to: web, protocol: tcp, port: 80-81, verdict: allow}", .block),
    ("always: {from: 10.0.0.0/9, to: web, protocol: tcp, port: [80, 81], verdict: allow}", nil),
    ("never: {from: {not: corp}, to: web, verdict: allow}", nil),
    ("never: {from: {not: [corp, host]}, to: web, verdict: allow}", nil),
    ("never: {from: {not: {not: corp}}, to: web, protocol: tcp, port: 80, verdict: block}", nil),
    ("never: {to: web, verdict: allow}", .allow),
    ("never: {to: web, protocol: {not: tcp}, verdict: allow}", nil),
    ("never: {to: web, protocol: tcp, port: {not: 80-81}, verdict: allow}", nil),
    ("never: {to: web, protocol: icmp, icmpType: 0-255, verdict: allow}", nil),
    ("always: {from: worker, protocol: tcp, port: 25, verdict: block}", nil),
    ("always: {from: worker, to: {not: [web, host]}, protocol: tcp, port: {not: 25}, verdict: allow}", nil),
    ("always: {from: worker, to: {not: host}, protocol: tcp, port: {not: 25}, verdict: allow}", .block),
    ("always: {from: api/app, to: api/sidecar, verdict: allow}", nil),
    ("never: {from: api/app, to: api/sidecar, verdict: allow}", .allow),
    // Traffic from web to itself is not part of the claim.
    ("never: {from: web, to: [web, worker], protocol: tcp, port: 80, verdict: block}", nil),
    ("never: {from: {not: corp}, to: [web], verdict: allow}", nil),
  ]

  @Test(arguments: claims) func claimsAreEvaluatedForEveryPacket(
    claim: String, refuted: FilterEngine.Verdict?
  ) throws {
    let (outcomes, problems) = try run(webProfile("- {name: t, \(claim)}"))
    #expect(problems.isEmpty)
    let outcome = try #require(outcomes.first)
    #expect(outcome.isPassed == (refuted == nil))
    guard let refuted else { return }
    // The packet shown does refute the claim.
    #expect(outcome.actual == refuted)
    #expect(outcome.trace?.verdict == refuted)
    #expect(outcome.trace?.rule == outcome.rule)
    #expect(outcome.failures == [.verdict(expected: outcome.expected, actual: refuted)])
  }

  @Test func anUnknownVerdictNeverPasses() throws {
    let profile = try checkedProfile(
      webProfile(
        """
        - {name: allow, packet: {from: 203.0.113.7, to: web, protocol: udp, port: 53}, expect: allow}
          - {name: never block, never: {from: 203.0.113.7, to: web, protocol: udp, port: 53, verdict: block}}
          - {name: never allow, never: {from: 203.0.113.7, to: web, protocol: udp, port: 53, verdict: allow}}
          - {name: point, packet: {from: 203.0.113.7, to: web, protocol: udp, port: 54}, expect: allow, via: {vfp: allow}}
          - {name: known, packet: {from: 10.200.0.1, to: web, protocol: tcp, port: 80}, expect: allow}
        """, isolation: "hyperv"))
    let subject = try #require(testSubject(profile) { UndecidedHost(host: $0) })
    var runner = TestRunner(profile.tests, of: subject)
    let (outcomes, problems) = runner.run()
    #expect(problems.isEmpty)
    #expect(outcomes.map(\.isPassed) == [false, false, false, false, true])
    #expect(outcomes.prefix(4).allSatisfy { $0.actual == .unknown })
    #expect(outcomes[3].failures.contains(.point(.vfp, expected: .allow, actual: .unknown)))
  }

  // MARK: Problems

  static func twice(_ first: String, _ second: String) -> String {
    packet(http, first, name: "a") + "  " + packet(http, second, name: "b")
  }

  /// Tests with the problems for which they are refused.
  static let problems: [(tests: String, kinds: [TestProblem.Kind])] = [
    (twice("allow", "block"), [.contradiction(.verdicts)]),
    (twice("allow", "allow"), []),
    // The same packet, with another name for its end.
    (
      packet(http, "allow", name: "a") + "  "
        + packet("from: 10.200.0.1, to: 10.244.7.10, protocol: tcp, port: 80", "block", name: "b"),
      [.contradiction(.verdicts)]
    ),
    // A different source port makes a different packet.
    (packet(http, "allow", name: "a") + "  " + packet(http + ", sourcePort: 5", "block", name: "b"), []),
    (
      packet(http, "allow", ", rule: allow-http", name: "a") + "  "
        + packet(http, "allow", ", rule: allow-more", name: "b"), [.contradiction(.rules)]
    ),
    (
      packet(http, "allow", ", via: {vfp: allow}", name: "a") + "  "
        + packet(http, "allow", ", via: {vfp: block}", name: "b"),
      [.contradiction(.points(.vfp))]
    ),
    (packet(http, "allow", ", via: {vfp: block}"), [.contradiction(.blockedAndAllowed(.vfp))]),
    (
      packet(http, "block", ", via: {windowsFirewall: allow, vfp: allow}"),
      [.contradiction(.allowedAndBlocked)]
    ),
    (packet(http, "block", ", via: {vfp: allow}"), []),
    (
      packet("from: 203.0.113.7, to: 198.51.100.7, protocol: icmp", "allow"),
      [.packet(.noEndpoint(IPAddress(.ipv4, 0xc633_6407)))]
    ),
    ("- {name: t, never: {from: 203.0.113.7, to: 198.51.100.7, verdict: allow}}", [.packet(.noPackets)]),
    (
      "- {name: t, never: {from: 127.0.0.0/8, to: web, verdict: allow}}",
      [.packet(.cannotOccur(IPAddress(.ipv4, 0x7f00_0000), .loopback, isSource: true))]
    ),
    (
      packet("from: 224.0.0.251, to: web, protocol: udp, port: 53", "allow"),
      [.packet(.cannotOccur(IPAddress(.ipv4, 0xe000_00fb), .multicast, isSource: true))]
    ),
    (
      "- {name: t, never: {from: {not: [0.0.0.0/0, '::/0']}, to: web, verdict: allow}}", [.packet(.noPackets)]
    ),
    (
      "- {name: t, never: {to: web, protocol: icmp, icmpType: {not: 0-255}, verdict: allow}}", [.emptySet]
    ),
  ]

  @Test func invalidTestsAreProblems() throws {
    for (tests, kinds) in Self.problems {
      let (outcomes, problems) = try run(webProfile(tests))
      #expect(problems.map(\.kind) == kinds, "\(tests)")
      #expect(outcomes.isEmpty == !kinds.isEmpty, "\(tests)")
    }
  }

  @Test func nothingToTestIsAProblem() throws {
    #expect(try run(webProfile("[]")).problems.map(\.kind) == [.noTests])
    let (outcomes, problems) = try run(webProfile(Self.packet(Self.http, "allow")), filter: "nobody")
    #expect(outcomes.isEmpty)
    #expect(problems.map(\.kind) == [.noneSelected("nobody", names: ["t"])])
  }

  /// Tests excluded by a filter are checked but not run.
  @Test func aFilterDoesNotHideProblems() throws {
    let (outcomes, problems) = try run(webProfile(Self.twice("allow", "block")), filter: "a")
    #expect(outcomes.isEmpty)
    #expect(problems.map(\.kind) == [.contradiction(.verdicts)])
  }

  @Test func aRemovedRuleIsAProblem() throws {
    var profile = try checkedProfile(webProfile(Self.packet(Self.http, "allow", ", rule: allow-http")))
    profile.endpoints[0].acls.removeFirst()
    let subject = try #require(testSubject(profile))
    var runner = TestRunner(profile.tests, of: subject)
    let (outcomes, problems) = runner.run()
    #expect(outcomes.isEmpty)
    #expect(
      problems.map(\.kind) == [
        .unknownRule("allow-http", names: ["allow-more", "default-in", "default-out", "never-met"])
      ])
  }

  // MARK: Filters

  static let filters: [(filter: String, name: String, matches: Bool)] = [
    ("corp", "corp reaches web", true), ("Corp", "corp reaches web", false), ("", "anything", true),
    ("reaches", "corp reaches web", true), ("reaches*", "corp reaches web", false),
    ("*reaches*", "corp reaches web", true), ("corp ? web", "corp 1 web", true),
    ("corp ? web", "corp 12 web", false), ("*", "", true), ("?", "é", true), ("a*b*c", "a1b2b3c", true),
    ("a*b*c", "a1b2b3d", false), ("**a**", "bab", true), ("a.c", "abc", false), ("web?", "web", false),
    (String(repeating: "*a", count: 60) + "b", String(repeating: "a", count: 250), false),
  ]

  @Test(arguments: filters) func filtersSelectByName(filter: String, name: String, matches: Bool) {
    #expect(TestFilter(filter).matches(name) == matches)
  }
}
