import Foundation
import JSONText
import Testing

/// `hnsctl audit` with profiles, states and captures, through the built binary.
@Suite struct AuditNetworkTests {
  private static let host = """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: node
    host: {windows: ltsc2022, addresses: [10.240.0.5], adapters: [Ethernet]}
    networks:
      - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}
    containers:
      - name: web
        network: podnet
        publish: ["8080:80/tcp", "9000:80/tcp"]
        defaults: {in: block}
        acls:
          - {name: allow-web, direction: in, action: allow, protocols: [tcp], localPorts: [80, 3389]}
          - {name: deny-metadata, direction: out, action: block, protocols: [tcp], remoteAddresses: [169.254.169.254], remotePorts: [80]}
    pods:
      - {name: agent, hostProcess: true, containers: [{name: agent}]}
    """

  private static let pods = """
    apiVersion: v1
    kind: Pod
    metadata: {name: web, namespace: shop}
    spec:
      os: {name: windows}
      containers: [{name: app, image: nginx, ports: [{containerPort: 80, hostPort: 8080}, {containerPort: 7000}]}]
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: agent, namespace: shop}
    spec:
      os: {name: windows}
      hostNetwork: true
      securityContext: {windowsOptions: {hostProcess: true}}
      containers: [{name: agent, image: agent}]
    """

  private func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try FileManager.default.createDirectory(
      at: workspace.folder.appendingPathComponent("all"), withIntermediateDirectories: false)
    try workspace.write(Self.host, to: "all/node.yaml")
    try workspace.write(Self.pods, to: "all/pods.yaml")
    return workspace
  }

  private func findings(_ document: JSON) -> [JSON] {
    (document["findings"]?.array ?? []).filter { $0["network"] != nil }
  }

  /// A finding names the rule and its line, and its packet is a line for `trace --packets` as it stands.
  @Test func aFolderWithAProfile() throws {
    let workspace = try workspace()
    let document = try workspace.hnsctl("audit", "all", "--json").exits(2).json()
    let found = findings(document)
    #expect(Set(found.compactMap { $0["row"]?.integer }) == [10, 11, 22])
    for finding in found {
      #expect(finding["policyDefinitionId"] == .null)
      #expect(finding["benchmark"] == "hnsctl-network")
      #expect(finding["file"] == "all/pods.yaml")
      let network = try #require(finding["network"])
      #expect(network["file"] == "all/node.yaml")
      #expect(network["line"] == (finding["row"] == 10 ? 14 : 13))
      #expect(finding["message"]?.string?.contains("(all/node.yaml:") == true)
      let packet = String(decoding: try #require(network["packet"]).bytes(.compact), as: UTF8.self)
      let answer = try workspace.hnsctl("trace", "all/node.yaml", "--packets", "-", input: packet).exits(0)
      #expect(answer.output.contains(#""verdict":"allow""#), "\(packet): \(answer.output)")
    }
    #expect(
      document["diagnostics"]?.array?.compactMap { $0["code"]?.string } == ["audit-port-unreachable"])
  }

  /// A state answers like the profile; it has no lines.
  @Test func aState() throws {
    let workspace = try workspace()
    try workspace.hnsctl("apply", "all/node.yaml", "--state", "host.json").exits(0)
    let profile = try workspace.hnsctl("audit", "all", "--json").exits(2).json()
    let state = try workspace.hnsctl("audit", "all/pods.yaml", "host.json", "--json").exits(2).json()
    #expect(
      findings(state).map { $0["network"]?["packet"] } == findings(profile).map { $0["network"]?["packet"] })
    #expect(findings(state).allSatisfy { $0["network"]?["line"] == .null })
    let piped = try workspace.hnsctl(
      "audit", "all/pods.yaml", "-", "--json", input: try workspace.read("host.json")
    ).exits(2).json()
    #expect(findings(piped).count == findings(state).count)
  }

  /// What a capture does not hold is not evaluated; with an assumption it is.
  @Test func aCapture() throws {
    let workspace = try Workspace()
    let capture = repository.appendingPathComponent(
      "Tests/HostImportTests/Fixtures/documents/l2bridge-13.3-v2.json"
    ).path
    try workspace.write(
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: pod-api, namespace: shop}
      spec:
        os: {name: windows}
        containers: [{name: app, image: nginx, ports: [{containerPort: 8080}]}]
      """, to: "pod.yaml")
    func audit(_ more: String...) throws -> JSON {
      try workspace.start(
        ["audit", "pod.yaml", capture, "--benchmark", "asc-2021", "--json", "--fail-on", "none"] + more
      ).finish().exits(0).json()
    }
    let parameters = ["--parameters", try workspace.write("11: {allowedPorts: ['8080']}", to: "p.yaml")]
    let unknown = try audit(parameters[0], parameters[1])
    let row = try #require(unknown["coverage"]?.array?[10])
    #expect(row["status"] == "notEvaluated", "\(row)")
    #expect(row["reasons"]?.array?.contains { $0["reason"]?.string?.contains("firewall") == true } == true)
    #expect(findings(unknown).isEmpty)
    let known = try audit(parameters[0], parameters[1], "--assume", "firewall=defaults")
    #expect(findings(known).contains { $0["row"] == 11 })
  }

  /// A host that cannot be read is exit 1, and does not hide the findings.
  @Test func aBrokenProfile() throws {
    let workspace = try workspace()
    try workspace.write(Self.host + "\nunknown: 1", to: "all/node.yaml")
    let document = try workspace.hnsctl("audit", "all", "--json").exits(1).json()
    #expect(document["findings"]?.array?.isEmpty == false)
    #expect(document["diagnostics"]?.array?.first?["file"] == "all/node.yaml")
  }

  @Test func unenforceable() throws {
    let workspace = try Workspace()
    try workspace.shipped("transparent-hyperv.yaml")
    try workspace.write(Self.pods, to: "pods.yaml")
    let arguments = ["audit", "pods.yaml", "transparent-hyperv.yaml"]
    let document = try workspace.start(arguments + ["--json"]).finish().exits(2).json()
    let entry = try #require(document["unenforceable"]?.array?.first)
    #expect(entry["row"] == 11)
    #expect(entry["network"]?["rule"] == "default-in")
    #expect(document["coverage"]?.array?[10]["status"] == "unenforceable")
    let text = try workspace.start(arguments).finish().exits(2).output
    #expect(text.contains("\nUnenforceable\n"))
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }

  @Test(arguments: ["text", "json", "sarif", "junit", "markdown", "csv", "openreports", "html"])
  func everyFormatHasTheFindings(_ format: String) throws {
    let output = try workspace().hnsctl("audit", "all", "--format", format).exits(2).output
    #expect(output.contains("allow-web"), "\(format)")
  }

  /// Annotations accept these findings too.
  @Test func suppressions() throws {
    let workspace = try workspace()
    let pods = Self.pods.replacing(
      "{name: web, namespace: shop}",
      with: "{name: web, namespace: shop, annotations: {hnsctl.dev/skip-container-ports: jump host}}")
    try workspace.write(pods, to: "all/pods.yaml")
    let document = try workspace.hnsctl("audit", "all", "--json").exits(2).json()
    #expect(!findings(document).contains { $0["row"] == 11 })
    #expect(document["suppressed"]?.array?.contains { $0["row"] == 11 } == true)
  }
}
