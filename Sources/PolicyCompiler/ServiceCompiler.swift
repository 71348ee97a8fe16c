import HostModel
import NetworkProfile
import NetworkTypes

/// Compiles services into load balancers and the endpoints these need, in the shape in which kube-proxy makes
/// them.
struct ServiceCompiler {
  private(set) var loadBalancers: [DesiredLoadBalancer] = []
  private(set) var endpoints: [DesiredServiceEndpoint] = []

  private let profile: Profile
  private var names: Set<String> = []

  init(_ profile: Profile) {
    self.profile = profile
    for service in profile.services { compile(service) }
  }

  private mutating func compile(_ service: ServiceDeclaration) {
    addOverlayEndpoints(of: service)
    let backends = service.backends.map { backend(from: $0) }
    for balancer in service.loadBalancers {
      var wanted = balancer.document
      wanted.id = profile.identifier(
        "loadBalancer", "\(service.name.value)/\(frontend(of: balancer.document))")
      wanted.owner = profile.owner
      loadBalancers.append(
        DesiredLoadBalancer(
          service: service.name.value, wanted: wanted, backends: backends, location: balancer.location,
          addressLocation: balancer.address?.location, sourceLocation: service.sourceVIP?.location))
    }
  }

  /// What clients dial, as in `10.96.7.7/80/tcp`, or `host/30080/tcp` for a node port.
  private func frontend(of balancer: HostComputeLoadBalancer) -> String {
    let address = balancer.frontendVIPs.first.map { "\($0)" } ?? "host"
    let ports = balancer.ports.map { port in
      "\(port.externalPort)/\(UInt8(exactly: port.protocol).map { "\(IPProtocol($0))" } ?? "")"
    }
    return ([address] + ports).joined(separator: "/")
  }

  private mutating func backend(from declaration: BackendDeclaration) -> DesiredLoadBalancer.Backend {
    switch declaration {
    case .endpoint(let index): return .endpoint(profile.endpoints[index].name.value)
    case .remote(let remote):
      return .remote(
        add(
          .backend, remote.address, on: remote.network, mac: remote.mac, provider: remote.providerAddress))
    }
  }

  /// Adds what kube-proxy creates on overlay networks besides the backends: a remote endpoint for the cluster
  /// address, which packets are encapsulated to, and an endpoint for the source VIP.
  ///
  /// Unlike there, neither has the MAC address of the host, which a profile does not state: that of a remote
  /// endpoint is never on the wire, and HNS assigns one to that of the source VIP.
  private mutating func addOverlayEndpoints(of service: ServiceDeclaration) {
    guard let network = service.network, profile.networks[network].driver.value == .overlay else { return }
    let own = profile.host.addresses.first { $0.value.family == .ipv4 }?.value
    _ = add(
      .virtualAddress, service.address, on: network,
      mac: RemoteBackendDeclaration.mac(for: service.address.value), provider: own)
    if let source = service.sourceVIP { _ = add(.sourceVIP, source, on: network) }
  }

  /// Adds an endpoint unless there is one with its address and network, and returns its name.
  private mutating func add(
    _ role: DesiredServiceEndpoint.Role, _ address: Located<IPAddress>, on index: Int,
    mac: MACAddress? = nil, provider: IPAddress? = nil
  ) -> String {
    let network = profile.networks[index].name.value
    let name = EndpointName.of("\(address.value)", on: network)
    guard names.insert(name).inserted else { return name }
    endpoints.append(
      DesiredServiceEndpoint(
        name: name, id: profile.identifier("remoteEndpoint", name), role: role, network: network,
        address: address.value, mac: mac, providerAddress: provider, location: address.location))
    return name
  }
}
