import Audit
import Diagnostics
import Testing

/// The statements of the reference page about Windows pods (reference: audit, 3).
@Suite struct WindowsPodTests {
  static let modern = AuditBenchmark.allCases.filter { $0 != .asc2021 }

  /// A Windows pod whose container has these Windows options.
  private func pod(_ options: String, pod: String = "", container: String = "") -> String {
    one(
      #""securityContext": {"windowsOptions": {\#(options)}}\#(container.isEmpty ? "" : ", ")\#(container)"#,
      pod: #""os": {"name": "windows"}\#(pod.isEmpty ? "" : ", ")\#(pod)"#)
  }

  private func object(_ text: String) -> String {
    #"{"apiVersion": "v1", "kind": "Pod", "# + text.dropFirst()
  }

  @Test(arguments: modern)
  func fieldsThatWindowsRejectsAreNotAskedFor(_ benchmark: AuditBenchmark) {
    let report = audit(object(pod(#""runAsUserName": "ContainerUser""#)), benchmark, defaults: true)
    for row in [9, 12, 16, 17] {
      #expect(report.status(row) == .notApplicable, "row \(row)")
    }
    #expect(report.findings.filter { ![4, 5].contains($0.rule.row) }.isEmpty)
  }

  /// Four findings about a compliant Windows pod cannot be fixed (reference: audit, 0).
  @Test func the2021BenchmarkMarksWhatCannotBeFixed() {
    let parameters = """
      5: {imageRegex: nginx}
      4: {cpuLimit: 1, memoryLimit: 1Gi}
      """
    let compliant = pod(
      #""runAsUserName": "ContainerUser""#,
      container: #""resources": {"limits": {"cpu": "1", "memory": "1Gi"}}"#)
    let report = audit(object(compliant), .asc2021, parameters: parameters, defaults: true)
    #expect(Set(report.findings.map(\.rule.row)) == [9, 12, 17, 20])
    let areMarked = report.findings.allSatisfy(\.isUnfixableOnWindows)
    #expect(areMarked)
  }

  /// The API server's rules of HostProcess containers, and the network that only they share (reference: audit, 3).
  @Test(arguments: [
    (#""hostNetwork": true"#, #""hostProcess": true"#, "", []),
    (
      "", #""hostProcess": true"#, "",
      ["audit-host-process: a pod with HostProcess containers needs hostNetwork: true"]
    ),
    (
      #""hostNetwork": true"#, #""hostProcess": true"#, #""runAsNonRoot": true"#,
      ["audit-host-process: HostProcess container 'app' cannot have runAsNonRoot: true"]
    ),
    (
      #""hostNetwork": true, "initContainers": [{"name": "setup"}]"#, #""hostProcess": true"#, "",
      ["audit-host-process: container 'setup' is not a HostProcess container, but another one of the pod is"]
    ),
    (
      #""hostNetwork": true"#, #""runAsUserName": "ContainerUser""#, "",
      [
        "audit-host-network-ignored: hostNetwork has no effect on a Windows pod without HostProcess containers"
      ]
    ),
    (#""hostNetwork": false"#, #""runAsUserName": "ContainerUser""#, "", []),
  ])
  func hostProcessRules(_ pod: String, _ options: String, _ context: String, _ expected: [String]) {
    let extra = context.isEmpty ? "" : ", \(context)"
    let text = one(
      #""securityContext": {"windowsOptions": {\#(options)}\#(extra)}"#,
      pod: #""os": {"name": "windows"}\#(pod.isEmpty ? "" : ", ")\#(pod)"#)
    let report = audit(object(text))
    #expect(report.problems.map { "\($0.code.id): \($0.message)" } == expected)
    let arePlaced = report.problems.allSatisfy { $0.location != nil && $0.file != nil }
    #expect(arePlaced)
    let linux = one(
      #""securityContext": {\#(context)}"#,
      pod: #""os": {"name": "linux"}\#(pod.isEmpty ? "" : ", ")\#(pod)"#)
    #expect(audit(object(linux)).problems.isEmpty)
  }

  @Test(arguments: [
    #""os": {"name": "windows"}"#, #""nodeSelector": {"kubernetes.io/os": "windows"}"#,
    #""nodeSelector": {"beta.kubernetes.io/os": "windows"}"#, #""securityContext": {"windowsOptions": {}}"#,
    #""affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [{"key": "kubernetes.io/os", "operator": "In", "values": ["windows"]}]}]}}}"#,
  ])
  func signals(_ signal: String) {
    #expect(audit(object(one("", pod: signal))).status(12) == .notApplicable)
  }

  /// A base image is a hint only, and an affinity that accepts a Linux node too decides nothing.
  @Test func whatIsNotASignal() {
    let hint = podText(
      containers: #"{"name": "app", "image": "mcr.microsoft.com/windows/nanoserver:ltsc2022"}"#)
    #expect(audit(object(hint)).status(12) == .fail)
    let either = one(
      "",
      pod:
        #""affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [{"key": "kubernetes.io/os", "operator": "In", "values": ["windows"]}]}, {"matchExpressions": [{"key": "disk", "operator": "Exists"}]}]}}}"#
    )
    #expect(audit(object(either)).status(12) == .fail)
  }

  /// Images and declared ports are evaluated like those of Linux pods.
  @Test func rowsThatApplyUnchanged() {
    let text = object(
      podText(
        containers:
          #"{"name": "app", "image": "mcr.microsoft.com/windows/nanoserver:ltsc2022", "ports": [{"containerPort": 80}]}"#,
        pod: #""os": {"name": "windows"}"#))
    #expect(audit(text, parameters: #"5: {imageRegex: '^mcr\.microsoft\.com/'}"#).status(5) == .pass)
    #expect(audit(text, parameters: #"5: {imageRegex: '^[^/]+\.azurecr\.io/'}"#).status(5) == .fail)
    #expect(audit(text, .asc2021, parameters: "11: {allowedPorts: ['80']}").status(11) == .pass)
    #expect(audit(text, .asc2021, parameters: "11: {allowedPorts: ['443']}").status(11) == .fail)
  }

  /// The API server rejects a Windows pod with the namespaces of Linux.
  @Test(arguments: ["hostPID", "hostIPC"])
  func namespacesThatDoNotExist(_ member: String) {
    for benchmark in Self.modern {
      let report = audit(object(pod("", pod: #""\#(member)": true"#)), benchmark)
      let findings = report.findings.filter { $0.rule.row == 10 }
      #expect(findings.map(\.path) == ["spec.\(member)"])
      #expect(findings.first?.message.contains("does not exist on Windows") == true)
    }
  }

  /// A runtime class can come before or after the pods that name it.
  @Test func runtimeClasses() {
    func runtimeClass(_ system: String) -> String {
      """
      apiVersion: node.k8s.io/v1
      kind: RuntimeClass
      metadata: {name: node-class}
      handler: runhcs-wcow-process
      scheduling: {nodeSelector: {kubernetes.io/os: \(system)}}
      """
    }
    let pod = object(one("", pod: #""runtimeClassName": "node-class""#))
    for text in [
      "\(runtimeClass("windows"))\n---\n\(pod)", "---\n\(pod)\n---\n\(runtimeClass("windows"))",
    ] {
      let report = audit(text)
      #expect(report.status(12) == .notApplicable)
      #expect(report.resourceCount == 1)
    }
    #expect(audit("\(runtimeClass("linux"))\n---\n\(pod)").status(12) == .fail)
    // One that no file has says nothing.
    #expect(audit(pod).status(12) == .fail)
    let linux = object(one("", pod: #""runtimeClassName": "node-class", "os": {"name": "linux"}"#))
    #expect(audit("\(runtimeClass("windows"))\n---\n\(linux)").status(12) == .fail)
  }

  @Test(
    arguments: [
      (#"{"cpu": "1", "memory": "1Gi"}"#, []), (#"{"cpu": "1500m"}"#, ["resources.requests.cpu"]),
      (#"{"cpu": "2", "memory": "1025Mi"}"#, ["resources.requests.cpu", "resources.requests.memory"]),
    ] as [(String, [String])])
  func requestsAreAtMostTheLimits(_ requests: String, _ paths: [String]) {
    let resources = #""resources": {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": \#(requests)}"#
    let parameters = "4: {cpuLimit: 2, memoryLimit: 2Gi}"
    let report = audit(
      object(pod(#""runAsUserName": "ContainerUser""#, container: resources)), parameters: parameters)
    let findings = report.findings.filter { $0.rule.row == 4 }
    #expect(findings.map(\.path) == paths.map { "spec.containers[0].\($0)" })
    for finding in findings {
      #expect(finding.definition == "a2abc456-f0ae-464b-bd3a-07a3cdbd7fb1")
      #expect(finding.benchmark == "no-initiative")
    }
    // Linux pods and the policies of 2021 do not know it.
    #expect(audit(object(one(resources)), parameters: parameters).status(4) == .pass)
    #expect(
      audit(object(pod("", container: resources)), .asc2021, parameters: parameters).status(4) == .pass)
  }

  @Test func aStatedSystemWins() {
    let text = object(
      one("", pod: #""os": {"name": "linux"}, "nodeSelector": {"kubernetes.io/os": "windows"}"#))
    #expect(audit(text).status(12) == .fail)
  }

  @Test(arguments: [
    one("", pod: #""os": {"name": "windows"}, "securityContext": {"windowsOptions": {"hostProcess": true}}"#),
    one(
      #""securityContext": {"windowsOptions": {"hostProcess": true}}"#, pod: #""os": {"name": "windows"}"#),
    one(
      "",
      pod:
        #""os": {"name": "windows"}, "initContainers": [{"name": "i", "securityContext": {"windowsOptions": {"hostProcess": true}}}]"#
    ),
    one(
      "",
      pod:
        #""os": {"name": "windows"}, "ephemeralContainers": [{"name": "e", "securityContext": {"windowsOptions": {"hostProcess": true}}}]"#
    ),
  ])
  func hostProcess(_ text: String) {
    for benchmark in Self.modern {
      let report = audit(object(text), benchmark)
      let findings = report.findings.filter { $0.rule.row == 18 }
      #expect(findings.count == 1)
      #expect(findings.first?.definition == "077f0ce1-86d6-4058-bc60-de05067e8622")
      #expect(findings.first?.benchmark == "aks-safeguards")
      #expect(report.status(10) == .fail)
    }
    #expect(audit(object(text), .asc2021).status(18) == .pass)
  }

  @Test func noHostProcess() {
    #expect(audit(object(pod(#""hostProcess": false"#))).status(18) == .pass)
  }

  @Test(
    arguments: [
      ("ContainerUser", AuditStatus.pass, nil), ("CONTOSO\\\\web", .pass, nil),
      ("ContainerAdministrator", .fail, "5485eac0-7e8f-4964-998b-a44f4f0c1e75"),
      ("containeradministrator", .fail, "5485eac0-7e8f-4964-998b-a44f4f0c1e75"),
      ("NT AUTHORITY\\\\SYSTEM", .fail, "57dde185-5c62-4063-b965-afbb201e9c1c"),
      ("nt authority\\\\system", .fail, "57dde185-5c62-4063-b965-afbb201e9c1c"),
    ] as [(String, AuditStatus, String?)])
  func users(_ name: String, _ status: AuditStatus, _ definition: String?) {
    let report = audit(object(pod(#""runAsUserName": "\#(name)""#)))
    #expect(report.status(20) == status)
    #expect(report.findings.first { $0.rule.row == 20 }?.definition == definition)
  }

  @Test func aUserThatNoInputStatesIsNotEvaluated() {
    let text = object(pod(""))
    #expect(audit(text).status(20) == .notEvaluated)
    #expect(audit(text, parameters: "20: {windowsDefaultUser: ContainerUser}").status(20) == .pass)
    #expect(audit(text, parameters: "20: {windowsDefaultUser: ContainerAdministrator}").status(20) == .fail)
    let nonRoot = one(
      #""securityContext": {"runAsNonRoot": true}"#, pod: #""os": {"name": "windows"}"#)
    #expect(audit(object(nonRoot)).status(20) == .pass)
  }

  /// The container's own value takes the place of the pod's.
  @Test func theUserOfTheContainerWins() {
    let text = one(
      #""securityContext": {"windowsOptions": {"runAsUserName": "ContainerUser"}}"#,
      pod:
        #""os": {"name": "windows"}, "securityContext": {"windowsOptions": {"runAsUserName": "ContainerAdministrator"}}"#
    )
    #expect(audit(object(text)).status(20) == .pass)
  }

  @Test func hostNetworkHasAnEffectOnlyWithHostProcess() {
    let parameters = "22: {allowHostNetwork: false}"
    let alone = object(pod("", pod: #""hostNetwork": true"#))
    #expect(audit(alone, parameters: parameters).status(22) == .pass)
    let both = object(pod(#""hostProcess": true"#, pod: #""hostNetwork": true"#))
    #expect(audit(both, parameters: parameters).status(22) == .fail)
    let port = object(pod("", container: #""ports": [{"containerPort": 80, "hostPort": 80}]"#))
    #expect(audit(port, parameters: parameters).status(22) == .fail)
  }

  @Test(arguments: [
    (#"C:\\k\\sub"#, #"C:\k"#, AuditStatus.pass), (#"c:\\K"#, #"C:\k"#, .pass), ("C:/k/x", #"C:\k"#, .pass),
    (#"C:\\kk"#, #"C:\k"#, .fail), (#"C:\\k\\..\\Windows"#, #"C:\k"#, .fail), (#"D:\\k"#, #"C:\"#, .fail),
    (#"\\\\.\\pipe\\docker_engine"#, #"C:\"#, .fail),
    (#"\\\\.\\pipe\\docker_engine"#, #"\\.\pipe\docker_engine"#, .pass),
  ])
  func hostPaths(_ path: String, _ prefix: String, _ status: AuditStatus) {
    let text = object(pod("", pod: #""volumes": [{"name": "v", "hostPath": {"path": "\#(path)"}}]"#))
    let parameters = "23: {windowsAllowedHostPaths: [{pathPrefix: '\(prefix)'}]}"
    #expect(audit(text, parameters: parameters).status(23) == status)
  }
}
