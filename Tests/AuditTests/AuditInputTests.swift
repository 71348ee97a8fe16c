import Audit
import Diagnostics
import Testing

/// Inputs, parameters and what is said where they are missing.
@Suite struct AuditInputTests {
  private func read(_ text: String) -> (AuditReport, [Diagnostic]) {
    var auditor = Auditor(benchmark: .mcsbCurrent)
    let diagnostics = auditor.read(Array(text.utf8), file: "input.yaml")
    return (auditor.finish(), diagnostics)
  }

  @Test func allRowsAreListedWithoutInput() {
    for benchmark in AuditBenchmark.allCases {
      let report = audit("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}", benchmark)
      #expect(report.rows.map(\.rule.row) == Array(1...24))
      for row in report.rows {
        #expect(row.status == (row.rule.isPart(of: benchmark) ? .notEvaluated : .notApplicable))
        #expect(!row.reasons.isEmpty)
      }
    }
  }

  @Test func rowsThatNeedParametersAreUnconfigured() {
    let text =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: app, image: nginx}]}"
    for row in [4, 5, 11, 16, 17, 22, 23] { #expect(audit(text, .asc2021).status(row) == .unconfigured) }
    let report = audit(text, .asc2021, defaults: true)
    #expect(
      [4, 5, 11, 16, 17, 22, 23].map(report.status) == [.fail, .fail, .pass, .pass, .fail, .pass, .pass])
    #expect(audit(text, .mcsbCurrent, defaults: true).status(17) == .pass)
  }

  @Test func aBrokenDocumentDoesNotHideTheOthers() {
    let (report, diagnostics) = read(
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: web}
      spec: {containers: [{name: app, image: nginx}]}
      ---
      kind: [
      """)
    #expect(diagnostics.map(\.code.id) == ["yaml-syntax"])
    #expect(report.status(9) == .fail)
  }

  @Test func placesOfFindings() {
    let (report, _) = read(
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: web, namespace: shop}
      spec:
        hostPID: true
        containers: [{name: app, image: nginx}]
      """)
    let finding = report.findings.first { $0.rule.row == 10 }
    #expect(finding?.resource == "Pod/shop/web")
    #expect(finding?.path == "spec.hostPID")
    #expect(finding?.location == SourceRange(line: 5, column: 12, length: 4))
  }

  @Test(arguments: ["kube-system", "gatekeeper-system", "azure-arc"])
  func excludedNamespaces(_ namespace: String) {
    let text =
      "apiVersion: v1\nkind: Pod\nmetadata: {namespace: \(namespace)}\nspec: {hostPID: true, containers: []}"
    #expect(audit(text).status(10) == .notApplicable)
    #expect(audit(text, parameters: "10: {excludedNamespaces: []}").status(10) == .fail)
  }

  @Test func theServiceOfTheAPIServerIsExempt() {
    let text = "apiVersion: v1\nkind: Service\nmetadata: {name: kubernetes}\nspec: {ports: [{port: 443}]}"
    #expect(audit(text, parameters: "21: {allowedPorts: []}").status(21) == .notApplicable)
  }

  @Test func identicalContainersCountOnceIn2021() {
    let text = """
      apiVersion: v1
      kind: Pod
      metadata: {name: web}
      spec: {containers: [{name: app, image: nginx}], initContainers: [{name: app, image: nginx}]}
      """
    #expect(audit(text, .asc2021).findings.count { $0.rule.row == 9 } == 1)
    #expect(audit(text).findings.count { $0.rule.row == 9 } == 2)
  }

  @Test func anExpressionOfATemplateIsNotEvaluated() {
    let report = audit(
      #"""
      {"contentVersion": "1.0.0.0", "resources": [{"type": "Microsoft.ContainerRegistry/registries",
        "name": "[parameters('name')]", "properties": {"encryption": {"status": "[parameters('cmk')]"},
        "networkRuleSet": {"defaultAction": "Deny"}, "publicNetworkAccess": "[parameters('p')]"}}]}
      """#)
    #expect(report.status(6) == .notEvaluated)
    #expect(report.rows[5].reasons.first?.reason == "only a deployment knows [parameters('cmk')]")
    #expect(report.status(7) == .pass)
    #expect(report.results.first?.resource == "Microsoft.ContainerRegistry/registries/[parameters('name')]")
  }

  @Test func nestedTemplates() {
    let report = audit(
      #"""
      {"contentVersion": "1.0.0.0", "resources": {"inner": {"type": "Microsoft.Resources/deployments", "name": "d",
        "properties": {"template": {"contentVersion": "1.0.0.0", "resources": [
          {"type": "Microsoft.ContainerService/managedClusters", "name": "c", "properties": {"enableRBAC": false}}]}}}}}
      """#)
    #expect(report.status(19) == .fail)
  }

  // MARK: Assessments

  @Test func softwareUpdatesAreAssessmentsOfImages() {
    let text = #"""
      {"value": [{"type": "Microsoft.Security/assessments", "name": "a1",
        "id": "/subscriptions/s1/providers/Microsoft.Security/assessments/a1",
        "properties": {"status": {"code": "Unhealthy"}, "metadata": {"recommendationCategory": "SoftwareUpdate"},
          "resourceDetails": {"ResourceType": ".containerimage", "Id": "/registries/r1/images/a"},
          "additionalData": {"CvesDetails": "[{\"CveId\": \"CVE-2026-0001\"}]"}}}]}
      """#
    let finding = audit(text).findings.first
    #expect(finding?.rule.row == 24)
    #expect(finding?.message.contains("CVE-2026-0001") == true)
    #expect(audit(text, .asc2021).findings.isEmpty)
  }

  @Test func groupedAssessmentsNameTheirVulnerabilities() {
    let id = "/registries/r1/providers/Microsoft.Security/assessments/dbd0cb49-b563-45e7-9724-889e799fa648"
    let text = #"""
      [{"type": "Microsoft.Security/assessments", "name": "dbd0cb49-b563-45e7-9724-889e799fa648", "id": "\#(id)",
        "properties": {"status": {"code": "Unhealthy"}}},
       {"type": "Microsoft.Security/assessments/subAssessments", "id": "\#(id)/subAssessments/1",
        "properties": {"id": "CVE-2021-1", "status": {"code": "Unhealthy"}}}]
      """#
    #expect(audit(text, .asc2021).findings.first?.message.contains("CVE-2021-1") == true)
  }

  @Test func aRegistryWithoutAnAssessment() {
    let text = #"{"type": "Microsoft.ContainerRegistry/registries", "name": "r", "properties": {}}"#
    #expect(audit(text).status(24) == .notEvaluated)
    #expect(audit(text, parameters: "24: {strict: true}").status(24) == .fail)
  }

  private func withAssessment(_ key: String, _ code: String, _ registry: String) -> String {
    let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r"
    return #"""
      [{"id": "\#(id)", "type": "Microsoft.ContainerRegistry/registries", "name": "r", "properties": \#(registry)},
       {"id": "\#(id)/providers/Microsoft.Security/assessments/\#(key)", "name": "\#(key)",
        "type": "Microsoft.Security/assessments", "properties": {"status": {"code": "\#(code)"}}}]
      """#
  }

  /// The verdict on a file stands; the assessment of the same resource is compared with it.
  @Test func assessmentsAreComparedWithFiles() {
    let key = "af560c4d-9c05-e073-b9f1-f7a94958ff25"
    let encrypted = #"{"encryption": {"status": "enabled"}}"#
    let same = audit(withAssessment(key, "Healthy", encrypted))
    #expect(same.comparisons.map(\.agrees) == [true])
    #expect(same.status(6) == .pass)
    let differing = audit(withAssessment(key, "Unhealthy", encrypted))
    #expect(differing.comparisons.map(\.agrees) == [false])
    #expect(differing.comparisons.first?.reason == nil)
    #expect(differing.status(6) == .pass)
    let older = audit(withAssessment(key, "Unhealthy", encrypted), .asc2021)
    #expect(older.comparisons.first?.reason == "Defender evaluates mcsb-current, the audit asc-2021")
    let off = audit(withAssessment(key, "NotApplicable", encrypted))
    #expect(off.comparisons.first?.reason == "the policy is off, or exempts the resource")
  }

  /// An assessment whose status is of a time before the file was changed says nothing of the file.
  @Test(
    arguments: [
      (
        #""statusChangeDate": "2026-11-01T09:07:18.6759138Z""#, "2026-11-20T10:00:00Z", nil,
        "the assessment is of 2026-11-01, and the file was changed on 2026-11-20"
      ),
      (
        #""firstEvaluationDate": "2026-11-20T09:07:18Z""#, "2026-11-20T10:00:00Z", nil,
        "the assessment is of 2026-11-20T09:07:18Z, and the file was changed at 2026-11-20T10:00:00Z"
      ),
      // Without a date of its own it is not younger than its file.
      (
        nil, "2026-11-20T10:00:00Z", "2026-11-19T10:00:00Z",
        "the assessment is of 2026-11-19, and the file was changed on 2026-11-20"
      ),
      (#""statusChangeDate": "2026-11-21T00:00:00Z""#, "2026-11-20T10:00:00Z", nil, nil),
      (#""statusChangeDate": "yesterday""#, "2026-11-20T10:00:00Z", nil, nil),
      (#""statusChangeDate": "2026-11-01T00:00:00Z""#, nil, nil, nil),
      (nil, "2026-11-20T10:00:00Z", nil, nil),
    ] as [(String?, String?, String?, String?)])
  func assessmentsThatAreOlderThanTheFile(
    _ date: String?, _ changed: String?, _ exported: String?, _ reason: String?
  ) {
    let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r"
    let key = "af560c4d-9c05-e073-b9f1-f7a94958ff25"
    let registry =
      #"{"id": "\#(id)", "type": "Microsoft.ContainerRegistry/registries", "name": "r", "encryption": {"status": "enabled"}}"#
    let assessment = #"""
      {"id": "\#(id)/providers/Microsoft.Security/assessments/\#(key)", "name": "\#(key)",
       "type": "Microsoft.Security/assessments", "properties": {"status": {"code": "Unhealthy"\#(date.map { ", \($0)" } ?? "")}}}
      """#
    // The order of the files does not matter.
    for isFirst in [true, false] {
      var auditor = Auditor(benchmark: .mcsbCurrent)
      if isFirst { _ = auditor.read(Array(assessment.utf8), file: "a.json", changed: exported) }
      _ = auditor.read(Array(registry.utf8), file: "r.json", changed: changed)
      if !isFirst { _ = auditor.read(Array(assessment.utf8), file: "a.json", changed: exported) }
      #expect(auditor.finish().comparisons.map(\.reason) == [reason])
    }
  }

  /// The assessment of a cluster is compared with all of its objects, and counts by itself.
  @Test func assessmentsOfClustersAreComparedWithObjects() {
    var auditor = Auditor(benchmark: .mcsbCurrent)
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: w}\nspec: {hostPID: true, containers: []}"
    _ = auditor.read(Array(pod.utf8), file: "pod.yaml")
    let assessment = InputShape.assessment.assessment(
      AssessmentCase(
        title: "Healthy", key: "802c0637-5a8c-4c98-abd7-7c96d89d6010", code: "Healthy", status: .pass))
    _ = auditor.read(Array(assessment.utf8), file: "assessments.json", changed: "2026-11-15T00:00:00Z")
    _ = auditor.read(Array(pod.utf8), file: "old.yaml", changed: "2026-11-01T00:00:00Z")
    _ = auditor.read(Array(pod.utf8), file: "new.yaml", changed: "2026-11-29T00:00:00Z")
    let report = auditor.finish()
    #expect(report.comparisons.map(\.files) == [.fail])
    #expect(report.comparisons.map(\.defender) == [.pass])
    #expect(
      report.comparisons.map(\.reason) == [
        "the assessment is of 2026-11-15, and the file was changed on 2026-11-29"
      ])
    #expect(report.rows[9].passed == 1)
  }

  /// A single plan does not say that others do not exist.
  @Test func aSinglePlan() {
    let text =
      #"{"type": "Microsoft.Security/pricings", "name": "ContainerRegistry", "pricingTier": "Standard"}"#
    #expect(audit(text, .asc2021).status(1) == .pass)
    #expect(audit(text, .asc2021).status(2) == .notEvaluated)
  }

  // MARK: Parameters

  @Test(arguments: [
    ("4: {cpuLimits: 1}", "row 4 (container-limits) has no parameter 'cpuLimits'"),
    ("container-limit: {}", "'container-limit' is neither the number nor the code of a row"),
    ("25: {}", "'25' is neither the number nor the code of a row"),
    ("4: {cpuLimit: lots}", "'cpuLimit' must be a quantity, not 'lots'"),
    ("5: {imageRegex: '['}", "'imageRegex' must be a regular expression, not '['"),
    ("11: {allowedPorts: 80}", "'allowedPorts' must be a list of ports and ranges of ports, not '80'"),
    ("20: {runAsUser: {rule: Never}}", "'rule' must be the name of a rule, not 'Never'"),
    (
      "7: {registryAddresses: [contoso.azurecr.io]}",
      "'contoso.azurecr.io' is not an address"
    ),
    (
      "14: {egressAddresses: [10.0.0.1, 10.0.0.999]}",
      "'10.0.0.999' is not an address"
    ),
    (
      "13: {ingressSources: 10.0.0.1}",
      "'ingressSources' must be a list of addresses, prefixes and ranges, not '10.0.0.1'"
    ),
    ("[]", "the parameters are a list, not a mapping of rows"),
    ("4: 1", "the parameters of row 4 are a number, not a mapping"),
  ])
  func invalidParameters(_ text: String, _ message: String) {
    let (_, diagnostics) = AuditParameters.read(Array(text.utf8), file: "p.yaml")
    #expect(diagnostics.map(\.message) == [message])
    #expect(diagnostics.first?.code.id == "audit-parameter")
  }

  /// A value that would be ignored is an error at its own place; an unknown name is shown at the name.
  @Test(arguments: [
    ("14: {egressAddresses: [^nonsense^]}", "'nonsense' is not an address"),
    ("14: {egressAddresses: [^203.0.113.0/28^]}", "'203.0.113.0/28' is not a single address"),
    ("14: {apiServerAddresses: [10.0.0.1, ^10.0.0.1/8^]}", "'10.0.0.1/8' has host bits set"),
    (
      "13: {ingressSources: [10.0.0.9-10.0.0.20, ^10.0.0.9-10.0.0.1^]}",
      "the range '10.0.0.9-10.0.0.1' ends before it starts"
    ),
    ("22: {allowedHostPorts: [80, ^\"80x\"^]}", "'80x' is not a port or a range of ports such as 80-90"),
    ("22: {allowedHostPorts: [^90-80^]}", "the range '90-80' ends before it starts"),
    ("22: {allowedHostPorts: [\"-1\", ^\"-80\"^]}", "'-80' is not a port or a range of ports such as 80-90"),
    ("22: {minPort: ^70000^}", "'minPort' must be a whole number from 0 to 65535, not '70000'"),
    ("21: {allowedPorts: [\"-1\", \"80\", 8000-9000, ^\"70000\"^]}", "'70000' is not a valid port"),
    ("11: {allowedPorts: [^http^]}", "'http' is not a port or a range of ports such as 80-90"),
    (
      "16: {allowedCapabilities: [CHOWN, ^[KILL]^]}",
      "'allowedCapabilities' must be a list of texts, not a list"
    ),
    ("20: {runAsGroup: {rule: ^Sometimes^}}", "'rule' must be the name of a rule, not 'Sometimes'"),
    (
      "20: {fsGroupRanges: {ranges: [{min: 1, max: 2}, ^{min: 3}^]}}",
      "'fsGroupRanges' must be {ranges: [{min, max}]}, not a mapping"
    ),
    (
      "23: {allowedHostPaths: [/a, ^[]^]}",
      "'allowedHostPaths' must be a list of {pathPrefix, readOnly}, not a list"
    ),
    ("4: {cpuLimit: 1}\ncontainer-limits: {^cpuLimit^: 2}", "'cpuLimit' of row 4 is given twice"),
    ("11: {allowedPorts: [], ^allowedContainerPortsList^: []}", "'allowedPorts' of row 11 is given twice"),
    ("4: {^cpuLimits^: 1}", "row 4 (container-limits) has no parameter 'cpuLimits'"),
    ("^container-limit^: {cpuLimit: 1}", "'container-limit' is neither the number nor the code of a row"),
    (#"{"4": {^"cpuLimits"^: 1}}"#, "row 4 (container-limits) has no parameter 'cpuLimits'"),
    (
      "{\n  \"5\": {},\n  ^\"container-limit\"^: {}}",
      "'container-limit' is neither the number nor the code of a row"
    ),
  ])
  func placesOfParameters(_ marked: String, _ message: String) throws {
    let parts = marked.split(separator: "^", omittingEmptySubsequences: false)
    let (_, diagnostics) = AuditParameters.read(Array(parts.joined().utf8), file: "p.yaml")
    let problem = try #require(diagnostics.first)
    #expect(problem.message == message)
    #expect(diagnostics.count == 1)
    let lines = parts[0].split(separator: "\n", omittingEmptySubsequences: false)
    #expect(problem.location?.line == UInt32(lines.count))
    #expect(problem.location?.column == UInt32((lines.last?.count ?? 0) + 1))
    let isScalar = !parts[1].hasPrefix("[") && !parts[1].hasPrefix("{")
    if isScalar { #expect(problem.location?.length == UInt32(parts[1].count)) }
  }

  /// A text is a truth value to the parameters, as it is to Azure.
  @Test func aTextThatIsTrue() {
    let text =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: w}\nspec: {hostNetwork: true, containers: [{name: a, image: b}]}"
    #expect(audit(text, parameters: "22: {allowHostNetwork: \"true\"}").status(22) == .pass)
    #expect(audit(text, parameters: "22: {allowHostNetwork: \"false\"}").status(22) == .fail)
  }

  // MARK: Manifests of another type

  /// What the API server would reject is an error at its place, and not evaluated as something else.
  @Test(arguments: [
    ("spec: {containers: [^foo^]}", "spec.containers[0] must be a mapping, not 'foo'"),
    ("spec: {containers: ^foo^}", "spec.containers must be a list, not 'foo'"),
    (
      "spec: {initContainers: [{name: i}, ^7^], containers: []}",
      "spec.initContainers[1] must be a mapping, not '7'"
    ),
    (
      "spec: {containers: [{name: a, ports: [^80^]}]}",
      "spec.containers[0].ports[0] must be a mapping, not '80'"
    ),
    (
      "spec: {containers: [{name: a, securityContext: ^privileged^}]}",
      "spec.containers[0].securityContext must be a mapping, not 'privileged'"
    ),
    (
      "spec: {containers: [{name: a, securityContext: {capabilities: {drop: ^ALL^}}}]}",
      "spec.containers[0].securityContext.capabilities.drop must be a list, not 'ALL'"
    ),
    (
      "spec: {containers: [{name: a, image: ^[nginx]^}]}", "spec.containers[0].image must be text, not a list"
    ),
    ("spec: {containers: [], volumes: [^/var^]}", "spec.volumes[0] must be a mapping, not '/var'"),
    ("spec: ^[]^", "spec must be a mapping, not a list"),
    (
      "metadata: {annotations: ^[a]^}\nspec: {containers: []}",
      "metadata.annotations must be a mapping, not a list"
    ),
  ])
  func membersOfAnotherType(_ marked: String, _ message: String) throws {
    for (header, prefix) in [("", ""), ("template:\n", "template.")] {
      let indent = header.isEmpty ? "" : "  "
      let body = indent + marked.replacing("\n", with: "\n\(indent)")
      let kind = header.isEmpty ? "Pod" : "PodTemplate"
      let text = "apiVersion: v1\nkind: \(kind)\n\(header)\(body)"
      let parts = text.split(separator: "^", omittingEmptySubsequences: false)
      let (report, diagnostics) = read(parts.joined())
      #expect(diagnostics.map(\.message) == [prefix + message])
      #expect(diagnostics.map(\.code.id) == ["audit-manifest-type"])
      let lines = parts[0].split(separator: "\n", omittingEmptySubsequences: false)
      #expect(diagnostics.first?.location?.line == UInt32(lines.count))
      #expect(diagnostics.first?.location?.column == UInt32((lines.last?.count ?? 0) + 1))
      #expect(!report.findings.contains { $0.message.contains("unnamed") })
    }
  }

  /// What would be evaluated as nothing is an error.
  @Test(arguments: [
    ("apiVersion: v1\nkind: Pod\nmetadata: {name: a}", "the Pod has no spec", 1),
    ("apiVersion: v1\nkind: Pod\nspec:", "the Pod has no spec", 1),
    (
      "apiVersion: batch/v1\nkind: CronJob\nspec: {jobTemplate: {}}",
      "the CronJob has no spec.jobTemplate.spec", 1
    ),
    (
      "apiVersion: apps/v1\nkind: Deployment\nspec: {template: [a]}",
      "spec.template must be a mapping, not a list", 3
    ),
    ("apiVersion: v1\nkind: pod\nspec: {}", "'pod' is not a kind of Kubernetes: did you mean 'Pod'?", 2),
    (
      "apiVersion: v1\nkind: List\nitems:\n- foo",
      "this item of a list is not an object: it has no apiVersion and kind",
      4
    ),
    (
      "- {apiVersion: v1, kind: ConfigMap}\n- {kind: Pod}",
      "this item of a list is not an object: it has no apiVersion and kind", 2
    ),
  ])
  func objectsWithoutWhatDecides(_ text: String, _ message: String, _ line: UInt32) {
    let (_, diagnostics) = read(text)
    #expect(diagnostics.map(\.message) == [message])
    #expect(diagnostics.map(\.code.id) == ["audit-manifest-type"])
    #expect(diagnostics.first?.location?.line == line)
  }

  /// What jq makes of a list, and what `az` prints where there is nothing.
  @Test func sequences() {
    let (report, diagnostics) = read(
      #"[{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"hostPID": true, "containers": []}}]"#
    )
    #expect(diagnostics.isEmpty)
    #expect(report.status(10) == .fail)
    #expect(read("[]").1.isEmpty)
  }

  @Test(arguments: [
    ("v1", "Service", "spec: {ports: [^80^]}", "spec.ports[0] must be a mapping, not '80'"),
    ("networking.k8s.io/v1", "Ingress", "spec: {tls: ^true^}", "spec.tls must be a list, not 'true'"),
  ])
  func otherObjectsWithMembersOfAnotherType(
    _ version: String, _ kind: String, _ marked: String, _ message: String
  ) {
    let text = "apiVersion: \(version)\nkind: \(kind)\n\(marked)".replacing("^", with: "")
    #expect(read(text).1.map(\.message) == [message])
  }

  /// The error does not hide what else is wrong with the object.
  @Test func theRestOfTheObjectIsEvaluated() {
    let (report, diagnostics) = read(
      "apiVersion: v1\nkind: Pod\nmetadata: {name: w}\nspec: {hostPID: true, containers: [foo]}")
    #expect(diagnostics.map(\.severity) == [.error])
    #expect(report.status(10) == .fail)
    #expect(report.status(9) == .notEvaluated)
  }
}
