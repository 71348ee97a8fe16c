import Diagnostics
import HostModel
import JSONText
import NetworkProfile
import NetworkTypes
import PolicyCompiler
import Testing

/// Individual properties of compiled profiles.
@Suite struct CompileContractTests {
  /// A profile of one endpoint that ends with the given lines, indented by two more spaces than its name.
  static func profile(
    _ lines: String, driver: NetworkDriver = .l2bridge, isolation: Isolation = .process,
    windows: String = "ltsc2022", top: String = ""
  ) -> String {
    StatedProfile(windows: windows, driver: driver, isolation: isolation).yaml
      .replacing("networks:\n", with: top + "networks:\n")
      + lines.split(separator: "\n").map { "    \($0)\n" }.joined()
  }

  static func acls(_ text: String) throws -> [DocumentACL] {
    let (host, diagnostics) = compileProfile(text)
    return try #require(host?.endpoints.first, "\(diagnostics)\n\(text)").documents()
  }

  static let allow443 = """
    defaults: {in: block}
    acls:
      - {name: https, direction: in, action: allow, protocols: [tcp], localPorts: [443]}
    """

  @Test(arguments: ["1607", "1703", "1709", "1803", "ltsc2019", "ltsc2025"])
  func hostACLsCarryNoPriorityFromHNS72AndOneHundredBefore(windows: String) throws {
    let acls = try Self.acls(
      Self.profile(
        "acls:\n  - {name: a, direction: out, action: block, protocols: [tcp], priority: 77}",
        driver: .transparent, windows: windows))
    let isOld = ["1607", "1703", "1709"].contains(windows)
    #expect(!acls.isEmpty)
    for acl in acls { #expect(acl["Priority"] == (isOld ? "100" : nil)) }
  }

  @Test func switchACLsCarryTheProfilesPriority() throws {
    let acls = try Self.acls(
      Self.profile(
        """
        acls:
          - {name: first, direction: in, action: allow, protocols: [tcp]}
          - {name: second, direction: out, action: block, protocols: [udp]}
          - {name: early, direction: in, action: block, protocols: [udp], priority: 7}
          - {name: third, direction: in, action: block, protocols: [gre]}
        """, isolation: .hyperv))
    #expect(
      acls.map { "\($0.origins[0]) \($0["Priority"] ?? "-")" } == [
        "early 7", "first 1000", "third 1020", "default-in 65500", "second 1010", "default-out 65500",
      ])
  }

  @Test func ownACLsPrecedeTheSetsInOrder() throws {
    let sets = """
      aclSets:
        alpha:
          - {name: a, direction: in, action: allow, protocols: [tcp]}
        beta:
          - {name: b, direction: in, action: block, protocols: [tcp]}

      """
    let acls = try Self.acls(
      Self.profile(
        "aclSets: [beta, alpha]\nacls:\n  - {name: own, direction: in, action: allow, protocols: [udp]}",
        isolation: .hyperv, top: sets))
    #expect(
      acls.filter { $0.direction == .in }.map { "\($0.origins[0]) \($0["Priority"] ?? "-")" }
        == ["own 1000", "b 1010", "a 1020", "default-in 65500"])
  }

  @Test func prioritiesStepByOneIfTensDoNotFit() throws {
    func many(_ count: Int) -> String {
      let acls = (1...count).map { "  - {name: r\($0), direction: out, action: allow, protocols: [udp]}" }
      return Self.profile("acls:\n" + acls.joined(separator: "\n"), isolation: .hyperv)
    }
    func priorities(_ count: Int) throws -> (Int?, Int?) {
      let acls = try Self.acls(many(count)).filter { $0.direction == .out }
      return (acls[1].priority, acls[count - 1].priority)
    }
    // 1000, 1010, ... reaches 65000 with rule 6401.
    #expect(try priorities(6401) == (1010, 65000))
    #expect(try priorities(6402) == (1001, 7401))
    #expect(Profile.rulesThatFit == 64001)
  }

  @Test func tooManyRulesAreRefused() {
    let acls = (1...64002).map { "  - {name: r\($0), direction: out, action: allow, protocols: [udp]}" }
    let (host, diagnostics) = compileProfile(Self.profile("acls:\n" + acls.joined(separator: "\n")))
    #expect(host == nil)
    #expect(diagnostics.map(\.code) == [.tooManyRules])
  }

  @Test func noACLsForAnEmptyEndpoint() throws {
    for windows in ["1607", "1709", "ltsc2025"] {
      for cell in PlatformCell.all {
        let text = Self.profile("", driver: cell.driver, isolation: cell.isolation, windows: windows)
        #expect(try Self.acls(text).isEmpty)
      }
    }
    #expect(try Self.acls(Self.profile("publish: [\"8080:80\"]", driver: .nat, windows: "1607")).isEmpty)
  }

  @Test func rulesInOneDirectionAddBothDefaults() throws {
    let acls = try Self.acls(
      Self.profile(
        "acls:\n  - {name: a, direction: out, action: block, protocols: [tcp]}", driver: .transparent))
    #expect(
      acls.map { "\($0.origins.joined(separator: "+")) \($0.action) \($0["Protocols"]?.prefix(12) ?? "any")" }
        == [
          "default-in allow 1-2,6,17,58".replacing("1-2", with: "1,2"), "default-in block 3,4,5,7,8,9,",
          "a block 6",
          "default-out allow any",
        ])
  }

  @Test func oneACLForEachFamily() throws {
    let acls = try Self.acls(
      Self.profile(
        """
        acls:
          - {name: both, direction: out, action: block, remoteAddresses: [10.0.0.0/8, "fd00::/8", 10.1.2.3]}
          - {name: all, direction: out, action: block, protocols: [gre], remoteAddresses: [0.0.0.0/0, "::/0"]}
          - {name: four, direction: out, action: block, protocols: [sctp], remoteAddresses: [0.0.0.0/0]}
        """, isolation: .hyperv)
    ).filter { $0.priority != 65500 }
    #expect(
      acls.map { "\($0["Id"] ?? "") \($0["RemoteAddresses"] ?? "any")" } == [
        "hnsctl/node/both 10.0.0.0/8", "hnsctl/node/both~2 fd00::/8", "hnsctl/node/all 0.0.0.0/1,128.0.0.0/1",
        "hnsctl/node/all~2 ::/1,8000::/1", "hnsctl/node/four 0.0.0.0/1,128.0.0.0/1",
      ])
  }

  @Test func aCompleteFamilyIsOmittedIfItIsTheOnlyOne() throws {
    let acls = try Self.acls(
      Self.profile(
        "acls:\n  - {name: a, direction: out, action: block, remoteAddresses: [0.0.0.0/0, \"::/0\"]}",
        driver: .overlay, isolation: .hyperv))
    #expect(acls.filter { $0.origins == ["a"] }.map { $0["RemoteAddresses"] } == [nil])
  }

  @Test func documentsUseTheSpellingOfHNS() throws {
    let (host, _) = compileProfile(
      Self.profile(
        """
        defaults: {out: allow}
        acls:
          - {name: full, direction: in, action: block, protocols: [udp, tcp], localAddresses: [10.1.0.4/31],
             remoteAddresses: [10.9.0.0-10.9.0.2], localPorts: [90, 80-89, 443], remotePorts: [1024-65535], priority: 5}
        """, isolation: .hyperv))
    let first = try #require(host?.endpoints.first?.policy.entries.first)
    #expect(
      first.acl.settings.text()
        == #"{"Protocols":"6,17","LocalAddresses":"10.1.0.4/31","RemoteAddresses":"10.9.0.0/31,10.9.0.2","#
        + #""LocalPorts":"80-90,443","RemotePorts":"1024-65535","Priority":5,"Id":"hnsctl/node/full","#
        + #""Action":"Block","Direction":"In","RuleType":"Switch"}"#)
  }

  @Test(arguments: [Isolation.process, .hyperv])
  func listsSplitAtFourThousandEntries(isolation: Isolation) throws {
    // Every other address, which cannot be merged.
    let addresses = (0..<8001).map { "10.\($0 / 16384).\($0 * 2 / 256 % 256).\($0 * 2 % 256)" }
    let acls = try Self.acls(
      Self.profile(
        "acls:\n  - {name: long, direction: in, action: block, remoteAddresses: [\(addresses.joined(separator: ", "))]}",
        isolation: isolation))
    for type in isolation == .process ? ["Host", "Switch"] : ["Switch"] {
      let pieces = acls.filter { $0.type == type && $0.origins == ["long"] }
      #expect(pieces.map { $0.count("RemoteAddresses") } == [4000, 4000, 1])
      #expect(
        pieces.map { $0["Id"] } == ["hnsctl/node/long", "hnsctl/node/long~2", "hnsctl/node/long~3"])
    }
    #expect(acls.allSatisfy { $0.count("RemoteAddresses") <= 4000 })
  }

  @Test func shadowedRulesAreListedAtTheirCover() throws {
    let acls = try Self.acls(
      Self.profile(
        """
        acls:
          - {name: open, direction: in, action: allow, protocols: [tcp]}
          - {name: hidden, direction: in, action: block, protocols: [tcp], localPorts: [80]}
        """, driver: .nat))
    #expect(acls.contains { $0["Id"] == "hnsctl/node/open+hidden" })
    #expect(acls.contains { $0.origins == ["open", "hidden"] && $0.action == .allow })
  }

  @Test func equalEndpointsCompileEqualAndAlwaysTheSame() throws {
    var text = Self.profile(Self.allow443)
    text +=
      text.split(separator: "\n").drop { !$0.hasPrefix("  - name: web") }
      .joined(separator: "\n").replacing("name: web", with: "name: other") + "\n"
    let first = try #require(compileProfile(text).host)
    let again = try #require(compileProfile(text).host)
    try #require(first.endpoints.count == 2)
    #expect(first.endpoints[0].policy == first.endpoints[1].policy)
    #expect(first.endpoints.map(\.policy) == again.endpoints.map(\.policy))
    #expect(first.endpoints.map(\.id) == again.endpoints.map(\.id))
    #expect(first.networks.map(\.wanted.document) == again.networks.map(\.wanted.document))
    // Ids depend only on the names of the profile and of the object.
    #expect(first.endpoints[0].id.lowercase == "58d8b007-934b-8706-b6d0-b354d0bf80f0")
    #expect(
      Set(first.endpoints.map(\.id) + first.endpoints.map(\.namespaceId) + first.networks.map(\.id)).count
        == 5)
  }

  @Test(arguments: CompileMeaningTests.cells, ["1803", "ltsc2019", "ltsc2022", "ltsc2025"])
  func theCommonestProfileTakesSixteenRulesAtMost(cell: PlatformCell, windows: String) throws {
    let text = Self.profile(Self.allow443, driver: cell.driver, isolation: cell.isolation, windows: windows)
    let endpoint = try #require(compileProfile(text).host?.endpoints.first)
    let families = cell.filteredFamilies(try #require(WindowsBuild(windows)))
    let rules = PortACL.program(
      endpoint.policy.entries.map(\.acl), driver: cell.driver, families: families, assumptions: Assumptions())
    #expect((1...16).contains(rules.firewall.count + rules.vfp.count))
    #expect(rules.firewall.isEmpty == (cell.isolation == .hyperv))
    #expect(rules.vfp.isEmpty == !cell.driver.filtersWithVFP)
  }

  @Test func aPublishedPortIsAllowedOnceBeforeTheDefaultDeny() throws {
    // Before version 1709 the platform blocks inbound traffic; an ACL that blocks all of TCP leaves no order
    // to preserve.
    let acls = try Self.acls(
      Self.profile(
        """
        publish: ["8080:80", "8081:80"]
        acls:
          - {name: no-tcp, direction: in, action: block, protocols: [tcp], localPorts: [80]}
          - {name: no-rest, direction: in, action: block}
        """, driver: .nat, windows: "1607"))
    let published = acls.filter { $0.origins.first == "published" }
    #expect(
      published.map { "\($0.action) \($0["Protocols"] ?? "") \($0["LocalPorts"] ?? "")" } == ["allow 6 80"])
  }
}
