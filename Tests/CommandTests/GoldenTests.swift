import Foundation
import Testing

/// Complete text outputs.
///
/// See ``expectGolden(_:_:_:)`` for how to regenerate them.
@Suite struct GoldenTests {
  /// Each text with the command that prints it; `host.json` has the pod and `old.json` an earlier version.
  static let texts: [(name: String, arguments: [String])] = [
    ("plan-pod.txt", ["plan", "pod.yaml"]),
    ("plan-pod-destroy.txt", ["plan", "pod.yaml", "--state", "host.json", "--destroy"]),
    ("plan-pod-update.txt", ["plan", "pod.yaml", "--state", "old.json"]),
    ("plan-shared-acl-sets.txt", ["plan", "shared-acl-sets.yaml"]),
    ("plan-nat-publish.txt", ["plan", "nat-publish.yaml"]),
    ("plan-pod.md.txt", ["plan", "pod.yaml", "--format", "markdown"]),
    ("plan-pod-update.md.txt", ["plan", "pod.yaml", "--state", "old.json", "--format", "markdown"]),
    ("plan-pod-same.md.txt", ["plan", "pod.yaml", "--state", "host.json", "--format", "markdown"]),
    ("plan-shared-acl-sets.md.txt", ["plan", "shared-acl-sets.yaml", "--format", "markdown"]),
    ("plan-pod-update.hcn.json", ["plan", "pod.yaml", "--state", "old.json", "--format", "hcn"]),
    (
      "plan-pod-update-rollback.hcn.json",
      ["plan", "pod.yaml", "--state", "old.json", "--format", "hcn", "--rollback"]
    ),
    ("plan-pod.hcn.json", ["plan", "pod.yaml", "--format", "hcn"]),
    ("plan-pod-rollback.hcn.json", ["plan", "pod.yaml", "--format", "hcn", "--rollback"]),
    ("plan-pod.hns-v1.json", ["plan", "pod.yaml", "--format", "hns-v1"]),
    ("plan-pod-rollback.hns-v1.json", ["plan", "pod.yaml", "--format", "hns-v1", "--rollback"]),
    ("plan-pod.ps1", ["plan", "pod.yaml", "--format", "powershell"]),
    ("plan-pod-rollback.ps1", ["plan", "pod.yaml", "--format", "powershell", "--rollback"]),
    // A network that has to be replaced, with everything on it.
    ("plan-pod-moved.ps1", ["plan", "moved.yaml", "--state", "host.json", "--format", "powershell"]),
    ("plan-pre-1709.ps1", ["plan", "pre-1709.yaml", "--format", "powershell"]),
    ("plan-pre-1709-rollback.ps1", ["plan", "pre-1709.yaml", "--format", "powershell", "--rollback"]),
    ("capture.ps1", ["capture-script"]),
    ("apply-pod.txt", ["apply", "pod.yaml", "--state", "new.json"]),
    ("apply-pod-destroy.txt", ["apply", "pod.yaml", "--state", "new.json", "--destroy"]),
    ("apply-pod-destroyed.txt", ["apply", "pod.yaml", "--state", "new.json", "--destroy"]),
    ("apply-pod-again.txt", ["apply", "pod.yaml", "--state", "host.json"]),
    ("diff-pod.txt", ["diff", "old.json", "host.json"]),
    ("drift-pod.txt", ["drift", "pod.yaml", "old.json"]),
    ("upgrade-nat-publish.txt", ["upgrade", "nat-publish.yaml", "--to", "26100.1"]),
    ("upgrade-pod-1709.txt", ["upgrade", "host.json", "--to", "1709"]),
    ("show-networks.txt", ["show", "networks", "--state", "host.json"]),
    ("show-endpoints.txt", ["show", "endpoints", "--state", "host.json"]),
    ("show-namespaces.txt", ["show", "namespaces", "--state", "host.json"]),
    ("show-hnsdiag.txt", ["show", "hnsdiag", "--state", "host.json"]),
    ("show-ipconfig.txt", ["show", "ipconfig", "--state", "host.json"]),
    ("show-acls.txt", ["show", "acls", "--state", "host.json"]),
    ("show-firewall.txt", ["show", "firewall", "--state", "host.json"]),
    ("show-vfp.txt", ["show", "vfp", "--state", "host.json"]),
    ("capabilities-ltsc2022.txt", ["capabilities"]),
    ("capabilities-1607.txt", ["capabilities", "--windows", "1607"]),
    (
      "trace-pod.txt",
      ["trace", "pod.yaml", "--from", "host", "--to", "api/app", "--protocol", "tcp", "--port", "8080"]
    ),
    (
      "trace-published.txt",
      [
        "trace", "nat-publish.yaml", "--from", "203.0.113.7", "--to", "host", "--protocol", "tcp", "--port",
        "8080",
        "--all-assumptions",
      ]
    ),
    ("trace-everything.txt", ["trace", "pod.yaml", "--from", "any", "--to", "api", "--protocol", "any"]),
    ("explain.txt", ["explain", "acl-not-programmable"]),
  ]

  /// What `show` prints like a tool of Windows.
  static let toolOutputs = [
    "networks", "endpoints", "namespaces", "compartments", "firewall", "vfp", "loadbalancers", "hnsdiag",
    "ipconfig",
  ]

  /// Hosts with load balancers, with an overlay network, with published ports, and with two compartments.
  @Test(arguments: ["services", "overlay-process", "nat-publish", "two-networks"])
  func toolOutputsAreUnchanged(_ profile: String) throws {
    let workspace = try Workspace()
    try workspace.shipped("\(profile).yaml")
    try workspace.hnsctl("apply", "\(profile).yaml", "--state", "host.json").exits(0)
    for what in Self.toolOutputs {
      let run = try workspace.hnsctl("show", what, "--state", "host.json").exits(0)
      try expectGolden(run.output, "show-\(profile)-\(what).txt")
    }
  }

  /// The firewall of a real host, of two builds that print different members.
  @Test(arguments: [("2016", "transparent-2016.json"), ("2025", "transparent-2025.json")])
  func capturedFirewallsAreUnchanged(_ build: String, _ documents: String) throws {
    let workspace = try Workspace()
    try FileManager.default.createDirectory(atPath: workspace.path("host"), withIntermediateDirectories: true)
    let fixtures = repository.appendingPathComponent("Tests/HostImportTests/Fixtures")
    for file in ["hosts/\(documents)", "firewall/rules-\(build).json", "firewall/profiles-2022.json"] {
      let source = fixtures.appendingPathComponent(file)
      try FileManager.default.copyItem(
        atPath: source.path, toPath: workspace.path("host/\(source.lastPathComponent)"))
    }
    let run = try workspace.hnsctl("show", "firewall", "--state", "host").exits(0)
    try expectGolden(run.output, "show-captured-\(build)-firewall.txt")
  }

  @Test func textsAreUnchanged() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml", "shared-acl-sets.yaml", "nat-publish.yaml", "pre-1709.yaml")
    try workspace.hnsctl("apply", "pod.yaml", "--state", "host.json").exits(0)
    let old = try workspace.read("pod.yaml").replacing("localPorts: [8080, 9090]", with: "localPorts: [9090]")
      .replacing("    outboundNat: {exceptions: [10.244.0.0/16, 10.96.0.0/12]}\n", with: "")
    try workspace.write(old, to: "old.yaml")
    try workspace.hnsctl("apply", "old.yaml", "--state", "old.json").exits(0)
    let moved = try workspace.read("pod.yaml")
      .replacing("gateway: 10.244.7.1}", with: "gateway: 10.244.7.254}")
    try workspace.write(moved, to: "moved.yaml")
    for (name, arguments) in Self.texts {
      let run = try workspace.start(arguments).finish()
      #expect([0, 2].contains(run.status), "\(arguments): \(run.errors)")
      try expectGolden(run.output, name)
    }
  }
}
