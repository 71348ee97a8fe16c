import Diagnostics
import HostModel
import NetworkProfile
import NetworkTypes
import PolicyCompiler
import Testing

/// Refusals, and diagnostics for what is not done exactly.
@Suite struct CompileRefusalTests {
  /// The diagnostics for a profile, as `SEVERITY CODE at 'TEXT'`.
  static func findings(_ text: String) -> [String] { findings(compileProfile(text).diagnostics, of: text) }

  static func findings(_ diagnostics: [Diagnostic], of text: String) -> [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return diagnostics.map { diagnostic in
      guard let location = diagnostic.location else { return "\(diagnostic.code.id)" }
      let line = lines[Int(location.line) - 1].unicodeScalars.dropFirst(Int(location.column) - 1)
        .prefix(Int(location.length))
      return "\(diagnostic.severity) \(diagnostic.code.id) at '\(String(String.UnicodeScalarView(line)))'"
    }
  }

  /// A list without a reasonably small equivalent in unordered rules: a block with a hole in every dimension
  /// for each of many allows.
  static let hostile: String = {
    var acls: [String] = []
    for index in 0..<40 {
      let (a, b, c) = (index * 7 % 251, index * 13 % 251, index * 29 % 251)
      acls.append(
        "  - {name: hole-\(index), direction: in, action: allow, protocols: [tcp], localPorts: [\(1000 + index * 37)-\(3000 + index * 53)], remotePorts: [\(2000 + index * 41)-\(4000 + index * 61)], localAddresses: [10.1.0.\(a)-10.1.2.\(b)], remoteAddresses: [10.\(b).0.0-10.\(b + 3).\(c).9]}"
      )
    }
    acls.append("  - {name: rest, direction: in, action: block, protocols: [tcp]}")
    return "acls:\n" + acls.joined(separator: "\n")
  }()

  @Test func aHostileListIsCarriedByVFPIfAvailable() throws {
    let text = CompileContractTests.profile(Self.hostile)
    let (host, diagnostics) = compileProfile(text)
    #expect(Self.findings(diagnostics, of: text) == ["note carried-by-vfp-only at 'web'"])
    let endpoint = try #require(host?.endpoints.first)
    #expect(endpoint.policy.carriedByVFPOnly == ["rest"])
    let acls = try endpoint.documents()
    #expect(acls.filter { $0.type == "Host" && $0.action == .allow }.count == 42)
    #expect(acls.filter { $0.type == "Switch" && $0.direction == .in }.count == 43)

    var source = ProfileSource(seed: 4)
    let programmed = ProgrammedACLs(acls, .in)
    let stated = acls.filter { $0.type == "Switch" && $0.direction == .in }
    // A few of the holes, and everything after them.
    for (index, acl) in stated.enumerated() where index % 8 == 0 || index >= 40 {
      for packet in source.boundaryPackets(acl.match, [.ipv4]) where packet.number != 251 {
        // VFP preserves the order, so here it represents the profile.
        let verdict = try #require(programmed.switchVerdict(packet))
        #expect(verdict == .block || programmed.hostVerdict(packet) == .allow, "seed 4: \(packet)")
      }
    }
    #expect(Self.findings(CompileContractTests.profile(Self.hostile, isolation: .hyperv)) == [])
  }

  @Test func theSameListIsRefusedWhereOnlyWindowsFirewallFilters() {
    let text = CompileContractTests.profile(Self.hostile, driver: .nat)
    let (host, diagnostics) = compileProfile(text)
    #expect(Self.findings(diagnostics, of: text) == ["error order-not-expressible at 'rest'"])
    #expect(host == nil)
    #expect(diagnostics.first?.notes.map(\.message) == ["the endpoint is here"])
    #expect(
      diagnostics.first?.message
        == "the inbound rules of 'web' need more than 1000 additional Windows Firewall rules, because it has no rule order: rest"
    )
  }

  @Test func anUnfittingDefaultIsReportedAtItsLocation() {
    // Before HNS 7.2 every port other than 443 would need a separate ACL.
    let text = CompileContractTests.profile(CompileContractTests.allow443, driver: .nat, windows: "1709")
    #expect(Self.findings(text) == ["error order-not-expressible at 'block'"])
    #expect(
      compileProfile(text).diagnostics.first?.message
        == "the inbound rules of 'web' need more than 1000 additional Windows Firewall rules, because it has no rule order, and HNS 5.1 does not support lists and ranges: default-in"
    )
  }

  @Test func listsAndRangesAreExpandedBeforeHNS72() throws {
    let acls = try CompileContractTests.acls(
      CompileContractTests.profile(
        """
        acls:
          - {name: a, direction: out, action: block, protocols: [tcp, udp], remoteAddresses: [10.0.0.1-10.0.0.2], remotePorts: [80-81]}
        """, isolation: .hyperv, windows: "1709")
    ).filter { $0.origins == ["a"] }
    #expect(
      acls.map { "\($0["Protocols"] ?? "") \($0["RemoteAddresses"] ?? "") \($0["RemotePorts"] ?? "")" } == [
        "6 10.0.0.1 80", "6 10.0.0.1 81", "6 10.0.0.2 80", "6 10.0.0.2 81", "17 10.0.0.1 80",
        "17 10.0.0.1 81",
        "17 10.0.0.2 80", "17 10.0.0.2 81",
      ])
  }

  /// A rule may have 1,001 ACLs, but not 1,002.
  @Test(arguments: [(1001, true), (1002, false)], [NetworkDriver.nat, .l2bridge])
  func expansionOfARuleIsLimited(ports: (Int, Bool), driver: NetworkDriver) throws {
    let (count, fits) = ports
    for action in ["allow", "block"] {
      let text = CompileContractTests.profile(
        "defaults: {out: \(action)}\nacls:\n  - {name: wide, direction: out, action: \(action), protocols: [tcp], remotePorts: [1-\(count)]}",
        driver: driver, windows: "1607")
      #expect(Self.findings(text) == (fits ? [] : ["error too-many-rules at 'wide'"]))
      guard fits else { continue }
      let acls = try CompileContractTests.acls(text)
      #expect(acls.count { $0.type == "Host" && $0.origins == ["wide"] } == 1001)
    }
  }

  @Test func theLimitAppliesToAllRulesOfADirection() {
    let acls = (0..<3).map {
      "  - {name: r\($0), direction: out, action: allow, protocols: [tcp], remotePorts: [\($0 * 400 + 1)-\($0 * 400 + 400)]}"
    }
    let text = CompileContractTests.profile(
      "acls:\n" + acls.joined(separator: "\n"), isolation: .hyperv, windows: "1607")
    #expect(Self.findings(text) == ["error too-many-rules at 'r2'"])
  }

  /// VFP enforces the ACLs of a Hyper-V container outside it, so they cannot open the firewall inside.
  @Test func noACLChangesTheFirewallInsideAUtilityVM() {
    func text(_ lines: String, windows: String = "1703", isolation: Isolation = .hyperv) -> String {
      CompileContractTests.profile(lines, isolation: isolation, windows: windows).replacing(
        "adapters: [Ethernet]}",
        with: "adapters: [Ethernet], assumptions: {hypervInboundBefore1709: block}}")
    }
    let allow = "acls:\n  - {name: web-in, direction: in, action: allow, protocols: [tcp], localPorts: [80]}"
    #expect(Self.findings(text(allow)) == ["error acl-not-programmable at 'web-in'"])
    #expect(Self.findings(text("defaults: {in: allow}")) == ["error acl-not-programmable at 'allow'"])
    #expect(
      Self.findings(text("defaults: {in: block}\n\(allow)")) == ["error acl-not-programmable at 'web-in'"])
    #expect(Self.findings(text("defaults: {in: block, out: allow}")) == [])
    #expect(Self.findings(text(allow, windows: "1709")) == [])
    #expect(!Self.findings(text(allow, isolation: .process)).contains { $0.contains("acl-not-programmable") })
    let blocks = """
      acls:
        - {name: no-smb, direction: in, action: block, protocols: [tcp], localPorts: [445]}
        - {name: mail, direction: out, action: allow, protocols: [tcp], remotePorts: [25]}
      """
    #expect(Self.findings(text(blocks)) == [])
    #expect(
      compileProfile(text(allow)).diagnostics.first?.message
        == "the ACL 'web-in' allows inbound traffic to 'web', but with hypervInboundBefore1709=block the firewall inside a Hyper-V container blocks all of it on build 15063, and no ACL can change that"
    )
  }

  @Test(arguments: [NetworkDriver.nat, .transparent])
  func theXCellsTakeNoChangeOfTheirACLs(driver: NetworkDriver) throws {
    func findings(_ lines: String, top: String = "") -> [String] {
      Self.findings(CompileContractTests.profile(lines, driver: driver, isolation: .hyperv, top: top))
    }
    #expect(findings("defaults: {in: block}") == ["error acl-not-programmable at 'defaults'"])
    #expect(
      findings("acls:\n  - {name: a, direction: in, action: allow}") == [
        "error acl-not-programmable at 'acls'"
      ])
    #expect(
      findings("aclSets: [s]", top: "aclSets:\n  s:\n    - {name: a, direction: in, action: allow}\n")
        == ["error acl-not-programmable at 'aclSets'"])
    #expect(findings("") == [])
    let publishing = findings("publish: [\"8080:80\"]")
    #expect(publishing == (driver == .nat ? [] : ["error port-mapping-unsupported at 'publish'"]))
  }

  @Test func protocol252NeedsSwitchACLsAndAnHNSVersion() throws {
    func text(_ driver: NetworkDriver, _ windows: String, _ number: Int = 252) -> String {
      CompileContractTests.profile(
        "acls:\n  - {name: tunnel, direction: in, action: block, protocols: [\(number)]}", driver: driver,
        isolation: driver.filtersWithVFP ? .hyperv : .process, windows: windows)
    }
    let listed = try CompileContractTests.acls(text(.overlay, "2004"))
    #expect(listed.filter { $0.origins == ["tunnel"] }.map { $0["Protocols"] } == ["252"])
    #expect(Self.findings(text(.overlay, "1909")) == ["error feature-not-available at 'tunnel'"])
    #expect(Self.findings(text(.nat, "ltsc2022")) == ["error protocol-not-supported at 'tunnel'"])
    #expect(Self.findings(text(.overlay, "ltsc2025", 251)) == ["error protocol-not-supported at 'tunnel'"])
  }

  @Test(arguments: [("1803", false), ("1909", false), ("2004", true), ("ltsc2022", true)])
  func theDefaultBlockOfVFPLeavesOutItsOwnNumbers(windows: String, has252: Bool) throws {
    let acls = try CompileContractTests.acls(
      CompileContractTests.profile(
        "acls:\n  - {name: a, direction: out, action: allow}", driver: .overlay, windows: windows))
    func numbers(_ type: String) throws -> [ClosedRange<UInt8>] {
      let block = acls.first { $0.type == type && $0.direction == .in && $0.action == .block }
      return try #require(block?.match.protocols)
    }
    #expect(try numbers("Switch").contains(252...252) == has252)
    #expect(try !numbers("Switch").contains(251...251))
    // In Windows Firewall they are numbers like any other.
    #expect(try numbers("Host").count == 250)
  }

  @Test(arguments: [
    ("26100.32689", "byRevision", true), ("26100.32690", "byRevision", false), ("26100", "byRevision", false),
    ("26100.32690", "storedOnly", true), ("26100.1", "enforced", false), ("20348.1", "byRevision", false),
  ])
  func unenforcedACLsAreWarnedOf(windows: String, choice: String, warned: Bool) {
    for driver in [NetworkDriver.nat, .l2bridge] {
      let text = CompileContractTests.profile(
        "acls:\n  - {name: a, direction: out, action: allow}", driver: driver, windows: windows
      ).replacing(
        "adapters: [Ethernet]}", with: "adapters: [Ethernet], assumptions: {natAclOnServer2025: \(choice)}}")
      let (host, diagnostics) = compileProfile(text)
      #expect(host != nil)
      #expect(
        diagnostics.filter { $0.code == .unenforcedOnBuild }.map(\.severity)
          == (warned && driver == .nat ? [.warning] : []))
    }
  }

  @Test func anUnlistedBuildIsNoted() throws {
    let text = CompileContractTests.profile("", windows: "22621.5")
    let note = try #require(compileProfile(text).diagnostics.last { $0.code == .unlistedBuild })
    #expect(note.severity == .note)
    #expect(note.message == "build 22621 is not listed; it is assumed to behave like ltsc2022")
    #expect(note.location?.line == 4)
    #expect(
      !compileProfile(CompileContractTests.profile("")).diagnostics.contains { $0.code == .unlistedBuild })
  }
}
