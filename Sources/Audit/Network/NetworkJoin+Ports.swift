import Diagnostics
import FilterEngine
import HostModel
import Manifests
import NetworkTypes
import PacketSpace

extension NetworkJoin {
  /// Row 11: the ports of a pod that rules open, against those that may be open.
  ///
  /// With `allowedPorts` these are the allowed ones, otherwise the ports that the manifest declares; a manifest
  /// that declares none then says nothing. Packets come from outside the host. Behind NAT only published ports
  /// are reachable from there.
  mutating func findOpenPorts(_ pod: DeclaredPod, _ endpoint: Int) {
    var permitted: [IPProtocol: PortSet] = [:]
    let isListed = settings[11]?["allowedPorts"] != nil
    if isListed {
      let list = PortSet(settings[11]?.portRanges("allowedPorts") ?? [])
      permitted = [.tcp: list, .udp: list]
    } else {
      for port in pod.ports {
        permitted[port.protocol, default: PortSet()] =
          (permitted[port.protocol] ?? PortSet()).union(PortSet(port.number, port.number))
      }
    }
    let reachable = reachablePorts(endpoint)
    let answers = host.answers(
      toEndpoint: endpoint, .withPorts,
      reachable.values.reduce(PortSet()) { $0.union($1) })
    noteUnreachable(pod, endpoint, reachable, answers)
    guard isListed || !pod.ports.isEmpty else { return }
    var undue: [IPProtocol: PortSet] = [:]
    for (number, ports) in reachable { undue[number] = ports.subtracting(permitted[number] ?? PortSet()) }
    let name = host.topology.endpoints[endpoint].name
    let found = violations(
      answers.allowed, undue, to: .endpoint(endpoint), "\(pod.path).containers", pod.place.location,
      remediation:
        "Open only these ports: an ACL that allows them, and defaults: {in: block} for everything else."
    ) { rule, ports in
      "\(rule) opens \(ports) of \(name), "
        + (isListed ? "which is not allowed" : "which the manifest does not declare")
    }
    add(result(found, at: endpoint, unknown: unknownReason(answers)), row: 11, pod.place)
  }

  /// The ports of an endpoint that packets from outside can have at all.
  private func reachablePorts(_ endpoint: Int) -> [IPProtocol: PortSet] {
    let all = PortSet(1, .max)
    guard host.cell(of: endpoint).driver == .nat else { return [.tcp: all, .udp: all] }
    var ports: [IPProtocol: PortSet] = [:]
    for mapping in host.topology.endpoints[endpoint].mappings {
      ports[mapping.protocol, default: PortSet()] =
        (ports[mapping.protocol] ?? PortSet()).union(PortSet(mapping.internalPort, mapping.internalPort))
    }
    return ports
  }

  /// Notes declared ports that no packet from outside reaches.
  private mutating func noteUnreachable(
    _ pod: DeclaredPod, _ endpoint: Int, _ reachable: [IPProtocol: PortSet], _ answers: NetworkAnswers
  ) {
    guard answers.failure == nil else { return }
    for port in pod.ports where reachable[port.protocol]?.contains(port.number) == true {
      let parts = answers.parts.filter {
        $0.packets.protocols.contains(port.protocol.number) && $0.packets.localPorts.contains(port.number)
      }
      guard let part = parts.first, parts.allSatisfy({ $0.verdict == .block }),
        let evidence = host.evidence(
          part.narrowed(to: port.protocol), to: .endpoint(endpoint), ports: PortSet(port.number, port.number))
      else { continue }
      notes.append(
        Diagnostic(
          .auditPortUnreachable,
          "\(pod.place.resource) declares \(port.protocol) \(port.number), and \(evidence.ruleText) blocks it "
            + "from everywhere outside the host, such as \(evidence.packet.text)",
          file: pod.place.file, at: port.location))
    }
  }

  // MARK: Row 22

  /// Row 22: the published ports of endpoints, against those that may be published.
  ///
  /// With `allowedHostPorts` or `minPort` and `maxPort` these are the allowed ones, otherwise the host ports that
  /// the pod's manifest declares; an endpoint without a manifest is then not evaluated.
  mutating func findHostPorts() {
    guard let settings = settings[22] else { return }
    let allowed = settings.allowedHostPorts
    for endpoint in host.localEndpoints {
      let mappings = host.topology.endpoints[endpoint].mappings.filter { $0.externalPort != 0 }
      guard !mappings.isEmpty else { continue }
      let pod = podOfEndpoint[endpoint].map { declarations.pods[$0] }
      guard pod != nil || allowed != nil else { continue }
      findHostPorts(mappings, endpoint, pod, allowed)
    }
  }

  private mutating func findHostPorts(
    _ mappings: [PortMapping], _ endpoint: Int, _ pod: DeclaredPod?, _ allowed: PortSet?
  ) {
    let name = host.topology.endpoints[endpoint].name
    let place =
      pod?.place
      ?? DeclaredPlace(
        resource: "Endpoint/\(name)", namespace: "", name: name, file: host.file,
        location: host.location(of: "published", at: name) ?? SourceRange(line: 1, column: 1))
    var found: [Violation] = []
    var unknown: String?
    for mapping in mappings {
      let port = mapping.externalPort
      let isDeclared =
        pod?.ports.contains { $0.hostPort == port && $0.protocol == mapping.protocol } ?? false
      guard allowed.map({ !$0.contains(port) }) ?? !isDeclared else { continue }
      let answers = host.answers(
        to: PeerSelection(
          addresses: mapping.vip.map { AddressSet([AddressRange($0)]) } ?? AddressSet(),
          includesHost: mapping.vip == nil),
        ProtocolSet([mapping.protocol]), PortSet(port, port))
      let declaration = pod?.ports.first { $0.hostPort == port && $0.protocol == mapping.protocol }
      found += violations(
        answers.allowed.filter { $0.published == mapping }, [mapping.protocol: PortSet(port, port)],
        to: mapping.vip == nil ? .host : nil,
        declaration?.path ?? pod.map { "\($0.path).containers" } ?? "publish",
        declaration?.location ?? place.location,
        remediation: "Do not publish the port, or allow it: use a service, or extend the allowed host ports."
      ) { rule, ports in
        "\(ports) of the host is published for \(name), "
          + (allowed == nil ? "which the manifest does not declare" : "which is not allowed")
          + ": \(rule) allows it"
      }
      unknown = unknown ?? unknownReason(answers)
    }
    add(result(found, at: endpoint, unknown: unknown), row: 22, place)
  }
}
