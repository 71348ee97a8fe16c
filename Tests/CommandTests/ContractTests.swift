import JSONText
import Testing

/// Small guarantees of the contract, through the built binary.
@Suite struct ContractTests {
  @Test func hostsWithoutIdsShowRulesByTheProfilesNames() throws {
    let workspace = try Workspace()
    try workspace.write(
      """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: old
      host: {windows: "1709"}
      networks:
        - {name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/24, gateway: 172.30.0.1}]}
      containers:
        - name: web
          network: nat
          defaults: {in: allow}
          acls: [{name: deny-smtp, direction: out, action: block, protocols: [tcp], remotePorts: [25]}]
      """, to: "old.yaml")
    try workspace.hnsctl("apply", "old.yaml", "--state", "host.json").exits(0)
    let acls = try workspace.hnsctl("show", "acls", "--state", "host.json", "--json").exits(0).json()
    #expect(acls["acls"]?.array?.count == 3)
    #expect(acls["acls"]?.array?.allSatisfy { $0["settings"]?["Id"] == nil } == true)
    let shown = try workspace.hnsctl("show", "firewall", "--state", "host.json", "--json").exits(0).json()
    let rules = (shown["firewall"]?.array ?? []).flatMap { $0["rules"]?.array ?? [] }
    let names = rules.compactMap { $0["name"]?.string }
    #expect(names == ["default-in", "deny-smtp", "default-out"])
    #expect(rules.allSatisfy { $0["origins"]?.array?.count == 1 })
  }

  @Test("--exit-zero makes an answer that is not clean a success, and an error stays one.")
  func exitZero() throws {
    let workspace = try Workspace()
    for name in ["pod.yaml", "l2bridge-process.yaml"] { try workspace.shipped(name) }
    try workspace.write("apiVersion: hnsctl/v1\n", to: "bad.yaml")
    let commands = [
      ["diff", "pod.yaml", "l2bridge-process.yaml"], ["plan", "pod.yaml", "--detailed-exitcode"],
      [
        "trace", "pod.yaml", "--from", "api", "--to", "192.0.2.1", "--protocol", "tcp", "--port", "80",
        "--expect", "block",
      ],
    ]
    for command in commands {
      let plain = try workspace.start(command).finish().exits(2)
      let run = try workspace.start(command + ["--exit-zero"]).finish().exits(0)
      #expect(run.output == plain.output && run.errors == plain.errors, "\(command)")
    }
    try workspace.hnsctl("validate", "bad.yaml", "--exit-zero").exits(1)
    try workspace.hnsctl("diff", "pod.yaml", "--exit-zero").exits(64)
    try workspace.hnsctl("validate", "pod.yaml", "bad.yaml", "--exit-zero").exits(1)
  }

  @Test func aDualStackPortIsPublishedOverBothFamilies() throws {
    let workspace = try Workspace()
    try workspace.write(
      """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: dual
      host: {windows: ltsc2022, adapters: [Ethernet]}
      networks:
        - name: podnet
          driver: l2bridge
          adapter: Ethernet
          subnets: [{prefix: 10.1.0.0/24, gateway: 10.1.0.1}, {prefix: "fd00::/64", gateway: "fd00::1"}]
      containers: [{name: web, network: podnet, publish: ["8080:80"]}]
      """, to: "dual.yaml")
    try workspace.hnsctl("apply", "dual.yaml", "--state", "host.json").exits(0)
    let shown = try workspace.hnsctl("show", "endpoints", "--state", "host.json", "--json").exits(0).json()
    let policies = shown["endpoints"]?.array?.first?["Policies"]?.array ?? []
    let flags = policies.filter { $0["Type"] == "PortMapping" }.map { $0["Settings"]?["Flags"]?.integer }
    #expect(flags == [1, 3])
    try workspace.hnsctl("plan", "dual.yaml", "--state", "host.json", "--detailed-exitcode").exits(0)
  }

  @Test func testFilesAreCheckedToo() throws {
    let workspace = try Workspace()
    try workspace.write(
      """
      apiVersion: hnsctl/v1
      kind: PolicyTests
      subject: web.yaml
      tests:
        - {name: open, packet: {from: 10.1.2.3, to: web, protocol: tcp, port: 80}, expect: allow}
      """, to: "tests.yaml")
    #expect(try workspace.hnsctl("validate", "tests.yaml").exits(0).output == "tests.yaml: valid\n")
    try workspace.write(
      "apiVersion: hnsctl/v1\nkind: PolicyTests\nsubject: web.yaml\ntests:\n  - {name: open, packet: {from: 10.1.2.3, to: web, protocol: icmp, port: 80}, expect: allow}\n",
      to: "wrong.yaml")
    let refused = try workspace.hnsctl("validate", "wrong.yaml").exits(1)
    #expect(refused.errors.hasPrefix("wrong.yaml:5:"))
  }

  @Test func aPartialPlanIsNotSaved() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    let run = try workspace.hnsctl("plan", "pod.yaml", "--endpoint", "api", "--out", "pod.plan").exits(64)
    #expect(run.errors.contains("give only one"))
    #expect(try workspace.contents()["pod.plan"] == nil)
  }

  @Test func rulesListAddressesAsHNSAcceptsThem() throws {
    for name in ShippedProfiles.supported {
      let plan = try Workspace().hnsctl("plan", ShippedProfiles.path(name), "--json").exits(0).json()
      for change in plan["changes"]?.array ?? [] {
        for member in ["localAddresses", "remoteAddresses"] {
          for entry in (change["after"]?[member]?.array ?? []).compactMap(\.string) {
            #expect(!entry.hasSuffix("/0") && !entry.contains("-"), "\(name): \(entry)")
          }
        }
      }
    }
  }
}
