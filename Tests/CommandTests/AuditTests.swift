import Foundation
import JSONText
import Testing

/// `hnsctl audit`, through the built binary.
@Suite struct AuditTests {
  static let good = repository.appendingPathComponent("profiles/audit/windows-pod.yaml").path

  private static let badPod = """
    apiVersion: v1
    kind: Pod
    metadata: {name: web, namespace: shop}
    spec:
      hostPID: true
      containers: [{name: app, image: nginx}]
    """

  /// Regenerate with `hnsctl audit --rules > Sources/Audit/Documentation/audit.md`.
  @Test func thePageIsTheCatalogue() throws {
    let page = try Workspace().hnsctl("audit", "--rules").exits(0).output
    let file = repository.appendingPathComponent("Sources/Audit/Documentation/audit.md")
    #expect(try String(contentsOf: file, encoding: .utf8) == page)
  }

  @Test(arguments: ["mcsb-current", "aks-safeguards", "mcsb-v2-preview"])
  func aGoodWindowsPodHasNoFindings(_ benchmark: String) throws {
    let parameters = repository.appendingPathComponent("profiles/audit/parameters.yaml").path
    let run = try Workspace().hnsctl(
      "audit", Self.good, "--benchmark", benchmark, "--parameters", parameters, "--json"
    ).exits(0)
    let document = try run.json()
    #expect(document["findings"]?.array == [])
    #expect(document["coverage"]?.array?.count == 24)
    #expect(document["diagnostics"]?.array == [])
  }

  @Test func findingsAsJSON() throws {
    let workspace = try Workspace()
    try workspace.write(Self.badPod, to: "pod.yaml")
    let document = try workspace.hnsctl("audit", "pod.yaml", "--json").exits(2).json()
    #expect(document["benchmark"] == "mcsb-current")
    let finding = try #require(document["findings"]?.array?.first { $0["row"] == 10 })
    #expect(finding["code"] == "host-namespaces")
    #expect(finding["severity"] == "medium")
    #expect(
      finding["policyDefinitionId"]
        == "/providers/Microsoft.Authorization/policyDefinitions/47a1ee2f-2a2a-4576-bf2a-e0e36709c2b8")
    #expect(finding["resource"] == "Pod/shop/web")
    #expect(finding["path"] == "spec.hostPID")
    #expect(finding["file"] == "pod.yaml")
    #expect(finding["line"] == 5)
    let row = try #require(document["coverage"]?.array?.first { $0["row"] == 10 })
    #expect(row["status"] == "fail")
    #expect(row["failed"] == 1)
    #expect(row["passed"] == 0)
  }

  @Test func textFitsTheScreen() throws {
    let workspace = try Workspace()
    try workspace.write(Self.badPod, to: "pod.yaml")
    let output = try workspace.hnsctl("audit", "pod.yaml", "--policy-defaults").exits(2).output
    for line in output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    for row in 1...24 { #expect(output.contains("\n  \(row) ")) }
  }

  @Test func thresholds() throws {
    let workspace = try Workspace()
    try workspace.write(
      "apiVersion: v1\nkind: Pod\nmetadata: {name: w}\nspec: {hostPID: true, os: {name: windows}, containers: []}",
      to: "pod.yaml")
    try workspace.hnsctl("audit", "pod.yaml").exits(2)
    try workspace.hnsctl("audit", "pod.yaml", "--fail-on", "medium").exits(2)
    try workspace.hnsctl("audit", "pod.yaml", "--fail-on", "high").exits(0)
    try workspace.hnsctl("audit", "pod.yaml", "--fail-on", "none").exits(0)
    try workspace.hnsctl("audit", "pod.yaml", "--fail-on", "all").exits(64)
    try workspace.hnsctl("audit").exits(64)
  }

  /// What cannot be read is exit 1, and does not hide the findings in other files.
  @Test func unreadableInput() throws {
    let workspace = try Workspace()
    try workspace.hnsctl("audit", "missing.yaml").exits(1)
    try FileManager.default.createDirectory(
      at: workspace.folder.appendingPathComponent("all"), withIntermediateDirectories: false)
    try workspace.hnsctl("audit", "all").exits(1)
    try workspace.write(Self.badPod, to: "all/pod.yaml")
    try workspace.write("kind: [", to: "all/broken.yaml")
    try workspace.write("{\"a\": 1,}", to: "all/broken.json")
    try workspace.write("not for an audit", to: "all/README.md")
    let document = try workspace.hnsctl("audit", "all", "--json").exits(1).json()
    #expect(document["findings"]?.array?.contains { $0["row"] == 10 } == true)
    #expect(
      document["diagnostics"]?.array?.compactMap { $0["code"]?.string } == ["json-syntax", "yaml-syntax"])
    try workspace.write("replicas: 3", to: "values.yaml")
    let unknown = try workspace.hnsctl("audit", "values.yaml").exits(1)
    #expect(unknown.errors.contains("[audit-not-recognized]"))
    try workspace.write("replicas: 3", to: "all/values.yaml")
    try FileManager.default.removeItem(atPath: workspace.path("all/broken.yaml"))
    try FileManager.default.removeItem(atPath: workspace.path("all/broken.json"))
    #expect(try workspace.hnsctl("audit", "all").exits(2).errors.contains("note: nothing in this file"))
  }

  /// A host that has nothing of what is audited is noted, and does not make an audit fail.
  @Test func unusedHostsAreNoted() throws {
    let workspace = try Workspace()
    try workspace.shipped("nat-process.yaml")
    try workspace.hnsctl("apply", "nat-process.yaml", "--state", "host.json").exits(0)
    let run = try workspace.hnsctl("audit", "nat-process.yaml", "host.json").exits(0)
    for file in ["nat-process.yaml", "host.json"] {
      #expect(run.errors.contains("\(file): note: none of the pods, services and clusters of the audit"))
    }
  }

  @Test func standardInput() throws {
    let run = try Workspace().hnsctl("audit", "-", "--json", input: Self.badPod).exits(2)
    #expect(try run.json()["findings"]?.array?.first?["file"] == "-")
  }

  @Test func parametersOfAFile() throws {
    let workspace = try Workspace()
    try workspace.write(Self.badPod, to: "pod.yaml")
    try workspace.write("trusted-registries: {imageRegexp: x}\n", to: "wrong.yaml")
    let wrong = try workspace.hnsctl("audit", "pod.yaml", "--parameters", "wrong.yaml").exits(1)
    #expect(wrong.errors.contains("did you mean 'imageRegex'?"))
    try workspace.write("5: {imageRegex: nginx}\n", to: "right.yaml")
    let document = try workspace.hnsctl("audit", "pod.yaml", "--parameters", "right.yaml", "--json").exits(2)
      .json()
    #expect(document["coverage"]?.array?[4]["status"] == "pass")
    #expect(document["coverage"]?.array?[3]["status"] == "unconfigured")
  }

  @Test(arguments: 1...24)
  func everyRowIsExplained(_ row: Int) throws {
    let run = try Workspace().hnsctl("explain", "\(row)").exits(0)
    #expect(run.output.contains("Row \(row) of the list of 2021"))
    for line in run.output.split(separator: "\n").dropFirst(2) { #expect(line.count <= 80, "\(line)") }
  }
}
