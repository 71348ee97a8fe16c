import Diagnostics
import HNSEmulator
import HostModel
import JSONText
import NetworkProfile
import NetworkTypes
import PolicyCompiler

/// The endpoints of services, and load balancers.
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

  /// Plans the endpoints of services, and returns the ids that they have after the plan, by name.
  mutating func planServiceEndpoints(on networks: [String: GUID]) -> [String: GUID] {
    var ids: [String: GUID] = [:]
    let wanted = Dictionary(desired.serviceEndpoints.map { ($0.name, $0) }) { first, _ in first }
    for record in documents.endpoints
    where isOwn(record) && (record.endpoint.isRemote || wanted[record.name] != nil) {
      if let endpoint = wanted[record.name], ids[record.name] == nil,
        networks[endpoint.network] == record.network, !isReplaced(record.network),
        record.endpoint.hasStatement(of: endpoint)
      {
        ids[record.name] = record.id
        continue
      }
      goneEndpoints.insert(record.id)
      teardown.append(Operation(.delete, .endpoint, record.id, of: record.name))
    }
    // Another agent's endpoint with the same address serves as well: kube-proxy looks for one, too.
    let others = endpointsOfOthers()
    for endpoint in desired.serviceEndpoints where ids[endpoint.name] == nil {
      guard let network = networks[endpoint.network] else { continue }
      let other = others[AddressKey(network: network, address: endpoint.address)]
      if let other, endpoint.role != .virtualAddress || other.isRemote {
        ids[endpoint.name] = other.id
        continue
      }
      // The address of a container is reported once the host after the plan is known.
      guard endpoint.isRemote || !isAssigned(endpoint.address, on: network) else { continue }
      ids[endpoint.name] = endpoint.id
      statedCreations.append(
        Operation(
          .createEndpoint(document(of: endpoint, on: network)), .endpoint, endpoint.id, of: endpoint.name))
    }
    return ids
  }

  /// Whether an endpoint of the profile on this host has an address.
  private func isAssigned(_ address: IPAddress, on network: GUID) -> Bool {
    documents.endpoints.contains { record in
      isOwn(record) && !record.endpoint.isRemote && record.network == network
        && !goneEndpoints.contains(record.id) && record.addresses.contains { $0.address == address }
    }
  }

  private struct AddressKey: Hashable {
    var network: GUID
    var address: IPAddress
  }

  /// The endpoints of other owners that stay, on this host or another.
  private func endpointsOfOthers() -> [AddressKey: HostComputeEndpoint] {
    var result: [AddressKey: HostComputeEndpoint] = [:]
    for record in documents.endpoints
    where !isOwn(record) && !isReplaced(record.network) {
      for address in record.addresses {
        result[AddressKey(network: record.network, address: address.address)] = record.endpoint
      }
    }
    return result
  }

  private func isOwn(_ record: EndpointRecord) -> Bool { record.owner == desired.owner }

  /// The document that creates an endpoint of a service: as kube-proxy sends it, with a name and an owner
  /// besides (reference: hns, 10.1).
  private func document(of endpoint: DesiredServiceEndpoint, on network: GUID) -> HostComputeEndpoint {
    var wanted = HostComputeEndpoint(id: endpoint.id, network: network, author: .client)
    wanted.owner = desired.owner
    wanted.name = endpoint.name
    wanted.addresses = [IPConfiguration(address: endpoint.address, length: 0)]
    wanted.mac = endpoint.mac
    wanted.flags = endpoint.isRemote ? HostComputeEndpoint.remoteFlag : 0
    wanted.policies = endpoint.providerAddress.map { [HCNPolicy(providerAddress: $0)] } ?? []
    return wanted
  }

  // MARK: Load balancers

  /// Plans the load balancers.
  ///
  /// - Parameters:
  ///   - endpoints: The ids that the profile's endpoints have after the plan, by name.
  ///   - remotes: Those of the endpoints of services.
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
    checkPortBlocks(own)
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

  /// Reports load balancers that, with those of other owners, need more blocks of ports than the host has.
  ///
  /// Reading the profile reports it if its own need too many.
  private mutating func checkPortBlocks(_ own: Set<GUID>) {
    let others = documents.loadBalancers.filter { $0.owner != desired.owner && !own.contains($0.id) }
    let mappings =
      documents.endpoints.lazy.filter { [owner = desired.owner] in $0.owner != owner }
      .flatMap { $0.endpoint.policies.compactMap(\.mapping) }
      + desired.endpoints.lazy.flatMap { $0.policies.compactMap(\.mapping) }
    for number in [IPProtocol.tcp, .udp] {
      let last = desired.loadBalancers.last { $0.wanted.neededBlocks(number) > 0 }
      var blocks = PortBlocks(
        number, held: desired.listens + desired.excludedPorts, published: mappings,
        balancers: desired.loadBalancers.lazy.map(\.wanted))
      guard let last, blocks.missing == 0 else { continue }
      let needed = others.reduce(0) { $0 + $1.neededBlocks(number) }
      blocks.needed += needed
      guard blocks.missing > 0, let problem = blocks.problem else { continue }
      diagnostics.report(
        .portBlocksExhausted(
          problem, assumptions, at: last.location,
          notes: [.init("load balancers of other owners on the host need \(needed) of them")],
          help: ", or remove load balancers of other owners first"))
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
  /// Whether it is as a service needs it.
  fileprivate func hasStatement(of wanted: DesiredServiceEndpoint) -> Bool {
    let provider = policies.first { $0.type == .providerAddress }?.settings["ProviderAddress"]?.string
    return isRemote == wanted.isRemote && (wanted.isRemote || namespace == nil)
      && addresses.map(\.address) == [wanted.address] && (wanted.mac == nil || mac == wanted.mac)
      && provider.flatMap { IPAddress($0) } == wanted.providerAddress
  }
}

extension HCNPolicy {
  fileprivate init(providerAddress: IPAddress) {
    self.init(
      type: .providerAddress, settings: ["ProviderAddress": .string(providerAddress.description)])
  }
}
