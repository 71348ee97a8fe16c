import FilterEngine
import HostModel
import NetworkTypes
import Testing

/// Microsoft's page on defaults, packet by packet: every cell of the table by driver and isolation, before
/// and after version 1709 (reference: network-isolation).
@Suite struct DefaultVerdictTests {
  struct Case: Sendable, CustomStringConvertible {
    var driver: NetworkDriver
    var isolation: Isolation
    var windows: String

    var description: String { "\(driver.rawValue), \(isolation.rawValue), \(windows)" }

    /// The cells that support IPv6 on each build, as in sections 5 and 9 of the reference.
    var hasIPv6: Bool {
      switch driver {
      case .nat, .overlay: false
      case .l2bridge: windows == "ltsc2022"
      case .transparent, .l2tunnel: true
      }
    }
  }

  static let cases = NetworkDriver.allCases.flatMap { driver in
    Isolation.allCases.flatMap { isolation in
      ["1607", "ltsc2022"].map { Case(driver: driver, isolation: isolation, windows: $0) }
    }
  }

  /// The verdict on unsolicited inbound traffic according to the page.
  static func inbound(_ isolation: Isolation, _ windows: String, _ proto: IPProtocol) -> Verdict {
    switch (isolation, windows) {
    case (.hyperv, _): .allow
    case (.process, "1607"): .block
    default: [.tcp, .udp, .icmp, .igmp, .icmpv6].contains(proto) ? .allow : .block
    }
  }

  @Test(arguments: cases) func defaultsHoldForEveryProtocolAndDirection(_ one: Case) throws {
    let workload = "containers: [{name: web, network: net, isolation: \(one.isolation.rawValue)"
    var four = try AppliedProfile(
      profileText(driver: one.driver, windows: one.windows, "\(workload), addresses: [10.244.7.10]}]"))
    try check(&four, one, outside: "203.0.113.7", [.tcp, .udp, .icmp, .igmp, .gre])
    guard one.hasIPv6 else { return }
    // Before dual-stack networks, a network could still have IPv6 alone.
    var six = try AppliedProfile(
      profileText(
        driver: one.driver, windows: one.windows, families: [.ipv6],
        "\(workload), addresses: [2001:db8:7::10]}]"))
    try check(&six, one, outside: "2001:db8:ffff::7", [.tcp, .udp, .icmpv6, .igmp, .gre])
  }

  private func check(
    _ applied: inout AppliedProfile, _ one: Case, outside: String, _ protocols: [IPProtocol]
  ) throws {
    for proto in protocols {
      let port: UInt16? = proto.hasPorts ? 443 : nil
      let inward = try applied.trace(outside, "web", proto, port)
      #expect(
        inward.verdict == Self.inbound(one.isolation, one.windows, proto), "\(outside) to web, \(proto)")
      #expect(inward.rule == "default-in")
      let outward = try applied.trace("web", outside, proto, port)
      #expect(outward.verdict == .allow, "web to \(outside), \(proto)")
      #expect(outward.rule == "default-out")
    }
  }

  /// The page does not distinguish Hyper-V isolation before 1709; the assumption decides.
  @Test(arguments: NetworkDriver.allCases)
  func anAssumptionClosesHyperVBefore1709(_ driver: NetworkDriver) throws {
    var applied = try AppliedProfile(
      profileText(
        driver: driver, windows: "1607", assumptions: "hypervInboundBefore1709: block",
        "containers: [{name: web, network: net, isolation: hyperv, addresses: [10.244.7.10]}]"))
    #expect(try applied.verdict("203.0.113.7", "web", .tcp, 443) == .block)
    #expect(try applied.verdict("web", "203.0.113.7", .tcp, 443) == .allow)
  }

  @Test func publishingAllowsAPortBefore1709() throws {
    var applied = try AppliedProfile(
      profileText(
        driver: .nat, windows: "1607",
        "containers: [{name: web, network: net, addresses: [10.244.7.10], publish: [\"8080:80\"]}]"))
    #expect(try applied.verdict("203.0.113.7", "web", .tcp, 443) == .block)
    let published = try applied.trace("203.0.113.7", "host", .tcp, 8080)
    #expect(published.verdict == .allow)
    #expect(published.rule == "published")
  }
}
