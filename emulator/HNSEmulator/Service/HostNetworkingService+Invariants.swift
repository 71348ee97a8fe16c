import HostModel
import JSONText
import NetworkTypes

extension HostNetworkingService {
  /// The violated invariants; empty for a consistent service.
  ///
  /// For tests, after every mutation: the derived tables are rebuilt from the objects and compared, and so
  /// are the references.
  public func invariantViolations() -> [String] {
    var violations: [String] = []
    func require(_ condition: Bool, _ text: @autoclosure () -> String) {
      if !condition { violations.append(text()) }
    }
    var names: [String: GUID] = [:]
    var adapters: [String: Set<GUID>] = [:]
    for network in networks.values {
      if !network.name.isEmpty {
        require(names.updateValue(network.id, forKey: network.name) == nil, "two networks '\(network.name)'")
      }
      for adapter in network.switchAdapters { adapters[adapter, default: []].insert(network.id) }
    }
    for (adapter, users) in adapters {
      let sharing = users.compactMap { networks[$0] }
      require(
        Set(sharing.map(\.mode)).count == 1 && Set(sharing.map { Set($0.switchAdapters) }).count == 1,
        "networks of different types or teams on '\(adapter)'")
    }
    require(names == networkNames, "the table of network names is out of date")
    require(adapters == adapterUsers, "the table of adapters is out of date")
    violations += endpointViolations() + namespaceViolations() + userViolations() + ruleViolations()
    let ordinals =
      networks.values.map(\.ordinal) + endpoints.values.map(\.ordinal)
      + namespaces.values.map(\.ordinal) + loadBalancers.values.map(\.ordinal) + routes.values.map(\.ordinal)
      + guestNetworkServices.values.map(\.ordinal)
    require(Set(ordinals).count == ordinals.count, "two objects have the same ordinal")
    require(ordinals.allSatisfy { (1..<nextOrdinal).contains($0) }, "an ordinal is not below the next one")
    return violations
  }

  private func endpointViolations() -> [String] {
    var violations: [String] = []
    var members: [GUID: Set<GUID>] = [:]
    var addresses: [GUID: [IPAddress: GUID]] = [:]
    var macs: [GUID: [MACAddress: GUID]] = [:]
    var remote: [GUID: [IPAddress: Set<GUID>]] = [:]
    for endpoint in endpoints.values {
      guard let network = networks[endpoint.network] else {
        violations.append("the network of endpoint \(endpoint.id) is missing")
        continue
      }
      members[network.id, default: []].insert(endpoint.id)
      if endpoint.isRemote {
        for part in endpoint.ipConfigurations {
          remote[network.id, default: [:]][part.address, default: []].insert(endpoint.id)
        }
        if endpoint.namespace != nil {
          violations.append("the remote endpoint \(endpoint.id) is in a namespace")
        }
        continue
      }
      if macs[network.id, default: [:]].updateValue(endpoint.id, forKey: endpoint.mac) != nil {
        violations.append("two endpoints have \(endpoint.mac)")
      }
      for configuration in endpoint.ipConfigurations {
        let address = configuration.address
        if addresses[network.id, default: [:]].updateValue(endpoint.id, forKey: address) != nil {
          violations.append("two endpoints have \(address)")
        }
        if network.subnet(of: address)?.isReserved(address) ?? !network.subnets.isEmpty {
          violations.append("\(address) is reserved or not in any subnet")
        }
      }
      if let namespace = endpoint.namespace,
        namespaces[namespace]?.endpoints.filter({ $0 == endpoint.id }).count != 1
      {
        violations.append("the namespace of endpoint \(endpoint.id) does not list it exactly once")
      }
    }
    violations += portViolations()
    for network in networks.values
    where Set(network.endpoints) != members[network.id] ?? [] || network.macs != macs[network.id] ?? [:]
      || network.addresses != addresses[network.id] ?? [:]
      || network.remoteAddresses != remote[network.id] ?? [:]
      || network.endpointCount != (members[network.id] ?? []).count
    {
      violations.append("the tables of network \(network.id) do not match its endpoints")
    }
    return violations
  }

  private func portViolations() -> [String] {
    var violations: [String] = []
    var ports: [PortMapping.Key: GUID] = [:]
    for endpoint in endpoints.values.sorted(by: { $0.ordinal < $1.ordinal }) {
      for mapping in endpoint.policies.compactMap(\.mapping) {
        if mapping.externalPort == 0 { violations.append("a published port is zero") }
        guard ports[mapping.key] != nil else {
          ports[mapping.key] = endpoint.id
          continue
        }
        if configuration.publishedTwice != .accepted || ports[mapping.key] == endpoint.id {
          violations.append("port \(mapping.externalPort) is published twice")
        }
      }
    }
    if ports != publishedPorts { violations.append("the table of published ports is out of date") }
    return violations
  }

  private func namespaceViolations() -> [String] {
    var violations: [String] = []
    var owners: [UInt32: GUID] = [:]
    for namespace in namespaces.values {
      if namespace.isImplicit, namespace.endpoints.isEmpty {
        violations.append("the implicit namespace \(namespace.id) has no endpoint")
      }
      for endpoint in namespace.endpoints where endpoints[endpoint]?.namespace != namespace.id {
        violations.append("namespace \(namespace.id) lists an endpoint that is not in it")
      }
      if (namespace.compartment != nil) != namespace.needsCompartment {
        violations.append("the compartment of \(namespace.id) does not match its containers")
      }
      if namespace.type == .host, let number = namespace.compartment {
        if number < 2 || owners.updateValue(namespace.id, forKey: number) != nil {
          violations.append("compartment \(number) is assigned twice")
        }
        if configuration.assumptions.compartmentIds == .neverReused, number >= nextCompartment {
          violations.append("compartment \(number) is not below the next number")
        }
      }
    }
    if let number = routerCompartment {
      if number < 2 || owners[number] != nil { violations.append("compartment \(number) is assigned twice") }
      if configuration.assumptions.compartmentIds == .neverReused, number >= nextCompartment {
        violations.append("compartment \(number) is not below the next number")
      }
    }
    let hasRouter = configuration.hasRouterCompartment && networks.values.contains { $0.driver == .overlay }
    if (routerCompartment != nil) != hasRouter {
      violations.append("the compartment of the distributed router does not match the networks")
    }
    if owners != compartmentOwners { violations.append("the table of compartments is out of date") }
    return violations
  }

  /// Violated invariants of load balancers and routes.
  private func userViolations() -> [String] {
    var violations: [String] = []
    var users: [GUID: Set<GUID>] = [:]
    var frontends: [LoadBalancerFrontend: Set<GUID>] = [:]
    for balancer in loadBalancers.values {
      for endpoint in balancer.endpoints { users[endpoint, default: []].insert(balancer.id) }
      for frontend in balancer.frontends { frontends[frontend, default: []].insert(balancer.id) }
      if let network = balancer.network, networks[network] == nil {
        violations.append("the network of load balancer \(balancer.id) is missing")
      }
    }
    for route in routes.values {
      for endpoint in route.endpoints { users[endpoint, default: []].insert(route.id) }
      if let network = route.network, networks[network] == nil {
        violations.append("the network of route \(route.id) is missing")
      }
    }
    if users != endpointUsers { violations.append("the table of endpoint users is out of date") }
    for endpoint in users.keys where endpoints[endpoint] == nil {
      violations.append("a load balancer or route refers to the missing endpoint \(endpoint)")
    }
    if Set(frontends.keys) != Set(loadBalancerFrontends.keys)
      || loadBalancerFrontends.contains(where: { !(frontends[$0.key] ?? []).contains($0.value) })
    {
      violations.append("the table of frontends is out of date")
    }
    if configuration.assumptions.duplicateLoadBalancer == .refused {
      for (frontend, owners) in frontends where owners.count > 1 {
        violations.append("port \(frontend.port) of a load balancer is used \(owners.count) times")
      }
    }
    return violations
  }
}
