import Foundation
import JSONText
import Testing

/// What `show firewall` and `show capture` say of Windows Firewall is read back by the importer, and nothing is lost or
/// becomes known that was not.
@Suite struct FirewallReadBackTests {
  private static let fixtures = repository.appendingPathComponent("Tests/HostImportTests/Fixtures")

  private func copy(_ files: [String], to folder: String, in workspace: Workspace) throws {
    try FileManager.default.createDirectory(
      atPath: workspace.path(folder), withIntermediateDirectories: true)
    for file in files {
      let source = Self.fixtures.appendingPathComponent(file)
      try FileManager.default.copyItem(
        atPath: source.path, toPath: workspace.path("\(folder)/\(source.lastPathComponent)"))
    }
  }

  /// The rules of a real host are shown, with their filters as far as they are known.
  @Test func capturedRulesAreShown() throws {
    let workspace = try Workspace()
    try copy(
      ["documents/l2bridge-13.3-v2.json", "firewall/rules-2025.json", "firewall/profiles-2022.json"],
      to: "host", in: workspace)
    let shown = try workspace.hnsctl("show", "firewall", "--state", "host").exits(0).output
    #expect(
      shown.contains(
        """
        Name                          : bypass
        DisplayName                   : backup server
        Description                   :
        DisplayGroup                  :
        Group                         :
        Enabled                       : True
        Profile                       : Any
        Platform                      : {}
        Direction                     : Inbound
        Action                        : AllowBypass
        EdgeTraversalPolicy           : Block
        LooseSourceMapping            : False
        LocalOnlyMapping              : False
        Owner                         :
        PrimaryStatus                 : OK
        Status                        : The rule was parsed successfully from the store. (65536)
        EnforcementStatus             : NotApplicable
        PolicyStoreSource             :
        PolicyStoreSourceType         : GroupPolicy
        RemoteDynamicKeywordAddresses : {}

        Protocol      : TCP
        LocalPort     : 9000
        RemotePort    : Any
        IcmpType      : Any
        DynamicTarget : Any

        LocalAddress  : Any
        RemoteAddress : Any

        InstanceID     : bypass
        Program        : Any
        Service        : Any
        InterfaceAlias : Any
        InterfaceType  : Any
        Authentication : Required
        RemoteMachine  : O:LSD:(A;;CC;;;S-1-5-21-1)


        """), "\(shown)")
    #expect(
      shown.contains("Unknown: how Windows reads it, because it has ports, which only TCP and UDP have\n"))
    #expect(shown.contains("Name                    : Public\nEnabled                 : True\n"))
    #expect(
      shown.contains("\nCompartment 7, endpoint pod-api: default action block inbound, allow outbound\n"))
    #expect(!shown.contains("implicitDeny"))
    let document = try workspace.hnsctl("show", "firewall", "--state", "host", "--json").exits(0).json()
    let rules = document["captured"]?["rules"]?.array ?? []
    #expect(rules.count == 4 && rules.contains { $0["name"] == "bypass" && $0["action"] == "AllowBypass" })
    #expect(document["captured"]?["profiles"]?.array?.count == 3)
  }

  @Test func aHostWithoutTheRulesSaysSo() throws {
    let workspace = try Workspace()
    try copy(["documents/l2bridge-13.3-v2.json"], to: "host", in: workspace)
    let shown = try workspace.hnsctl("show", "firewall", "--state", "host").exits(0).output
    #expect(
      shown.hasPrefix(
        "Windows Firewall of the host, for every compartment: the source does not contain the rules of "
          + "Windows Firewall\n"), "\(shown)")
    #expect(
      shown.contains("Compartment 7, endpoint pod-api: default action unknown inbound, unknown outbound"))
    let assumed = try workspace.hnsctl(
      "show", "firewall", "--state", "host", "--assume", "firewall=defaults"
    ).exits(0).output
    #expect(assumed.contains("DefaultInboundAction    : Block"), "\(assumed)")
  }

  /// Fixtures of rules, each in two forms that are read back: lists, and the capture of the script.
  @Test(arguments: [
    "joined-2022.json", "joined-2025.json", "inside-2019.json", "inside-2025.json", "list-2016.txt",
    "list-2022.txt", "list-2025.txt", "netsh-short.txt", "netsh-verbose.txt", "rules-2016.json",
    "rules-v2.26.reg", "rules-v2.30.reg", "rules-policies.reg", "telnet-2025.reg", "policy-v2.33.wfw",
  ])
  func rulesAreReadBack(_ fixture: String) throws {
    let workspace = try Workspace()
    try copy(["documents/l2bridge-13.3-v2.json", "firewall/\(fixture)"], to: "host", in: workspace)
    try copy(["documents/l2bridge-13.3-v2.json"], to: "again", in: workspace)
    let shown = try workspace.hnsctl("show", "firewall", "--state", "host").exits(0).output
    try workspace.write(shown, to: "again/firewall.txt")
    try workspace.hnsctl("diff", "host", "again", "--assume", "firewall=captured").exits(0)
    // A capture is of a host of which everything else is known.
    try copy(["hosts/transparent-2022.json", "firewall/\(fixture)"], to: "known", in: workspace)
    let capture = try workspace.hnsctl("show", "capture", "--state", "known")
    guard capture.status == 0 else { return }
    try workspace.write(capture.output, to: "capture.json")
    try workspace.hnsctl("diff", "known", "capture.json").exits(0)
  }

  /// The profiles of the host's connections are not those of its firewall alone.
  @Test func profilesOfConnectionsAreReadBack() throws {
    let workspace = try Workspace()
    let files = ["hosts/transparent-2022.json", "firewall/rules-2016.json", "firewall/profiles-2022.json"]
    try copy(files, to: "host", in: workspace)
    try workspace.write(
      #"[{"InterfaceAlias": "Ethernet", "InterfaceIndex": 4, "NetworkCategory": 1}]"#,
      to: "host/connections.json")
    let shown = try workspace.hnsctl("show", "firewall", "--state", "host").exits(0).output
    #expect(shown.contains("\nProfiles of the host's connections: Private\n"))
    try copy(["hosts/transparent-2022.json"], to: "again", in: workspace)
    try workspace.write(shown, to: "again/firewall.txt")
    try workspace.hnsctl("diff", "host", "again").exits(0)
    try workspace.write(
      try workspace.hnsctl("show", "capture", "--state", "host").exits(0).output, to: "capture.json")
    try workspace.hnsctl("diff", "host", "capture.json").exits(0)
  }

  /// A capture cannot say what is unknown, except of a firewall that it lacks.
  @Test func whatIsUnknownIsNotCapturedAsKnown() throws {
    let workspace = try Workspace()
    try copy(["hosts/transparent-2022.json", "firewall/rules-v2.30.reg"], to: "partial", in: workspace)
    let refused = try workspace.hnsctl("show", "capture", "--state", "partial").exits(1)
    #expect(refused.output.isEmpty && refused.errors.contains("[unknown-in-source]"))
    try copy(["hosts/transparent-2022.json"], to: "without", in: workspace)
    let capture = try workspace.hnsctl("show", "capture", "--state", "without").exits(0)
    try workspace.write(capture.output, to: "capture.json")
    #expect(try capture.json()["firewall"] == nil)
    try workspace.hnsctl("diff", "without", "capture.json").exits(0)
    let difference = try workspace.hnsctl("diff", "--semantic", "without", "capture.json").exits(1)
    #expect(difference.errors.contains("the source does not contain the rules of Windows Firewall"))
  }

  /// A list of rules and then of filters does not say which filter is of which rule.
  @Test func filtersOfNoNamedRuleAreNotJoined() throws {
    let workspace = try Workspace()
    try copy(["documents/l2bridge-13.3-v2.json", "firewall/list-2025.txt"], to: "host", in: workspace)
    let rules = try workspace.read("host/list-2025.txt")
    try workspace.write(rules + "\n\nProtocol      : TCP\nLocalPort     : 80\n", to: "host/list-2025.txt")
    let document = try workspace.hnsctl("show", "firewall", "--state", "host", "--json").exits(0).json()
    let captured = document["captured"]?["rules"]?.array ?? []
    #expect(!captured.isEmpty && captured.allSatisfy { $0["protocol"] == nil }, "\(captured)")
  }

  /// The rules and the profiles of an emulated host are read back, too.
  @Test(arguments: ShippedProfiles.supported.filter { !$0.hasPrefix("nat-") })
  func emulatedFirewallsAreReadBack(_ profile: String) throws {
    let workspace = try Workspace()
    try workspace.shipped(profile)
    try workspace.hnsctl("apply", profile, "--state", "host.json").exits(0)
    let capture = try workspace.hnsctl("show", "capture", "--state", "host.json").exits(0).json()
    let members = (capture.object?.members ?? []).filter { $0.key != "firewall" }
    try FileManager.default.createDirectory(
      atPath: workspace.path("again"), withIntermediateDirectories: true)
    try workspace.write(JSON.object(JSONObject(members)).text(), to: "again/host.json")
    let shown = try workspace.hnsctl("show", "firewall", "--state", "host.json").exits(0).output
    try workspace.write(shown, to: "again/firewall.txt")
    try workspace.hnsctl("diff", "--semantic", "host.json", "again").exits(0)
  }
}
