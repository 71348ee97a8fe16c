import Diagnostics
import FilterEngine
import HostModel
import NetworkTypes

extension NetworkJoin {
  /// Row 21: what the load balancers of a service forward, against what may be, or is declared to be, forwarded.
  ///
  /// A load balancer is that of the service with its name (`NAMESPACE/NAME` or `NAME`), or with one of its
  /// addresses. One without addresses of its own has those of the host: the node port.
  ///
  /// - Returns: Whether the host has one.
  mutating func findServicePorts(_ service: DeclaredService) -> Bool {
    let place = service.place
    let balancers = balancers(of: service)
    guard !balancers.isEmpty, !(place.namespace == "default" && place.name == "kubernetes") else {
      return !balancers.isEmpty
    }
    let isListed = settings[21]?["allowedPorts"] != nil
    let allowed = PortSet(settings[21]?.portRanges("allowedPorts") ?? [])
    var found: [Violation] = []
    var unknown: String?
    for balancer in balancers {
      let isNodePort = balancer.addresses.allSatisfy { $0.special == .unspecified }
      for port in balancer.ports {
        let number = port.externalPort
        let isDue: Bool =
          if isNodePort {
            service.ports.contains { $0.nodePort == number && $0.protocol == port.protocol }
          } else if isListed {
            allowed.contains(number)
          } else {
            service.ports.contains { $0.number == number && $0.protocol == port.protocol }
          }
        guard !isDue else { continue }
        let answers = host.answers(
          to: PeerSelection(
            addresses: isNodePort ? AddressSet() : AddressSet(balancer.addresses.map { AddressRange($0) }),
            includesHost: isNodePort),
          ProtocolSet([port.protocol]), PortSet(number, number))
        found += violations(
          answers.allowed, [port.protocol: PortSet(number, number)], to: isNodePort ? .host : nil,
          "spec.ports", place.location,
          remediation: "Remove the port from the service, or allow it."
        ) { rule, ports in
          "the load balancer \(balancer.name) forwards \(ports)\(isNodePort ? " of the host" : ""), "
            + (isListed && !isNodePort ? "which is not allowed" : "which the manifest does not declare")
            + ": \(rule) allows it"
        }
        unknown = unknown ?? unknownReason(answers)
      }
    }
    add(result(found, at: nil, unknown: unknown), row: 21, place)
    return true
  }

  /// The load balancers of a service.
  private func balancers(of service: DeclaredService) -> [HostTopology.LoadBalancer] {
    let place = service.place
    let all = host.topology.loadBalancers
    let named = all.filter { $0.name == "\(place.namespace)/\(place.name)" }
    let found = named.isEmpty ? all.filter { $0.name == place.name } : named
    return found.isEmpty
      ? all.filter { balancer in balancer.addresses.contains { service.addresses.contains($0) } } : found
  }

  // MARK: Row 13

  /// Row 13: plain HTTP that is reachable beside an ingress that accepts nothing but HTTPS.
  ///
  /// Two things are asked. Can port 80 of an address in the status of the ingress be reached? Can the pods behind
  /// it be reached from outside at the port that the ingress sends plain HTTP to, past the ingress? Of those, the
  /// addresses in `ingressSources` are where the ingress sends from. Port 443 and 8443, a port that is named
  /// https, and a backend protocol HTTPS are not plain HTTP.
  ///
  /// - Returns: Whether the host has any of it.
  mutating func findPlainHTTP(_ ingress: DeclaredIngress) -> Bool {
    var isOnHost = false
    let http = PortSet(80, 80)
    let known = Set(host.topology.endpoints.flatMap(\.addresses) + host.topology.hostAddresses)
    let fronts = ingress.addresses.filter { address in
      known.contains(address) || host.topology.loadBalancers.contains { $0.addresses.contains(address) }
    }
    for address in fronts {
      isOnHost = true
      let answers = host.answers(
        to: PeerSelection(addresses: AddressSet([AddressRange(address)])), ProtocolSet([.tcp]), http)
      let found = violations(
        answers.allowed, [.tcp: http], "status.loadBalancer", ingress.place.location,
        remediation: Self.httpRemediation
      ) { rule, _ in
        "\(address) answers plain HTTP, although the ingress accepts HTTPS only: \(rule) allows tcp 80"
      }
      add(result(found, at: nil, unknown: unknownReason(answers)), row: 13, ingress.place)
    }
    guard !ingress.isEncryptedBehind else { return isOnHost }
    let sources = AddressSet(settings[13]?.addressRanges("ingressSources") ?? [])
    for backend in ingress.backends {
      for (endpoint, port) in targets(of: backend, ingress.place.namespace) where ![443, 8443].contains(port)
      {
        isOnHost = true
        let name = host.topology.endpoints[endpoint].name
        let answers = host.answers(
          toEndpoint: endpoint, ProtocolSet([.tcp]), PortSet(port, port),
          from: host.outside.subtracting(sources))
        let found = violations(
          answers.allowed, [.tcp: PortSet(port, port)], to: .endpoint(endpoint), backend.path,
          backend.location, remediation: Self.httpRemediation
        ) { rule, ports in
          "\(name) answers plain HTTP at \(ports) past the ingress, which accepts HTTPS only: \(rule) allows it"
        }
        add(result(found, at: endpoint, unknown: unknownReason(answers)), row: 13, ingress.place)
      }
    }
    return isOnHost
  }

  private static let httpRemediation =
    "Block the port with an ACL, except from where the ingress sends (parameter ingressSources), and allow 443."

  /// The endpoints that an ingress sends to, with the port of each.
  private func targets(
    of backend: DeclaredIngress.Backend, _ namespace: String
  ) -> [(endpoint: Int, port: UInt16)] {
    guard
      let service = declarations.services.first(where: {
        $0.place.namespace == namespace && $0.place.name == backend.service
      }),
      let port = service.ports.first(where: { "\($0.number)" == backend.port || $0.name == backend.port })
        ?? (service.ports.count == 1 && backend.port.isEmpty ? service.ports[0] : nil),
      port.protocol == .tcp, port.name?.lowercased() != "https"
    else { return [] }
    var result: [(endpoint: Int, port: UInt16)] = []
    func add(_ endpoint: Int, _ number: UInt16?) {
      guard let number, !result.contains(where: { $0.endpoint == endpoint && $0.port == number }) else {
        return
      }
      result.append((endpoint, number))
    }
    for pod in declarations.pods where pod.hostProcess == nil && service.selects(pod) {
      guard case .endpoints(let endpoints)? = match(pod) else { continue }
      let number =
        UInt16(port.target) ?? pod.ports.first { $0.name == port.target && $0.protocol == .tcp }?.number
      for endpoint in endpoints { add(endpoint, number) }
    }
    for balancer in balancers(of: service) {
      for own in balancer.ports where own.externalPort == port.number && own.protocol == .tcp {
        for endpoint in balancer.backends where host.isLocal(endpoint) { add(endpoint, own.internalPort) }
      }
    }
    return result
  }
}
