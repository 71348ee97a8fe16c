import Audit
import Diagnostics
import FilterEngine
import NetworkProfile
import PacketSpace
import TestSupport

/// A host and what manifests declare, with the verdict of the join on a row.
struct NetworkCase: CustomStringConvertible, Sendable {
  var row: Int
  var title: String
  /// What a container `web` has beside its name and network, or other members of a profile.
  var host: String
  var manifest: String
  var parameters: String?
  /// The verdict of the row; nil for one to which the join adds nothing.
  var status: AuditStatus?
  var rule: String?
  /// Words of the message.
  var words: String = ""

  var description: String { "row \(row): \(title)" }

  static let file = "node.yaml"

  /// The text of the profile: the container is on line 10.
  var profile: String {
    let parts = host.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    return """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: node
      host: {windows: ltsc2022, addresses: [10.240.0.5], adapters: [Ethernet, Other]}
      networks:
        - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}
        - {name: lan, driver: transparent, adapter: Other, subnets: [{prefix: 10.245.7.0/24, gateway: 10.245.7.1}]}
        - {name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/20, gateway: 172.30.0.1}]}
      containers:
        - {name: web, \(parts[0])}
      \(parts.count > 1 ? String(parts[1]) : "")
      """
  }

  func report(_ benchmark: AuditBenchmark = .mcsbCurrent) throws -> AuditReport {
    try joined(benchmark).report
  }

  /// The report, and the notes of the join.
  func joined(
    _ benchmark: AuditBenchmark = .mcsbCurrent
  ) throws -> (report: AuditReport, notes: [Diagnostic]) {
    var values = AuditParameters()
    if let parameters {
      values = AuditParameters.read(Array("\(row): \(parameters)".utf8), file: "parameters.yaml").0
    }
    var auditor = Auditor(benchmark: benchmark, parameters: values, keepsResults: true)
    _ = auditor.read(Array(manifest.utf8), file: "input.yaml")
    let host = try ProfileHost(profile, file: Self.file)
    auditor.add(
      AuditedHost(
        file: Self.file, evaluator: host.evaluator, ruleLocations: host.profile.ruleOrigins, budget: Budget())
    )
    let notes = auditor.joinHosts()
    return (auditor.finish(), notes)
  }

  // MARK: Parts

  private static let closed = "network: podnet, defaults: {in: block}, acls: [\(http)]"
  private static let http =
    "{name: allow-http, direction: in, action: allow, protocols: [tcp], localPorts: [80]}"

  private static func pod(
    _ ports: String, name: String = "web", namespace: String = "shop", more: String = "", status: String = ""
  ) -> String {
    """
    apiVersion: v1
    kind: Pod
    metadata: {name: \(name), namespace: \(namespace), labels: {app: web}}
    spec:
      os: {name: windows}
      containers: [{name: app, image: nginx, ports: [\(ports)]}]
      \(more)
    \(status)
    ---

    """
  }

  private static func service(_ ports: String, name: String = "shop") -> String {
    """
    apiVersion: v1
    kind: Service
    metadata: {name: \(name), namespace: shop}
    spec: {selector: {app: web}, ports: [\(ports)]}
    ---

    """
  }

  private static func ingress(_ annotations: String = "", tls: String = "[{}]", service: String = "shop")
    -> String
  {
    """
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: front, namespace: shop, annotations: {kubernetes.io/ingress.allow-http: 'false'\(annotations)}}
    spec:
      tls: \(tls)
      rules: [{http: {paths: [{path: /, backend: {service: {name: \(service), port: {number: 80}}}}]}}]
    """
  }

  private static func cluster(_ ranges: String) -> String {
    #"{"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c", "name": "c", "type": "Microsoft.ContainerService/managedClusters", "apiServerAccessProfile": \#(ranges)}"#
  }

  private static let port80 = "{containerPort: 80}"
  private static let agent = """
    pods:
      - {name: agent, hostProcess: true, containers: [{name: agent}]}
    """
  private static let hostProcess =
    "securityContext: {windowsOptions: {hostProcess: true}}\n  hostNetwork: true"
  private static let metadata =
    "{name: deny-metadata, direction: out, action: block, protocols: [tcp], remoteAddresses: [169.254.169.254], remotePorts: [80]}"
  private static let shop = """
    services:
      - {name: shop, address: 10.96.7.7, ports: [{port: 80, targetPort: 80, nodePort: 30080}, {port: 8443, targetPort: 80}], backends: [web]}
    """

  static let all: [NetworkCase] =
    ports + hostPorts + services + ingresses + hostProcesses + clusters + registries

  private static let ports: [NetworkCase] = [
    .init(row: 11, title: "only the declared port is open", host: closed, manifest: pod(port80), status: nil),
    .init(
      row: 11, title: "an undeclared port", host: closed, manifest: pod("{containerPort: 8080}"),
      status: .fail,
      rule: "allow-http", words: "opens tcp 80 of web, which the manifest does not declare"),
    .init(
      row: 11, title: "another protocol", host: closed, manifest: pod("{containerPort: 80, protocol: UDP}"),
      status: .fail, rule: "allow-http"),
    .init(
      row: 11, title: "everything listens", host: "network: podnet", manifest: pod(port80), status: .fail,
      rule: "default-in", words: "tcp 1-79, 81-65535 and udp 1-65535"),
    .init(row: 11, title: "nothing is declared", host: "network: podnet", manifest: pod(""), status: nil),
    .init(
      row: 11, title: "an allowed port", host: closed, manifest: pod(""),
      parameters: "{allowedPorts: ['80']}",
      status: nil),
    .init(
      row: 11, title: "declared, but not allowed", host: closed, manifest: pod(port80),
      parameters: "{allowedPorts: ['443']}", status: .fail, rule: "allow-http", words: "which is not allowed"),
    .init(
      row: 11, title: "by address", host: "network: podnet, addresses: [10.244.7.10]",
      manifest: pod(port80, name: "other", status: "status: {podIP: 10.244.7.10}"), status: .fail,
      rule: "default-in"),
    .init(
      row: 11, title: "another pod", host: "network: podnet", manifest: pod(port80, name: "other"),
      status: nil),
    .init(
      row: 11, title: "a name in two namespaces", host: "network: podnet",
      manifest: pod(port80) + pod(port80, namespace: "other"), status: nil),
    .init(
      row: 11, title: "an excluded namespace", host: "network: podnet",
      manifest: pod(port80, namespace: "kube-system"), status: nil),
    .init(
      row: 11, title: "Hyper-V on transparent", host: "network: lan, isolation: hyperv",
      manifest: pod(port80),
      status: .unenforceable, rule: "default-in"),
    .init(
      row: 11, title: "Hyper-V on nat", host: "network: nat, isolation: hyperv, publish: ['8080:81/tcp']",
      manifest: pod(port80), status: .unenforceable),
    .init(
      row: 11, title: "Hyper-V on l2bridge", host: "network: podnet, isolation: hyperv",
      manifest: pod(port80),
      status: .fail, rule: "default-in"),
    .init(
      row: 11, title: "nothing is published", host: "network: nat", manifest: pod(port80), status: nil),
    .init(
      row: 11, title: "the template of a workload", host: "network: podnet",
      manifest: """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec: {template: {spec: {containers: [{name: app, ports: [{containerPort: 80}]}]}}}
        """, status: .fail, rule: "default-in"),
  ]

  private static let published = "network: nat, publish: ['8080:80/tcp', '9000:80/tcp']"

  private static let hostPorts: [NetworkCase] = [
    .init(
      row: 22, title: "a port that is not declared", host: published,
      manifest: pod("{containerPort: 80, hostPort: 8080}"), status: .fail,
      words: "tcp 9000 of the host is published for web, which the manifest does not declare"),
    .init(
      row: 22, title: "declared ports", host: published,
      manifest: pod("{containerPort: 80, hostPort: 8080}, {containerPort: 80, hostPort: 9000}"),
      status: .unconfigured),
    .init(
      row: 22, title: "allowed ports", host: published, manifest: pod(port80),
      parameters: "{minPort: 8000, maxPort: 9000}", status: .pass),
    .init(
      row: 22, title: "above the range", host: published, manifest: pod(port80),
      parameters: "{minPort: 8000, maxPort: 8999}", status: .fail, words: "tcp 9000 of the host"),
    .init(
      row: 22, title: "a list", host: published, manifest: pod(port80),
      parameters: "{allowedHostPorts: ['8080', '8900-9100']}", status: .pass),
    .init(
      row: 22, title: "without a manifest", host: published, manifest: pod(port80, name: "other"),
      parameters: "{allowedHostPorts: ['8080']}", status: .fail, words: "which is not allowed"),
    .init(
      row: 22, title: "blocked by a rule", host: published + ", defaults: {in: block}",
      manifest: pod(port80), parameters: "{allowedHostPorts: ['1']}", status: .pass),
  ]

  private static let services: [NetworkCase] = [
    .init(
      row: 21, title: "a port that is not declared", host: "network: podnet|\(shop)",
      manifest: service("{port: 80, nodePort: 30080}"), status: .fail,
      words: "forwards tcp 8443, which the manifest does not declare"),
    .init(
      row: 21, title: "declared ports", host: "network: podnet|\(shop)",
      manifest: service("{port: 80, nodePort: 30080}, {port: 8443}"), status: .unconfigured),
    .init(
      row: 21, title: "a node port that is not declared", host: "network: podnet|\(shop)",
      manifest: service("{port: 80}, {port: 8443}"), status: .fail, words: "tcp 30080 of the host"),
    .init(
      row: 21, title: "allowed ports", host: "network: podnet|\(shop)",
      manifest: service("{port: 80, nodePort: 30080}"), parameters: "{allowedPorts: ['80', '8443']}",
      status: .pass),
    .init(
      row: 21, title: "another service", host: "network: podnet|\(shop)",
      manifest: service("{port: 1}", name: "other"), status: .unconfigured),
    .init(
      row: 21, title: "no packet arrives", host: "network: podnet, defaults: {in: block}|\(shop)",
      manifest: service("{port: 80}"), status: .unconfigured),
  ]

  private static let behind = pod(port80) + service("{port: 80}")

  private static let ingresses: [NetworkCase] = [
    .init(
      row: 13, title: "HTTP past the ingress", host: closed, manifest: behind + ingress(), status: .fail,
      rule: "allow-http", words: "web answers plain HTTP at tcp 80 past the ingress"),
    .init(
      row: 13, title: "a blocked backend", host: "network: podnet, defaults: {in: block}",
      manifest: behind + ingress(), status: .pass),
    .init(
      row: 13, title: "open to the ingress only",
      host:
        "network: podnet, defaults: {in: block}, acls: [{name: a, direction: in, action: allow, remoteAddresses: [192.0.2.1]}]",
      manifest: behind + ingress(), parameters: "{ingressSources: [192.0.2.1]}", status: .pass),
    .init(
      row: 13, title: "HTTPS behind", host: closed,
      manifest: behind + ingress(", nginx.ingress.kubernetes.io/backend-protocol: HTTPS"), status: .pass),
    .init(
      row: 13, title: "the load balancer of the service", host: "network: podnet|\(shop)",
      manifest: service("{port: 80}") + ingress(), status: .fail, rule: "default-in"),
    .init(
      row: 13, title: "its own address", host: "network: podnet, addresses: [10.244.7.10]",
      manifest: ingress(service: "none") + "\nstatus: {loadBalancer: {ingress: [{ip: 10.244.7.10}]}}",
      status: .fail, rule: "default-in", words: "10.244.7.10 answers plain HTTP"),
  ]

  private static let hostProcesses: [NetworkCase] = [
    .init(
      row: 10, title: "a rule that does not apply to it",
      host: "network: podnet, acls: [\(metadata)]|\(agent)",
      manifest: pod("", name: "agent", more: hostProcess), status: .fail, rule: "deny-metadata",
      words: "does not apply to this pod"),
    .init(
      row: 10, title: "an endpoint of its name", host: "network: podnet, defaults: {out: block}",
      manifest: pod("", more: hostProcess), status: .fail, rule: "default-out"),
    .init(
      row: 10, title: "a pod with an endpoint", host: "network: podnet, acls: [\(metadata)]",
      manifest: pod(""), status: .pass),
  ]

  private static let clusters: [NetworkCase] = [
    .init(
      row: 14, title: "inside", host: "network: podnet",
      manifest: cluster(#"{"authorizedIPRanges": ["198.51.100.0/24"]}"#),
      parameters: "{egressAddresses: [198.51.100.7]}", status: .pass),
    .init(
      row: 14, title: "locked out", host: "network: podnet",
      manifest: cluster(#"{"authorizedIPRanges": ["203.0.113.0/24"]}"#),
      parameters: "{egressAddresses: [198.51.100.7]}", status: .fail, rule: "default-out",
      words: "the node sends from 198.51.100.7"),
    .init(
      row: 14, title: "a private address says nothing", host: "network: podnet",
      manifest: cluster(#"{"authorizedIPRanges": ["203.0.113.0/24"]}"#), status: .notEvaluated),
    .init(
      row: 14, title: "a private cluster", host: "network: podnet",
      manifest: cluster(#"{"enablePrivateCluster": true, "authorizedIPRanges": ["203.0.113.0/24"]}"#),
      parameters: "{egressAddresses: [198.51.100.7]}", status: .pass),
    .init(
      row: 14, title: "an API server that is open to more",
      host:
        "network: podnet, addresses: [10.244.7.10], defaults: {in: block}, acls: [{name: api, direction: in, action: allow, protocols: [tcp], localPorts: [6443]}]",
      manifest: cluster(#"{"authorizedIPRanges": ["203.0.113.0/24"]}"#),
      parameters: "{egressAddresses: [203.0.113.7], apiServerAddresses: [10.244.7.10]}", status: .fail,
      rule: "api",
      words: "to more than the authorized ranges"),
  ]

  /// A registry as `az acr show` prints it.
  static func registry(_ members: String) -> String {
    #"{"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r", "name": "r", "type": "Microsoft.ContainerRegistry/registries", \#(members)}"#
  }

  static let openRegistry = registry(#""networkRuleSet": {"defaultAction": "Allow"}"#)
  private static let closedRegistry = registry(
    #""networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"action": "Allow", "ipAddressOrRange": "198.51.100.0/24"}, {"value": "192.0.2.7"}]}"#
  )
  static let linkedRegistry = registry(
    #""networkRuleSet": {"defaultAction": "Deny"}, "privateEndpointConnections": [{"privateLinkServiceConnectionState": {"status": "Approved"}}]"#
  )
  static let toRegistry =
    "network: podnet, defaults: {out: block}, acls: [{name: pull, direction: out, action: allow, protocols: [tcp], remoteAddresses: [203.0.113.0/24], remotePorts: [443]}]"

  private static let registries: [NetworkCase] = [
    .init(
      row: 7, title: "open at both ends", host: "network: podnet", manifest: openRegistry, status: .fail,
      rule: "default-out",
      words: "and rule 'default-out' of web (node.yaml) allows HTTPS to every public address"),
    .init(
      row: 7, title: "an allowed registry that is open", host: toRegistry, manifest: openRegistry,
      parameters: "{registryAddresses: [203.0.113.9]}", status: .fail, rule: "pull"),
    .init(
      row: 7, title: "the node is not in the rules", host: "network: podnet", manifest: closedRegistry,
      parameters: "{egressAddresses: [203.0.113.7]}", status: .fail, rule: "default-out",
      words: "the node sends from 203.0.113.7, which the rules of the registry do not contain"),
    .init(
      row: 7, title: "the node is in the rules", host: "network: podnet", manifest: closedRegistry,
      parameters: "{egressAddresses: [198.51.100.7, 192.0.2.7]}", status: .pass),
    .init(
      row: 7, title: "a private address says nothing", host: "network: podnet", manifest: closedRegistry,
      status: .pass),
    .init(
      row: 7, title: "through the private endpoint", host: "network: podnet", manifest: linkedRegistry,
      parameters: "{egressAddresses: [203.0.113.7]}", status: .pass),
  ]
}
