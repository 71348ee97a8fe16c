import Diagnostics
import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace

/// Joins what manifests and clusters declare with what the rules of a host do (reference: audit, 6).
struct NetworkJoin {
  let declarations: NetworkDeclarations
  let settings: [Int: RowSettings]
  var host: AuditedHost
  /// The names that pods of several namespaces have.
  private let sharedNames: Set<String>
  /// What the rules of the host show, in the order found.
  private(set) var results: [Result] = []
  /// Declared ports that nothing reaches, and registries that can or cannot be reached.
  var notes: [Diagnostic] = []
  /// Whether the host has anything that is declared.
  private(set) var isUsed = false
  /// The pod of each endpoint, by its index in the declarations.
  private(set) var podOfEndpoint: [Int: Int] = [:]

  /// A result about a resource.
  struct Result {
    var settings: RowSettings
    var place: DeclaredPlace
    var result: CheckResult
  }

  init(
    _ declarations: NetworkDeclarations, sharedNames: Set<String>, _ settings: [Int: RowSettings],
    _ host: AuditedHost
  ) {
    self.declarations = declarations
    self.sharedNames = sharedNames
    self.settings = settings
    self.host = host
  }

  mutating func run() {
    for (index, pod) in declarations.pods.enumerated() {
      let found = match(pod)
      if pod.hostProcess != nil {
        if let found {
          isUsed = true
          findBypassedRules(pod, found)
        }
        continue
      }
      guard case .endpoints(let endpoints)? = found else { continue }
      isUsed = true
      for endpoint in endpoints {
        podOfEndpoint[endpoint] = podOfEndpoint[endpoint] ?? index
        findOpenPorts(pod, endpoint)
      }
    }
    findHostPorts()
    for service in declarations.services where findServicePorts(service) { isUsed = true }
    for ingress in declarations.ingresses where findPlainHTTP(ingress) { isUsed = true }
    for cluster in declarations.clusters where findAPIServerAccess(cluster) { isUsed = true }
    for registry in declarations.azureRegistries where findRegistryAccess(registry) { isUsed = true }
    noteUnreachableRegistries()
  }

  /// What a pod is on the host; nil if it is not there, or a plain name does not decide which pod is meant.
  func match(_ pod: DeclaredPod) -> AuditedHost.Match? {
    host.match(
      namespace: pod.place.namespace, name: pod.place.name,
      isNameShared: sharedNames.contains(pod.place.name), addresses: pod.addresses)
  }

  // MARK: Results

  /// Adds the result of a check, unless the row leaves the namespace out.
  ///
  /// That the rules show nothing wrong is not a verdict of the row's own.
  mutating func add(_ result: CheckResult, row: Int, _ place: DeclaredPlace) {
    guard let settings = settings[row], !settings.excludedNamespaces.contains(place.namespace) else { return }
    if case .pass = result { return }
    results.append(Result(settings: settings, place: place, result: result))
  }

  /// Violations that an ACL of an endpoint would fix, where the platform can program one.
  func result(_ violations: [Violation], at endpoint: Int?, unknown: String?) -> CheckResult {
    guard !violations.isEmpty else { return unknown.map { .notEvaluated($0) } ?? .pass }
    guard let endpoint, host.cell(of: endpoint).programmablePoints.isEmpty else { return .fail(violations) }
    let cell = host.cell(of: endpoint)
    return .unenforceable(
      violations.map { violation in
        var violation = violation
        violation.remediation =
          "Use process isolation, or a network driver that filters with VFP: no ACL of this endpoint takes effect."
        return violation
      },
      "ACLs cannot be changed on \(cell.driver.rawValue) networks with \(cell.isolation.rawValue) isolation")
  }

  /// Why the verdict on some packets is not known; nil if it is known for all.
  mutating func unknownReason(_ answers: NetworkAnswers) -> String? {
    if let failure = answers.failure { return "\(host.file): \(failure)" }
    guard let part = answers.unknown.first else { return nil }
    let query = PacketQuery(
      from: part.packets.remote.ranges.first.map { .address($0.first) } ?? .host,
      to: part.packets.local.ranges.first.map { .address($0.first) } ?? .host,
      protocol: part.packets.protocols.protocols.first ?? .tcp,
      port: part.packets.localPorts.ranges.first?.lower)
    let reason = host.trace(query)?.reason?.description ?? "the verdict on some packets is not known"
    return "\(host.file): \(reason)"
  }

  /// Openings to ports, one violation for each rule.
  ///
  /// - Parameters:
  ///   - parts: The packets that arrive.
  ///   - ports: The ports of interest, by protocol.
  ///   - message: The sentence up to the witness, of the rule and the ports in words.
  mutating func violations(
    _ parts: [QueryPart], _ ports: [IPProtocol: PortSet], to peer: Peer? = nil, _ path: String,
    _ location: SourceRange, remediation: String, _ message: (_ rule: String, _ ports: String) -> String
  ) -> [Violation] {
    struct Opening {
      var rule: String?
      var ports: [IPProtocol: PortSet] = [:]
      var part: QueryPart
      var witness: PortSet
    }
    var openings: [Opening] = []
    for part in parts {
      var found: [IPProtocol: PortSet] = [:]
      for (number, wanted) in ports where part.packets.protocols.contains(number.number) {
        let open = part.packets.localPorts.intersection(wanted)
        if !open.isEmpty { found[number] = open }
      }
      guard let first = found.min(by: { $0.key < $1.key }) else { continue }
      if let index = openings.firstIndex(where: { $0.rule == part.rule }) {
        openings[index].ports.merge(found) { $0.union($1) }
      } else {
        openings.append(
          Opening(rule: part.rule, ports: found, part: part.narrowed(to: first.key), witness: first.value))
      }
    }
    return openings.compactMap { opening in
      guard let evidence = host.evidence(opening.part, to: peer, ports: opening.witness) else { return nil }
      let list = opening.ports.sorted { $0.key < $1.key }
        .map { "\($0.key) \(PacketFormatter.ports($0.value))" }.joined(separator: " and ")
      var violation = Violation(
        path, at: location, "\(message(evidence.ruleText, list)), such as \(evidence.packet.text)")
      violation.network = evidence
      violation.remediation = remediation
      return violation
    }
  }
}

extension QueryPart {
  /// The packets of one protocol.
  func narrowed(to number: IPProtocol) -> QueryPart {
    var part = self
    part.packets = PacketBox(
      protocols: ProtocolSet([number]), local: packets.local, remote: packets.remote,
      localPorts: packets.localPorts, remotePorts: packets.remotePorts)
    return part
  }
}
