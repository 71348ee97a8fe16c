import Foundation
import JSONText
import Testing

/// Two profiles on one host, and differences between hosts and profiles, through the built binary.
@Suite struct SharedHostTests {
  /// A small profile with one container, on its own network or a shared one.
  static func profile(
    _ name: String, network: String, adapter: String, subnet: String, container: String, address: String,
    port: Int
  ) -> String {
    """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: \(name)
    host: {windows: ltsc2022, addresses: [10.240.0.5], adapters: [Ethernet, Second]}
    networks:
      - {name: \(network), driver: l2bridge, adapter: \(adapter), subnets: [{prefix: \(subnet).0/24, gateway: \(subnet).1}]}
    containers:
      - name: \(container)
        network: \(network)
        addresses: [\(address)]
        defaults: {in: block}
        acls: [{name: allow-\(port), direction: in, action: allow, protocols: [tcp], localPorts: [\(port)]}]

    """
  }

  static let alpha = profile(
    "alpha", network: "podnet", adapter: "Ethernet", subnet: "10.1.0", container: "web", address: "10.1.0.10",
    port: 80)
  /// On the network of alpha.
  static let guest = profile(
    "beta", network: "podnet", adapter: "Ethernet", subnet: "10.1.0", container: "db", address: "10.1.0.20",
    port: 1433)
  /// On its own network.
  static let neighbor = profile(
    "beta", network: "datanet", adapter: "Second", subnet: "10.2.0", container: "db", address: "10.2.0.20",
    port: 1433)

  @Test(arguments: [guest, neighbor])
  func profilesDoNotAffectEachOtherInEitherOrder(_ beta: String) throws {
    let workspace = try Workspace()
    try workspace.write(Self.alpha, to: "alpha.yaml")
    try workspace.write(beta, to: "beta.yaml")
    for (state, order) in [("ab.json", ["alpha", "beta"]), ("ba.json", ["beta", "alpha"])] {
      for name in order { try workspace.hnsctl("apply", "\(name).yaml", "--state", state).exits(0) }
      for name in order {
        let plan = try workspace.hnsctl("plan", "\(name).yaml", "--state", state, "--detailed-exitcode")
          .exits(0)
        #expect(plan.output.hasSuffix("\nNo changes.\n"))
        let before = try workspace.contents()[state]
        try workspace.hnsctl("apply", "\(name).yaml", "--state", state).exits(0)
        #expect(try workspace.contents()[state] == before)
      }
    }
    // Both hosts are equal, except for the owner of a shared network: the profile that created it.
    let difference = try workspace.hnsctl("diff", "ab.json", "ba.json", "--json")
    let changes = try difference.json()["changes"]?.array ?? []
    if beta == Self.guest {
      difference.exits(2)
      #expect(changes.map { $0["name"]?.string } == ["podnet"])
      #expect(changes.first?["before"]?["owner"] == "hnsctl/alpha")
      let text = try workspace.hnsctl("diff", "ab.json", "ba.json").exits(2).output
      #expect(text.contains("\n      owner: was hnsctl/alpha; becomes hnsctl/beta\n"), "\(text)")
    } else {
      difference.exits(0)
      #expect(changes.isEmpty)
    }

    // Removing one does not change the other.
    let dataplane = {
      try workspace.hnsctl("plan", "alpha.yaml", "--state", "ab.json", "--detailed-exitcode").status
    }
    try workspace.hnsctl("apply", "beta.yaml", "--state", "ab.json", "--destroy").exits(0)
    #expect(try dataplane() == 0)
    let left = try workspace.hnsctl("show", "endpoints", "--state", "ab.json", "--json").exits(0).json()
    #expect(left["endpoints"]?.array?.map { $0["Name"]?.string } == ["web"])
    let networks = try workspace.hnsctl("show", "networks", "--state", "ab.json", "--json").exits(0).json()
    #expect(networks["networks"]?.array?.map { $0["Name"]?.string } == ["podnet"])
    // A host with only alpha is the same.
    try workspace.hnsctl("apply", "alpha.yaml", "--state", "alone.json").exits(0)
    try workspace.hnsctl("diff", "ab.json", "alone.json").exits(0)
  }

  @Test func aNetworkWithAnotherOwnersEndpointsIsNotRemoved() throws {
    let workspace = try Workspace()
    try workspace.write(Self.alpha, to: "alpha.yaml")
    try workspace.write(Self.guest, to: "beta.yaml")
    for name in ["alpha", "beta"] {
      try workspace.hnsctl("apply", "\(name).yaml", "--state", "host.json").exits(0)
    }
    let removal = try workspace.hnsctl("apply", "alpha.yaml", "--state", "host.json", "--destroy").exits(0)
    #expect(
      removal.errors.contains(
        "alpha.yaml: warning: network 'podnet' is kept: it has endpoint 'db' of 'hnsctl/beta' [network-in-use]"
      ))
    let left = try workspace.hnsctl("show", "endpoints", "--state", "host.json", "--json").json()
    #expect(left["endpoints"]?.array?.map { $0["Name"]?.string } == ["db"])
    try workspace.hnsctl("plan", "beta.yaml", "--state", "host.json", "--detailed-exitcode").exits(0)
    for name in ["beta", "alpha"] {
      try workspace.hnsctl("apply", "\(name).yaml", "--state", "host.json", "--destroy").exits(0)
    }
    #expect(
      try workspace.hnsctl("show", "networks", "--state", "host.json").exits(0).output
        == "The host has no networks.\n")
  }

  @Test func profilesThatContradictEachOtherAreRefused() throws {
    let workspace = try Workspace()
    try workspace.write(Self.alpha, to: "alpha.yaml")
    try workspace.hnsctl("apply", "alpha.yaml", "--state", "host.json").exits(0)
    let before = try workspace.contents()["host.json"]
    let contradictions: [(String, String, String)] = [
      (
        "another gateway", Self.guest.replacing("gateway: 10.1.0.1", with: "gateway: 10.1.0.2"),
        "network-conflict"
      ),
      ("the same address", Self.guest.replacing("10.1.0.20", with: "10.1.0.10"), "address-in-use"),
      ("another Windows", Self.guest.replacing("ltsc2022", with: "ltsc2019"), "host-mismatch"),
    ]
    for (title, text, code) in contradictions {
      try workspace.write(text, to: "beta.yaml")
      for command in ["plan", "apply"] {
        let run = try workspace.hnsctl(command, "beta.yaml", "--state", "host.json", "--json").exits(1)
        let diagnostic = (try run.json()["diagnostics"]?.array ?? []).first { $0["severity"] == "error" }
        #expect(diagnostic?["code"]?.string == code, "\(title): \(run.output)")
        if code != "host-mismatch" { #expect(diagnostic?["line"]?.integer != nil, "\(title): \(run.output)") }
      }
    }
    #expect(try workspace.contents()["host.json"] == before)
  }

  // MARK: diff

  @Test func differencesOfAllKinds() throws {
    let workspace = try Workspace()
    try workspace.write(Self.alpha, to: "old.yaml")
    try workspace.write(
      Self.alpha.replacing("localPorts: [80]", with: "localPorts: [80, 443]"), to: "new.yaml")
    try workspace.hnsctl("apply", "old.yaml", "--state", "old.json").exits(0)
    try workspace.hnsctl("apply", "new.yaml", "--state", "new.json").exits(0)
    // Each side gives the same result as a profile and as a state.
    var seen: [JSON] = []
    for left in ["old.yaml", "old.json"] {
      for right in ["new.yaml", "new.json"] {
        let run = try workspace.hnsctl("diff", left, right, "--json").exits(2)
        #expect(run.errors.isEmpty)
        seen.append(try #require(try run.json()["changes"]))
        let text = try workspace.hnsctl("diff", left, right).exits(2)
        #expect(text.output.hasPrefix("From \(left) to \(right): "))
        #expect(text.output.contains("local port 80,443"))
        #expect(text.output.contains("\nSummary: "))
        let back = try workspace.hnsctl("diff", right, left, "--json").exits(2).json()
        #expect(back["changes"]?.array?.count == seen.last?.array?.count)
      }
    }
    #expect(Set(seen).count == 1)
    #expect((seen.first?.array ?? []).allSatisfy { $0["target"] == "web" })

    // The changes that an apply would make.
    let plan = try workspace.hnsctl("plan", "new.yaml", "--state", "old.json", "--json").exits(0).json()
    #expect(plan["changes"] == seen.first)

    for side in ["old.yaml", "old.json"] {
      for other in ["old.yaml", "old.json"] {
        let run = try workspace.hnsctl("diff", side, other).exits(0)
        #expect(run.output.hasPrefix("From \(side) to \(other): "))
        #expect(run.output.hasSuffix("\n\nNo changes.\n"))
        #expect(try workspace.hnsctl("diff", side, other, "--json").exits(0).json()["changes"] == [])
      }
    }
  }

  @Test func differencesThatCannotBeComputed() throws {
    let workspace = try Workspace()
    try workspace.write(Self.alpha, to: "alpha.yaml")
    try workspace.write("kind: [", to: "bad.yaml")
    try workspace.hnsctl("apply", "alpha.yaml", "--state", "host.json").exits(0)
    for (left, right, code) in [
      ("alpha.yaml", "absent.yaml", "file-unreadable"), ("bad.yaml", "host.json", "yaml-syntax"),
      ("host.json", "bad.yaml", "yaml-syntax"), (".", "host.json", "mixed-sources"),
    ] {
      let run = try workspace.hnsctl("diff", left, right, "--json").exits(1)
      #expect(try run.json()["diagnostics"]?.array?.first?["code"]?.string == code)
      #expect(try workspace.hnsctl("diff", left, right).exits(1).output.isEmpty)
    }
    try workspace.hnsctl("diff", "-", "-").exits(64)
    let state = try workspace.read("host.json")
    try workspace.hnsctl("diff", "-", "host.json", input: state).exits(0)
    try workspace.hnsctl("diff", "host.json", "-", input: Self.alpha).exits(0)
  }
}
