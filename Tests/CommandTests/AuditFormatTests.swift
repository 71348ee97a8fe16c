import Foundation
import FoundationXML
import JSONText
import Testing

/// The formats of `hnsctl audit`, suppressions and baselines, through the built binary.
@Suite struct AuditFormatTests {
  private static let pod = """
    apiVersion: v1
    kind: Pod
    metadata: {name: web, namespace: shop}
    spec:
      hostPID: true
      containers: [{name: "a,\\"b\\"", image: "=nginx|x<y>"}]
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: other}
    spec: {ports: [{port: 80}]}
    """
  private static let registry = #"""
    {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r", "name": "r",
     "type": "Microsoft.ContainerRegistry/registries", "properties": {"encryption": {"status": "enabled"}}}
    """#

  private func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write(Self.pod, to: "pod.yaml")
    try workspace.write(Self.registry, to: "registry.json")
    return workspace
  }

  private func run(_ format: String) throws -> Run {
    try workspace().hnsctl("audit", "pod.yaml", "registry.json", "--policy-defaults", "--format", format)
      .exits(2)
  }

  @Test func csv() throws {
    let output = try run("csv").output
    #expect(output.hasSuffix("\r\n"))
    let lines = Self.table(output)
    #expect(
      lines.first?.joined(separator: ",").hasPrefix("row,code,severity,status,benchmark,recommendationId,")
        == true)
    #expect(lines.allSatisfy { $0.count == 13 })
    #expect(Set(lines.dropFirst().map { $0[0] }).count == 24)
    let image = try #require(lines.first { $0[0] == "5" })
    #expect(image[3] == "fail")
    #expect(image[8] == "Pod/shop/web")
    #expect(image[10] == #"image '=nginx|x<y>' of container 'a,"b"' is not from a trusted registry"#)
    #expect(image[12] == "6")
    #expect(lines.contains { $0[0] == "6" && $0[3] == "pass" })
  }

  /// The cells of a table, read by the rules of RFC 4180.
  static func table(_ text: String) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var cell = ""
    var isQuoted = false
    var previous: Character = " "
    for character in text {
      if isQuoted {
        if character == "\"" { isQuoted = false } else { cell.append(character) }
      } else if character == "\"" {
        if previous == "\"" { cell.append("\"") }
        isQuoted = true
      } else if character == "," || character == "\r\n" {
        row.append(cell)
        cell = ""
        if character == "\r\n" {
          rows.append(row)
          row = []
        }
      } else {
        cell.append(character)
      }
      previous = character
    }
    return rows
  }

  @Test func sarif() throws {
    let log = try run("sarif").json()
    #expect(log["version"] == "2.1.0")
    let first = log["runs"]?.array?.first
    let results = first?["results"]?.array ?? []
    let result = try #require(results.first { $0["ruleId"] == "host-namespaces" })
    #expect(result["level"] == "warning")
    let region = result["locations"]?.array?.first?["physicalLocation"]?["region"]
    #expect(region?["startLine"] == 5)
    #expect(results.contains { $0["ruleId"] == "root-user" && $0["level"] == "error" })
  }

  @Test func junit() throws {
    let output = try run("junit").output
    let document = try XMLDocument(xmlString: output)
    let suite = try #require(try document.nodes(forXPath: "/testsuites/testsuite").first as? XMLElement)
    #expect(suite.attribute(forName: "tests")?.stringValue == "24")
    let failures = try document.nodes(forXPath: "//testcase/failure")
    #expect(suite.attribute(forName: "failures")?.stringValue == "\(failures.count)")
    let skipped = try document.nodes(forXPath: "//testcase/skipped")
    #expect(suite.attribute(forName: "skipped")?.stringValue == "\(skipped.count)")
  }

  @Test func markdown() throws {
    let output = try run("markdown").output
    #expect(output.contains("| medium | 10 | `host-namespaces` | Pod/shop/web | "))
    #expect(output.contains(#"=nginx\|x\<y\>"#))
    let rows = output.split(separator: "\n").filter { $0.hasPrefix("| 2") || $0.hasPrefix("| 1") }
    #expect(rows.count > 10)
  }

  @Test func openReports() throws {
    let list = try run("openreports").json()
    let items = list["items"]?.array ?? []
    #expect(items.allSatisfy { $0["apiVersion"] == "openreports.io/v1alpha1" })
    let namespaces = items.compactMap { $0["metadata"]?["namespace"]?.string }
    #expect(Set(namespaces) == ["shop", "other"])
    #expect(items.contains { $0["kind"] == "ClusterReport" })
    for item in items {
      let results = item["results"]?.array ?? []
      for outcome in ["pass", "fail", "skip"] {
        let count = results.count { $0["result"]?.string == outcome }
        #expect(item["summary"]?[outcome]?.integer == Int64(count))
      }
    }
  }

  @Test func html() throws {
    let output = try run("html").output
    #expect(output.hasPrefix("<!doctype html>"))
    #expect(!output.contains("x<y>"))
    #expect(output.contains("Coverage"))
  }

  /// A folder with every kind of input, in every format.
  @Test func aFolderOfEverything() throws {
    let workspace = try Workspace()
    try FileManager.default.createDirectory(
      at: workspace.folder.appendingPathComponent("all/sub"), withIntermediateDirectories: true)
    try workspace.write(Self.pod, to: "all/pods.yaml")
    try workspace.write(Self.registry, to: "all/sub/registry.json")
    try workspace.write(
      #"""
      {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c", "name": "c",
       "type": "Microsoft.ContainerService/ManagedClusters", "enableRbac": true, "addonProfiles": null,
       "apiServerAccessProfile": {"authorizedIpRanges": null}, "kubernetesVersion": "1.32.9"}
      """#, to: "all/aks.json")
    try workspace.write(
      #"{"value": [{"name": "Containers", "pricingTier": "Standard", "id": "/subscriptions/s/providers/Microsoft.Security/pricings/Containers", "type": "Microsoft.Security/pricings"}]}"#,
      to: "all/plans.json")
    let registry = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r"
    try workspace.write(
      #"""
      {"value": [
        {"type": "Microsoft.Security/assessments", "name": "af560c4d-9c05-e073-b9f1-f7a94958ff25",
         "id": "\#(registry)/providers/Microsoft.Security/assessments/af560c4d-9c05-e073-b9f1-f7a94958ff25",
         "properties": {"status": {"code": "Healthy"}}},
        {"type": "Microsoft.Security/assessments", "name": "u1", "id": "\#(registry)/providers/Microsoft.Security/assessments/u1",
         "properties": {"status": {"code": "Unhealthy"}, "metadata": {"recommendationCategory": "SoftwareUpdate"},
           "resourceDetails": {"ResourceType": ".containerimage"},
           "additionalData": {"CvesDetails": "[{\"CveId\": \"CVE-2026-0001\"}]"}}}]}
      """#, to: "all/assessments.json")
    try workspace.shipped("nat-process.yaml")
    try FileManager.default.moveItem(
      atPath: workspace.path("nat-process.yaml"), toPath: workspace.path("all/profile.yaml"))
    let document = try workspace.hnsctl("audit", "all", "--policy-defaults", "--json").exits(2).json()
    let statuses = document["coverage"]?.array?.map { $0["status"]?.string ?? "" } ?? []
    #expect(
      statuses == [
        "pass", "pass", "fail", "fail", "fail", "pass", "fail", "fail", "fail", "fail", "notApplicable",
        "fail",
        "notEvaluated", "fail", "notApplicable", "pass", "pass", "pass", "pass", "fail", "fail", "pass",
        "pass", "fail",
      ])
    #expect(document["defender"]?.array?.map { $0["agrees"]?.bool } == [true])
    for format in ["text", "json", "sarif", "junit", "markdown", "csv", "openreports", "html"] {
      let run = try workspace.hnsctl("audit", "all", "--policy-defaults", "--format", format).exits(2)
      #expect(run.output.contains("CVE-2026-0001"), "\(format)")
    }
  }

  /// The time of a file says whether an assessment can be about what it contains.
  @Test func anAssessmentThatIsOlderThanTheFile() throws {
    let workspace = try workspace()
    let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r"
    let key = "af560c4d-9c05-e073-b9f1-f7a94958ff25"
    try workspace.write(
      #"""
      {"id": "\#(id)/providers/Microsoft.Security/assessments/\#(key)", "name": "\#(key)",
       "type": "Microsoft.Security/assessments",
       "properties": {"status": {"code": "Unhealthy", "statusChangeDate": "2026-11-01T09:07:18.6759138Z"}}}
      """#, to: "assessments.json")
    for (time, reason) in [
      (1_793_577_600.0, "the assessment is of 2026-11-01, and the file was changed on 2026-11-02"),
      (1_793_404_800.0, nil),
    ] as [(Double, String?)] {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: time)],
        ofItemAtPath: workspace.path("registry.json"))
      let document = try workspace.hnsctl("audit", "registry.json", "assessments.json", "--json").json()
      #expect(document["defender"]?.array?.map { $0["reason"]?.string } == [reason])
    }
  }

  @Test func aFileThatIsNamedTwiceCountsOnce() throws {
    let workspace = try workspace()
    try FileManager.default.createDirectory(
      atPath: workspace.path("all"), withIntermediateDirectories: false)
    try workspace.write(Self.pod, to: "all/pod.yaml")
    let document = try workspace.hnsctl(
      "audit", "all", "all/pod.yaml", "./all/../all/pod.yaml", "all", "--policy-defaults", "--json"
    ).exits(2).json()
    let alone = try workspace.hnsctl("audit", "all", "--policy-defaults", "--json").exits(2).json()
    #expect(document == alone)
  }

  @Test func onlyOneFormat() throws {
    try workspace().hnsctl("audit", "pod.yaml", "--json", "--format", "csv").exits(64)
  }

  // MARK: Suppressions

  private func annotated(_ annotation: String) -> String {
    """
    apiVersion: v1
    kind: Pod
    metadata:
      name: web
      annotations: {\(annotation)}
    spec: {hostPID: true, os: {name: windows}, containers: []}
    """
  }

  @Test func annotationsAcceptFindings() throws {
    let workspace = try Workspace()
    try workspace.write(
      annotated(#"hnsctl.dev/skip-host-namespaces: "a debugger; until=2999-12-31""#), to: "pod.yaml")
    let document = try workspace.hnsctl("audit", "pod.yaml", "--json").exits(0).json()
    #expect(document["findings"]?.array == [])
    #expect(document["suppressed"]?.array?.first?["reason"] == "a debugger")
    #expect(document["coverage"]?.array?[9]["status"] == "suppressed")
    let log = try workspace.hnsctl("audit", "pod.yaml", "--format", "sarif").exits(0).json()
    let suppressions = log["runs"]?.array?.first?["results"]?.array?.first?["suppressions"]?.array
    #expect(suppressions?.first?["justification"] == "a debugger")
  }

  @Test(arguments: [
    (#"hnsctl.dev/skip-host-namespaces: "a debugger; until=2020-01-31""#, "expired on 2020-01-31"),
    (#"hnsctl.dev/skip-host-namespaces: "until=2999-12-31""#, "does not give a reason"),
    (#"hnsctl.dev/skip-host-namespace: "a debugger""#, "did you mean 'host-namespaces'?"),
    (#"hnsctl.dev/skip-root-user: "a debugger""#, "the suppression of root-user is not used"),
    (#"hnsctl.dev/skip-host-namespaces: "a debugger; until=soon""#, "'soon' is not a date"),
    (#"hnsctl.dev/skip-host-namespaces: "a debugger; until=2099-02-29""#, "'2099-02-29' is not a date"),
  ])
  func suppressionsWithoutEffect(_ annotation: String, _ message: String) throws {
    let workspace = try Workspace()
    try workspace.write(annotated(annotation), to: "pod.yaml")
    let run = try workspace.hnsctl("audit", "pod.yaml").exits(2)
    #expect(run.errors.contains(message), "\(run.errors)")
    #expect(run.errors.contains("[audit-suppression]"))
  }

  @Test func filesAcceptFindings() throws {
    let workspace = try Workspace()
    try workspace.write(annotated("a: b"), to: "pod.yaml")
    try workspace.write(
      "- {code: host-namespaces, resource: Pod/default/*, reason: a debugger}\n", to: "accepted.yaml")
    try workspace.hnsctl("audit", "pod.yaml", "--suppressions", "accepted.yaml").exits(0)
    try workspace.write("- {row: 10, resource: Pod/other/web, reason: a debugger}\n", to: "other.yaml")
    try workspace.hnsctl("audit", "pod.yaml", "--suppressions", "other.yaml").exits(2)
  }

  /// An entry that does not say clearly what it accepts accepts nothing, and is shown at its place.
  @Test(arguments: [
    ("- foo", 3, "a suppression must be a mapping of code, resource, reason and until, not 'foo'"),
    ("- {reason: a debugger}", 3, "the suppression does not give the code of a recommendation"),
    ("- {code: host-namespaces, reason: r, untill: 2020-01-01}", 38, "did you mean 'until'?"),
    (
      "- {code: host-namespaces, resource: [Pod/a], reason: r}", 37,
      "'resource' of a suppression must be text, not a list"
    ),
    (
      "- {code: host-namespaces, resource: , reason: r}", 37,
      "'resource' of a suppression must be text, not null"
    ),
    ("- {code: host-namespaces, reason: r, until: 2099-13-45}", 45, "'2099-13-45' is not a date"),
    ("- {code: host-namespaces, reason: r, until: [2099-12-31]}", 45, "must be text, not a list"),
    ("- {code: host-namespace, reason: r}", 10, "did you mean 'host-namespaces'?"),
  ])
  func suppressionFilesWithErrors(_ entry: String, _ column: Int, _ message: String) throws {
    let workspace = try Workspace()
    try workspace.write(annotated("a: b"), to: "pod.yaml")
    try workspace.write(entry + "\n", to: "accepted.yaml")
    let run = try workspace.hnsctl("audit", "pod.yaml", "--suppressions", "accepted.yaml").exits(2)
    #expect(run.errors.contains("accepted.yaml:1:\(column): warning: "), "\(run.errors)")
    #expect(run.errors.contains(message), "\(run.errors)")
  }

  /// SARIF tells an annotation of the object from an entry of another file.
  @Test func suppressionsNameWhereTheyAre() throws {
    let workspace = try Workspace()
    try workspace.write(annotated("a: b"), to: "pod.yaml")
    try workspace.write("- {row: 10, reason: a debugger}\n", to: "accepted.yaml")
    let log = try workspace.hnsctl(
      "audit", "pod.yaml", "--suppressions", "accepted.yaml", "--format", "sarif"
    ).exits(0).json()
    let result = log["runs"]?.array?.first?["results"]?.array?.first
    #expect(result?["suppressions"]?.array?.first?["kind"] == "external")
    #expect(result?["baselineState"] == nil)
  }

  // MARK: Baselines

  @Test func onlyNewFindingsFail() throws {
    let workspace = try workspace()
    let earlier = try workspace.hnsctl("audit", "pod.yaml", "--json").exits(2)
    try workspace.write(earlier.output, to: "baseline.json")
    let same = try workspace.hnsctl("audit", "pod.yaml", "--baseline", "baseline.json").exits(0)
    #expect(same.output.contains("no new findings"))
    #expect(same.output.contains("known findings of the baseline are not listed"))
    try workspace.write(
      Self.pod.replacingOccurrences(of: "hostPID: true", with: "hostPID: true\n  hostIPC: true"),
      to: "pod.yaml")
    let document = try workspace.hnsctl("audit", "pod.yaml", "--baseline", "baseline.json", "--json").exits(2)
      .json()
    let new = document["findings"]?.array?.filter { $0["known"] == nil } ?? []
    #expect(new.map { $0["path"]?.string } == ["spec.hostIPC"])
    try workspace.hnsctl("audit", "pod.yaml", "--baseline", "pod.yaml").exits(1)
    let other = try workspace.hnsctl(
      "audit", "pod.yaml", "--baseline", "baseline.json", "--benchmark", "asc-2021")
    #expect(
      other.errors.hasPrefix(
        "baseline.json: warning: this is the result of an audit with --benchmark mcsb-current, and not asc-2021 "
          + "[audit-baseline]\n"), "\(other.errors)")
  }

  /// Every format says what the exit code says: known findings do not fail, new ones do.
  @Test(arguments: [true, false])
  func formatsAgreeWithTheExitCode(_ isKnown: Bool) throws {
    let workspace = try workspace()
    let earlier = try workspace.hnsctl("audit", "pod.yaml", "--json").exits(2)
    try workspace.write(earlier.output, to: "baseline.json")
    if !isKnown {
      try workspace.write(
        Self.pod.replacingOccurrences(of: "hostPID: true", with: "hostPID: true\n  hostIPC: true"),
        to: "pod.yaml")
    }
    func run(_ format: String) throws -> Run {
      try workspace.hnsctl("audit", "pod.yaml", "--baseline", "baseline.json", "--format", format)
        .exits(isKnown ? 0 : 2)
    }
    let new = isKnown ? 0 : 1

    let findings = try run("json").json()["findings"]?.array ?? []
    #expect(findings.count { $0["known"] == nil } == new)
    let known = findings.count { $0["known"] == true }
    #expect(known > 1)

    let results = try run("sarif").json()["runs"]?.array?.first?["results"]?.array ?? []
    #expect(results.count { $0["baselineState"] == "new" && $0["suppressions"] == nil } == new)
    let unchanged = results.filter { $0["baselineState"] == "unchanged" }
    #expect(unchanged.count == known)
    #expect(unchanged.allSatisfy { $0["suppressions"]?.array?.first?["kind"] == "external" })

    let junit = try XMLDocument(xmlString: run("junit").output)
    #expect(try junit.nodes(forXPath: "//failure").count == new)
    #expect(try junit.nodes(forXPath: "//testsuite[@failures='\(new)']").count == 1)
    #expect(try junit.nodes(forXPath: "//skipped[starts-with(@message, 'known: ')]").count > 1)

    let rows = Self.table(try run("csv").output)
    #expect(rows.count { $0[3] == "fail" } == new)
    #expect(rows.count { $0[3] == "known" } == known)

    let items = try run("openreports").json()["items"]?.array ?? []
    func sum(_ outcome: String) -> Int {
      items.reduce(0) { $0 + Int($1["summary"]?[outcome]?.integer ?? 0) }
    }
    #expect(sum("fail") == new)
    #expect(sum("warn") == known)

    let text = try run("text").output
    #expect(text.contains(isKnown ? "no new findings" : "1 new finding in 1 recommendation"))
    #expect(text.contains("spec.hostIPC") == !isKnown)
    #expect(!text.contains("spec.hostPID"))
    let markdown = try run("markdown").output
    #expect(markdown.contains("\n## Findings\n") == !isKnown)
    #expect(markdown.contains("\n## Known from the baseline\n"))
    let page = try run("html").output
    #expect(page.contains("<h2>Medium</h2>") == !isKnown)
    #expect(page.contains("<h2>Known from the baseline</h2>"))
  }

  /// A path like `a/b/plans.json` has three parts too, and is not a namespace.
  @Test func filesAreNotNamespaces() throws {
    let workspace = try Workspace()
    try FileManager.default.createDirectory(
      at: workspace.folder.appendingPathComponent("a/b"), withIntermediateDirectories: true)
    try workspace.write(#"[{"name": "Containers", "pricingTier": "Free"}]"#, to: "a/b/plans.json")
    let items = try workspace.hnsctl("audit", "a/b/plans.json", "--format", "openreports").exits(2).json()[
      "items"]?.array
    #expect(items?.map { $0["kind"]?.string } == ["ClusterReport"])
    #expect(items?.first?["metadata"]?["namespace"] == nil)
    #expect(items?.first?["results"]?.array?.first?["resources"] == nil)
  }

  /// An export of policy exemptions, as `az policy exemption list` prints it.
  @Test func exemptions() throws {
    let workspace = try Workspace()
    try workspace.write(
      #"{"id": "/subscriptions/s1/providers/Microsoft.ContainerRegistry/registries/r1", "name": "r1", "type": "Microsoft.ContainerRegistry/registries", "encryption": {"status": "enabled"}, "networkRuleSet": {"defaultAction": "Deny"}}"#,
      to: "r.json")
    try workspace.write(
      #"[{"id": "/subscriptions/s1/providers/Microsoft.Authorization/policyExemptions/e", "name": "e", "displayName": "no private link in the lab", "exemptionCategory": "Mitigated", "expiresOn": null, "policyDefinitionReferenceIds": ["containerRegistriesShouldUsePrivateLinkMonitoringEffect"]}]"#,
      to: "exemptions.json")
    try workspace.hnsctl("audit", "r.json").exits(2)
    let document = try workspace.hnsctl("audit", "r.json", "--suppressions", "exemptions.json", "--json")
      .exits(0).json()
    #expect(document["suppressed"]?.array?.first?["reason"] == "Mitigated: no private link in the lab")
    #expect(document["diagnostics"] == [])
  }
}
