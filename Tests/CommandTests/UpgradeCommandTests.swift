import Foundation
import JSONText
import Testing

/// `upgrade` through the built binary.
@Suite struct UpgradeCommandTests {
  private static let nat = """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: web
    host: {windows: ltsc2022}
    networks: [{name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/24, gateway: 172.30.0.1}]}]
    containers:
      - name: web
        network: nat
        addresses: [172.30.0.10]
        acls: [{name: deny-web, direction: in, action: block, protocols: [tcp], localPorts: [80]}]
    """

  private func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write(Self.nat, to: "web.yaml")
    try workspace.hnsctl("apply", "web.yaml", "--state", "host.json").exits(0)
    return workspace
  }

  @Test func aProfileAndItsStateSayTheSame() throws {
    let workspace = try workspace()
    var effects: [JSON] = []
    for source in ["web.yaml", "host.json"] {
      let document = try workspace.hnsctl("upgrade", source, "--to", "26100.1", "--json").exits(2).json()
      #expect(document["refused"] == [])
      #expect(document["assumptions"] == ["natAclOnServer2025": "byRevision"])
      let effect = try #require(document["effect"]?.array?.first)
      #expect(effect["change"] == "newlyAllowed" && effect["before"] == "deny-web")
      #expect(effect["why"]?.array?.map { $0["behavior"] } == ["natACLs"])
      effects.append(try #require(document["effect"]))
    }
    #expect(Set(effects).count == 1)
    let text = try workspace.hnsctl("upgrade", "web.yaml", "--to", "26100.1").exits(2).output
    #expect(text.contains("was deny-web (web.yaml:10), becomes default-in"), "\(text)")
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(text)")
  }

  /// HNS makes its rules for DNS anew on the other build, whether or not those of this one were captured.
  @Test(arguments: [("1607", true), ("ltsc2025", false)])
  func aCaptureIsUpgradedLikeItsHost(_ build: String, _ losesDNS: Bool) throws {
    let workspace = try Workspace()
    try workspace.shipped("nat-hyperv.yaml")
    try workspace.hnsctl("apply", "nat-hyperv.yaml", "--state", "host.json").exits(0)
    let capture = try workspace.hnsctl("show", "capture", "--state", "host.json").exits(0).output
    try workspace.write(capture, to: "capture.json")
    let effects = try ["host.json", "capture.json"].map { source in
      try #require(
        try workspace.hnsctl("upgrade", source, "--to", build, "--json").json()["effect"]?.array)
    }
    #expect(effects[0] == effects[1])
    #expect(
      effects[0].contains { $0["before"]?.string?.hasPrefix("HNS Container Networking - ") == true }
        == losesDNS)
  }

  /// What `validate` warns of on the other build, and not on the profile's own, is not hidden.
  @Test func warningsOfTheOtherBuildAreShown() throws {
    let workspace = try workspace()
    let document = try workspace.hnsctl("upgrade", "web.yaml", "--to", "ltsc2025", "--json").json()
    let found = (document["diagnostics"]?.array ?? []).filter { $0["code"] == "revision-unknown" }
    #expect(found.count == 1, "\(document["diagnostics"] ?? .null)")
    #expect(found.first?["message"]?.string?.hasPrefix("on Windows ltsc2025, ") == true)
    let same = try workspace.hnsctl("upgrade", "web.yaml", "--to", "ltsc2019", "--json").json()
    #expect(same["diagnostics"] == [])
  }

  @Test func whatIsRefusedHasACodeAPlaceAndARemedy() throws {
    let workspace = try workspace()
    let document = try workspace.hnsctl("upgrade", "web.yaml", "--to", "1709", "--json").exits(2).json()
    let refused = try #require(document["refused"]?.array?.first)
    #expect(refused["document"] == "endpoint" && refused["name"] == "web" && refused["rule"] == "deny-web")
    #expect(refused["code"] == "HCN_E_INVALID_POLICY" && refused["hresult"] == "0x803b000d")
    #expect(refused["line"] == 10 && refused["file"] == "web.yaml")
    // What the remedy says is true.
    #expect(document["remedy"]?.string?.contains("`windows: 1709`") == true, "\(document)")
    let older = Self.nat.replacing("windows: ltsc2022", with: "windows: 1709")
    try workspace.hnsctl("plan", "-", input: older).exits(0)
    let state = try workspace.hnsctl("upgrade", "host.json", "--to", "1709", "--json").exits(2).json()
    #expect(state["refused"]?.array?.first?["path"]?.string?.hasPrefix("endpoints[0].document.") == true)
    #expect(state["remedy"] == .null)
  }

  @Test func aProfileThatIsInvalidThereIsRefusedWithItsOwnErrors() throws {
    let workspace = try Workspace()
    try workspace.shipped("dual-stack.yaml")
    let document = try workspace.hnsctl("upgrade", "dual-stack.yaml", "--to", "ltsc2019", "--json").exits(2)
      .json()
    let problems = (document["refused"]?.array ?? []).filter { $0["document"] == "profile" }
    #expect(!problems.isEmpty)
    #expect(problems.allSatisfy { $0["severity"] == "error" && $0["line"]?.integer != nil })
    #expect(document["remedy"] == .null)
  }

  @Test func theSameBuildIsNotedAndChangesNothing() throws {
    let workspace = try workspace()
    for name in ["ltsc2022", "20348"] {
      let document = try workspace.hnsctl("upgrade", "host.json", "--to", name, "--json").exits(0).json()
      #expect(document["effect"] == [] && document["refused"] == [])
      #expect(document["diagnostics"]?.array?.map { $0["code"] } == ["same-windows"])
    }
  }

  @Test func buildsThatAreNotListedAreNoted() throws {
    let workspace = try workspace()
    let document = try workspace.hnsctl("upgrade", "host.json", "--to", "27000", "--json").exits(0).json()
    #expect(
      document["notes"]?.array?.contains {
        $0.string?.contains("build 27000 is not listed; it is assumed to behave like ltsc2025") == true
      } == true, "\(document)")
    // A newer state goes down too.
    try workspace.write(Self.nat.replacing("ltsc2022", with: "27000"), to: "new.yaml")
    try workspace.hnsctl("apply", "new.yaml", "--state", "new.json").exits(0)
    try workspace.hnsctl("upgrade", "new.json", "--to", "ltsc2022").exits(0)
  }

  @Test func badInput() throws {
    let workspace = try workspace()
    try workspace.hnsctl("plan", "web.yaml", "--out", "saved.plan").exits(0)
    for (arguments, code) in [
      (["web.yaml", "--to", "ltsc2052"], "unknown-windows"), (["web.yaml", "--to", "95"], "unknown-windows"),
      (["web.yaml", "--to", ""], "unknown-windows"),
      (["absent.json", "--to", "ltsc2025"], "file-unreadable"),
      (["saved.plan", "--to", "ltsc2025"], "wrong-kind"),
    ] {
      let run = try workspace.start(["upgrade"] + arguments + ["--json"]).finish().exits(1)
      let first = (try run.json()["diagnostics"]?.array ?? []).first
      #expect(first?["code"]?.string == code, "\(arguments): \(run.output)")
    }
    let near = try workspace.hnsctl("upgrade", "web.yaml", "--to", "ltsc2052").exits(1).errors
    #expect(near.contains("did you mean 'ltsc20"), "\(near)")
    try workspace.hnsctl("upgrade", "web.yaml").exits(64)
    try workspace.hnsctl("upgrade", "-", "--to", "ltsc2025", input: Self.nat).exits(0)
  }
}
