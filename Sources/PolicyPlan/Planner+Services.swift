import Diagnostics
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import PolicyCompiler

/// Remote endpoints and load balancers.
///
/// A load balancer goes before the endpoints it refers to are deleted, and comes after those it refers to are
/// created. One that changes is modified where the version of HNS can, and otherwise deleted and created.
extension Planner {
  /// What makes two load balancers of one service the same one: the addresses and ports that clients dial.
  private struct Identity: Hashable {
    var service: String
    var addresses: Set<IPAddress>
    var ports: Set<[UInt32]>

    init(_ balancer: HostComputeLoadBalancer) {
      service = balancer.name
      addresses = Set(balancer.frontendVIPs)
      ports = Set(
        balancer.ports.map {
          [$0.protocol, UInt32($0.externalPort), balancer.flags & HostComputeLoadBalancer.ipv6Flag]
        })
    }
  }

  /// Plans the remote endpoints, and returns the ids that they have after the plan, by name.
  mutating func planRemoteEndpoints(on networks: [String: GUID]) -> [String: GUID] {
    var ids: [String: GUID] = [:]
    let wanted = Dictionary(desired.remoteEndpoints.map { ($0.name, $0) }) { first, _ in first }
    for record in documents.endpoints where record.endpoint.isRemote && isOwn(record) {
      if let remote = wanted[record.name], ids[record.name] == nil,
        networks[remote.network] == record.network, !isReplaced(record.network),
        record.endpoint.hasStatement(of: remote)
      {
        ids[record.name] = record.id
        continue
      }
      goneEndpoints.insert(record.id)
      teardown.append(Operation(.delete, .endpoint, record.id, of: record.name))
    }
    // Another agent's endpoint with the same address serves as well: kube-proxy looks for one, too.
    let others = endpointsOfOthers()
    for remote in desired.remoteEndpoints where ids[remote.name] == nil {
      guard let network = networks[remote.network] else { continue }
      if let other = others[AddressKey(network: network, address: remote.address)] {
        ids[remote.name] = other
        continue
      }
      ids[remote.name] = remote.id
      statedCreations.append(
        Operation(.createEndpoint(document(of: remote, on: network)), .endpoint, remote.id, of: remote.name))
    }
    return ids
  }

  private struct AddressKey: Hashable {
    var network: GUID
    var address: IPAddress
  }

  /// The endpoints of other owners that stay, on this host or another.
  private func endpointsOfOthers() -> [AddressKey: GUID] {
    var result: [AddressKey: GUID] = [:]
    for record in documents.endpoints
    where !isOwn(record) && !isReplaced(record.network) {
      for address in record.addresses {
        result[AddressKey(network: record.network, address: address.address)] = record.id
      }
    }
    return result
  }

  private func isOwn(_ record: EndpointRecord) -> Bool { record.owner == desired.owner }

  /// The document that creates a remote endpoint: as kube-proxy sends it, with a name and an owner besides
  /// (reference: hns, 10.1).
  private func document(of remote: DesiredRemoteEndpoint, on network: GUID) -> HostComputeEndpoint {
    var wanted = HostComputeEndpoint(id: remote.id, network: network, author: .client)
    wanted.owner = desired.owner
    wanted.name = remote.name
    wanted.addresses = [IPConfiguration(address: remote.address, length: 0)]
    wanted.mac = remote.mac
    wanted.flags = HostComputeEndpoint.remoteFlag
    wanted.policies = remote.providerAddress.map { [HCNPolicy(providerAddress: $0)] } ?? []
    return wanted
  }

  // MARK: Load balancers

  /// Plans the load balancers.
  ///
  /// - Parameters:
  ///   - endpoints: The ids that the profile's endpoints have after the plan, by name.
  ///   - remotes: Those of the remote endpoints.
  mutating func planLoadBalancers(endpoints: [String: GUID], remotes: [String: GUID]) {
    var wanted: [(balancer: DesiredLoadBalancer, document: HostComputeLoadBalancer)] = []
    for balancer in desired.loadBalancers {
      var document = balancer.wanted
      document.endpoints = balancer.backends.compactMap { backend in
        switch backend {
        case .endpoint(let name): endpoints[name]
        case .remote(let name): remotes[name]
        }
      }
      wanted.append((balancer, document))
    }
    let own = Set(desired.loadBalancers.map(\.id))
    var present: [Identity: HostComputeLoadBalancer] = [:]
    var deletions: [Operation] = []
    let identities = Set(wanted.map { Identity($0.document) })
    for record in documents.loadBalancers where record.owner == desired.owner || own.contains(record.id) {
      let identity = Identity(record)
      if identities.contains(identity), present[identity] == nil {
        present[identity] = record
      } else {
        deletions.append(deletion(of: record))
      }
    }
    let taken = frontendsOfOthers(own)
    for (balancer, document) in wanted {
      guard let record = present[Identity(document)] else {
        checkFrontends(of: balancer, taken)
        create(document)
        continue
      }
      var document = document
      document.id = record.id
      let isTouched = record.endpoints.contains(where: goneEndpoints.contains)
      guard isTouched || !record.states(document) else { continue }
      if modifiesLoadBalancers {
        serviceOperations.append(
          Operation(.modifyLoadBalancer(document), .loadBalancer, document.id, of: Self.title(document)))
      } else {
        replacements.loadBalancers.insert(
          Replacements.LoadBalancerName(
            target: document.name.isEmpty ? document.title : document.name, name: document.title))
        deletions.append(deletion(of: record))
        create(document)
      }
    }
    teardown.insert(contentsOf: deletions.reversed(), at: 0)
  }

  private mutating func create(_ document: HostComputeLoadBalancer) {
    serviceOperations.append(
      Operation(.createLoadBalancer(document), .loadBalancer, document.id, of: Self.title(document)))
  }

  private func deletion(of record: HostComputeLoadBalancer) -> Operation {
    Operation(.delete, .loadBalancer, record.id, of: Self.title(record))
  }

  private static func title(_ balancer: HostComputeLoadBalancer) -> String {
    balancer.name.isEmpty ? balancer.title : "\(balancer.name) at \(balancer.title)"
  }

  /// The addresses and ports of other owners' load balancers, with the owner.
  private func frontendsOfOthers(_ own: Set<GUID>) -> [Frontend: HostComputeLoadBalancer] {
    guard assumptions.duplicateLoadBalancer == .refused else { return [:] }
    var result: [Frontend: HostComputeLoadBalancer] = [:]
    for record in documents.loadBalancers where record.owner != desired.owner && !own.contains(record.id) {
      for frontend in Frontend.all(of: record) { result[frontend] = record }
    }
    return result
  }

  private mutating func checkFrontends(
    of balancer: DesiredLoadBalancer, _ taken: [Frontend: HostComputeLoadBalancer]
  ) {
    for frontend in Frontend.all(of: balancer.wanted) {
      guard let other = taken[frontend] else { continue }
      diagnostics.report(
        .loadBalancerConflict,
        "\(balancer.wanted.title) is in use by a load balancer of \(Self.title(ofOwner: other.owner))",
        at: balancer.location, help: "use another address or port, or remove that load balancer first")
    }
  }

  /// What only one load balancer of a host can have.
  private struct Frontend: Hashable {
    var address: IPAddress?
    var isIPv6: Bool
    var `protocol`: UInt32
    var port: UInt16

    static func all(of balancer: HostComputeLoadBalancer) -> [Frontend] {
      let addresses: [IPAddress?] = balancer.frontendVIPs.isEmpty ? [nil] : balancer.frontendVIPs
      return addresses.flatMap { address in
        balancer.ports.map { port in
          Frontend(
            address: address,
            isIPv6: address.map { $0.family == .ipv6 }
              ?? (balancer.flags & HostComputeLoadBalancer.ipv6Flag != 0),
            protocol: port.protocol, port: port.externalPort)
        }
      }
    }
  }
}

extension HostComputeLoadBalancer {
  /// Whether it forwards as a desired document does; the order of endpoints and ports does not matter.
  fileprivate func states(_ wanted: HostComputeLoadBalancer) -> Bool {
    Set(endpoints) == Set(wanted.endpoints) && Set(ports) == Set(wanted.ports)
      && Set(frontendVIPs) == Set(wanted.frontendVIPs) && sourceVIP == wanted.sourceVIP
      && flags == wanted.flags && name == wanted.name && owner == wanted.owner
  }
}

extension HostComputeEndpoint {
  /// Whether it stands for a desired backend.
  fileprivate func hasStatement(of wanted: DesiredRemoteEndpoint) -> Bool {
    let provider = policies.first { $0.type == .providerAddress }?.settings["ProviderAddress"]?.string
    return addresses.map(\.address) == [wanted.address] && mac == wanted.mac
      && provider.flatMap { IPAddress($0) } == wanted.providerAddress
  }
}

extension HCNPolicy {
  fileprivate init(providerAddress: IPAddress) {
    self.init(
      type: .providerAddress, settings: ["ProviderAddress": .string(providerAddress.description)])
  }
}
