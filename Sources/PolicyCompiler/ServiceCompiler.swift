import HostModel
import NetworkProfile
import NetworkTypes

/// Compiles services into load balancers and remote endpoints, in the shape in which kube-proxy makes them.
///
/// Each port of a service has a load balancer for the cluster address, one for each external address, and one
/// without address for its node port. Only the one for the cluster address uses direct server return: at the
/// others, packets come from outside, and their answers must leave by the same host.
struct ServiceCompiler {
  private(set) var loadBalancers: [DesiredLoadBalancer] = []
  private(set) var remoteEndpoints: [DesiredRemoteEndpoint] = []

  private let profile: Profile
  private var remoteNames: Set<String> = []

  init(_ profile: Profile) {
    self.profile = profile
    for service in profile.services { compile(service) }
  }

  private mutating func compile(_ service: ServiceDeclaration) {
    let backends = service.backends.map { backend(from: $0) }
    func add(
      _ port: ServicePortDeclaration, _ address: Located<IPAddress>?, external: UInt16, flags: UInt32,
      dsr: Bool
    ) {
      let proto = port.protocol
      let frontend = "\(address.map { "\($0.value)" } ?? "host")/\(external)/\(proto)"
      var wanted = HostComputeLoadBalancer(
        id: profile.identifier("loadBalancer", "\(service.name.value)/\(frontend)"), author: .client)
      wanted.name = service.name.value
      wanted.owner = profile.owner
      wanted.sourceVIP = service.sourceVIP?.value
      wanted.frontendVIPs = [address?.value].compactMap(\.self)
      wanted.ports = [
        .init(
          protocol: UInt32(proto.number), internalPort: port.targetPort, externalPort: external,
          distributionType: service.affinity == .clientIP
            ? HostComputeLoadBalancer.Port.sourceIPDistribution : 0,
          flags: flags)
      ]
      wanted.flags =
        (dsr ? HostComputeLoadBalancer.directServerReturnFlag : 0)
        | (service.address.value.family == .ipv6 ? HostComputeLoadBalancer.ipv6Flag : 0)
      loadBalancers.append(
        DesiredLoadBalancer(
          service: service.name.value, wanted: wanted, backends: backends, location: port.port.location,
          addressLocation: address?.location, sourceLocation: service.sourceVIP?.location))
    }
    let external = HostComputeLoadBalancer.Port.externalVIPFlag
    for port in service.ports {
      add(port, service.address, external: port.port.value, flags: 0, dsr: service.isDSR)
      for address in service.externalAddresses {
        add(port, address, external: port.port.value, flags: external, dsr: false)
      }
      if let nodePort = port.nodePort {
        add(
          port, nil, external: nodePort.value,
          flags: HostComputeLoadBalancer.Port.localRoutedVIPFlag | external, dsr: false)
      }
    }
  }

  private mutating func backend(from declaration: BackendDeclaration) -> DesiredLoadBalancer.Backend {
    switch declaration {
    case .endpoint(let index): return .endpoint(profile.endpoints[index].name.value)
    case .remote(let remote):
      let network = profile.networks[remote.network].name.value
      let name = EndpointName.of("\(remote.address.value)", on: network)
      if remoteNames.insert(name).inserted {
        remoteEndpoints.append(
          DesiredRemoteEndpoint(
            name: name, id: profile.identifier("remoteEndpoint", name), network: network,
            address: remote.address.value, mac: remote.mac, providerAddress: remote.providerAddress,
            location: remote.address.location))
      }
      return .remote(name)
    }
  }
}
