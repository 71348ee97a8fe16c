import JSONText
import HostModel
import NetworkProfile
import NetworkTypes
import PolicyPlan

/// A service of the profile, with its backends by their id on the host.
struct AdoptedService {
  var name: String
  /// The service without network and backends.
  var declaration: ServiceDeclaration
  var backends: [GUID]
}

extension AdoptionDraft {
  /// Adds the services that the profile's load balancers implement; those of other owners are listed.
  mutating func addServices() {
    var groups: [(name: String, balancers: [HostComputeLoadBalancer])] = []
    for balancer in documents.loadBalancers {
      guard balancer.owner == owner, !balancer.name.isEmpty else {
        omit(.loadBalancer, balancer.title, "it belongs to another owner")
        continue
      }
      if let position = groups.firstIndex(where: { $0.name == balancer.name }) {
        groups[position].balancers.append(balancer)
      } else {
        groups.append((balancer.name, [balancer]))
      }
    }
    for (name, balancers) in groups {
      guard let service = service(name, balancers) else {
        omit(.service, name, "its load balancers are not those of one service")
        continue
      }
      services.append(service)
    }
  }

  private func service(_ name: String, _ balancers: [HostComputeLoadBalancer]) -> AdoptedService? {
    typealias Port = HostComputeLoadBalancer.Port
    func isExternal(_ balancer: HostComputeLoadBalancer) -> Bool {
      balancer.ports.contains { $0.flags & Port.externalVIPFlag != 0 }
    }
    let own = balancers.filter { !isExternal($0) }
    guard let first = own.first, let address = first.frontendVIPs.first else { return nil }
    var declaration = ServiceDeclaration(name: Located(name), address: Located(address))
    for balancer in own {
      for port in balancer.ports {
        guard let number = UInt8(exactly: port.protocol) else { return nil }
        declaration.ports.append(
          ServicePortDeclaration(
            port: Located(port.externalPort), targetPort: port.internalPort, protocol: IPProtocol(number),
            nodePort: nil))
        if port.distributionType == Port.sourceIPDistribution { declaration.affinity = .clientIP }
      }
    }
    declaration.sourceVIP = first.sourceVIP.map { Located($0) }
    declaration.isDSR = first.flags & HostComputeLoadBalancer.directServerReturnFlag != 0
    for balancer in balancers where isExternal(balancer) {
      if let external = balancer.frontendVIPs.first {
        if !declaration.externalAddresses.contains(where: { $0.value == external }) {
          declaration.externalAddresses.append(Located(external))
        }
        continue
      }
      for port in balancer.ports {
        guard
          let position = declaration.ports.firstIndex(where: {
            UInt32($0.protocol.number) == port.protocol && $0.targetPort == port.internalPort
              && $0.nodePort == nil
          })
        else { return nil }
        declaration.ports[position].nodePort = Located(port.externalPort)
      }
    }
    return AdoptedService(name: name, declaration: declaration, backends: first.endpoints)
  }

  /// A service as the profile states it.
  func declaration(of service: AdoptedService) -> ServiceDeclaration {
    var result = service.declaration
    for id in service.backends {
      if let index = endpoints.firstIndex(where: { $0.record.id == id }) {
        result.network = endpoints[index].network
        result.backends.append(.endpoint(index))
        continue
      }
      guard let record = documents.endpoint(id), record.endpoint.isRemote,
        let network = networkIDs[record.network], let address = record.addresses.first?.address
      else { continue }
      let provider = record.policies.first { $0.type == .providerAddress }?.settings["ProviderAddress"]?
        .string
      result.network = network
      result.backends.append(
        .remote(
          RemoteBackendDeclaration(
            address: Located(address), network: network,
            mac: record.endpoint.mac ?? RemoteBackendDeclaration.mac(for: address),
            providerAddress: provider.flatMap { IPAddress($0) })))
    }
    return result
  }

  /// Leaves out the services that lost a backend or its network.
  mutating func removeServicesWithoutBackends() {
    let broken = services.filter { declaration(of: $0).backends.count != $0.backends.count }.map(\.name)
    for name in broken { omit(.service, name, "not all of its backends are in the profile") }
    services.removeAll { broken.contains($0.name) }
  }
}
